"""Situations that other tools report as bugs, for leads, lags and regimes: the right answers."""

import numpy as np
import pandas as pd
import pytest
from scipy import optimize

from altrotation import (
    cross_correlation,
    granger,
    hayashi_yoshida,
    lead_matrix,
    load_reference,
    local_projection,
)
from altrotation.claims.estimators.projections import _joint
from altrotation.errors import DataError, InputError
from altrotation.inference.bootstrap import block_length
from altrotation.inference.ewc import ewc_ols
from altrotation.inference.hac import hac_ols, refuse_dependence, unit_columns
from altrotation.inference.multiple import step_down
from altrotation.inference.rotation import rotated_regression
from altrotation.inference.sharpe import sharpe_moments
from altrotation.inference.ties import tail_share, tie_slack
from altrotation.kernels.rolling_correlation import rolling_correlation
from altrotation.kernels.states import below_with_hysteresis, turning_points
from altrotation.leadlag.arrival import arrival_test
from altrotation.leadlag.cascade import cascade
from altrotation.leadlag.clocks import cumulative_activity, to_nanoseconds
from altrotation.leadlag.contrast import lag_words
from altrotation.leadlag.entropy import transfer_entropy
from altrotation.leadlag.granger import toda_yamamoto
from altrotation.leadlag.grouped import cross_correlation_by
from altrotation.leadlag.inputs import aligned, require_design
from altrotation.leadlag.levy import levy_area, unit_residuals
from altrotation.leadlag.network import pair_blocks
from altrotation.leadlag.predictive import predictive_content
from altrotation.leadlag.projection import projected
from altrotation.leadlag.rolling import rolling_cross_correlation
from altrotation.leadlag.sensitivity import clock_sensitivity
from altrotation.leadlag.whiten import bic_order, whitened
from altrotation.regimes.agreement import rand_index
from altrotation.regimes.bocpd import bocpd
from altrotation.regimes.breaks import sup_f
from altrotation.regimes.changepoints import changepoints
from altrotation.regimes.cusum import ols_cusum
from altrotation.regimes.jump import jump_regimes
from altrotation.regimes.known_break import known_break
from altrotation.regimes.markov import markov_fit
from altrotation.regimes.markov_model import MarkovModel
from altrotation.regimes.rotated_break import rotated_sup_wald
from altrotation.regimes.rules import rotation_phases

N = 420
DAYS = pd.date_range("2020-01-01", periods=N, name="date")
RNG = np.random.default_rng(5)
X, Y, C, E = (
    pd.Series(values, index=DAYS, name=name)
    for name, values in zip("xyce", 0.02 * RNG.normal(size=(4, N)), strict=True)
)
CASH = pd.Series(100 * 1.0001 ** np.arange(N + 1), index=pd.date_range("2019-12-31", periods=N + 1))
STEADY = np.log(CASH).diff().iloc[1:].rename_axis("date")  # the same return every day
SINE = pd.Series(np.sin(0.4 * np.arange(N)), index=DAYS)  # its own past foretells it
HALVES = {"a": (DAYS[0], DAYS[199]), "b": (DAYS[200], DAYS[-1])}


def by_halves(x, y, **options):
    return cross_correlation_by(x, y, HALVES, lags=2, replicates=99, **options)


def rolling(x, y, **options):
    return rolling_cross_correlation(x, y, window=60, replicates=99, **options)


def matrix(x, y):
    return lead_matrix(pd.DataFrame({"x": x, "y": y}), replicates=99)


def order_of_three(x, y):
    return cascade(pd.DataFrame({"x": x, "e": E, "y": y}), ["x", "e", "y"], replicates=99)


def contrast(x, y):
    return hayashi_yoshida(x.cumsum(), y.cumsum(), replicates=99)


def levels(x, y, **options):
    return toda_yamamoto(x.cumsum(), y.cumsum(), **options)


def correlation(x, y, **options):
    return cross_correlation(x, y, lags=3, replicates=99, **options)


def responses(x, y, **options):
    return local_projection(x, y, horizons=3, replicates=99, **options)


PARTIAL = (correlation, granger, levels, responses, predictive_content)
CHANGES = (
    *(each for each in PARTIAL if each is not levels),
    transfer_entropy,
    levy_area,
    by_halves,
    rolling,
    matrix,
    order_of_three,
)
EVERY = (*CHANGES, levels, contrast)


# -- one series that is another: statsmodels #3260, #3240, #7232 -----------------------------------


@pytest.mark.parametrize("estimate", EVERY)
@pytest.mark.parametrize("factor", [2.0, -1e9, 1e-9, 1.0 + 1e-12])
def test_a_series_that_is_a_multiple_of_another_is_named(estimate, factor):
    with pytest.raises(InputError, match="`x` and `y` move as one"):
        estimate(X, factor * X)


def test_a_wrapped_coin_in_a_frame_is_named_and_a_basket_is_welcome():
    frame = pd.DataFrame({"BTC": X, "ETH": Y, "WBTC": X * 1.0})
    with pytest.raises(InputError, match="`BTC` and `WBTC` move as one"):
        lead_matrix(frame, replicates=99)
    basket = frame[["BTC", "ETH"]].assign(basket=X + Y)  # no pair of them moves as one
    assert np.isfinite(lead_matrix(basket, replicates=99).ranking.to_numpy()).all()


@pytest.mark.parametrize("estimate", [granger, levels, responses])
def test_a_series_that_repeats_another_days_later_is_named(estimate):
    with pytest.raises(InputError, match=r"row.? before` .*move as one"):
        estimate(X.iloc[1:], X.shift(1).iloc[1:])


def test_a_repeat_is_a_lead_where_lags_are_no_regressors():
    late = X.shift(2).iloc[2:]
    found = correlation(X.iloc[2:], late)
    assert found.peak == 2
    assert found.table.loc[2, "estimate"] == pytest.approx(1.0, abs=0.02)
    content = predictive_content(X.shift(1).iloc[2:], late)
    assert content.r_squared == pytest.approx(1.0)
    with pytest.raises(InputError, match="`y` and `x 1 row before` move as one"):
        predictive_content(X.iloc[2:], X.shift(1).iloc[2:], lags=2, own_lags=1)


# -- a control that is the series itself: pingouin #375, tigramite #102 ----------------------------


@pytest.mark.parametrize("estimate", PARTIAL)
@pytest.mark.parametrize(
    ("controls", "message"),
    [
        ({"c": X}, "`x` and `c` move as one"),
        ({"c": C, "d": 1e9 * Y}, "`y` and `d` move as one"),
        ({"c": C, "d": -C}, "`c` and `d` move as one"),
        ({"c": C, "d": X + Y - C}, "`d` is a combination of `x`, `y`, `c`"),
        ({"x": X}, "`x` and `controls: x` move as one"),
    ],
)
def test_a_control_that_carries_nothing_of_its_own_is_named(estimate, controls, message):
    frame = pd.DataFrame(controls)
    with pytest.raises(InputError, match=message):
        estimate(X, Y, controls=frame.cumsum() if estimate is levels else frame)


def test_a_control_that_knows_the_next_day_leaves_nothing_of_the_series():
    ahead = pd.DataFrame({"c": X.shift(-1)}).iloc[:-1]
    with pytest.raises(InputError, match="`x` is determined by what is taken out of it"):
        correlation((X + 0.5 * X.shift(1)).iloc[1:-1], Y.iloc[1:-1], controls=ahead.iloc[1:])


def test_a_control_close_to_a_series_is_no_copy():
    near = pd.DataFrame({"c": X + 1e-4 * Y + 1e-5 * C})
    for estimate in (correlation, granger, responses, predictive_content):
        assert estimate(X, Y, controls=near).summary().notna().all().all()


# -- constant but for rounding: tigramite #168, ffn #346 -------------------------------------------


@pytest.mark.parametrize("estimate", EVERY)
def test_a_series_that_grows_at_one_rate_is_constant(estimate):
    assert np.ptp(STEADY) > 0  # the trap
    what = r"`[xy]` is constant over the shared days|`.* are a combination|move as one"
    with pytest.raises(InputError, match=what):
        estimate(STEADY, Y)
    with pytest.raises(InputError, match=what):
        estimate(Y, STEADY)


@pytest.mark.parametrize("estimate", [correlation, levy_area, by_halves, rolling, matrix])
def test_a_series_that_its_own_past_foretells_is_refused(estimate):
    with pytest.raises(InputError, match="`x` is determined by what is taken out of it"):
        estimate(SINE, Y)


@pytest.mark.parametrize("estimate", [granger, levels, responses])
def test_in_a_regression_such_a_series_is_named_as_a_combination_of_its_lags(estimate):
    with pytest.raises(InputError, match=r"`x.*` is a combination|`x` is determined"):
        estimate(SINE, Y)


def test_forecasts_of_a_series_that_needs_no_leader_are_refused():
    tomorrow = pd.DataFrame({"c": Y.shift(-1)}).iloc[:-1]
    with pytest.raises(InputError, match="foretold exactly without `x`"):
        predictive_content(X.iloc[:-1], Y.iloc[:-1], controls=tomorrow)


@pytest.mark.parametrize(
    "call",
    [
        lambda s: bocpd(s, burn_in=100),
        lambda s: sup_f(s),
        lambda s: sup_f(Y, s),
        lambda s: ols_cusum(s),
        lambda s: changepoints(s),
        lambda s: rotated_sup_wald(Y, s),
        lambda s: known_break(s, date="2020-07-01"),
        lambda s: markov_fit(s),
        lambda s: jump_regimes(s, warmup=100),
        lambda s: sharpe_moments(s.to_numpy()),
        lambda s: rotated_regression(s.to_numpy()[:, None], Y.to_numpy()[:, None]),
        lambda s: rotated_regression(Y.to_numpy()[:, None], s.to_numpy()[:, None]),
        lambda s: ewc_ols(s.to_numpy(), np.ones((N, 1))),
        lambda s: hac_ols(s.to_numpy(), np.ones((N, 1)), bandwidth=2),
    ],
)
@pytest.mark.parametrize("factor", [1.0, 1e-9, 1e9])
def test_regimes_and_regressions_of_a_steady_series_are_refused(call, factor):
    with pytest.raises(InputError, match=r"constant|collinear|vary|exactly"):
        call(factor * STEADY)


def test_block_length_of_a_steady_series_is_one():
    assert block_length(STEADY.to_numpy()) == 1.0


def test_a_group_in_which_a_series_rests_or_the_pair_is_one_is_named():
    still = X.where(X.index >= HALVES["b"][0], 0.001)
    with pytest.raises(InputError, match="`x` does not move at lag -2 within the group 'a'"):
        cross_correlation_by(still, Y, HALVES, lags=2, max_order=0, replicates=99)
    pegged = Y.where(Y.index < HALVES["b"][0], 2 * X)
    with pytest.raises(InputError, match=r"move as one at lag \+0 within the group 'b'"):
        cross_correlation_by(X, pegged, HALVES, lags=2, max_order=0, replicates=99)


# -- nothing depends on units ----------------------------------------------------------------------


@pytest.mark.parametrize("factors", [(1e-9, 1e-9), (1e9, 1e9), (1e9, 1e-9)])
def test_p_values_do_not_depend_on_units(factors):
    def numbers(one, two):
        x, y, controls = X * one, Y * two, (C * two).to_frame("c")
        found = [correlation(x, y, controls=controls).table[["p", "robust_p_adjusted"]]]
        found += [
            responses(x, y, controls=controls, errors=errors).table[["p", "p_adjusted"]]
            for errors in ("lag-augmented", "newey-west", "ewc")
        ]
        found += [transfer_entropy(x, y, replicates=99).table, by_halves(x, y).table[["p"]]]
        test = granger(x, y, controls=controls)
        content = predictive_content(x, y, controls=controls)
        one_by_one = [
            test.p_value,
            test.instantaneous_p,
            levels(x, y).p_value,
            levy_area(x, y).p_value,
            rolling(x, y).p_value,
            content.clark_west.p_value,
            content.dm_p,
            contrast(x, y).log_llr_p,
            sup_f(y, x).p_value,
            rotated_sup_wald(y, x, most=59).p_value,
            known_break(y, x, date="2020-07-01").p_value,
        ]
        return np.concatenate([*(table.to_numpy().ravel() for table in found), one_by_one])

    assert numbers(*factors) == pytest.approx(numbers(1.0, 1.0), rel=1e-7, abs=1e-12)


def test_least_squares_tells_rank_whatever_the_units():
    x = np.column_stack([np.ones(N), 1e-13 * X, 1e9 * C])
    for fit in (ewc_ols(Y.to_numpy(), x), hac_ols(Y.to_numpy(), x, bandwidth=3)):
        plain = np.linalg.lstsq(np.column_stack([np.ones(N), X, C]), Y.to_numpy())[0]
        assert fit.coefficients * [1.0, 1e-13, 1e9] == pytest.approx(plain)
    with pytest.raises(InputError, match=r"collinear \(2 and 3 of 3\)"):
        ewc_ols(Y.to_numpy(), np.column_stack([np.ones(N), 1e-13 * X, 1e9 * X]))
    with pytest.raises(InputError, match=r"collinear \(1 and 2 and 3 of 3\)"):
        hac_ols(Y.to_numpy(), np.column_stack([X, C, X - C]), bandwidth=1)
    far = np.column_stack([np.ones(N), 1e6 + X])  # a trend far from zero is no constant
    assert np.isfinite(ewc_ols(Y.to_numpy(), far).standard_errors).all()
    unit, size = unit_columns(x)
    assert (unit * size == x).all()


def test_a_rank_below_the_columns_without_an_intercept():
    ones = np.ones((6, 1))
    refuse_dependence(np.column_stack([np.arange(6.0), np.arange(6.0) ** 2]), "Columns")
    refuse_dependence(ones, "Columns", intercept=False)
    with pytest.raises(InputError, match="Columns are collinear"):
        refuse_dependence(np.column_stack([ones, 2 * ones]), "Columns", intercept=False)
    with pytest.raises(InputError, match="Columns are collinear"):
        refuse_dependence(np.zeros((6, 1)), "Columns", intercept=False)


# -- a draw that repeats the data counts -----------------------------------------------------------


@pytest.mark.parametrize("scale", [1e-12, 1.0, 1e12])
def test_a_sum_formed_in_another_order_ties(scale):
    terms = scale * np.random.default_rng(0).normal(size=60)
    observed = terms.sum()
    shuffled = [terms[np.random.default_rng(seed).permutation(60)].sum() for seed in range(50)]
    others = observed + scale * np.linspace(-2.0, 2.0, 49)
    null = np.array([*shuffled, *others])
    assert any(draw < observed for draw in shuffled)  # the trap
    right = (1 + 50 + 25) / 100
    assert tail_share(observed, null) == pytest.approx(right)
    assert step_down(np.array([observed]), null[:, None]) == pytest.approx([right])


def test_a_statistic_that_does_not_vary_is_no_evidence_and_missing_draws_do_not_count():
    flat = np.full(19, 0.3) * (1 + 1e-15 * np.arange(19))
    assert tail_share(np.float64(0.3), flat) == 1.0
    assert np.isinf(tie_slack(np.float64(0.0), np.zeros(9)))
    null = np.array([[1.0, np.nan], [3.0, np.nan], [2.0, 1.0]])
    assert tail_share(np.array([2.0, 2.0]), null).tolist() == [0.75, 0.5]


# -- short samples: statsmodels #347, ruptures #272 ------------------------------------------------


@pytest.mark.parametrize("rows", [0, 1, 3, 7])
def test_a_block_length_needs_eight_rows(rows):
    with pytest.raises(InputError, match=rf"needs at least 8 rows, got {rows}; take a longer"):
        block_length(RNG.normal(size=rows))
    assert block_length(RNG.normal(size=8)) >= 1.0


# -- instants finer than a second ------------------------------------------------------------------


def ticks(factor, *, unit="ns"):
    walk = np.random.default_rng(0).normal(0, 0.01, 2000).cumsum()
    step = pd.Timedelta(100 * factor, "ms")
    times = pd.date_range("2024-01-01", periods=2000, freq=step, unit="ns")
    x = pd.Series(walk, index=times.as_unit(unit), name="x")
    return x, pd.Series(walk, index=(times + 3 * step).as_unit(unit), name="y")


LAGS = np.array([-0.9, -0.6, -0.3, 0.0, 0.3, 0.6, 0.9]) / 3600


def test_a_lead_of_300_milliseconds_is_found_there_and_only_there():
    found = hayashi_yoshida(*ticks(1), lags=LAGS, replicates=99)
    estimate = found.table["estimate"].to_numpy()
    assert estimate[4] == pytest.approx(1.0, abs=0.002)
    assert np.abs(np.delete(estimate, 4)).max() < 0.1
    assert found.peak == LAGS[4]
    assert "largest excess at +300 milliseconds" in found.findings()
    assert found.sides["positive"] == 0.01
    assert found.sides["negative"] > 0.05


@pytest.mark.parametrize("factor", [10, 1000, 86_400])
def test_the_contrast_does_not_depend_on_the_unit_of_time(factor):
    base = hayashi_yoshida(*ticks(1), lags=LAGS, replicates=99)
    scaled = hayashi_yoshida(*ticks(factor), lags=LAGS * factor, replicates=99)
    np.testing.assert_allclose(
        scaled.table.to_numpy(), base.table.to_numpy(), rtol=1e-9, atol=1e-12
    )
    assert scaled.sides == base.sides
    assert scaled.log_llr == pytest.approx(base.log_llr, rel=1e-9)


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_the_unit_of_an_index_does_not_count(unit):
    base = hayashi_yoshida(*ticks(10), lags=10 * LAGS, replicates=99)
    other = hayashi_yoshida(*ticks(10, unit=unit), lags=10 * LAGS, replicates=99)
    pd.testing.assert_frame_equal(other.table, base.table)


def test_activity_and_lags_keep_nanoseconds():
    instants = pd.DatetimeIndex(["2025-01-02 14:30:00.000000001", "2025-01-02 14:30:00.2"])
    for kind in ("calendar", "sessions"):
        assert np.diff(cumulative_activity(kind)(instants)).tolist() == [199_999_999]
    opened = cumulative_activity("sessions")(pd.DatetimeIndex(["1980-01-01", "2025-01-02 14:30"]))
    assert opened[0] == 0
    assert opened[1] > 0
    shown = [lag_words(hours) for hours in (24.0, -1.0, 0.0, 90 / 3600, 3e-4 / 3600, 4e-9 / 3600)]
    assert shown == [
        "+24 hours", "-1 hours", "+0 hours", "+90 seconds", "+300000 nanoseconds",
        "+4 nanoseconds"]  # fmt: skip
    with pytest.raises(InputError, match="between 1678 and 2261"):
        to_nanoseconds(pd.DatetimeIndex([pd.Timestamp("2900-01-01").as_unit("s")]))


BAD_CONTRASTS = [
    ({"lags": (-24, 0, 1e-14, 24)}, "the same nanosecond"),
    ({"lags": (-24, 0, 24 * N)}, "shorter than the shared span"),
    ({"lags": (-24, 0, np.nan)}, "a sequence of finite numbers"),
]


@pytest.mark.parametrize(("options", "message"), BAD_CONTRASTS)
def test_lags_that_cannot_be_told_apart_or_reach_too_far_are_refused(options, message):
    with pytest.raises(InputError, match=message):
        hayashi_yoshida(X.cumsum(), Y.cumsum(), replicates=9, **options)


def test_series_that_move_only_while_new_york_is_shut_have_no_session_time():
    times = pd.date_range("2024-01-06", periods=60, freq="30min")  # a weekend
    walk = np.random.default_rng(0).normal(size=(2, 60)).cumsum(axis=1)
    x, y = (pd.Series(each, index=times) for each in walk)
    options = {"lags": (-1, 0, 1), "replicates": 9}
    assert hayashi_yoshida(x, y, **options).n == 59
    with pytest.raises(InputError, match="meets a New York session; use activity='calendar'"):
        hayashi_yoshida(x, y, activity="sessions", **options)


def test_two_clocks_of_one_series_are_refused():
    price = load_reference().close("RUT").loc["2020":"2021"]
    with pytest.raises(InputError, match="move as one"):
        clock_sensitivity(price, (3 * price).ffill().bfill(), lags=2, replicates=9)


# -- responses within the row: lpirfs, Jorda (2005) ------------------------------------------------


def monetary(n=4000, seed=0):
    """A recursive system of output, prices and the rate, with its impulse responses."""
    rng = np.random.default_rng(seed)
    lag = np.array([[0.6, 0.0, -0.3], [0.2, 0.5, 0.0], [0.1, 0.2, 0.7]])
    now = np.array([[1.0, 0.0, 0.0], [0.4, 1.0, 0.0], [0.5, 0.3, 1.0]])  # the rate answers all
    shocks = rng.normal(size=(n, 3)) @ now.T
    values = np.zeros((n, 3))
    for t in range(1, n):
        values[t] = lag @ values[t - 1] + shocks[t]
    days = pd.date_range("1900-01-01", periods=n)
    truth = [np.linalg.matrix_power(lag, h) @ now for h in range(4)]
    return pd.DataFrame(values, index=days, columns=["output", "prices", "rate"]), truth


@pytest.mark.parametrize("shock", ["output", "prices", "rate"])
@pytest.mark.parametrize("response", ["output", "prices", "rate"])
def test_recursive_impulse_responses_are_recovered(shock, response):
    frame, truth = monetary()
    names = list(frame.columns)
    earlier = names[: names.index(shock)]
    others = [name for name in names if name not in (shock, response)]
    found = local_projection(
        frame[shock],
        frame[response],
        horizons=3,
        cumulative=False,
        lags=1,
        controls=frame[others],
        held=[*(["y"] if response in earlier else []), *(set(earlier) & set(others))],
        replicates=99,
    ).table
    true = [truth[h][names.index(response), names.index(shock)] for h in (1, 2, 3)]
    off = (found["estimate"].to_numpy() - true) / found["standard_error"].to_numpy()
    assert np.abs(off).max() < 3.5  # 27 normal errors: P(any beyond 3.5) is .013
    assert found["standard_error"].max() < 0.05


def test_what_is_held_is_what_is_regressed_on():
    controls = pd.DataFrame({"c": C, "e": E})
    for held in ((), ("y",), ("e",), ("c", "y"), None):
        kept = {"y", "c", "e"} if held is None else set(held)
        series = {"y": Y, "c": C, "e": E}
        columns = [X, pd.Series(1.0, index=DAYS), *(X.shift(lag) for lag in (1, 2))]
        for name, values in series.items():
            columns += [values.shift(lag) for lag in range(name not in kept, 3)]
        outcome = Y.shift(-1) + Y.shift(-2)
        table = pd.concat([outcome, *columns], axis=1).dropna().to_numpy()
        slope = np.linalg.lstsq(table[:, 1:], table[:, 0])[0][0]
        found = local_projection(
            X, Y, horizons=2, lags=1, controls=controls, held=held, replicates=99
        )
        assert found.table.loc[2, "estimate"] == pytest.approx(slope)
        assert ("on the row itself" in found.method) == (held is not None)


def test_the_response_of_a_series_to_its_own_impulse():
    found = local_projection(
        X, X.copy(), horizons=2, lags=1, cumulative=False, held=(), replicates=9
    )
    table = pd.concat([X.shift(-1), X, *(X.shift(lag) for lag in (1, 2))], axis=1).dropna()
    design = np.column_stack([table.iloc[:, 1:], np.ones(len(table))])
    slope = np.linalg.lstsq(design, table.iloc[:, 0].to_numpy())[0][0]
    assert found.table.loc[1, "estimate"] == pytest.approx(slope)


@pytest.mark.parametrize("held", ["y", ("z",), ("x",), (1,)])
def test_what_is_held_must_be_named(held):
    with pytest.raises(InputError, match="`held`"):
        local_projection(X, Y, horizons=2, held=held)


# -- the law of a Markov path's first row: depmixS4 ------------------------------------------------


def forward(parameters, values, start):
    """Return the log likelihood of two normal states by the forward recursion."""
    mean, spread = parameters[:2], np.exp(parameters[2:4])
    stay = 1 / (1 + np.exp(-parameters[4:6]))
    move = np.array([[stay[0], 1 - stay[0]], [1 - stay[1], stay[1]]])
    weight = np.array([1 - stay[1], 1 - stay[0]]) / (2 - stay.sum()) if start is None else start
    total = 0.0
    for value in values:
        part = weight * np.exp(-0.5 * ((value - mean) / spread) ** 2) / spread / np.sqrt(2 * np.pi)
        total += np.log(part.sum())
        weight = part / part.sum() @ move
    return total


def test_a_free_first_row_reaches_the_maximum_over_all_start_laws():
    rng = np.random.default_rng(3)
    state = np.zeros(200, dtype=int)
    for t in range(1, 200):
        state[t] = state[t - 1] if rng.random() < 0.92 else 1 - state[t - 1]
    values = np.where(state, 6.4, 5.5) + rng.normal(size=200) * 0.22
    series = pd.Series(values, index=pd.date_range("2020-01-01", periods=200))

    def largest(free):
        ends = []
        for first in (-3.0, 3.0) if free else (0.0,):
            begin = [5.5, 6.4, -1.5, -1.5, 2.4, 2.4, first]

            def loss(p):
                share = 1 / (1 + np.exp(-p[6]))
                return -forward(p, values, np.array([share, 1 - share]) if free else None)

            ends.append(-optimize.minimize(loss, begin, method="BFGS").fun)
        return max(ends)

    fits = {start: markov_fit(series, model=MarkovModel(start=start), starts=2)
            for start in ("stationary", "estimated")}  # fmt: skip
    assert fits["stationary"].loglike == pytest.approx(largest(free=False), abs=1e-4)
    assert fits["estimated"].loglike == pytest.approx(largest(free=True), abs=1e-4)
    assert fits["estimated"].loglike > fits["stationary"].loglike + 0.1
    assert fits["estimated"].filtered.iloc[0].max() == pytest.approx(1.0)
    assert "first row in its likeliest state" in fits["estimated"].regime.rule
    with pytest.raises(InputError, match="`start` must be one of 'stationary', 'estimated'"):
        MarkovModel(start="uniform")


# -- a stamp is checked against a second source ----------------------------------------------------


BTC = load_reference().close("BTC").dropna()
NEAR = (BTC * np.exp(0.002 * np.random.default_rng(0).normal(size=len(BTC)))).rename("second")


def test_closes_stamped_midnight_are_refused_with_a_remedy_that_works():
    assert arrival_test(BTC, NEAR).right
    late = BTC.shift(1, freq="D")
    found = arrival_test(late, NEAR)
    assert (found.lag, found.right) == (-1, False)
    with pytest.raises(DataError, match=r"1 day too late.*move it with .shift\(-1, freq='D'\)"):
        found.require()
    arrival_test(late.shift(-1, freq="D"), NEAR).require()
    early = arrival_test(BTC.shift(-2, freq="D"), NEAR, lags=2)
    assert "2 days too early" in early.sentence
    assert "shift(2, freq='D')" in early.sentence


def test_a_late_stamp_makes_a_lead_that_is_none():
    panel = load_reference().on("XNYS")
    equity = np.log(panel.close("RUT")).diff().rename("RUT")

    def leads(coin):
        both = pd.concat([equity, np.log(coin.reindex(panel.dates)).diff()], axis=1).dropna()
        return cross_correlation(both.iloc[:, 0], both.iloc[:, 1], lags=5).sides["positive"]

    assert leads(BTC) > 0.1
    assert leads(BTC.shift(1, freq="D")) == pytest.approx(0.001)


def test_sessions_that_are_late_by_a_row_and_bad_ticks():
    close = load_reference().close("RUT").dropna().loc["2018":]
    wild = close.copy()
    wild.iloc[[50, 300, 700]] *= [10.0, 0.1, 100.0]
    assert arrival_test(wild, close).right
    found = arrival_test(close.shift(1).dropna(), close)
    assert "1 row too late" in found.sentence
    assert arrival_test(close.shift(1).dropna().shift(-1), close).right
    assert arrival_test(1e-9 * close, 1e9 * close).right


def test_another_quantity_is_no_second_source():
    panel = load_reference()
    for second in (panel.close("RUT"), np.exp(Y.cumsum())):
        found = arrival_test(BTC, second)
        assert not found.sure
        with pytest.raises(DataError, match="another second source of the same quantity"):
            found.require()
    assert "do not match at one lag clearly" in found.findings()["stamp"]


BAD_ARRIVALS = [
    (lambda: arrival_test(BTC.to_frame(), NEAR), "`series` must be a pandas Series"),
    (lambda: arrival_test(BTC.iloc[:42], NEAR), "changes on shared days` must be at least 42"),
    (lambda: arrival_test(BTC * 0 + 0.1, NEAR), "`series` is constant over the shared days"),
    (lambda: arrival_test(BTC, NEAR, lags=0), "`lags` must be at least 1"),
    (lambda: arrival_test(BTC, NEAR, level=1.0), "`level` must lie between"),
]


@pytest.mark.parametrize(("call", "message"), BAD_ARRIVALS)
def test_bad_arrival_tests(call, message):
    with pytest.raises(InputError, match=message):
        call()


# -- a maximum of like with like -------------------------------------------------------------------


def test_the_joint_test_of_a_projection_does_not_hear_the_widest_cell_alone():
    rng = np.random.default_rng(1)
    null = [rng.normal(size=800) for _ in range(3)]
    observed = np.array([2.6, 0.3, 1.0])
    wide = [null[0], null[1], 15.0 * null[2]]  # classical errors of a long memory: t of +-30
    plain = _joint(observed, null)
    assert _joint(observed * [1, 1, 15], wide) == pytest.approx(plain)
    assert plain[0] < 0.05 < step_down(observed, np.abs(np.column_stack(wide)))[0]


# -- the remaining bad calls of the parts ----------------------------------------------------------


PAIR = pd.DataFrame({"x": X, "y": 2 * X})
DESIGN = np.column_stack([X, np.ones(N), C])
BAD_PARTS = [
    (lambda: aligned({"x": X, "y": 2 * X}), "`x` and `y` move as one"),
    (lambda: aligned({"x": X, "y": Y}, controls=pd.DataFrame({"c": X + Y})), "is a combination"),
    (lambda: require_design(PAIR, None, range(1)), "move as one"),
    (lambda: pair_blocks(PAIR, window=20, max_order=2), "move as one"),
    (lambda: unit_residuals(SINE.to_frame("x"), max_order=4), "is determined by"),
    (lambda: projected(Y.to_numpy(), DESIGN[:, [0, 1, 0]]), "determines `x`"),
    (lambda: projected(X.to_numpy() + C.to_numpy(), DESIGN), "determine the outcome exactly"),
    (lambda: bic_order(SINE.to_numpy(), None, max_order=3, name="x"), "`x` is determined"),
    (lambda: whitened(SINE.to_numpy(), None, order=2, first=2), "`values` is determined"),
    (lambda: sharpe_moments(X.to_numpy(), over=""), "`over` must be text"),
]


@pytest.mark.parametrize(("call", "message"), BAD_PARTS)
def test_bad_parts(call, message):
    with pytest.raises(InputError, match=message):
        call()


def test_a_sharpe_ratio_names_what_it_is_over():
    assert sharpe_moments(X.to_numpy()).over == "zero"
    assert sharpe_moments(X.to_numpy(), over="BTC").over == "BTC"


def test_collinear_regressors_of_a_break_are_named():
    with pytest.raises(InputError, match=r"collinear, or one is constant; drop it \(x and c\)"):
        sup_f(Y, pd.DataFrame({"x": X, "c": 1e9 * X}))
    with pytest.raises(InputError, match=r"before the break \(x and c\)"):
        known_break(Y, pd.DataFrame({"x": X, "c": X.where(X.index >= DAYS[200], 2 * X)}),
                    date=DAYS[200])  # fmt: skip


# -- states at the very line -----------------------------------------------------------------------


def test_a_fall_of_exactly_the_size_asked_for_is_a_fall():
    peak, fallen = 0.3 + 0.3 + 0.3, 0.6  # 0.9 in its last bit below; the difference above 0.3
    for size in (1.0, 1e-9, 1e9):
        values = size * np.array([0.5, peak, fallen, fallen, 0.9])
        state, peaks, troughs, _ = turning_points(values, 0.3 * size, 0.3 * size)
        assert state[2] == -1.0
        assert peaks[2] == 1
        assert state[4] == 1.0
        assert troughs[4] == 2
    flat = np.full(300, 0.1) * (1 + 1e-16 * RNG.normal(size=300))
    assert np.isnan(turning_points(flat, 1e-9, 1e-9)[0]).all()


def test_a_level_touched_but_for_rounding_is_not_crossed():
    touched = np.array([0.1 + 0.2, np.nextafter(0.3, 0.0), 0.3])
    assert np.isnan(below_with_hysteresis(touched, 0.3, 0.3)).all()
    assert below_with_hysteresis(np.array([0.29, 0.3, 0.31]), 0.3, 0.3).tolist() == [1, 1, 0]


def test_tiers_that_move_as_one_do_not_lead_one_another():
    days = pd.date_range("2020-01-01", periods=500)
    path = np.exp(0.02 * np.random.default_rng(2).normal(size=500).cumsum())
    inputs = pd.DataFrame(
        {"breadth": 50.0, "eth_btc": 0.05, "btc": 1e4,
         "large": path, "mid": 0.1 * path, "small": 0.7 * path},
        index=days,
    )  # fmt: skip
    phases = rotation_phases(inputs).shares()
    assert phases.loc[[name for name in phases.index if "large" in name]].sum() == 0.0


def test_a_rolling_window_at_rest_has_no_correlation():
    x, y = X.to_numpy().copy(), Y.to_numpy()
    x[200:320] = x.mean()
    path = rolling_correlation(x, y, 60)
    assert np.isnan(path[259:320]).all()
    assert np.isfinite(path[59:200]).all()
    with pytest.raises(InputError, match="does not move within some window"):
        rolling_cross_correlation(pd.Series(x, index=DAYS), Y, window=60, max_order=0)


def test_a_pair_that_is_one_for_a_while_has_a_rolling_correlation_of_one():
    pegged = Y.where((Y.index < DAYS[150]) | (Y.index > DAYS[260]), 3 * X)
    found = rolling_cross_correlation(X, pegged, window=60, max_order=0, replicates=99)
    assert found.table["estimate"].max() == pytest.approx(1.0)
    assert np.isfinite(found.table.to_numpy()).all()
    assert found.p_value == 0.01


def test_labellings_of_one_label_have_no_rand_index():
    one = np.zeros(30_001, dtype=np.int64)
    assert np.isnan(rand_index(one, one))
    assert rand_index(one % 2, np.arange(30_001) % 2) == 0.0
