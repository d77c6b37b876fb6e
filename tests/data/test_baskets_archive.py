"""Tier baskets of the raw archive against history and against a published index."""

import numpy as np
import pandas as pd
import pytest

from altrotation.data.coins.baskets import basket
from tests.oracle.naive_baskets import naive_basket

pytestmark = pytest.mark.archive
TIERS = ("large", "mid", "small")


@pytest.fixture(scope="module")
def market(coin_market):
    archive, coins, universe = coin_market
    held = {
        (name, weighting): basket(
            coins.close,
            universe.tier(name),
            covered_to=coins.coins["covered_to"],
            weighting=weighting,
        )
        for name in (*TIERS, "mid-band")
        for weighting in ("equal", "cap")
    }
    return archive, coins, universe, held


def relative(market, name, weighting="equal"):
    coins, held = market[1], market[3]
    return np.log(held[name, weighting].relative_to(coins.close["bitcoin"])).dropna()


@pytest.mark.parametrize("weighting", ["equal", "cap"])
@pytest.mark.parametrize("name", TIERS)
def test_alternative_coins_against_bitcoin_follow_history(market, name, weighting):
    path = relative(market, name, weighting)
    change = {
        label: path[:end].iloc[-1] - path[:start].iloc[-1]
        for label, start, end in [
            ("early 2017", "2017-03-01", "2017-06-15"),
            ("turn of 2018", "2017-12-06", "2018-01-09"),
            ("2018", "2018-01-31", "2018-12-31"),
            ("2019", "2018-12-31", "2019-12-31"),
            ("spring 2021", "2021-01-01", "2021-05-09"),
            ("2022", "2021-12-31", "2022-12-31"),
            ("2023", "2022-12-31", "2023-12-31"),
            ("2025", "2024-12-31", "2025-12-31"),
        ]
        if path.index[0] <= pd.Timestamp(start)
    }
    for label in ("early 2017", "turn of 2018", "spring 2021"):
        assert change.get(label, 1.0) > 0.3, label
    for label in ("2018", "2019", "2022", "2023", "2025"):
        assert change[label] < -0.1, label


@pytest.mark.parametrize("name", TIERS)
def test_no_day_is_made_by_one_bad_print(market, name):
    returns = market[3][name, "equal"].returns["2014-06-01":]
    bitcoin = market[1].close["bitcoin"].pct_change(fill_method=None)
    excess = (np.log1p(returns) - np.log1p(bitcoin)).dropna()
    assert excess.abs().max() < 0.30
    assert (excess.abs() > 0.15).sum() <= 25
    stale = market[3][name, "equal"].daily["stale"].dropna()
    assert stale.mean() < 0.02


def test_real_months_equal_the_slow_loop(market):
    _, coins, universe, _ = market
    window = coins.close.loc["2022-04-25":"2022-08-05"]
    tier = universe.tier("small")
    decided = tier.decided[(tier.decided >= "2022-05-01") & (tier.decided <= "2022-07-01")]
    members = tier.members[tier.members["decided"].isin(decided)]
    fast = basket(
        window,
        type(tier)("small", members, decided),
        covered_to=coins.coins["covered_to"],
        min_priced=0.0,
    )
    ids = members["id"].dropna().unique()
    ends = coins.coins["covered_to"]
    slow = naive_basket(
        {coin: window[coin].tolist() for coin in ids},
        [
            (
                window.index.get_loc(day),
                [
                    (c if isinstance(c, str) else None, w)
                    for c, w in zip(part["id"], part["cap"], strict=True)
                ],
            )
            for day, part in members.groupby("decided")
        ],
        covered_to={c: (ends[c] - window.index[0]).days for c in ids if pd.notna(ends[c])},
    )
    np.testing.assert_allclose(fast.returns, slow, rtol=0, atol=1e-12)


def test_survivors_alone_would_flatter(market):
    """What one vendor's list of mid 2025 would have earned, and what the members of the day did."""
    _, coins, universe, held = market
    listed = set(coins.spans.loc[coins.spans["source"] == "coingecko_2025", "id"])
    tier = universe.tier("mid")
    members = tier.members.assign(id=tier.members["id"].where(tier.members["id"].isin(listed)))
    alone = basket(coins.close, type(tier)("mid", members, tier.decided), min_coverage=0.05)
    both = pd.DataFrame({"all": held["mid", "equal"].log_returns, "alone": alone.log_returns})
    gain = both["2018-01-01":"2019-12-31"].dropna().sum()
    assert gain["alone"] - gain["all"] > 0.3
    later = both["2022-01-01":"2025-06-30"].dropna().sum()
    assert abs(later["alone"] - later["all"]) < 0.15


def test_the_loss_at_death_hardly_matters_here(market):
    _, coins, universe, _ = market
    ends = coins.coins["covered_to"]
    final = {
        loss: float(
            basket(coins.close, universe.tier("small"), covered_to=ends, delisting=loss)
            .index.dropna()
            .iloc[-1]
        )
        for loss in (0.0, -0.55, -1.0)
    }
    assert final[0.0] > final[-0.55] > final[-1.0]
    assert np.log(final[0.0] / final[-1.0]) < 0.15


def test_changes_agree_with_the_published_index(market, archive_path):
    """The published index ranks its own basket: its changes over four weeks must move with ours."""
    _, coins, universe, _ = market
    published = pd.read_csv(
        archive_path / "published_altseason_breadth_2019_2026.csv", parse_dates=["date"]
    ).set_index("date")["altseason__Alt_season_index"]
    days = pd.date_range("2019-10-01", "2026-03-31", freq="28D")
    ours = []
    for day in days:
        ids = universe.top(50).at(day)["id"].dropna()
        gain = coins.close.loc[day] / coins.close.loc[day - pd.Timedelta(90, "D")]
        ours.append((gain[ids].dropna() > gain["bitcoin"]).mean())
    changes = pd.DataFrame({"ours": ours, "theirs": published.reindex(days)}, index=days).diff()
    assert changes.corr().iloc[0, 1] > 0.9


def test_the_future_of_the_archive_does_not_reach_back(market):
    _, coins, universe, held = market
    cut = pd.Timestamp("2021-03-17")
    rng = np.random.default_rng(0)
    noise = np.where((coins.dates > cut)[:, None], rng.uniform(0.2, 5, coins.close.shape), 1.0)
    other = basket(coins.close * noise, universe.tier("mid"), covered_to=coins.coins["covered_to"])
    pd.testing.assert_series_equal(other.returns[:cut], held["mid", "equal"].returns[:cut])
    assert not other.returns[cut:].equals(held["mid", "equal"].returns[cut:])
