"""Where the profit came from: entry by entry, by what was held, and what costs took."""

import numpy as np
import pandas as pd

from altrotation._guarded import guarded
from altrotation.aliases import BoolArray, IntArray
from altrotation.backtest.results import Replay

__all__ = ["attribution", "spell_numbers", "spells"]


def spell_numbers(degrees: pd.Series) -> tuple[IntArray, BoolArray]:
    """Return the spell each day belongs to, and whether the strategy was on in each spell.

    Parameters
    ----------
    degrees : Series of shape (n_days,)
        Acted on; the day of a trade earns what was held before it, and pays its costs. The first
        day belongs to the spell that follows it.

    Returns
    -------
    number : int array of shape (n_days,)
        From 0 on.
    on : bool array of shape (n_spells,)
    """
    before = np.concatenate([[np.nan], degrees.to_numpy()[:-1] > 0])
    number = np.concatenate([[0, 0], (before[2:] != before[1:-1]).cumsum()])
    starts = np.flatnonzero(np.diff(number, prepend=-1))
    starts[0] = 1
    return number.astype(np.int64), before[starts] == 1.0


@guarded
def spells(replay: Replay) -> pd.DataFrame:
    """Return the runs of days on and off as traded: one row each.

    Parameters
    ----------
    replay : Replay

    Returns
    -------
    DataFrame
        `start`, `end` (days on which the position earned), `on`, `days`, `gain` and `bitcoin` (log
        growth of the strategy, net, and of BTC), `excess` (their difference; of an "on" row: what
        the entry was worth), `cut` (the cycle ends in it). `bitcoin` and `excess` are NaN where BTC
        lacks a close.
    """
    number, on = spell_numbers(replay.degrees)
    dates = replay.equity.index
    log, bitcoin = replay.log_returns.to_numpy(), np.log1p(replay.benchmark_returns.to_numpy())
    rows = []
    for spell in range(int(number[-1]) + 1):
        inside = np.flatnonzero(number == spell)
        gain, base = float(log[inside].sum()), float(bitcoin[inside].sum())
        rows.append(
            {
                "start": dates[inside[0]],
                "end": dates[inside[-1]],
                "on": bool(on[spell]),
                "days": len(inside),
                "gain": gain,
                "bitcoin": base,
                "excess": gain - base,
                "cut": bool(inside[-1] == len(dates) - 1),
            }
        )
    return pd.DataFrame(rows)


@guarded
def attribution(replay: Replay) -> pd.DataFrame:
    """Return USD earned in each spell by holding, interest, fees and slippage.

    Parameters
    ----------
    replay : Replay

    Returns
    -------
    DataFrame
        One row a spell of `spells` and a row "total": `start`, `on`, one column a source of
        profit, and `total`. The grand total is the change of the equity.
    """
    table = spells(replay)
    rows = []
    for spell in table.itertuples():
        part = replay.profit.loc[spell.start : spell.end].sum()
        rows.append({"start": spell.start, "on": spell.on, **part.to_dict()})
    frame = pd.DataFrame(rows)
    sources = list(replay.profit.columns)
    frame["total"] = frame[sources].sum(axis=1)
    total = frame[[*sources, "total"]].sum().to_frame("total").T
    return pd.concat([frame, total])
