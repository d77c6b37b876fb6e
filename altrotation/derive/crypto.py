"""Bitcoin and ether: each as an index, and one in the other."""

import pandas as pd

from altrotation.data.cards import SeriesCard
from altrotation.data.coins.table import CoinTable
from altrotation.data.coins.universe import BITCOIN, ETHEREUM
from altrotation.derive.column import DERIVED, Column, rebased
from altrotation.indicators.relative import price_ratio

__all__ = ["crypto_columns", "vendor_prices"]

_NOTE = (
    "At 24:00 UTC of the label. Vendors in order of precedence, each at its own level: {spans}; "
    "where one has no price, or one that jumped and had not lasted, the next; the return across a "
    "change of vendor carries their difference, a few tenths of a percent."
)


def crypto_columns(coins: CoinTable) -> list[Column]:
    """Return BTC and ETH rebased to 100, and the true ratio ETH/BTC.

    Parameters
    ----------
    coins : CoinTable

    Returns
    -------
    list of Column
        Indexes in points, the ratio in BTC for one ETH; NaN where no vendor has a close.
    """
    bitcoin, ether = vendor_prices(coins, BITCOIN), vendor_prices(coins, ETHEREUM)
    columns = [
        rebased(
            values,
            name=name,
            calendar="24/7",
            source=_sources(coins, coin),
            note=_NOTE.format(spans=_spans(coins, coin)),
            unit="USD",
        )
        for name, coin, values in (("BTC", BITCOIN, bitcoin), ("ETH", ETHEREUM, ether))
    ]
    card = SeriesCard(
        name="ETH/BTC",
        kind="ratio",
        unit="BTC for one ETH",
        calendar="24/7",
        source=_sources(coins, ETHEREUM),
        licence=DERIVED,
        note=_NOTE.format(spans=_spans(coins, ETHEREUM)),
    )
    return [*columns, Column(card, price_ratio(ether, bitcoin))]


def vendor_prices(coins: CoinTable, coin: str) -> pd.Series:
    """Return the price of a coin as its vendor of the day gave it.

    The table chains vendors in returns, so that a level drifts from any vendor's by the noise of
    every link. For two liquid coins the vendors' own levels are the better estimate: their
    differences do not last, and a ratio such as 0.085 is a statement about levels.

    Parameters
    ----------
    coins : CoinTable
    coin : str
        Its id in `coins`.

    Returns
    -------
    Series of shape (n_days,)
        USD; NaN where no vendor has a close.
    """
    chained = coins.close[coin]
    spans = _used(coins, coin)
    factor = pd.Series(float("nan"), index=chained.index)
    for first, last, value in zip(spans["first"], spans["last"], spans["factor"], strict=True):
        factor.loc[first:last] = float(value)
    return (chained / factor).rename(coin)


def _used(coins: CoinTable, coin: str) -> pd.DataFrame:
    spans = coins.spans[(coins.spans["id"] == coin) & (coins.spans["days"] > 0)]
    return spans.sort_values("first")


def _sources(coins: CoinTable, coin: str) -> str:
    return "coin_close: " + ", ".join(_used(coins, coin)["source"].unique())


def _spans(coins: CoinTable, coin: str) -> str:
    ends = _used(coins, coin).groupby("source", sort=False)["last"].max()
    return ", ".join(f"{source} to {last:%Y-%m-%d}" for source, last in ends.items())
