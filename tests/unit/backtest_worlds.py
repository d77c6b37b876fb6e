"""Small markets and panels of known content for the tests of the backtest."""

import numpy as np
import pandas as pd

from altrotation.backtest.market import Market, Roster, carry_marks
from altrotation.data.cards import SeriesCard
from altrotation.data.panel import Panel

TIERS = ("BTC", "ETH", "large", "mid", "small")


def days(n, start="2020-01-01"):
    return pd.date_range(start, periods=n, freq="D", unit="us", name="date")


def card(name, kind="index", release="0d", calendar="24/7"):
    return SeriesCard(name=name, kind=kind, unit="x", calendar=calendar, release=release)


def toy_market(price, *, cash=None, fee=0.001, spread=0.002, patience=3, covered=None, loss=-0.5):
    """A market of single assets named by tier, from USD prices of shape (n, k)."""
    raw = np.asarray(price, dtype=float)
    n, k = raw.shape
    level = np.ones(n) if cash is None else np.asarray(cash, dtype=float)
    traded, mark, leaves, died = carry_marks(raw, patience, covered=covered, delisting=loss)
    names = TIERS[:k]
    return Market(
        dates=days(n),
        first=0,
        assets=names,
        tiers=names,
        price=traded / level[:, None],
        mark=mark / level[:, None],
        leaves=leaves,
        died=died,
        stale=np.isnan(raw),
        cash=level,
        fee=np.full(k, fee),
        spread=np.full(k, spread),
        volume=None,
        volatility=None,
        legs={
            name: Roster(np.zeros(1, int), (np.array([j]),), (np.array([np.nan]),), np.ones(1, int))
            for j, name in enumerate(names)
        },
        level="baskets",
        patience=patience,
    )


def toy_panel(n=400, seed=7, start="2020-01-01", **extra):
    """Random walks for BTC, ETH, SPX (weekdays), tiers relative to BTC, a bill yield, funding."""
    rng = np.random.default_rng(seed)
    dates = days(n, start)
    weekday = np.asarray(dates.day_of_week < 5)

    def walk(scale, drift=0.0):
        return 100 * np.exp(rng.normal(drift, scale, n).cumsum())

    bitcoin = walk(0.03)
    frame = pd.DataFrame(
        {
            "BTC": bitcoin,
            "ETH": bitcoin * walk(0.02) / 100,
            "SPX": np.where(weekday, walk(0.01), np.nan),
            "large/BTC": walk(0.015),
            "mid/BTC": walk(0.02),
            "mid-capw/BTC": walk(0.02),
            "small/BTC": walk(0.03),
            "DGS3MO": np.where(weekday, 2 + 0.5 * np.sin(np.arange(n) / 50), np.nan),
            "funding.mean": rng.normal(1e-4, 1e-4, n),
            "top50.breadth": 50 + 45 * np.sin(np.arange(n) / 40),
            **extra,
        },
        index=dates,
    )
    kinds = {"DGS3MO": "yield", "funding.mean": "rate", "top50.breadth": "share"}
    cards = [
        card(
            name,
            kinds.get(name, "index"),
            "1b" if name == "DGS3MO" else "0d",
            "XNYS" if name == "SPX" else "24/7",
        )
        for name in frame.columns
    ]
    return Panel(frame, cards)
