"""Kernels and inference below the event study: resampling, placements, regressions, max-T."""

import numpy as np
import pytest
from arch.bootstrap import StationaryBootstrap, optimal_block_length
from scipy import stats

from altrotation.errors import InputError
from altrotation.events.noise import mean_outcome_noise
from altrotation.events.returns import abnormal_returns
from altrotation.inference.bootstrap import basic_interval, block_length, stationary_functionals
from altrotation.inference.permutation import randomisation_test
from altrotation.kernels.events import gathered_means, window_changes
from altrotation.synthetic.noise import daily_noise
from altrotation.synthetic.worlds import clustered_rows, event_world


def test_sums_over_stretches_have_the_law_of_arch():
    values = daily_noise(150, autocorrelation=0.6, seed=4)
    lengths = np.array([10, 30, 7, 20])
    weights = np.array([[1.0, 0.0], [0.0, 0.0], [0.5, 1.0], [-1.0, 1.0]])
    ours = stationary_functionals(values, lengths, weights, mean_block=9, replicates=20_000)
    boot = StationaryBootstrap(9, np.arange(150), seed=5)
    cuts = np.cumsum([0, *lengths])
    theirs = np.empty((20_000, 2))
    for draw in range(len(theirs)):
        resampled = values[boot.update_indices()]
        theirs[draw] = np.add.reduceat(resampled[: cuts[-1]], cuts[:-1]) @ weights
    for place in (0, 1):
        assert stats.ks_2samp(ours[:, place], theirs[:, place]).pvalue > 1e-4
    # the joint law too: a correlation from 20,000 pairs has standard error .007, a gap of two .01
    gap = np.corrcoef(ours.T)[0, 1] - np.corrcoef(theirs.T)[0, 1]
    assert abs(gap) < 0.04


def test_blocks_of_one_row_are_independent_draws():
    values = daily_noise(400, autocorrelation=0.6, seed=6)  # whose memory must be lost
    sums = stationary_functionals(
        values, np.array([25]), np.ones((1, 1)), mean_block=1, replicates=20_000
    )[:, 0]
    # sd of a variance estimate from 20,000 near-normal draws: 1 %; four of them
    assert sums.var() == pytest.approx(25 * values.var(), rel=0.04)


def test_block_length_is_archs_within_its_limits():
    values = daily_noise(4_000, autocorrelation=0.3, seed=8)
    assert block_length(values) == pytest.approx(optimal_block_length(values)["stationary"].iloc[0])
    assert block_length(values, least=60) == 60
    assert block_length(values[:100], least=60) == 25
    assert block_length(np.zeros(100)) == 1


def test_basic_interval_turns_the_error_round():
    noise = np.arange(-10.0, 31.0)  # quantiles .25 and .75: 0 and 20
    held = basic_interval(5.0, noise, level=0.5, method="m")
    assert (held.low, held.high) == (-15.0, 5.0)


def test_noise_variance_is_that_of_the_windows():
    """White noise: k windows of H days; blocks do not matter, overlap does.

    Relative standard error of the variance with blocks of 60 in 20,000 rows, sqrt(4 / 3 x 60 /
    20,000) = .063 (Politis & White 2004), so .032 of the standard deviation: three of them.
    """
    daily = daily_noise(20_000, seed=9)
    rows = np.array([2_000, 2_030, 9_000])
    used = np.ones((3, 2), dtype=bool)
    errors = mean_outcome_noise(
        daily, rows, used, np.array([20, 60]), delay=1, estimation=0, replicates=8_000, seed=1
    )
    sigma = 0.03
    assert errors[:, 0].std() == pytest.approx(sigma * np.sqrt(20 / 3), rel=0.095)
    # windows of 60 at distance 30 share 30 days: var = (3 * 60 + 2 * 30) / 9
    assert errors[:, 1].std() == pytest.approx(sigma * np.sqrt(240 / 9), rel=0.095)
    assert (abs(errors.mean(axis=0)) < 4 * errors.std(axis=0) / np.sqrt(8_000)).all()


def test_a_dropped_event_leaves_the_noise_of_the_others():
    daily = daily_noise(3_000, seed=12)
    rows, used = np.array([400, 900, 2_990]), np.array([[True], [True], [False]])
    options = {"delay": 1, "estimation": 0, "replicates": 50, "seed": 3}
    kept = mean_outcome_noise(daily, rows, used, np.array([30]), **options)
    alone = mean_outcome_noise(daily, rows[:2], used[:2], np.array([30]), **options)
    np.testing.assert_array_equal(kept, alone)


def test_noise_counts_the_error_of_the_estimated_mean():
    daily = daily_noise(20_000, seed=10)
    rows = np.array([2_000, 9_000])
    used = np.ones((2, 1), dtype=bool)
    errors = mean_outcome_noise(
        daily, rows, used, np.array([100]), delay=1, estimation=250, replicates=8_000, seed=1
    )
    # variance of one window: H (1 + H / estimation) sigma^2 = 140 sigma^2; blocks of 100: three
    # standard errors of the standard deviation are .12
    assert errors.std() == pytest.approx(0.03 * np.sqrt(140 / 2), rel=0.12)


@pytest.mark.parametrize("level", [0.0, 1.0, 95.0])
def test_bad_levels_are_refused(level):
    with pytest.raises(InputError, match=r"`level` must lie between 0\.0 and 1\.0"):
        basic_interval(5.0, np.arange(3.0), level=level, method="m")


@pytest.mark.parametrize(
    ("values", "options", "message"),
    [
        (np.array([]), {}, "finite and not empty"),
        (np.array([1.0, np.nan]), {}, "finite and not empty"),
        (np.ones(3), {"replicates": 0}, "`replicates` must be at least 1"),
        (np.ones(3), {"mean_block": 0.5}, "`mean_block` must be at least 1"),
    ],
)
def test_bad_resamples_are_refused(values, options, message):
    with pytest.raises(InputError, match=message):
        stationary_functionals(
            values,
            np.array([1]),
            np.ones((1, 1)),
            **{"mean_block": 2, "replicates": 3, **options},
        )


# --- regressions ----------------------------------------------------------------------------------


@pytest.mark.parametrize("factors", [0, 1, 2])
def test_rolling_fits_equal_least_squares_on_the_rows_before(factors):
    n, window = 120, 30
    x = np.column_stack([daily_noise(n, seed=20 + q) for q in range(factors)] or [np.empty((n, 0))])
    y = daily_noise(n, seed=30)[:, None] + x.sum(axis=1, keepdims=True) + 0.002
    model = "market" if factors else "constant-mean"
    fitted = abnormal_returns(y.cumsum(0), x.cumsum(0), model=model, estimation=window)
    for row in (31, 77, 119):
        past = slice(row - window, row)
        design = np.column_stack([np.ones(window), x[past]])
        expected = np.linalg.lstsq(design, y[past, 0], rcond=None)[0]
        found = [fitted.intercept[row, 0], *fitted.slopes[row, 0]]
        np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-14)
    assert np.isnan(fitted.intercept[:31]).all()  # the first return needs a row before it


def test_benchmarks_that_cannot_be_told_apart_give_no_fit():
    n = 80
    x = daily_noise(n, seed=40)
    y = daily_noise(n, seed=41)[:, None].cumsum(0)
    twice = np.column_stack([x, 2 * x]).cumsum(0)
    still = np.zeros((n, 1))
    for factors in (twice, still):
        fitted = abnormal_returns(y, factors, model="market", estimation=30)
        assert np.isnan(fitted.slopes).all()
        assert np.isnan(fitted.windows(1, np.array([5]))).all()


def test_windows_need_their_two_ends():
    levels = np.arange(12.0)[:, None] ** 2
    levels[6] = np.nan
    changes = window_changes(levels, 1, np.array([2]))[:, 0, 0]
    # window of row i: from row i+1 to i+3; row 6 ends i = 3 and begins i = 5; the end cuts i > 8
    assert np.flatnonzero(np.isfinite(changes)).tolist() == [0, 1, 2, 4, 6, 7, 8]
    assert changes[0] == 9 - 1
    assert changes[4] == 49 - 25  # across the gap


def test_means_counts_and_variances_by_hand():
    values = np.array([[1.0, 5.0], [2.0, np.nan], [4.0, 9.0]])
    rows = np.array([[0, 2], [1, 0], [2, 2]])
    used = np.array([[True, False], [True, True]])
    means, counts, single = gathered_means(values, np.array([2.0, 7.0]), rows, used)
    np.testing.assert_allclose(means, [[2.5, 9.0], [1.5, 5.0], [4.0, 9.0]])
    np.testing.assert_array_equal(counts, [[2, 1], [2, 1], [2, 1]])
    np.testing.assert_allclose(single, [np.var([1.0, 4.0, 2.0, 1.0, 4.0, 4.0]), np.var([9, 5, 9])])
    means, counts, _ = gathered_means(values, np.zeros(2), rows, np.ones_like(used))
    np.testing.assert_allclose(means[:, 1], [7.0, 5.0, 9.0])  # the missing window is left out
    np.testing.assert_array_equal(counts[:, 1], [2, 1, 2])


# --- max-T ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("alternative", ["two-sided", "greater", "less"])
def test_adjusted_p_is_never_below_raw_and_equals_it_for_one_cell(alternative):
    rng = np.random.default_rng(2)
    null = rng.standard_normal((300, 6)) @ rng.standard_normal((6, 6))
    observed = null.std(axis=0) * np.array([3.0, -2.5, 1.0, 0.0, 2.0, -1.0])
    joint = randomisation_test(observed, null, alternative=alternative)
    assert (joint.p_adjusted >= joint.p_value).all()
    assert (np.diff(joint.p_adjusted[np.argsort(joint.p_value)]) >= -1e-12).all()
    alone = randomisation_test(observed[:1], null[:, :1], alternative=alternative)
    assert alone.p_value == alone.p_adjusted == joint.p_value[0]
    doubled = randomisation_test(np.repeat(observed[0], 4), np.repeat(null[:, :1], 4, axis=1))
    np.testing.assert_array_equal(doubled.p_adjusted, doubled.p_value)


def test_independent_cells_are_adjusted_like_sidak():
    null = np.random.default_rng(3).standard_normal((20_000, 5))
    test = randomisation_test(np.array([2.5, 0.1, 0.2, -0.1, 0.0]), null)
    sidak = 1 - (1 - 2 * stats.norm.sf(2.5)) ** 5
    # standard error of a share of .06 among 20,000: .0017
    assert test.p_adjusted[0] == pytest.approx(sidak, abs=0.0068)


def test_ties_count_as_extreme():
    null = np.array([[0.1 + 0.2], [0.3], [0.0], [-1.0]])
    assert randomisation_test(np.array([0.3]), null, alternative="greater").p_value[0] == 3 / 5
    assert randomisation_test(np.array([2.0]), np.full((9, 1), 2.0)).p_value[0] == 1.0


@pytest.mark.parametrize(
    ("observed", "null", "side", "message"),
    [
        (np.zeros(2), np.zeros((3, 1)), "less", "one column a cell"),
        (np.zeros(1), np.zeros((0, 1)), "less", "at least one draw"),
        (np.zeros(1), np.array([[np.nan]]), "less", "must be finite"),
        (np.zeros(1), np.zeros((3, 1)), "upper", "`alternative` must be one of"),
    ],
)
def test_bad_randomisation_input_is_refused(observed, null, side, message):
    with pytest.raises(InputError, match=message):
        randomisation_test(observed, null, alternative=side)


# --- worlds ---------------------------------------------------------------------------------------


def test_noise_has_the_moments_it_promises():
    drawn = daily_noise(200_000, sigma=0.02, autocorrelation=0.3, arch=0.1, garch=0.8, tail=8)
    assert drawn.std() == pytest.approx(0.02, rel=0.03)
    assert np.corrcoef(drawn[1:], drawn[:-1])[0, 1] == pytest.approx(0.3, abs=0.02)
    squared = np.square(drawn)
    assert np.corrcoef(squared[20:], squared[:-20])[0, 1] > 0.02  # volatility stays
    assert stats.kurtosis(drawn) > 1


def test_worlds_plant_the_effect_they_report():
    rows = np.array([10, 40])
    made = event_world(np.zeros(100), rows, effect=0.2, horizon=20, delay=3, drift=0.001)
    level = np.log(made.prices["outcome 0"].to_numpy())
    for row in rows:
        assert level[row + 3 + 20] - level[row + 3] == pytest.approx(0.2 + 20 * 0.001)
        assert level[row + 3] - level[row] == pytest.approx(0.003)


def test_clustered_rows_keep_gaps_and_margins():
    for seed in range(50):
        rows = clustered_rows(1_000, sizes=(3, 1, 2), gap=7, margin=100, seed=seed)
        gaps = np.diff(rows)
        assert ((gaps == 7) | (gaps >= 100)).all()
        assert (gaps == 7).sum() == 3
        assert rows[-1] < 900


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: daily_noise(0), "`n` must be at least 1"),
        (lambda: daily_noise(5, sigma=-1), "`sigma` must be at least"),
        (lambda: daily_noise(5, autocorrelation=1.0), "`autocorrelation` must lie between"),
        (lambda: daily_noise(5, arch=0.5, garch=0.5), "must be below 1, got 1"),
        (lambda: daily_noise(5, tail=2), "`tail` must be above 2"),
        (lambda: event_world(np.zeros(5), np.array([7])), "must increase within 0..4"),
        (lambda: clustered_rows(50, sizes=(1, 1), gap=1, margin=30), "need more than 50 rows"),
    ],
)
def test_impossible_worlds_are_refused(call, message):
    with pytest.raises(InputError, match=message):
        call()
