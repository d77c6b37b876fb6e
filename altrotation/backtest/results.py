"""The result of a replay: equity, orders, profit by source, and what the data could not give."""

from dataclasses import dataclass
from html import escape

import numpy as np
import pandas as pd

from altrotation.backtest.costs import Costs
from altrotation.backtest.cycles import Cycle
from altrotation.backtest.strategy import Strategy
from altrotation.inference.results import RunInfo
from altrotation.signals.signal import Signal

__all__ = ["Replay"]

_NO_BENCHMARK = "BTC lacks a close in it"


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Replay:
    """One strategy over one cycle, net of costs.

    Parameters
    ----------
    strategy, signal, cycle, costs : Strategy, Signal, Cycle, Costs
        What was replayed.
    level : str
        "baskets" (a tier is an index of the panel) or "coins" (the coins in it at each date).
    engine : str
        "vectorbt" or "reference".
    delay : int
        Days from a decision's label to its trade.
    equity : Series of shape (n_days,)
        USD at the close of each day, costs paid.
    benchmark : Series of shape (n_days,)
        USD of the same capital put into BTC on the first day, at its costs; NaN without a close.
    cash : Series of shape (n_days,)
        One USD in Treasury bills at the yield known the day before.
    degrees : Series of shape (n_days,)
        Degree of the signal acted on: decided `delay` days before.
    unknown : Series of bool of shape (n_days,)
        Whether the signal was unknown then.
    weights : DataFrame of shape (n_days, n_holdings + 1)
        Shares of the equity at the close by holding, and in cash.
    profit : DataFrame of shape (n_days, n_holdings + 3)
        USD earned since the close before, by holding before costs, by interest on cash, and lost
        to fees and to slippage: each row sums to the change of the equity.
    orders : DataFrame
        Every filled order in USD: date, asset, side, units, price, value, fee, slippage.
    departures : DataFrame
        Positions that had to be left: date, asset, kind ("death" or "data end"), loss (return
        beyond the last close), value (USD after it).
    coverage : DataFrame
        One column: what the prices rest on.
    remarks : tuple of str
        What a reader should know about the data.
    run : RunInfo
    """

    strategy: Strategy
    signal: Signal
    cycle: Cycle
    costs: Costs
    level: str
    engine: str
    delay: int
    equity: pd.Series
    benchmark: pd.Series
    cash: pd.Series
    degrees: pd.Series
    unknown: pd.Series
    weights: pd.DataFrame
    profit: pd.DataFrame
    orders: pd.DataFrame
    departures: pd.DataFrame
    coverage: pd.DataFrame
    remarks: tuple[str, ...]
    run: RunInfo

    @property
    def capital(self) -> float:
        """USD at the start, before the first order."""
        return float(self.equity.iloc[0] - self.profit.iloc[0].sum())

    @property
    def returns(self) -> pd.Series:
        """Simple daily returns; the first day's are the costs of the first orders."""
        before = self.equity.shift(1).fillna(self.capital)
        return (self.equity / before - 1.0).rename("returns")

    @property
    def log_returns(self) -> pd.Series:
        """Natural-log daily returns."""
        return pd.Series(np.log1p(self.returns), name="log returns")

    @property
    def benchmark_returns(self) -> pd.Series:
        """Simple daily returns of the benchmark; the first day's are the costs of buying it."""
        before = self.benchmark.shift(1)
        before.iloc[0] = self.capital
        return (self.benchmark / before - 1.0).rename("BTC")

    @property
    def cash_returns(self) -> pd.Series:
        """Simple daily returns of cash; 0 on the first day."""
        return self.cash.pct_change().fillna(0.0).rename("cash")

    @property
    def drawdown(self) -> pd.Series:
        """Fall of the equity from its highest close so far, the capital included; 0 or negative."""
        high = self.equity.cummax().clip(lower=self.capital)
        return (self.equity / high - 1.0).rename("drawdown")

    @property
    def missed(self) -> tuple[str, ...]:
        """Orders that could not be given, a sentence each; they end the remarks."""
        count = int(self.coverage["coverage"].astype(float)["orders that could not be given"])
        return self.remarks[len(self.remarks) - count :]

    @property
    def exposure(self) -> float:
        """Mean degree acted on: the share of time the strategy was on."""
        return float(self.degrees.mean())

    @property
    def turnover(self) -> float:
        """One-way turnover a year: half the value traded over the equity, without the first day."""
        value = self.orders["value"].groupby(self.orders["date"]).sum()
        share = (value / self.equity.reindex(value.index)).loc[self.equity.index[1] :]
        return float(0.5 * share.sum() * 365.0 / len(self.equity))

    @property
    def costs_paid(self) -> float:
        """USD lost to fees and slippage."""
        return float(-self.profit[["fees", "slippage"]].to_numpy().sum())

    def summary(self) -> pd.DataFrame:
        """Return one column of what happened, without intervals: see `performance` for those."""
        growth = float(self.equity.iloc[-1]) / self.capital
        base = float(self.benchmark.iloc[-1]) / self.capital
        known = not bool(self.benchmark.isna().any())
        rows = {
            "cycle": str(self.cycle),
            "held as": self.level,
            "signal": self.signal.name,
            "final equity": f"{float(self.equity.iloc[-1]):,.0f} USD",
            "growth": f"{growth:.2f} x",
            "BTC": f"{base:.2f} x" if known else _NO_BENCHMARK,
            "log gain over BTC": f"{np.log(growth / base):+.3f}" if known else _NO_BENCHMARK,
            "deepest drawdown": f"{float(self.drawdown.min()):.1%}",
            "time on": f"{self.exposure:.1%}",
            "signal unknown": f"{float(self.unknown.mean()):.1%}",
            "turnover a year": f"{self.turnover:.2f}",
            "orders": str(len(self.orders)),
            "fees and slippage": f"{self.costs_paid:,.0f} USD",
        }
        return pd.Series(rows, name=self.strategy.name).to_frame()

    def _repr_html_(self) -> str:
        notes = "".join(f"<li>{escape(remark)}</li>" for remark in self.remarks)
        return (
            f"<p><b>{escape(repr(self))}</b></p>{self.summary().to_html()}"
            f"{self.coverage.to_html()}<ul>{notes}</ul>"
        )

    def __repr__(self) -> str:
        base = float(self.benchmark.iloc[-1]) / self.capital
        bitcoin = _NO_BENCHMARK if self.benchmark.isna().any() else f"BTC {base:.2f} x"
        return (
            f"Replay({self.strategy.name}, {self.cycle}, {self.level}: "
            f"{float(self.equity.iloc[-1]) / self.capital:.2f} x, {bitcoin})"
        )
