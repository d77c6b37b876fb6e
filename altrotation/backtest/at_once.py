"""Orders of one strategy written down at once, where none depends on the one before."""

import numpy as np

from altrotation.aliases import BoolArray, FloatArray, IntArray
from altrotation.backtest.build import legs_of
from altrotation.backtest.market import Market
from altrotation.backtest.plan import Plan
from altrotation.backtest.strategy import Strategy

__all__ = ["orders_at_once"]


def orders_at_once(
    strategy: Strategy,
    market: Market,
    acting: FloatArray,
    scale: FloatArray,
    flags: BoolArray,
    unknown: BoolArray,
) -> Plan | None:
    """Return the orders of a strategy, or None where they have to be found day by day.

    Parameters
    ----------
    strategy : Strategy
    market : Market
    acting : array of shape (n,)
        Degree of the signal in force at each row, no NaN.
    scale : array of shape (n,)
        Factor on the weights of the "on" side.
    flags : bool array of shape (n,)
        Rows that want to trade.
    unknown : bool array of shape (n,)
        Rows on which the signal was unknown.

    Returns
    -------
    Plan or None
    """
    return _Desk(strategy, market, acting, scale).at_once(flags, unknown)


class _Desk:
    """Writes the orders of one strategy whose legs are single assets."""

    def __init__(
        self, strategy: Strategy, market: Market, acting: FloatArray, scale: FloatArray
    ) -> None:
        on, off = legs_of(strategy)
        self.strategy, self.market = strategy, market
        self.acting, self.scale = acting, scale
        self.on = {leg.key: weight for leg, weight in on.items()}
        self.off = {leg.key: weight for leg, weight in off.items()}

    def at_once(self, flags: BoolArray, unknown: BoolArray) -> Plan | None:
        """Return the orders where none depends on the size of the one before; None if some do.

        So it is where every leg is one asset, turnover is not capped, impact not known, and all
        that is held has a price when something is traded.
        """
        market, strategy = self.market, self.strategy
        if (
            market.volume is not None
            or np.isfinite(strategy.max_turnover)
            or any(market.is_group(key) for key in (*self.on, *self.off))
        ):
            return None
        buyable = np.isfinite(market.price) & np.isnan(market.leaves)
        rows, notes = self._executed(np.flatnonzero(flags), buyable)
        if notes and strategy.target_volatility is not None:
            return None  # the scale moves while an order waits
        targets = self._targets(rows, buyable)
        exits = _exits(rows, targets, market)
        held = np.zeros_like(targets, dtype=np.bool_)
        held[1:] = targets[:-1] > 0
        for row, column in exits:
            held[rows.searchsorted(row, side="right") :][:1, column] = False
        if (held & np.isnan(market.price[rows])).any():
            return None
        targets[(targets == 0) & ~held] = np.nan
        extra = sorted({row for row, _ in exits})
        lines = np.full((len(extra), len(market.assets)), np.nan)
        for row, column in exits:
            lines[extra.index(row), column] = 0.0
        every = np.concatenate([rows, np.array(extra, dtype=np.int64)])
        order = np.argsort(every, kind="stable")
        return Plan(
            degrees=self.acting,
            unknown=unknown,
            rows=every[order],
            targets=np.vstack([targets, lines])[order],
            slippage=np.broadcast_to(market.spread, (len(every), len(market.assets))),
            notes=tuple(note for note in notes if note[1]),
        )

    def _executed(
        self, rows: IntArray, buyable: BoolArray
    ) -> tuple[IntArray, list[tuple[int, str]]]:
        """Return the rows at which orders wished for at `rows` are given, and what was missing."""
        market = self.market
        shares = self._shares(rows)
        if not shares:  # nothing but cash
            return rows, []
        columns = np.array([market.legs[key].columns[0][0] for key in shares], dtype=np.int64)
        need = np.column_stack([share != 0 for share in shares.values()])
        late = np.flatnonzero((need & ~buyable[rows][:, columns]).any(axis=1))
        given, notes = rows.copy(), []
        for place in late:
            row = int(rows[place])
            following = int(rows[place + 1]) if place + 1 < len(rows) else len(market.dates)
            wanted = columns[need[place]]
            end = min(row + market.patience + 1, following)
            ready = buyable[row:end][:, wanted].all(axis=1)
            if ready.any():
                given[place] = row + int(np.argmax(ready))
                notes.append((int(given[place]), ""))
            elif row + market.patience < following:
                given[place] = row + market.patience
                keys = [key for key, wish in zip(shares, need[place], strict=True) if wish]
                notes += [
                    (int(given[place]), f"{key} could not be bought")
                    for key in keys
                    if not buyable[given[place], market.legs[key].columns[0][0]]
                ]
            else:
                given[place] = -1  # the next decision came first
                notes.append((row, ""))
        return given[given >= 0], notes

    def _shares(self, rows: IntArray) -> dict[str, FloatArray]:
        degree, scale = self.acting[rows], self.scale[rows]
        shares = {key: degree * scale * weight for key, weight in self.on.items()}
        for key, weight in self.off.items():
            shares[key] = shares.get(key, 0.0) + (1.0 - degree) * weight
        return shares

    def _targets(self, rows: IntArray, buyable: BoolArray) -> FloatArray:
        """Return target weights where what cannot be bought falls back to the "off" legs."""
        market = self.market
        targets = np.zeros((len(rows), len(market.assets)))
        spare = np.zeros(len(rows))
        for key, share in self._shares(rows).items():
            column = market.legs[key].columns[0][0]
            there = buyable[rows, column]
            targets[:, column] += np.where(there, share, 0.0)
            spare += np.where(there, 0.0, share)
        places = {key: market.legs[key].columns[0][0] for key in self.off}
        room = sum(
            (self.off[key] * buyable[rows, column] for key, column in places.items()),
            np.zeros(len(rows)),
        )
        for key, column in places.items():
            part = self.off[key] * buyable[rows, column] / np.where(room > 0, room, 1.0)
            targets[:, column] += spare * part
        return np.minimum(targets, self.strategy.max_weight)


def _exits(rows: IntArray, targets: FloatArray, market: Market) -> list[tuple[int, int]]:
    """Return (row, column) of each holding that has to leave between two orders."""
    found: dict[tuple[int, int], int] = {}
    for row, column in zip(*np.nonzero(np.isfinite(market.leaves)), strict=True):
        order = int(rows.searchsorted(row, side="right")) - 1
        if order >= 0 and rows[order] != row and targets[order, column] > 0:
            found.setdefault((order, int(column)), int(row))  # once gone, it cannot leave again
    return [(row, column) for (_, column), row in found.items()]
