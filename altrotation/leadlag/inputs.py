"""What every lead-lag estimator asks of its series: shared days without holes, and no level."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from altrotation.aliases import FloatArray
from altrotation.errors import InputError
from altrotation.validate import daily_frame, daily_series, require_at_least, require_same_dates

__all__ = ["aligned", "named", "require_stationary"]

_FULLER = -14.1  # 5 % point of n (rho - 1) with a constant: Fuller (1996), table 10.A.1


def named(series: pd.Series, otherwise: str) -> str:
    """Return the name of a series in words.

    Parameters
    ----------
    series : Series
    otherwise : str
        For a series without a name.

    Returns
    -------
    str
    """
    return str(getattr(series, "name", None) or otherwise)


def aligned(
    series: Mapping[str, pd.Series], *, controls: pd.DataFrame | None = None, least: int = 40
) -> tuple[pd.DataFrame, pd.DataFrame | None]:
    """Return the rows from the first to the last day on which all series have a value.

    Parameters
    ----------
    series : mapping of str to Series
        On the same days. The keys are the names used in errors and become the columns.
    controls : DataFrame, optional
        On the same days.
    least : int, default 40
        Rows that must remain.

    Returns
    -------
    DataFrame of shape (n, len(series)), and the same rows of `controls`

    Raises
    ------
    InputError
        If a series is not numeric on sorted, unique UTC days.
    InputError
        If the days differ.
    InputError
        If a value is missing between the ends.
    InputError
        If fewer than `least` rows remain.
    InputError
        If a series is constant.
    """
    checked = {name: daily_series(values, name) for name, values in series.items()}
    names = list(checked)
    for name in names[1:]:
        require_same_dates(checked[names[0]], checked[name], f"`{names[0]}` and `{name}`")
    frame = pd.DataFrame(checked)
    if controls is not None:
        extra = daily_frame(controls, "controls")
        require_same_dates(frame, extra, f"`{names[0]}` and `controls`")
        frame = pd.concat([frame, extra.add_prefix("controls: ")], axis=1)
    full = frame.notna().all(axis=1).to_numpy()
    rows = np.flatnonzero(full)
    if len(rows):
        frame = frame.iloc[rows[0] : rows[-1] + 1]
    holes = frame.isna()
    if len(rows) and holes.to_numpy().any():
        row, column = np.argwhere(holes.to_numpy())[0]
        raise InputError(
            f"`{frame.columns[column]}` is missing on {frame.index[row]:%Y-%m-%d}, between days "
            "that have all series; use a clock all share, such as panel.on('XNYS'), or pass a "
            "span without holes."
        )
    require_at_least(len(rows), least, "the number of days that all series share")
    for name in frame.columns:
        if np.ptp(frame[name].to_numpy()) == 0:
            raise InputError(f"`{name}` is constant over the shared days; it cannot lead or lag.")
    if controls is None:
        return frame[names], None
    rest = frame.drop(columns=names)
    return frame[names], rest.set_axis(list(controls.columns), axis=1)


def require_stationary(values: FloatArray, name: str, *, order: int) -> None:
    """Raise InputError if a unit root is not rejected: a level where a change is wanted.

    The augmented Dickey-Fuller coefficient test with a constant and `order` lagged changes, at 5 %:
    n a / (1 - sum of psi) of the regression of the change on the level before it (Fuller 1996,
    chapter 10). Cross-correlations of levels are spurious (Granger & Newbold 1974).

    Parameters
    ----------
    values : array of shape (n,)
        No NaN.
    name : str
    order : int
        Lagged changes in the regression.

    Raises
    ------
    InputError
        If the unit root is not rejected.
    """
    change = np.diff(values)
    columns = [np.ones(change.size - order), values[order:-1]]
    columns += [change[order - lag : change.size - lag] for lag in range(1, order + 1)]
    slopes = np.linalg.lstsq(np.column_stack(columns), change[order:])[0]
    statistic = values.size * slopes[1] / (1.0 - slopes[2:].sum())
    if not statistic < _FULLER:
        raise InputError(
            f"`{name}` looks like a level, not a change (unit root not rejected at 5 %: "
            f"{statistic:.1f}, needs {_FULLER}); pass log returns or first differences."
        )
