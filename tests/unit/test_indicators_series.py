"""Relative strength, dominance, liquidity, funding and unlocks: oracles, gaps, bad calls."""

import numpy as np
import pandas as pd
import pytest

from altrotation.errors import InputError
from altrotation.indicators.dominance import capitalisation_without, dominance, without_flagged
from altrotation.indicators.leverage import cross_section, daily_funding, scale_funding
from altrotation.indicators.liquidity import growth, net_liquidity, term_spread
from altrotation.indicators.relative import price_ratio, relative_strength
from altrotation.indicators.supply import released_share, unlock_load
from tests.oracle import naive_indicators as naive

DATES = pd.date_range("2020-01-01", periods=120, freq="D", unit="us", name="date")


def series(values, dates=DATES):
    return pd.Series(values, index=dates[: len(values)], dtype=float)


@pytest.fixture
def pair():
    rng = np.random.default_rng(5)
    a, b = np.exp(rng.normal(0, 0.03, (2, len(DATES))).cumsum(axis=1))
    a[40] = np.nan
    return series(a), series(b)


def test_relative_strength_equals_the_oracle_around_a_gap(pair):
    a, b = pair
    got = relative_strength(a, b, window=20)
    expected = naive.zscore(np.log(a / b).to_numpy(), 20)
    np.testing.assert_allclose(got, expected, rtol=1e-10)
    assert got.iloc[:19].isna().all()
    assert got.iloc[40:60].isna().all()
    assert got.iloc[60:].notna().all()
    pd.testing.assert_series_equal(relative_strength(a[:80], b[:80], window=20), got[:80])


def test_price_ratio_is_missing_where_either_is(pair):
    a, b = pair
    ratio = price_ratio(a, b)
    assert ratio.isna().sum() == 1
    assert ratio.iloc[7] == a.iloc[7] / b.iloc[7]


def test_dominance_and_the_rest():
    total, btc = series([100.0, 200.0, np.nan, 400.0]), series([60.0, 90.0, 80.0, np.nan])
    eth = series([np.nan, np.nan, 10.0, 40.0])
    np.testing.assert_array_equal(dominance(btc, total), [60.0, 45.0, np.nan, np.nan])
    caps = pd.DataFrame({"BTC": btc, "ETH": eth})
    # ether counts as nothing before its first value, as unknown after it
    np.testing.assert_array_equal(
        capitalisation_without(total, caps), [40.0, 110.0, np.nan, np.nan]
    )
    np.testing.assert_array_equal(
        without_flagged(btc, series([0.0, 1.0, np.nan, 0.0])), [60.0, np.nan, 80.0, np.nan]
    )


def test_net_liquidity_keeps_units_and_carries_the_last_operation_over_a_holiday():
    weeks = pd.date_range("2024-12-18", periods=3, freq="7D", unit="us")  # the second is Christmas
    walcl, tga = series([6.9e6, 6.8e6, 6.7e6], weeks), series([0.7e6, 0.8e6, 0.9e6], weeks)
    rrp = pd.Series(
        [130.0, 98.0, 465.0],
        index=pd.DatetimeIndex(["2024-12-18", "2024-12-24", "2024-12-26"]).as_unit("us"),
    )
    got = net_liquidity(walcl * 1e6, tga * 1e6, rrp * 1e9)
    np.testing.assert_allclose(got[:2], [6.2e12 - 130e9, 6.0e12 - 98e9])
    assert np.isnan(got.iloc[2])  # 2025-01-01: the last operation lies six days back
    assert net_liquidity(walcl, tga, rrp, carry=6).notna().all()


def test_growth_and_term_spread():
    level = series(100 * 1.01 ** np.arange(30.0))
    level.iloc[10] = np.nan
    got = growth(level, periods=12)
    assert got.iloc[:12].isna().all()
    assert np.isnan(got.iloc[22])
    assert got.iloc[20] == pytest.approx(12 * np.log(1.01))
    np.testing.assert_allclose(term_spread(series([4.0, 3.5]), series([3.0, 4.5])), [1.0, -1.0])


@pytest.fixture
def settlements():
    """Two contracts: one at 8 h throughout with a hole, one that goes from 8 h to 4 h to 2 h."""
    start = pd.Timestamp("2022-11-01", tz="UTC")
    hours_a = [h for h in range(0, 240, 8) if not 96 <= h < 160]
    hours_b = [*range(0, 80, 8), *range(80, 120, 4), *range(120, 160, 2)]
    rng = np.random.default_rng(6)
    rows = [("A", start + pd.Timedelta(h, "h")) for h in hours_a]
    rows += [("B", start + pd.Timedelta(h, "h") + pd.Timedelta(3, "ms")) for h in hours_b]
    frame = pd.DataFrame(rows, columns=["symbol", "time"])
    frame["rate"] = rng.normal(1e-4, 5e-5, len(frame))
    return frame.sample(frac=1.0, random_state=0)


def test_funding_is_scaled_by_the_spacing_seen_so_far(settlements):
    got = scale_funding(settlements)
    rows = list(settlements.itertuples(index=False, name=None))
    expected = naive.scaled_funding(rows, 8)
    assert list(zip(got["symbol"], got["time"], strict=True)) == [r[:2] for r in expected]
    np.testing.assert_allclose(got["scaled"], [r[2] for r in expected])
    b = got[got["symbol"] == "B"].set_index("time")["interval"]
    assert b.value_counts().to_dict() == {8.0: 10, 4.0: 10, 2.0: 19}
    assert got.groupby("symbol")["scaled"].apply(lambda s: s.isna().sum()).to_dict() == {
        "A": 1,
        "B": 1,
    }


def test_a_hole_in_the_record_is_not_an_interval(settlements):
    a = scale_funding(settlements).query("symbol == 'A'")
    assert set(a["interval"].dropna()) == {8.0}
    np.testing.assert_allclose(a["scaled"].iloc[1:], a["rate"].iloc[1:])


def test_a_constant_cost_of_carry_is_constant_whatever_the_interval():
    hours = [*range(0, 80, 8), *range(80, 120, 4), *range(120, 169, 2)]
    time = pd.Timestamp("2022-11-01") + pd.to_timedelta(hours, unit="h")
    interval = np.diff([-8, *hours])
    frame = pd.DataFrame({"symbol": "X", "time": time, "rate": 1e-5 * interval})
    table = daily_funding(frame)
    np.testing.assert_allclose(table["X"], 8e-5)
    assert table.index[0] == pd.Timestamp("2022-11-01")
    assert len(table) == 8  # the settlement at 00:00 of the 8th day is labelled with that day


def test_daily_funding_uses_the_settlements_of_the_day_only(settlements):
    whole = daily_funding(settlements)
    cut = pd.Timestamp("2022-11-06", tz="UTC")
    part = daily_funding(settlements[settlements["time"] < cut])
    pd.testing.assert_frame_equal(part, whole[:"2022-11-05"], check_freq=False, check_exact=True)
    assert whole.loc["2022-11-06", "A"] != whole.loc["2022-11-06", "A"]  # in the hole: NaN


def test_cross_section_needs_enough_contracts():
    rates = pd.DataFrame(
        {"A": [1.0, 1.0, np.nan], "B": [2.0, np.nan, np.nan], "C": [6.0, 2.0, 3.0]},
        index=DATES[:3],
    )
    got = cross_section(rates, least=2)
    np.testing.assert_allclose(got["mean"], [3.0, 1.5, np.nan])
    np.testing.assert_allclose(got["dispersion"], [np.sqrt(7.0), np.sqrt(0.5), np.nan])
    np.testing.assert_allclose(got["count"], [3, 2, 1])


@pytest.fixture
def schedules():
    def statement(protocol, kind, start, end, tokens, steps=np.nan):
        return {
            "protocol": protocol,
            "type": kind,
            "start": pd.Timestamp(start),
            "end": pd.Timestamp(end),
            "steps": steps,
            "total_tokens": tokens,
        }

    return pd.DataFrame(
        [
            statement("a", "cliff", "2020-01-10", "2020-01-10", 40.0, 1),
            statement("a", "step", "2020-01-10", "2020-04-09", 60.0, 3),
            statement("b", "linear", "2020-01-01", "2020-03-01", 100.0),
            statement("b", "cliff", "2020-02-15", "2020-02-15", 100.0, 1),
            statement("c", "cliff", "2020-02-01", "2020-02-01", 7.0, 1),
        ]
    )


def test_unlock_load_equals_a_count_of_every_release(schedules):
    got = unlock_load(schedules, DATES, horizon=30, least=1)
    records = schedules.to_dict("records")
    for day in DATES:
        load, held = naive.unlock_load(records, day, 30)
        assert got.loc[day, "protocols"] == held
        assert got.loc[day, "load"] == pytest.approx(load, nan_ok=True)
    assert got["load"].notna().sum() > 90
    # 2020-01-15: a has 40 of 100 out and gives 20 by 02-09; b gives 30 of its 60 days of 100
    # tokens, and its cliff by 02-14 is not reached: 25 percent of 200
    assert got.loc["2020-01-15", "load"] == pytest.approx((20 + 25) / 2)


def test_released_share_reaches_the_whole(schedules):
    share = released_share(schedules, DATES)
    assert share.columns.tolist() == ["a", "b", "c"]
    assert (share.diff().dropna() >= -1e-12).all().all()
    np.testing.assert_allclose(share.iloc[-1], 100)
    assert share.loc["2020-01-09", "a"] == 0
    assert share.loc["2020-01-10", "a"] == 40
    assert share.loc["2020-04-09", "a"] == 100


def settled(**changes):
    frame = pd.DataFrame(
        {"symbol": ["A", "A"], "time": pd.to_datetime(["2022-01-01", "2022-01-02"]), "rate": 0.1}
    )
    return frame.assign(**changes)


def planned(**changes):
    row = {"protocol": "a", "type": "cliff", "start": DATES[0], "end": DATES[0]}
    return pd.DataFrame([row | {"steps": 1.0, "total_tokens": 5.0} | changes])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda a, b: relative_strength(a, b, window=2), "`window` must be at least 3, got 2"),
        (lambda a, b: relative_strength(a, b[5:]), "must share their dates"),
        (lambda a, b: price_ratio(a, -b), "`base` must be positive"),
        (lambda a, b: dominance(2 * b, b), "`cap` exceeds `total` on 2020-01-01"),
        (lambda a, b: dominance(b, b[1:]), "must share their dates"),
        (lambda a, b: capitalisation_without(b, pd.DataFrame({"x": b})), "must be positive"),
        (lambda a, b: without_flagged(b, b[1:]), "must share their dates"),
        (lambda a, b: net_liquidity(b, b[1:], b), "must share their dates"),
        (lambda a, b: net_liquidity(b, b, b, carry=-1), "`carry` must be at least 0, got -1"),
        (lambda a, b: growth(-b), "`level` must be positive"),
        (lambda a, b: growth(b, periods=0), "`periods` must be at least 1, got 0"),
        (lambda a, b: term_spread(a, b[1:]), "must share their dates"),
        (lambda a, b: scale_funding(settled().drop(columns="rate")), "'rate' is missing"),
        (lambda a, b: scale_funding(settled(), hours=0), "`hours` must be positive, got 0"),
        (lambda a, b: scale_funding(settled(time=DATES[0])), "A at 2020-01-01 00:00:00 twice"),
        (lambda a, b: cross_section(pd.DataFrame({"x": b}), least=1), "`least` must be at least 2"),
        (lambda a, b: unlock_load(planned(), DATES, horizon=0), "`horizon` must be at least 1"),
        (lambda a, b: unlock_load(planned(), DATES, least=0), "`least` must be at least 1"),
        (lambda a, b: released_share(planned(type="odd"), DATES), "got 'odd'"),
        (lambda a, b: released_share(planned(end=DATES[0] - DATES[1] + DATES[0]), DATES), "of a"),
        (lambda a, b: released_share(planned(total_tokens=0.0), DATES), "positive `total_tokens`"),
        (lambda a, b: released_share(planned(type="step", steps=0.0), DATES), "at least one step"),
        (lambda a, b: released_share(planned().drop(columns="end"), DATES), "'end' is missing"),
    ],
)
def test_bad_calls(pair, call, message):
    with pytest.raises(InputError, match=message):
        call(*pair)
