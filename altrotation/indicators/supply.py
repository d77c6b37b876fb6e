"""Supply: tokens that schedules are about to release."""

import numpy as np
import pandas as pd

from altrotation._guarded import guarded
from altrotation.aliases import FloatArray
from altrotation.errors import InputError
from altrotation.indicators.members import membership, positive_frame
from altrotation.validate import daily_frame, daily_index, require_count, require_same_dates

__all__ = ["protocol_unlocks", "released_share", "unlock_index", "unlock_load"]

_COLUMNS = ("protocol", "type", "start", "end", "steps", "total_tokens")
_TYPES = ("cliff", "step", "linear")


@guarded
def released_share(schedules: pd.DataFrame, dates: pd.DatetimeIndex) -> pd.DataFrame:
    """Return the percentage of each protocol's scheduled supply released by the end of each day.

    Parameters
    ----------
    schedules : DataFrame of shape (n_statements, 6)
        Columns protocol, type, start, end (UTC days), steps and total_tokens. A "cliff" releases
        everything on its `start`; a "step" releases equal parts at the ends of `steps` equal
        intervals between `start` and `end`; "linear" releases evenly from the end of `start` to
        the end of `end`.
    dates : DatetimeIndex of shape (n_days,)
        UTC days on which the share is wanted.

    Returns
    -------
    DataFrame of shape (n_days, n_protocols)
        Percent of the sum of the protocol's statements, 0 before its first release.

    Raises
    ------
    InputError
        If a column is missing, a type is unknown, an amount is not positive, or a statement ends
        before it starts.
    """
    _check(schedules)
    days = daily_index(dates, "dates").as_unit("us").asi8 / 86_400e6
    released: dict[str, FloatArray] = {}
    scheduled: dict[str, float] = {}
    columns = (schedules[column].to_list() for column in _COLUMNS)
    for protocol, kind, start, end, steps, tokens in zip(*columns, strict=True):
        name, amount = str(protocol), float(tokens)
        part = _elapsed(kind, _day(start), _day(end), float(steps), days)
        released[name] = released.get(name, np.zeros(len(days))) + amount * part
        scheduled[name] = scheduled.get(name, 0.0) + amount
    shares = {name: 100.0 * released[name] / scheduled[name] for name in sorted(released)}
    return pd.DataFrame(shares, index=dates)


@guarded
def unlock_load(
    schedules: pd.DataFrame, dates: pd.DatetimeIndex, *, horizon: int = 30, least: int = 10
) -> pd.DataFrame:
    """Return the mean percentage of scheduled supply that unlocks in the next `horizon` days.

    The mean is over the protocols in release on the day: those whose first tokens are out and
    whose last are not. What unlocks is read from the schedule, which holders could read too, so it
    is known on the day as far as the schedule was already the one in force: a date moved later, or
    a protocol written down afterwards, gives a mild look-ahead.

    Parameters
    ----------
    schedules : DataFrame of shape (n_statements, 6)
        As in `released_share`.
    dates : DatetimeIndex of shape (n_days,)
        UTC days on which the load is wanted.
    horizon : int, default 30
        Days ahead, from the end of the day.
    least : int, default 10
        Protocols in release that a day must have, or it is NaN.

    Returns
    -------
    DataFrame of shape (n_days, 2)
        `load` (percent) and `protocols` (how many are in release).

    Raises
    ------
    InputError
        As `released_share`; or `horizon` < 1 or `least` < 1.
    """
    require_count(horizon, 1, "horizon")
    require_count(least, 1, "least")
    now = released_share(schedules, dates)
    ahead = released_share(schedules, pd.DatetimeIndex(dates + pd.Timedelta(horizon, "D")))
    running = (now.to_numpy() > 0) & (now.to_numpy() < 100.0 * (1 - 1e-9))
    held = running.sum(axis=1)
    gain = np.where(running, ahead.to_numpy() - now.to_numpy(), 0.0).sum(axis=1)
    load = np.where(held >= least, gain / np.maximum(held, 1), np.nan)
    return pd.DataFrame({"load": load, "protocols": held.astype(np.float64)}, index=dates)


@guarded
def protocol_unlocks(
    schedules: pd.DataFrame, dates: pd.DatetimeIndex, *, horizon: int = 30
) -> pd.DataFrame:
    """Return the percentage of each protocol's scheduled supply that unlocks within `horizon` days.

    At each day only the statements known by then are read, where the table says since when they
    are: an optional column `known` (UTC days). What a statement not yet written would have released
    counts neither above nor below the line.

    Parameters
    ----------
    schedules : DataFrame of shape (n_statements, 6 or 7)
        As in `released_share`, and optionally `known`, the day on which the statement was public.
        Without it every statement counts as known from the beginning: the mild look-ahead that
        `unlock_load` describes.
    dates : DatetimeIndex of shape (n_days,)
        UTC days on which the load is wanted.
    horizon : int, default 30
        Days ahead, from the end of the day; 7 and 30 are the customary ones.

    Returns
    -------
    DataFrame of shape (n_days, n_protocols)
        Percent of the supply scheduled in the statements known at the day; NaN before the
        protocol's first tokens are out and once its last are.

    Raises
    ------
    InputError
        As `released_share`; `horizon` < 1; or a `known` day is missing.
    """
    require_count(horizon, 1, "horizon")
    _check(schedules)
    days = daily_index(dates, "dates").as_unit("us").asi8 / 86_400e6
    known = _known(schedules)
    names = sorted({str(name) for name in schedules["protocol"]})
    out, gain, scheduled = (np.zeros((len(days), len(names))) for _ in range(3))
    columns = (schedules[column].to_list() for column in _COLUMNS)
    for since, (name, kind, start, end, steps, tokens) in zip(
        known, zip(*columns, strict=True), strict=True
    ):
        place = names.index(str(name))
        held = np.where(days >= since, float(tokens), 0.0)
        span = _day(start), _day(end), float(steps)
        now, then = _elapsed(kind, *span, days), _elapsed(kind, *span, days + horizon)
        out[:, place] += held * now
        gain[:, place] += held * (then - now)
        scheduled[:, place] += held
    running = (out > 0) & (out < scheduled * (1 - 1e-9))
    load = np.full(out.shape, np.nan)
    np.divide(100.0 * gain, scheduled, out=load, where=running)
    return pd.DataFrame(load, index=dates, columns=pd.Index(names, name="protocol"))


@guarded
def unlock_index(
    loads: pd.DataFrame,
    *,
    members: pd.DataFrame | None = None,
    weights: pd.DataFrame | None = None,
    least: int = 10,
) -> pd.Series:
    """Return the mean unlock load of a tier.

    Parameters
    ----------
    loads : DataFrame of shape (n_days, n_protocols)
        Percent of scheduled supply, as `protocol_unlocks` returns it; NaN for a protocol that is
        not in release.
    members : DataFrame of bool, shape (n_days, n_protocols), optional
        Who belongs to the tier at each day, known at that day; by default everybody.
    weights : DataFrame of shape (n_days, n_protocols), optional
        For example market capitalisations, known at the day; a member without one is left out.
        By default all count alike.
    least : int, default 10
        Protocols with a load that a day must have, or it is NaN.

    Returns
    -------
    Series of shape (n_days,)
        Percent. The mean is over members in release, not over the whole tier: a tier in which few
        tokens are still locked may read high on the schedules of those few. No warm-up.

    Raises
    ------
    InputError
        If dates or columns differ, a weight is not positive, or `least` < 1.
    """
    values = daily_frame(loads, "loads")
    require_count(least, 1, "least")
    counted = membership(members, values) & values.notna().to_numpy()
    sizes = np.ones(values.shape)
    if weights is not None:
        given = positive_frame(weights, "weights")
        require_same_dates(values, given, "`loads` and `weights`")
        if not values.columns.equals(given.columns):
            raise InputError("`loads` and `weights` must share their columns; reindex one.")
        sizes = given.to_numpy()
        counted &= ~np.isnan(sizes)
    held = counted.sum(axis=1)
    total = np.where(counted, sizes, 0.0).sum(axis=1)
    product = np.where(counted, sizes * values.to_numpy(), 0.0).sum(axis=1)
    mean = np.divide(product, total, out=np.full(len(values), np.nan), where=held >= least)
    return pd.Series(mean, index=values.index, name="unlock_index")


def _known(schedules: pd.DataFrame) -> list[float]:
    if "known" not in schedules:
        return [-np.inf] * len(schedules)
    if schedules["known"].isna().any():
        row = schedules[schedules["known"].isna()].iloc[0]
        raise InputError(
            f"`schedules` has a statement of {row['protocol']} without a `known` day; drop it, or "
            "the column."
        )
    return [_day(stamp) for stamp in schedules["known"]]


def _elapsed(kind: str, start: float, end: float, steps: float, days: FloatArray) -> FloatArray:
    """Return the part of a statement released by the end of each day, 0 to 1."""
    if kind == "cliff" or end == start:
        return (days >= start).astype(np.float64)
    if kind == "linear":
        return np.clip((days - start) / (end - start), 0.0, 1.0)
    # a step on day 14.2 is released within day 14; guard the last step against rounding
    done = np.floor((days + 1.0 - start) / ((end - start) / steps) - 1e-9)
    return np.asarray(np.clip(np.where(days >= end, steps, done), 0.0, steps) / steps)


def _day(stamp: pd.Timestamp) -> float:
    return float((pd.Timestamp(stamp) - pd.Timestamp(0)) / pd.Timedelta(1, "D"))


def _check(schedules: pd.DataFrame) -> None:
    for column in _COLUMNS:
        if column not in schedules:
            raise InputError(
                f"`schedules` must have the columns {', '.join(_COLUMNS)}, {column!r} is missing."
            )
    for kind in schedules["type"].unique():
        if kind not in _TYPES:
            raise InputError(f"type of `schedules` must be one of {_TYPES}, got {kind!r}.")
    odd = schedules[(schedules["end"] < schedules["start"]) | schedules["end"].isna()]
    if len(odd):
        row = odd.iloc[0]
        raise InputError(
            f"`schedules` has a statement of {row['protocol']} from {row['start']} to "
            f"{row['end']}; drop it or correct its end."
        )
    if not bool((schedules["total_tokens"] > 0).all()):
        raise InputError("`schedules` must hold a positive `total_tokens` in every row.")
    stepped = schedules[schedules["type"] == "step"]
    if not bool((stepped["steps"] >= 1).all()):
        raise InputError("`schedules` must hold at least one step in every row of type step.")
