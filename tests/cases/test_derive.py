"""Inputs that gave wrong indicators: frozen prices, wrapped coins, constant rates, odd units."""

import numpy as np
import pandas as pd
import pytest

from altrotation import Panel, SeriesCard
from altrotation.indicators.breadth import (
    advance_decline,
    equity_breadth,
    share_above_mean,
    share_at_high,
    share_beating,
)
from altrotation.indicators.breakout import breakout_course, breakout_days, confirmed_breakouts
from altrotation.indicators.concentration import mega_cap_concentration, sector_participation
from altrotation.indicators.dominance import below_threshold, dated_peaks, dominance
from altrotation.indicators.failed_breakouts import failed_breakout_rate
from altrotation.indicators.flows import flow_streak, rolling_flow
from altrotation.indicators.fragility import downside_beta, recovery_time, tail_dependence
from altrotation.indicators.leverage import crowding_score, extreme_funding
from altrotation.indicators.liquidity import (
    calendar_growth,
    dollar_impulse,
    growth,
    yield_impulse,
)
from altrotation.indicators.liquidity_composite import liquidity_composite
from altrotation.indicators.open_interest import open_interest_growth, washouts
from altrotation.indicators.ranges import levels_cleared, trailing_range
from altrotation.indicators.records import days_since_record, distance_from_record
from altrotation.indicators.relative import (
    price_ratio,
    ratio_to_mean,
    relative_momentum,
    relative_strength,
)
from altrotation.indicators.volume import (
    group_turnover,
    sideways,
    volume_expansion,
    volume_stability,
)
from altrotation.kernels import rolling
from altrotation.kernels.expanding import expanding_forecasts
from altrotation.kernels.rolling_correlation import rolling_correlation
from altrotation.kernels.states import turning_points
from altrotation.regimes.rules import INPUTS, rotation_phases
from altrotation.signals.trends import above_level, above_mean, falling, rising

D = pd.date_range("2020-01-01", periods=900, name="date")


def px(seed, n=900):
    steps = np.random.default_rng(seed).normal(0, 0.03, n)
    return pd.Series(100 * np.exp(np.cumsum(steps)), index=D[:n], name=f"p{seed}")


def wrapped(count=12):
    """Copies of one price in other units: equal returns but for rounding."""
    return pd.DataFrame({f"c{i}": px(1) * 0.1 * (i + 1) for i in range(count)})


def frozen(count=12):
    """Prices that never move, each along another sum of rounded numbers."""
    return pd.DataFrame({f"c{i}": np.full(900, 0.1 * (i + 1)) for i in range(count)}, index=D)


def jittered(count=12):
    """The same prices, a last bit up or down each day."""
    signs = np.random.default_rng(9).choice([-1.0, 1.0], (900, count))
    return frozen(count) * (1.0 + 2e-16 * signs)


# -- frozen prices and wrapped coins (pandas #67022, #9420, polars #12905) -----------------------


@pytest.mark.parametrize("prices", [frozen(), jittered()])
def test_a_frozen_price_is_not_above_its_mean_and_neither_rises_nor_falls(prices):
    assert (share_above_mean(prices, window=200).dropna() == 0).all()
    assert (share_at_high(prices).dropna() == 100).all()  # it stays at its high
    moved = advance_decline(prices).dropna(subset="advancing")
    assert (moved[["advancing", "declining", "line"]] == 0).all(axis=None)
    breadth = equity_breadth(prices)
    assert (breadth[["above50", "above200", "net_advances"]].dropna() == 0).all(axis=None)
    assert failed_breakout_rate(prices, least=1).isna().all()  # no break, so none that failed
    first = prices.iloc[:, 0]
    assert breakout_days(first).dropna().eq(0).all()
    assert breakout_days(first, kind="level", level=0.1).dropna().eq(0).all()
    assert days_since_record(first).tolist() == list(range(900))
    assert distance_from_record(first).abs().max() < 1e-9
    assert trailing_range(first)["position"].isna().all()
    assert sideways(first, band=1e-9).dropna().eq(1).all()


def test_wrapped_coins_do_not_beat_what_they_wrap():
    assert (share_beating(wrapped(), px(1)).dropna() == 0).all()
    parts = sector_participation(wrapped(), px(1))
    assert (parts["beating"].dropna() == 0).all()
    assert relative_strength(wrapped()["c4"], px(1)).isna().all()
    assert relative_strength(px(1) * 1.0000000000000002, px(1)).isna().all()
    twin = open_interest_growth(px(2) * 3.3, px(2), window=30).dropna()  # all in dollars
    assert set(twin["state"]) == {3.0, 4.0}  # no positions were opened


def test_real_differences_still_count():
    better = pd.DataFrame({f"c{i}": px(1) * 1.0001 ** np.arange(900) for i in range(12)})
    assert (share_beating(better, px(1)).dropna() == 100).all()
    rising_price = pd.DataFrame({f"c{i}": np.linspace(1, 1.001, 900) for i in range(12)}, index=D)
    assert (share_above_mean(rising_price).dropna() == 100).all()


def panel(series):
    card = SeriesCard(name="X", kind="price", unit="USD", calendar="24/7")
    return Panel(series.rename("X").to_frame(), [card])


@pytest.mark.parametrize("price", [frozen()["c2"], jittered()["c2"]])
def test_signals_of_a_frozen_price_are_off(price):
    held = panel(price)
    for signal in (
        above_mean(held, "X", window=200),
        above_level(held, "X", 0.1 + 0.2),
        rising(held, "X"),
        falling(held, "X"),
    ):
        assert set(signal.values.dropna()) == {0.0}


def test_tiers_that_move_as_one_make_no_large_cap_season():
    frame = pd.DataFrame({name: px(5) for name in INPUTS.values()}).set_axis(list(INPUTS), axis=1)
    frame["breadth"], frame["btc"], frame["eth_btc"] = 50.0, 0.3, 0.1
    frame["mid"], frame["small"] = frame["large"] * 0.3, frame["large"] * 7.1
    phases = rotation_phases(frame)
    assert set(phases.labels.dropna()) == {"neutral"}


def test_a_ratio_that_is_a_level_but_for_rounding_has_cleared_it():
    ratio = pd.Series([0.028 * (1 - 1e-15), 0.028, 0.0279, 0.1 * 0.3, np.nan], index=D[:5])
    assert levels_cleared(ratio).tolist()[:4] == [2.0, 2.0, 1.0, 3.0]
    assert np.isnan(levels_cleared(ratio).iloc[4])


def test_the_tail_of_tied_returns_is_unknown():
    prices = pd.concat([frozen(1), jittered(1).add_prefix("j"), px(1).to_frame("real")], axis=1)
    prices["halted"] = px(3).iloc[:300].reindex(D).ffill()  # moves, then stands
    got = tail_dependence(prices, px(1))
    assert got[["c0", "jc0"]].isna().all(axis=None)
    assert (got["real"].dropna() == 1).all()
    assert got["halted"].loc[D[400]] > 0  # the worst days lie before the halt
    assert got["halted"].iloc[-1:].isna().all()
    assert tail_dependence(prices[["real"]], frozen(1)["c0"]).isna().all(axis=None)  # no leader


def test_a_frozen_leader_has_no_falling_days_and_no_dips():
    leader = jittered(1)["c0"]
    assert downside_beta(px(1).to_frame(), leader).isna().all(axis=None)
    assert recovery_time(px(1).to_frame(), leader).isna().all(axis=None)
    regained = recovery_time(jittered(2), px(1)).dropna()  # never below its own level
    assert len(regained) > 100
    assert (regained == 0).all(axis=None)


def test_a_threshold_is_reached_but_for_rounding():
    # 0.3 - 0.1 is 0.19999999999999998: a fall of 0.2 all the same
    state, *_ = turning_points(np.array([0.3, 0.1]), 0.2, 0.2)
    assert state[-1] == -1
    assert below_threshold(pd.Series([61.5, 60 * (1 - 1e-15)], D[:2])).tolist() == [0.0, 0.0]
    total = pd.Series([0.1 + 0.2], D[:1])
    assert dominance(total, pd.Series([0.3], D[:1])).iloc[0] == pytest.approx(100)
    coins = pd.Series([10.0, 10.0, 10.0, 8.5], D[:4])
    found = washouts(coins, pd.Series([1.0, 1.0, 1.0, 0.92], D[:4]), window=3, unit="coins")
    assert found["washout"].iloc[-1] == 1  # 8.5 / 10 - 1 is -.15 plus a bit
    course = breakout_course(pd.Series([0.3, 0.31, 0.1 + 0.2 - 1e-16], D[:3]), within=1)
    assert course["failed"].sum() == 0  # a close at the level holds it


def test_a_default_rate_keeps_its_rank_however_it_was_averaged():
    daily = jittered(3) * 1e-3  # 0.01 % per 8 h as a mean of two or three settlements gives it
    assert crowding_score(daily).dropna().to_numpy() == pytest.approx(50)
    assert extreme_funding(daily["c0"], upper=60, lower=40).dropna().eq(0).all()


# -- series that grow at one rate (tigramite #102, pingouin #198, ffn #346) ----------------------


def test_a_constant_rate_has_no_deviation_to_measure_by():
    cash = pd.Series(100 * 1.0001 ** np.arange(900), index=D)
    assert dollar_impulse(cash).isna().all()
    assert dollar_impulse(cash * 1e-9).isna().all()
    assert yield_impulse(pd.Series(5 + 0.01 * np.arange(900), index=D)).isna().all()
    assert yield_impulse(pd.Series(np.full(900, 0.1) * 3, index=D)).isna().all()
    steps = pd.DataFrame({"a": growth(cash, periods=30), "b": growth(cash * 3, periods=60)})
    weights = {"a": 1.0, "b": 1.0}
    assert liquidity_composite(steps, weights=weights, least=1)["composite"].isna().all()
    assert downside_beta(px(1).to_frame(), 1 / cash).isna().all(axis=None)


def test_small_moves_are_moves():
    quiet = pd.Series(100 * np.exp(np.cumsum(np.random.default_rng(3).normal(0, 1e-6, 900))), D)
    assert dollar_impulse(quiet).notna().sum() == 650
    assert relative_strength(quiet, quiet * 0 + 1).notna().sum() == 811


@pytest.mark.parametrize("unit", [1e-12, 1e-9, 1.0, 1e9])
def test_a_z_score_knows_no_unit(unit):
    values = np.random.default_rng(4).normal(1.0, 0.001, 400)
    np.testing.assert_allclose(
        rolling.zscore(values * unit, 30), rolling.zscore(values, 30), rtol=1e-9
    )
    assert np.isnan(rolling.zscore(np.full(400, 0.1) * unit, 30)).all()
    slope = rolling.beta(px(1).to_numpy()[:, None] * unit, px(2).to_numpy() * unit, 60, least=30)
    plain = rolling.beta(px(1).to_numpy()[:, None], px(2).to_numpy(), 60, least=30)
    np.testing.assert_allclose(slope, plain, rtol=1e-9)


# -- a day without trades (freqtrade #7597, vega #7704) ------------------------------------------


def test_a_day_without_trades_is_a_number():
    volume = pd.Series(1e6, index=D)
    volume.iloc[500] = 0.0
    got = volume_expansion(volume)
    assert got.loc["2021-05-15"] == pytest.approx((29 / 30) / (179 / 180))  # .9721
    assert got.iloc[400] == pytest.approx(1)
    steady = volume_stability(volume, frozen()["c0"])
    assert steady.loc["2021-05-15"] == pytest.approx(13 / 14)
    frame = volume.to_frame("a")
    assert group_turnover(frame, frame + 1).loc["2021-05-15"].item() == 0


def test_a_group_that_never_traded_has_no_usual_volume():
    nothing = pd.Series(0.0, index=D)
    assert volume_expansion(nothing).isna().all()
    assert volume_stability(nothing, frozen()["c0"]).isna().all()
    confirmed = confirmed_breakouts(px(1), nothing, kind="high", window=20).dropna()
    assert confirmed.eq(0).all()


# -- huge and tiny numbers (pandas #28244, #42064, #39872) ---------------------------------------

C = pd.DataFrame({f"c{i}": px(i) for i in range(12)})
F = pd.DataFrame(np.random.default_rng(8).normal(1e-4, 1e-4, (900, 4)), index=D)
SCALE_FREE = {
    "share_beating": lambda k: share_beating(C * k, px(1) * k),
    "share_above_mean": lambda k: share_above_mean(C * k),
    "share_at_high": lambda k: share_at_high(C * k),
    "advance_decline": lambda k: advance_decline(C * k),
    "equity_breadth": lambda k: equity_breadth(C * k),
    "sector_participation": lambda k: sector_participation(C * k, px(1) * k),
    "mega_cap_concentration": lambda k: mega_cap_concentration(px(1) * k, px(2) * k),
    "breakout_days": lambda k: breakout_days(px(1) * k, buffer=0.01),
    "confirmed_breakouts": lambda k: confirmed_breakouts(px(1), px(2) * k),
    "breakout_course": lambda k: breakout_course(px(1) * k, kind="high").drop(columns="level"),
    "failed_breakout_rate": lambda k: failed_breakout_rate(C * k),
    "distance_from_record": lambda k: distance_from_record(px(1) * k),
    "days_since_record": lambda k: days_since_record(px(1) * k),
    "trailing_range": lambda k: trailing_range(px(1) * k)[["position", "above_high"]],
    "levels_cleared": lambda k: levels_cleared(px(1) * k, levels=(80 * k, 90 * k)),
    "price_ratio": lambda k: price_ratio(px(1) * k, px(2) * k),
    "relative_strength": lambda k: relative_strength(px(1) * k, px(2)),
    "relative_momentum": lambda k: relative_momentum(px(1) * k, px(2)),
    "ratio_to_mean": lambda k: ratio_to_mean(px(1) * k, px(2)),
    "downside_beta": lambda k: downside_beta(C * k, px(1) * k),
    "tail_dependence": lambda k: tail_dependence(C * k, px(1) * k),
    "recovery_time": lambda k: recovery_time(C * k, px(1) * k),
    "growth": lambda k: growth(px(1) * k, periods=30),
    "calendar_growth": lambda k: calendar_growth(px(1) * k),
    "dollar_impulse": lambda k: dollar_impulse(px(1) * k),
    "yield_impulse": lambda k: yield_impulse(px(1) * k),
    "liquidity_composite": lambda k: liquidity_composite(
        C[["c1", "c2", "c3"]] * k, weights={"c1": 1.0, "c2": -1.0, "c3": 1.0}
    ),
    "open_interest_growth": lambda k: open_interest_growth(px(1) * k, px(2)),
    "washouts": lambda k: washouts(px(1) * k, px(2)),
    "volume_expansion": lambda k: volume_expansion(px(1) * k),
    "volume_stability": lambda k: volume_stability(px(1) * k, px(2), band=0.5),
    "sideways": lambda k: sideways(px(1) * k),
    "group_turnover": lambda k: group_turnover(C * k, C * k * 3),
    "dominance": lambda k: dominance(px(1) * k, (px(1) + px(2)) * k),
    "dated_peaks": lambda k: dated_peaks(px(1) * k, fall=5.0 * k)[["state", "age"]],
    "below_threshold": lambda k: below_threshold(px(1) * k, level=90 * k, back=1.0 * k),
    "flow_streak": lambda k: flow_streak(np.log(px(1) / 100) * k),
    "rolling_flow": lambda k: rolling_flow(px(1) * k, scale=px(2) * k),
    "crowding_score": lambda k: crowding_score(F * k),
}


@pytest.mark.parametrize("unit", [1e-9, 1e9])
@pytest.mark.parametrize("name", SCALE_FREE)
def test_scale_free_indicators_know_no_unit(name, unit):
    plain, scaled = (pd.DataFrame(SCALE_FREE[name](k)) for k in (1.0, unit))
    assert plain.notna().any(axis=None)
    np.testing.assert_allclose(scaled, plain, rtol=1e-9, atol=1e-9)


def test_a_huge_value_leaves_no_trace_after_its_window():
    rng = np.random.default_rng(6)
    x, y = rng.normal(0, 0.02, (2, 600))
    wild = x.copy()
    wild[200] = 1e9
    rows = slice(260, None)
    np.testing.assert_allclose(
        rolling_correlation(wild, y, 60)[rows], rolling_correlation(x, y, 60)[rows], atol=1e-12
    )
    for kernel in (rolling.std, rolling.mean, rolling.zscore, rolling.total):
        np.testing.assert_allclose(kernel(wild, 60)[rows], kernel(x, 60)[rows], rtol=1e-12)
    slow = pd.Series(wild).rolling(60).apply(lambda w: np.corrcoef(w, y[w.index])[0, 1], raw=False)
    np.testing.assert_allclose(rolling_correlation(wild, y, 60), slow, atol=1e-9)


def test_forecasts_do_not_feel_a_wild_future():
    rng = np.random.default_rng(7)
    design = np.column_stack([np.ones(400), rng.normal(0, 1, 400)])
    outcome = rng.normal(0, 1, 400)
    plain = expanding_forecasts(outcome, design, first=60, known_after=5)
    design[300:, 1] *= 1e12
    wild = expanding_forecasts(outcome, design, first=60, known_after=5)
    np.testing.assert_array_equal(wild[:300], plain[:300])
