"""What the choice of the crypto close does to a daily lead: both samplings and no sampling."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from altrotation._guarded import guarded
from altrotation.aliases import Seed
from altrotation.errors import InputError
from altrotation.inference.results import RunInfo
from altrotation.leadlag.asynchronous import hayashi_yoshida
from altrotation.leadlag.clocks import close_instants
from altrotation.leadlag.contrast import LeadLagContrast
from altrotation.leadlag.correlogram import CrossCorrelation
from altrotation.leadlag.crosscorr import cross_correlation
from altrotation.leadlag.inputs import named
from altrotation.leadlag.results import LeadLagResult
from altrotation.printing import p_text
from altrotation.validate import daily_series, positive, require_count

__all__ = ["ClockSensitivity", "clock_sensitivity"]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True, repr=False)
class ClockSensitivity(LeadLagResult):
    """One question about a lead, answered with three clocks.

    Parameters
    ----------
    end : CrossCorrelation
        Session returns, crypto taken at 24:00 UTC of the session's day: after New York closed.
    start : CrossCorrelation
        Session returns, crypto taken at 00:00 UTC of the session's day: before New York opened.
    contrast : LeadLagContrast
        Neither: both series at their own instants.
    """

    end: CrossCorrelation
    start: CrossCorrelation
    contrast: LeadLagContrast

    def summary(self) -> pd.DataFrame:
        """Return estimates and adjusted p by lag: in sessions, or days of 24 hours."""
        table = self.contrast.table
        days = table.set_axis(np.round(table.index.to_numpy() / 24).astype(int), axis=0)
        parts = {
            "crypto at the end": self.end.table[["estimate", "robust_p_adjusted"]],
            "crypto at the start": self.start.table[["estimate", "robust_p_adjusted"]],
            "own instants": days[["estimate", "excess", "p_adjusted"]],
        }
        joined = pd.concat(parts, axis=1).rename(
            columns={"robust_p_adjusted": "p adjusted", "p_adjusted": "p adjusted"}
        )
        return joined.rename_axis("lag")

    def findings(self) -> dict[str, str]:
        """Return the p-values of a lead on either side, clock by clock."""
        names = {"positive": self.end.leader, "negative": self.end.follower}
        return {
            f"{name} leads": f"p {p_text(self.end.sides[side])} with crypto at the end, "
            f"{p_text(self.start.sides[side])} at the start, "
            f"{p_text(self.contrast.sides[side])} at own instants"
            for side, name in names.items()
        }


@guarded
def clock_sensitivity(
    equity: pd.Series,
    crypto: pd.Series,
    *,
    closes: pd.DatetimeIndex | None = None,
    lags: int = 5,
    level: float = 0.95,
    replicates: int = 999,
    seed: Seed = 0,
    workers: int = 1,
) -> ClockSensitivity:
    """Compare the lead of an equity index over a crypto series under three clocks.

    A crypto close at 24:00 UTC comes three to four hours after New York's, one at 00:00 UTC some
    twenty hours before it. Daily returns of two series that move together at every instant are
    then correlated at a lag as well: at the end, crypto seems to lead by one session; at the start,
    equities do. A lead worth the name shows under both and at the series' own instants.

    Parameters
    ----------
    equity : Series of shape (n,)
        Closing levels, positive; NaN on days without a session.
    crypto : Series of shape (n,)
        Closing levels at 24:00 UTC on the same labels, positive, every day.
    closes : DatetimeIndex, optional
        Instants of the equity closes that are not NaN; New York's calendar when left out.
    lags : int, default 5
        Largest lead and lag, in sessions and in days of 24 hours.
    level, replicates, seed, workers
        As in `cross_correlation`.

    Returns
    -------
    ClockSensitivity

    Raises
    ------
    InputError
        If `lags` < 1.
    InputError
        If a level is not positive.
    InputError
        If the labels differ.
    InputError
        If a value of `equity` is labelled by a day that is no session and `closes` is left out.
    InputError
        If `closes` has another length.
    InputError
        If crypto is missing on a session or the day before.
    InputError
        On the conditions of `cross_correlation` and `hayashi_yoshida`.
    """
    require_count(lags, 1, "lags")
    stock = np.log(positive(daily_series(equity, "equity"), "equity"))
    coin = np.log(positive(daily_series(crypto, "crypto"), "crypto"))
    if not stock.index.equals(coin.index):
        raise InputError("`equity` and `crypto` must share their labels; use the 24/7 clock.")
    stock = stock.dropna()
    instants = close_instants(pd.DatetimeIndex(stock.index), "XNYS") if closes is None else closes
    if len(instants) != len(stock):
        raise InputError(
            f"`closes` must hold one instant a session, got {len(instants)} for {len(stock)}."
        )
    before = pd.Series(coin.to_numpy(), index=coin.index + pd.Timedelta(1, "D"))
    first, second = named(equity, "equity"), named(crypto, "crypto")
    returns = stock.diff().iloc[1:].rename(first)

    def session(sampled: pd.Series) -> CrossCorrelation:
        moves = sampled.reindex(stock.index).diff().iloc[1:].rename(second)
        return cross_correlation(
            returns,
            moves,
            lags=lags,
            level=level,
            replicates=replicates,
            seed=seed,
            workers=workers,
        )

    ticks = coin.dropna()
    end, start = session(coin), session(before)
    contrast = hayashi_yoshida(
        pd.Series(stock.to_numpy(), index=instants, name=first),
        pd.Series(
            ticks.to_numpy(),
            index=close_instants(pd.DatetimeIndex(ticks.index), "24/7"),
            name=second,
        ),
        lags=tuple(range(-24 * lags, 24 * lags + 1, 24)),
        level=level,
        replicates=replicates,
        seed=seed,
        workers=workers,
    )
    return ClockSensitivity(
        label=f"{first} and {second}: lead under three clocks",
        null=contrast.null,
        alternative=contrast.alternative,
        method=f"prewhitened cross-correlation with crypto at 24:00 and at 00:00 UTC of the day; "
        f"{contrast.method}",
        n=end.n,
        first=end.first,
        last=end.last,
        level=level,
        run=RunInfo.capture(seed, stock, coin),
        end=end,
        start=start,
        contrast=contrast,
    )
