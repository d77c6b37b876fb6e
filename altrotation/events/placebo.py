"""Placebo dates: the same events elsewhere, by rotation or matched on what preceded them."""

import numpy as np
import pandas as pd

from altrotation.aliases import BoolArray, IntArray, Seed
from altrotation.errors import InputError
from altrotation.kernels.events import admissible_shifts, shifted_rows
from altrotation.kernels.placements import spaced_placements
from altrotation.rng import generator
from altrotation.variation import above

__all__ = ["matched_rows", "rotated_rows", "tercile_cells"]

MATCH_ROWS = 60  # about a quarter of trading days, the quiet spell of the breakout rule
_LEAST_POOL = 10  # fewer candidate dates than this are no comparison
_UNMOVED = 0.01  # a block stays where the walk to a draw began with about this probability
_SWEEPS = (5, 60)


def rotated_rows(rows: IntArray, complete: BoolArray) -> IntArray:
    """Return the event rows under every admissible circular shift: shape (B, k).

    A shift is admissible when every cell keeps at least one complete window.

    Parameters
    ----------
    rows : array of shape (k,)
        Observed event rows.
    complete : array of shape (n, c)
        Rows at which a window of the cell would be complete.

    Returns
    -------
    array of int64 of shape (B, k)
        One shift a row, the event rows in the order of `rows`; the shift by nothing is left out.

    Raises
    ------
    InputError
        If no shift is admissible.
    """
    shifts = admissible_shifts(rows, complete)
    if not len(shifts):
        raise InputError(
            f"No circular shift of the {len(rows)} events leaves every outcome and horizon a "
            "complete window; use shorter `horizons`, fewer outcomes or null='matched'."
        )
    return shifted_rows(rows, shifts, len(complete))


def tercile_cells(source: pd.Series, index: pd.DatetimeIndex) -> IntArray:
    """Return the cell 0..8 of trailing run-up and volatility of `source` at every date.

    Parameters
    ----------
    source : Series
        Prices; NaN on days without a price, which are skipped: windows count prices, not days.
    index : DatetimeIndex of shape (n,)
        Dates for which a cell is wanted.

    Returns
    -------
    array of shape (n,)
        3 x run-up tercile + volatility tercile; -1 where the source has no price or fewer than 60
        returns up to and including the date. Run-up is the log return over 60 prices, volatility
        the standard deviation of the 60 daily log returns. The cut points are those of the whole
        sample: they shape the placebo, which is no signal.
    """
    prices = np.log(source.dropna())
    runup = prices.diff(MATCH_ROWS)
    volatility = prices.diff().rolling(MATCH_ROWS).std()
    feature = pd.DataFrame({"runup": runup, "volatility": volatility}).reindex(index)
    cells = np.zeros(len(index), dtype=np.int64)
    for weight, column in ((3, "runup"), (1, "volatility")):
        values = feature[column].to_numpy(dtype=np.float64)
        held = np.isfinite(values)
        if not held.any():
            return np.full(len(index), -1, dtype=np.int64)
        cuts = np.quantile(values[held], [1 / 3, 2 / 3])
        cells += weight * above(values[:, None], cuts, size=1.0).sum(axis=1)  # log points
        cells[~held] = -1_000
    return np.where(cells < 0, -1, cells)


def matched_rows(
    rows: IntArray,
    allowed: BoolArray,
    cells: IntArray,
    *,
    dates: pd.DatetimeIndex,
    reach: int,
    draws: int,
    seed: Seed,
) -> IntArray:
    """Return draws of placebo rows whose past resembles that of the events: shape (draws, k).

    Each event is replaced by a row of its own tercile cell (Nguyen & Wolf 2023 permute the event
    date of a single firm over dates; matching keeps the dates comparable). Events closer than
    `reach` share part of their windows; such a cluster moves as one block, its first event
    matched, so that the placebo windows overlap as the observed ones do. Between blocks at least
    the smallest gap observed between them is kept, or `reach` if that is smaller: windows further
    apart than `reach` share no day. The draws are exchangeable with the events under the null that
    all placements which keep cells and spacing are alike (see `spaced_placements`).

    Parameters
    ----------
    rows : array of shape (k,)
        Observed event rows, increasing.
    allowed : array of shape (k, n)
        Rows at which all windows of event k that are used would be complete.
    cells : array of shape (n,)
        Tercile cell of every row, -1 where unknown.
    dates : DatetimeIndex of shape (k,)
        Event dates, for messages.
    reach : int
        Largest horizon.
    draws : int
    seed : int or Generator

    Returns
    -------
    array of int64 of shape (draws, k)
        One draw a row, the placebo of event k in column k.

    Raises
    ------
    InputError
        If an event has no cell.
    InputError
        If too few rows resemble an event.
    """
    first = np.concatenate([[True], np.diff(rows) >= reach])
    block = np.cumsum(first) - 1
    heads = np.flatnonzero(first)
    n = allowed.shape[1]
    pools: list[IntArray] = []
    for number, head in enumerate(heads):
        date = f"{dates[int(head)]:%Y-%m-%d}"
        if cells[rows[head]] < 0:
            raise InputError(
                f"`match_on` has no price or fewer than {MATCH_ROWS} returns up to the event "
                f"{date}; leave the event out with events.between(...) or lengthen `match_on`."
            )
        places = cells == cells[rows[head]]
        for member in np.flatnonzero(block == number):
            offset = int(rows[member] - rows[head])
            places[: n - offset] &= allowed[member, offset:]
            places[n - offset :] = False
        pool = np.flatnonzero(places)
        if len(pool) < _LEAST_POOL:
            raise InputError(
                f"Only {len(pool)} rows resemble the event {date} in run-up and volatility; "
                "use a longer sample, shorter `horizons` or null='rotation'."
            )
        pools.append(pool.astype(np.int64))
    last = np.concatenate([heads[1:], [len(rows)]]) - 1
    spans = (rows[last] - rows[heads]).astype(np.int64)
    gaps = rows[heads[1:]] - rows[last[:-1]]
    spacing = int(min(reach, gaps.min())) if len(gaps) else 0
    placed = spaced_placements(
        np.concatenate(pools),
        np.concatenate([[0], np.cumsum([len(pool) for pool in pools])]).astype(np.int64),
        spans,
        spacing,
        rows[heads],
        draws,
        _sweeps(len(heads), spacing, int(spans.max()), n),
        generator(seed),
    )
    moved: IntArray = placed[:, block] + (rows - rows[heads[block]])
    return moved


def _sweeps(blocks: int, spacing: int, span: int, n: int) -> int:
    """Return the proposals a block needs: more where the others leave little room."""
    taken = (blocks - 1) * 2 * (spacing + span) / n
    accepted = min(max(1 - taken, 0.05), 0.99)
    return int(np.clip(np.ceil(np.log(_UNMOVED) / np.log(1 - accepted)), *_SWEEPS))
