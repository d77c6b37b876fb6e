import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from altrotation.data.calendar import days
from altrotation.data.coins.baskets import basket
from altrotation.data.coins.universe import Membership
from altrotation.errors import InputError
from tests.oracle.naive_baskets import naive_basket


def table(seed, coins=8, n=100, gaps=True):
    """Random closes, decisions every 30 days, caps; some gaps, some endings, some late starts."""
    rng = np.random.default_rng(seed)
    dates = days("2020-01-01", "2026-01-01")[:n]
    names = [f"coin-{k}" for k in range(coins)]
    prices = np.exp(np.cumsum(rng.normal(0, 0.1, (n, coins)), axis=0))
    if gaps:
        prices[rng.random((n, coins)) < 0.05] = np.nan
        for k in range(coins):
            kind = rng.integers(0, 4)
            cut = int(rng.integers(5, n))
            if kind == 1:
                prices[cut:, k] = np.nan
            elif kind == 2:
                prices[:cut, k] = np.nan
            elif kind == 3:
                prices[cut : cut + 15, k] = np.nan
    decided = dates[5::30]
    rows = []
    for day in decided:
        for name in rng.choice([*names, "unknown"], size=5, replace=False):
            rows.append(
                {
                    "decided": day,
                    "key": name,
                    "id": None if name == "unknown" else name,
                    "cap": float(rng.uniform(1, 100)),
                }
            )
    members = pd.DataFrame(rows).astype({"id": object})
    return pd.DataFrame(prices, index=dates, columns=names), Membership("mid", members, decided)


def naive(close, membership, **options):
    decisions = [
        (
            close.index.get_loc(day),
            [
                (coin if isinstance(coin, str) else None, cap)
                for coin, cap in zip(part["id"], part["cap"], strict=True)
            ],
        )
        for day, part in membership.members.groupby("decided")
    ]
    prices = {coin: close[coin].tolist() for coin in close}
    if "covered_to" in options:
        ends = options["covered_to"]
        options["covered_to"] = {
            coin: close.index.get_loc(day) for coin, day in ends.items() if pd.notna(day)
        }
    return np.array(naive_basket(prices, decisions, **options))


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("weighting", ["equal", "cap"])
def test_equals_the_slow_loop(seed, weighting):
    close, membership = table(seed)
    covered = pd.Series(
        [close.index[-1], close.index[60], pd.NaT] * 3, index=[*close.columns, "x"]
    )[:8]
    options = {"weighting": weighting, "min_held": 1, "min_coverage": 0.4, "patience": 4}
    fast = basket(close, membership, covered_to=covered, min_priced=0.0, **options)
    slow = naive(close, membership, covered_to=covered, **options)
    np.testing.assert_allclose(fast.returns, slow, rtol=0, atol=1e-12)
    assert np.isfinite(slow).sum() > 50


def test_a_case_by_hand():
    dates = days("2020-01-01", "2020-01-06")
    close = pd.DataFrame(
        {"a": [1.0, 1.0, 2.0, 2.0, 4.0, 4.0], "b": [5.0, 5.0, 5.0, 10.0, 10.0, 5.0]}, index=dates
    )
    members = pd.DataFrame(
        {"decided": dates[[0, 0, 3, 3]], "key": list("abab"), "id": list("abab"), "cap": 1.0}
    )
    held = basket(close, Membership("x", members, dates[[0, 3]]), min_held=2)
    # bought half and half at 01-02; 01-03: a doubles -> 1.5; 01-04: b doubles -> 2.0;
    # 01-05: a doubles, two thirds... a is worth 1, b 1, so 3.0; then halves again: 1.5 and 1.5,
    # and 01-06: b halves -> 2.25
    np.testing.assert_allclose(held.index.dropna(), [100, 150, 200, 300, 225])
    assert held.index.first_valid_index() == dates[1]
    np.testing.assert_allclose(held.returns.dropna(), [0.5, 1 / 3, 0.5, -0.25])
    # before the second trade a is two thirds: one sixth is sold
    np.testing.assert_allclose(held.rebalances["turnover"].iloc[1], 2 / 3 - 1 / 2)
    relative = held.relative_to(close["a"].rename("A"))
    np.testing.assert_allclose(relative.dropna(), [100, 75, 100, 75, 56.25])
    assert relative.name == "x/A"


def test_weights_drift_between_trades_and_are_not_rebalanced_daily():
    dates = days("2020-01-01", "2020-01-20")
    bounce = np.where(np.arange(20) % 2, 2.0, 1.0)  # a price that bounces between bid and ask
    close = pd.DataFrame({"a": bounce, "b": 1.0, "c": 1.0}, index=dates)
    members = pd.DataFrame(
        {"decided": dates[[1] * 3], "key": list("abc"), "id": list("abc"), "cap": 1.0}
    )
    held = basket(close, Membership("x", members, dates[[1]]))
    assert held.index.iloc[-2] == pytest.approx(100.0)  # daily rebalancing would show +400 %


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.integers(0, 10_000), st.floats(0.01, 100))
def test_scaling_prices_and_coins_outside_change_nothing(seed, factor):
    close, membership = table(seed)
    one = basket(close, membership, min_held=1)
    scaled = basket(close * factor, membership, min_held=1)
    more = basket(close.assign(other=np.arange(1.0, len(close) + 1)), membership, min_held=1)
    np.testing.assert_allclose(one.returns, scaled.returns, rtol=0, atol=1e-12)
    pd.testing.assert_series_equal(one.returns, more.returns)
    pd.testing.assert_frame_equal(one.rebalances, more.rebalances)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.integers(0, 10_000), st.integers(10, 95))
def test_the_past_does_not_depend_on_the_future(seed, row):
    close, membership = table(seed)
    covered = pd.Series(close.index[50], index=close.columns)
    other = close.copy()
    other.iloc[row + 1 :] = np.random.default_rng(1).uniform(1, 2, other.iloc[row + 1 :].shape)
    other.iloc[row + 1 :: 3, ::2] = np.nan
    late = membership.members["decided"] > close.index[row]
    members = membership.members.copy()
    members.loc[late, "cap"] *= 7.0
    changed = Membership("mid", members[~late | (members["cap"] > 50)], membership.decided)
    for weighting in ("equal", "cap"):
        options = {"covered_to": covered, "min_held": 1, "weighting": weighting}
        a, b = basket(close, membership, **options), basket(other, changed, **options)
        assert a.returns.iloc[: row + 1].equals(b.returns.iloc[: row + 1])
        assert a.daily.iloc[: row + 1].equals(b.daily.iloc[: row + 1])


def test_the_present_does_depend_on_the_present():
    close, membership = table(0, gaps=False)
    other = close.copy()
    other.iloc[50] *= 2.0
    a, b = basket(close, membership).returns, basket(other, membership).returns
    assert a.iloc[:50].equals(b.iloc[:50])
    assert b.iloc[50] > a.iloc[50] + 0.5


def test_a_decision_trades_the_day_after_and_earns_from_the_day_after_that():
    close, membership = table(3, gaps=False)
    start = close.index.get_loc(membership.decided[0])
    for delay in (1, 4):
        held = basket(close, membership, delay=delay)
        assert held.rebalances.index[0] == close.index[start + delay]
        assert held.returns.first_valid_index() == close.index[start + delay + 1]
    with pytest.raises(InputError, match="`delay` must be at least 1, got 0"):
        basket(close, membership, delay=0)


def dying(days_of_prices=20):
    dates = days("2020-01-01", "2020-03-01")
    close = pd.DataFrame(1.0, index=dates, columns=list("abcd"))
    close.loc[close.index[days_of_prices] :, "d"] = np.nan
    members = pd.DataFrame(
        {"decided": dates[[0] * 4], "key": list("abcd"), "id": list("abcd"), "cap": 1.0}
    )
    return close, Membership("x", members, dates[[0]])


@pytest.mark.parametrize(("loss", "level"), [(0.0, 100.0), (-0.55, 86.25), (-1.0, 75.0)])
def test_a_death_costs_the_delisting_return_once(loss, level):
    close, membership = dying()
    covered = pd.Series(close.index[-1], index=close.columns)
    held = basket(close, membership, covered_to=covered, delisting=loss)
    assert held.index.iloc[-1] == pytest.approx(level)
    assert held.delistings["kind"].tolist() == ["death"]
    assert held.delistings["date"].tolist() == [close.index[20 + 7]]  # patience 7
    assert held.daily["held"].iloc[-1] == 3
    assert held.daily["priced"].iloc[-1] == pytest.approx(1.0)  # what is left is invested


def test_the_end_of_a_vendors_data_is_not_a_death():
    close, membership = dying()
    for covered in (close.index[19], pd.NaT):
        ends = pd.Series(covered, index=close.columns)
        held = basket(close, membership, covered_to=ends, delisting=-1.0)
        assert held.index.iloc[-1] == pytest.approx(100.0)
        assert held.delistings["kind"].tolist() == ["data end"]
        assert held.delistings["loss"].tolist() == [0.0]


def test_what_is_left_when_data_end_is_not_the_basket():
    close, membership = dying()
    close.iloc[20:, :3] = np.nan
    close["d"] = np.linspace(1, 2, len(close))
    held = basket(close, membership, covered_to=pd.Series(pd.NaT, index=close.columns))
    assert len(held.delistings) == 3
    assert held.daily["held"].iloc[-1] == 1
    assert held.daily["priced"].iloc[28:].max() < 0.4  # d's share on the day the others left
    assert held.index.iloc[20:].isna().all()


def test_when_all_leave_the_basket_is_missing_not_flat():
    close, membership = dying()
    close.iloc[20:] = np.nan
    close["other"] = 1.0
    held = basket(close, membership, covered_to=pd.Series(pd.NaT, index=close.columns))
    assert held.returns.iloc[20:].isna().all()
    assert held.index.iloc[20:].isna().all()
    assert len(held.delistings) == 4


def test_a_day_on_which_most_has_no_price_is_missing_and_the_level_after_holds_all():
    close, membership = dying()
    close["d"] = 1.0
    close.iloc[10, :3] = np.nan
    close.iloc[11:] *= 3.0
    held = basket(close, membership)
    assert np.isnan(held.index.iloc[10])
    assert held.index.iloc[11] == pytest.approx(300.0)
    assert held.returns.iloc[10:12].isna().all()  # no return is invented for one of the two days
    assert held.daily["priced"].iloc[10] == pytest.approx(0.25)


def test_a_stale_price_is_shown():
    close, membership = dying()
    rng = np.random.default_rng(0)
    close.loc[:, ["a", "b", "c"]] = rng.uniform(1, 2, (len(close), 3))
    held = basket(close, membership)
    assert held.daily["stale"].iloc[2] == 0.0
    # d stands at 1 throughout: it is worth its quarter, the whole is the index over 100
    assert held.daily["stale"].iloc[15] == pytest.approx(25.0 / held.index.iloc[15])


def test_members_without_a_price_are_counted_not_filled():
    close, membership = dying()
    close["a"] = np.nan
    held = basket(close, membership)
    row = held.rebalances.iloc[0]
    assert (row["members"], row["held"], row["coverage"], row["thin"]) == (4, 3, 0.75, True)
    assert held.coverage.iloc[5] == pytest.approx(75.0)
    none = basket(close, membership, min_coverage=0.8)
    assert none.returns.isna().all()
    assert not none.rebalances["traded"].iloc[0]
    with pytest.raises(InputError, match="needs a price at the first trade"):
        none.relative_to(close["b"])


def test_a_month_without_members_ends_the_level_and_leaves_its_past():
    close, membership = table(5, gaps=False)
    decided = membership.decided
    members = membership.members[membership.members["decided"] != decided[1]]
    held, whole = basket(close, Membership("mid", members, decided)), basket(close, membership)
    trades = held.rebalances.index
    assert held.returns[trades[0] : trades[1]].notna().sum() == 30
    assert held.returns[trades[1] : trades[2]].iloc[1:].isna().all()
    assert held.returns[trades[2] :].iloc[1:].notna().all()
    pd.testing.assert_series_equal(held.index[: trades[1]], whole.index[: trades[1]])
    assert held.index.last_valid_index() == trades[1]  # a ratio across a hole is no return
    later = basket(close, Membership("x", members, decided), start=decided[1])
    assert later.index.first_valid_index() == trades[2]


def test_a_hole_in_the_prices_leaves_the_past_and_puts_the_trade_off():
    close, membership = table(6, gaps=False)
    trade = membership.decided[1] + pd.Timedelta(1, "D")
    hole = close.copy()
    hole[trade - pd.Timedelta(7, "D") : trade + pd.Timedelta(7, "D")] = np.nan  # 15 days
    whole, held = basket(close, membership), basket(hole, membership)
    before = trade - pd.Timedelta(8, "D")
    pd.testing.assert_series_equal(held.index[:before], whole.index[:before])
    pd.testing.assert_series_equal(held.returns[:before], whole.returns[:before])
    assert held.index[trade - pd.Timedelta(7, "D") : trade + pd.Timedelta(7, "D")].isna().all()
    assert held.rebalances["traded"].tolist() == [True, False, True, True]
    assert held.delistings.empty  # nobody published: nobody died
    # what was bought at the first trade is still held on the 60th day after it
    first = held.rebalances.index[0]
    coins = membership.at(membership.decided[0])["id"].dropna()
    growth = (close.loc[first + pd.Timedelta(29 + 25, "D"), coins] / close.loc[first, coins]).mean()
    assert held.index[first + pd.Timedelta(29 + 25, "D")] == pytest.approx(100 * growth)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"weighting": "value"}, "`weighting` must be one of 'equal', 'cap', got 'value'"),
        ({"delisting": 0.1}, "`delisting` must lie between -1 and 0, got 0.1"),
        ({"patience": 0}, "`patience` must be at least 1, got 0"),
        ({"start": "soon"}, "`start` must be a date"),
    ],
)
def test_bad_options_are_refused(options, message):
    close, membership = table(0)
    with pytest.raises(InputError, match=message):
        basket(close, membership, **options)


def test_capitalisation_weights_need_capitalisations():
    close, membership = table(0)
    members = membership.members.assign(cap=math.nan)
    with pytest.raises(InputError, match="knows no capitalisations"):
        basket(close, Membership("survivors", members, membership.decided), weighting="cap")


def test_prices_must_be_positive():
    close, membership = table(0)
    close.iloc[10, 0] = 0.0
    with pytest.raises(InputError, match="`close` must be positive"):
        basket(close, membership)
