"""Orders of one strategy found by following its weights from day to day."""

import numpy as np

from altrotation.aliases import BoolArray, FloatArray
from altrotation.backtest.build import legs_of
from altrotation.backtest.costs import Costs, square_root_impact
from altrotation.backtest.market import Market
from altrotation.backtest.plan import Plan
from altrotation.backtest.strategy import Strategy
from altrotation.variation import above

__all__ = ["orders_day_by_day"]


def orders_day_by_day(
    strategy: Strategy,
    market: Market,
    acting: FloatArray,
    scale: FloatArray,
    flags: BoolArray,
    unknown: BoolArray,
    *,
    costs: Costs,
    capital: float,
) -> Plan:
    """Return the orders of a strategy, whatever it holds and however it trades.

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
    costs : Costs
    capital : float
        USD at the start: sets the size of orders, on which their impact depends.

    Returns
    -------
    Plan
    """
    return _Desk(strategy, market, acting, scale).day_by_day(
        flags, unknown, costs=costs, capital=capital
    )


class _Desk:
    """Follows the weights of one strategy."""

    def __init__(
        self, strategy: Strategy, market: Market, acting: FloatArray, scale: FloatArray
    ) -> None:
        on, off = legs_of(strategy)
        self.strategy, self.market = strategy, market
        self.acting, self.scale = acting, scale
        self.on = {leg.key: weight for leg, weight in on.items()}
        self.off = {leg.key: weight for leg, weight in off.items()}

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
            targets=np.array(targets).reshape(len(rows), k),
            slippage=np.array(slips).reshape(len(rows), k),
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
        if above(turnover, self.strategy.max_turnover):
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
