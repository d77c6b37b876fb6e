"""From degrees to orders: the target weights at each row at which a strategy trades."""

from dataclasses import dataclass, field

import numpy as np

from altrotation.aliases import BoolArray, FloatArray, IntArray
from altrotation.backtest.build import legs_of
from altrotation.backtest.costs import Costs, square_root_impact
from altrotation.backtest.market import Market
from altrotation.backtest.schedule import (
    acting_degrees,
    holding_returns,
    stopped,
    trading_rows,
    volatility_scale,
)
from altrotation.backtest.strategy import Strategy
from altrotation.signals.signal import Signal

__all__ = ["Plan", "make_plan"]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Plan:
    """Orders of one strategy: at `rows`, target weights of all assets.

    Parameters
    ----------
    degrees : array of shape (n,)
        The degree acted on at each row.
    unknown : bool array of shape (n,)
        Where the signal was unknown.
    rows : int array of shape (m,)
        Rows with an order, increasing.
    targets : array of shape (m, k)
        Weight of each asset after the order, NaN where there is none.
    slippage : array of shape (m, k)
        Price concession of an order, a fraction.
    notes : tuple of (row, what)
        Orders that could not be given as wished.
    """

    degrees: FloatArray
    unknown: BoolArray
    rows: IntArray
    targets: FloatArray
    slippage: FloatArray
    notes: tuple[tuple[int, str], ...] = field(default=())


def make_plan(
    strategy: Strategy,
    signal: Signal,
    market: Market,
    *,
    delay: int,
    costs: Costs,
    capital: float,
    degrees: FloatArray | None = None,
) -> Plan:
    """Return the orders of a strategy.

    An order into a leg without a price waits for up to `market.patience` days; then its weight
    goes to the legs held while off, and to cash if those cannot be bought either. A tier held coin
    by coin does not wait: members without a close are left out. Where turnover is capped, or impact
    depends on the size of an order, weights and capital are those that drift without costs.

    Parameters
    ----------
    strategy : Strategy
    signal : Signal
        Of its rule.
    market : Market
    delay : int
    costs : Costs
    capital : float
        USD at the start: sets the size of orders for impact.
    degrees : array of shape (n,), optional
        Degrees in force at each row instead of the signal's, for placebo timings.

    Returns
    -------
    Plan
    """
    given, unknown = acting_degrees(
        signal, market.dates, first=market.first, delay=delay, unknown=strategy.unknown
    )
    acting = given if degrees is None else degrees
    on = {leg.key: weight for leg, weight in legs_of(strategy)[0].items()}
    scale = np.ones(len(acting))
    if strategy.stop is not None or strategy.target_volatility is not None:
        returns = holding_returns(market, strategy, on)
        if strategy.target_volatility is not None:
            scale = volatility_scale(
                returns,
                target=strategy.target_volatility,
                window=strategy.volatility_window,
                delay=delay,
            )
        if strategy.stop is not None:
            acting = stopped(
                acting, returns, fraction=strategy.stop, delay=delay, first=market.first
            )
    flags = trading_rows(
        acting, market.dates, first=market.first, delay=delay, rebalance=strategy.rebalance
    )
    desk = _Desk(strategy, market, acting, scale)
    at_once = desk.at_once(flags, unknown)
    if at_once is not None:
        return at_once
    return desk.day_by_day(flags, unknown, costs=costs, capital=capital)


class _Desk:
    """Writes the orders of one strategy."""

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

    def day_by_day(
        self, flags: BoolArray, unknown: BoolArray, *, costs: Costs, capital: float
    ) -> Plan:
        """Return the orders by following the weights from day to day."""
        market = self.market
        n, k = market.price.shape
        held, value, last = np.zeros(k), 1.0, market.first
        stuck = np.zeros(k, dtype=np.bool_)
        pending, waited = False, 0
        rows: list[int] = []
        targets: list[FloatArray] = []
        slips: list[FloatArray] = []
        notes: list[tuple[int, str]] = []
        leaving = np.isfinite(market.leaves)
        marked = flags | leaving.any(axis=1)
        row = market.first - 1
        while True:
            row = row + 1 if pending or stuck.any() else _next(marked, row + 1)
            if row >= n:
                break
            exits = leaving[row] & (held > 0)
            if not (flags[row] or pending or exits.any() or stuck.any()):
                continue
            held, growth = _drift(held, market.mark[last], market.mark[row])
            value, last = value * growth, row
            line = np.full(k, np.nan)
            priced = np.isfinite(market.price[row])
            gone = exits | (stuck & priced)
            line[gone] = 0.0
            if flags[row]:
                pending, waited = True, 0
            after = np.where(gone, 0.0, held)
            if pending:
                wanted, missing = self._wanted(row, waited >= market.patience)
                if missing and waited < market.patience:
                    waited += 1
                else:
                    notes += [(row, f"{leg} could not be bought") for leg in missing]
                    after, pending = self._trade(wanted, after, priced)
                    waited = 0
                    touched = priced & ((after > 0) | (held > 0))
                    line[touched] = after[touched]
                    stuck = (after > 0) & ~priced
            stuck &= ~gone
            if np.isfinite(line).any():
                rows.append(row)
                targets.append(line)
                slip = self._slippage(row, after - held, value * capital, costs)
                slips.append(slip)
                value *= 1.0 - float(np.abs(after - held) @ (market.fee + slip))
            held = after
        return Plan(
            degrees=self.acting,
            unknown=unknown,
            rows=np.array(rows, dtype=np.int64),
            targets=np.array(targets).reshape(-1, k),
            slippage=np.array(slips).reshape(-1, k),
            notes=tuple(notes),
        )

    def _trade(
        self, wanted: FloatArray, held: FloatArray, priced: BoolArray
    ) -> tuple[FloatArray, bool]:
        """Return the weights after trading what can be traded, and whether more is to follow."""
        blocked = np.where(priced, 0.0, held)  # cannot be sold today
        free = np.where(priced, wanted, 0.0)
        room = 1.0 - blocked.sum()
        total = free.sum()
        after = blocked + (free * min(1.0, room / total) if total > 0 else 0.0)
        moves = after - held
        turnover = 0.5 * (np.abs(moves).sum() + abs(moves.sum()))  # cash takes the difference
        if turnover > self.strategy.max_turnover * (1.0 + 1e-12):
            return held + moves * (self.strategy.max_turnover / turnover), True
        return after, False

    def _wanted(self, row: int, settle: bool) -> tuple[FloatArray, list[str]]:
        """Return the weights wished for at `row` and the legs that cannot be bought there."""
        out = np.zeros(len(self.market.assets))
        degree = float(self.acting[row])
        sides = (
            (self.on, degree * float(self.scale[row])),
            (self.off, 1.0 - degree),
        )
        missing, spare = [], 0.0
        for legs, share in sides:
            for key, weight in legs.items():
                if weight * share == 0:
                    continue
                columns, shares = self.market.weights(key, row, weighting=self.strategy.weighting)
                if len(columns):
                    np.add.at(out, columns, weight * share * shares)
                else:
                    missing.append(key)
                    spare += weight * share
        if missing and settle:
            buyable = {
                key: found for key in self.off if len((found := self.market.weights(key, row))[0])
            }
            total = sum(self.off[key] for key in buyable)
            for key, (columns, shares) in buyable.items():
                np.add.at(out, columns, spare * self.off[key] / total * shares)
        return np.minimum(out, self.strategy.max_weight), missing

    def _slippage(self, row: int, moves: FloatArray, capital: float, costs: Costs) -> FloatArray:
        market = self.market
        if market.volume is None or market.volatility is None:
            return market.spread.copy()
        extra = square_root_impact(
            moves * capital * market.cash[row],
            market.volume[row],
            market.volatility[row],
            coefficient=costs.impact,
        )
        return np.asarray(market.spread + extra, dtype=np.float64)


def _drift(held: FloatArray, before: FloatArray, now: FloatArray) -> tuple[FloatArray, float]:
    """Return weights after prices moved from `before` to `now`, and the growth of the whole."""
    inside = held > 0
    ratio = np.ones(len(held))
    ratio[inside] = now[inside] / before[inside]
    value = held * ratio
    growth = 1.0 - held.sum() + value.sum()
    return value / growth, float(growth)


def _next(marked: BoolArray, row: int) -> int:
    """Return the first marked row at or after `row`, or the number of rows."""
    rest = marked[row:]
    return row + int(np.argmax(rest)) if rest.any() else len(marked)


def _exits(rows: IntArray, targets: FloatArray, market: Market) -> list[tuple[int, int]]:
    """Return (row, column) of each holding that has to leave between two orders."""
    found: dict[tuple[int, int], int] = {}
    for row, column in zip(*np.nonzero(np.isfinite(market.leaves)), strict=True):
        order = int(rows.searchsorted(row, side="right")) - 1
        if order >= 0 and rows[order] != row and targets[order, column] > 0:
            found.setdefault((order, int(column)), int(row))  # once gone, it cannot leave again
    return [(row, column) for (_, column), row in found.items()]
