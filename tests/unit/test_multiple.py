import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from altrotation.errors import InputError
from altrotation.inference.multiple import benjamini_hochberg, holm, step_down

# Benjamini & Hochberg (1995), section 4.1: fifteen ordered p-values of the rt-PA trial. They reject
# three by Bonferroni's and Holm's way, and four by theirs, at .05.
TRIAL = np.array(
    [
        0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344,
        0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0,
    ]
)  # fmt: skip


def slow_step_down(observed, null):
    """Westfall & Young, one hypothesis and one draw at a time."""
    m, draws = len(observed), len(null)
    order = sorted(range(m), key=lambda test: -observed[test])
    adjusted, floor = [0.0] * m, 0.0
    for step, test in enumerate(order):
        rest = order[step:]
        count = sum(max(null[b][j] for j in rest) >= observed[test] for b in range(draws))
        floor = max(floor, (1 + count) / (draws + 1))
        adjusted[test] = floor
    return adjusted


numbers = st.integers(-3, 3).map(float)  # ties on purpose


@given(data=st.data(), m=st.integers(1, 6), draws=st.integers(1, 25))
@settings(max_examples=200, deadline=None)
def test_step_down_equals_the_loop(data, m, draws):
    observed = data.draw(arrays(np.float64, m, elements=numbers))
    null = data.draw(arrays(np.float64, (draws, m), elements=numbers))
    np.testing.assert_allclose(
        step_down(observed, null), slow_step_down(observed.tolist(), null.tolist()), rtol=1e-15
    )


@given(data=st.data(), m=st.integers(2, 6))
@settings(max_examples=60, deadline=None)
def test_step_down_does_not_depend_on_the_order_of_tests(data, m):
    observed = data.draw(arrays(np.float64, m, elements=st.floats(-3, 3), unique=True))
    null = data.draw(arrays(np.float64, (19, m), elements=st.floats(-3, 3)))
    order = np.array(data.draw(st.permutations(range(m))))
    np.testing.assert_array_equal(
        step_down(observed[order], null[:, order]), step_down(observed, null)[order]
    )


def test_copies_of_one_test_cost_nothing():
    rng = np.random.default_rng(0)
    null = rng.normal(size=(999, 1))
    alone = step_down(np.array([2.0]), null)
    assert alone[0] == (1 + (null >= 2.0).sum()) / 1000
    np.testing.assert_array_equal(step_down(np.full(5, 2.0), np.repeat(null, 5, axis=1)), alone[0])


@pytest.mark.validity
def test_step_down_holds_the_family_wise_size():
    # Eight tests with correlation .6 and no effect, 99 draws each, 2000 families: the step-down p
    # of exchangeable draws is exact, so rejections ~ Binomial(2000, .05): sd .0049, four sd
    # [.030, .070]. The smallest raw p rejects far more often.
    rng = np.random.default_rng(20)
    joint = rng.normal(size=(2000, 100, 8)) * np.sqrt(0.4) + rng.normal(
        size=(2000, 100, 1)
    ) * np.sqrt(0.6)
    statistics = np.abs(joint)
    adjusted = np.array([step_down(family[0], family[1:]).min() for family in statistics])
    raw = ((1 + (statistics[:, 1:] >= statistics[:, :1]).sum(axis=1)) / 100).min(axis=1)
    assert 0.030 <= (adjusted <= 0.05).mean() <= 0.070
    assert (raw <= 0.05).mean() > 0.12


def test_the_published_trial():
    assert (holm(TRIAL) <= 0.05).sum() == 3
    assert (benjamini_hochberg(TRIAL) <= 0.05).sum() == 4


@given(p=st.lists(st.floats(1e-6, 1.0), min_size=1, max_size=12))
@settings(max_examples=30, deadline=None)
def test_adjusted_p_equal_their_definitions(p):
    p = np.array(p)
    n, rank = len(p), np.argsort(np.argsort(p, kind="stable"), kind="stable")
    ordered = np.sort(p)
    holm_slow = [min(1.0, max((n - j) * ordered[j] for j in range(place + 1))) for place in rank]
    bh_slow = [min(1.0, min(n / (j + 1) * ordered[j] for j in range(place, n))) for place in rank]
    np.testing.assert_allclose(holm(p), holm_slow, rtol=1e-12)
    np.testing.assert_allclose(benjamini_hochberg(p), bh_slow, rtol=1e-12)


BAD = [
    (lambda: holm(np.array([])), "one p-value a test, got shape"),
    (lambda: holm(np.array([[0.5]])), "one p-value a test, got shape"),
    (lambda: holm(np.array([0.5, 0.0])), "must lie in .0, 1., got 0.0"),
    (lambda: benjamini_hochberg(np.array([0.5, np.nan])), "must lie in .0, 1., got nan"),
    (lambda: benjamini_hochberg(np.array([1.5])), "got 1.5"),
    (lambda: benjamini_hochberg(np.array([])), "one p-value a test, got shape"),
    (lambda: step_down(np.zeros((2, 2)), np.zeros((3, 2))), "`observed` must hold one"),
    (lambda: step_down(np.zeros(2), np.zeros((3, 3))), r"shape \(n_draws, 2\), got \(3, 3\)"),
    (lambda: step_down(np.zeros(2), np.zeros((0, 2))), r"got \(0, 2\)"),
    (lambda: step_down(np.array([1.0, np.nan]), np.zeros((3, 2))), "must be finite"),
    (lambda: step_down(np.zeros(2), np.full((3, 2), np.inf)), "must be finite"),
]


@pytest.mark.parametrize(("call", "message"), BAD)
def test_bad_calls(call, message):
    with pytest.raises(InputError, match=message):
        call()
