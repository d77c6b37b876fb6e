"""What every lead-lag estimator asks of its series: shared days without holes, and no level."""

from collections.abc import Mapping
from itertools import combinations

import numpy as np
import pandas as pd

from altrotation.aliases import FloatArray
from altrotation.errors import InputError
from altrotation.printing import counted
from altrotation.validate import (
    daily_frame,
    daily_series,
    require_at_least,
    require_independent,
    require_same_dates,
    require_varies,
)

__all__ = ["aligned", "before", "control_names", "named", "require_design", "require_stationary"]

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


def before(name: str, lag: int) -> str:
    """Return the name of a lag of a series: "x", "x 1 row before", "x 2 rows before".

    Parameters
    ----------
    name : str
    lag : int
        At least 0.

    Returns
    -------
    str
    """
    return f"{name} {counted(lag, 'row')} before" if lag else name


def control_names(controls: pd.DataFrame | None) -> list[str]:
    """Return the names of controls in errors: their own, unless that is "x" or "y".

    Parameters
    ----------
    controls : DataFrame or None

    Returns
    -------
    list of str
    """
    names = [] if controls is None else [str(name) for name in controls.columns]
    return [f"controls: {name}" if name in ("x", "y") else name for name in names]


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
    InputError
        If two series move as one.
    InputError
        If a control is a combination of the series and the other controls.
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
        require_varies(frame[name].to_numpy(), str(name), over="the shared days")
    for pair in combinations(names, 2):
        require_independent(frame[list(pair)])
    if controls is None:
        return frame[names], None
    rest = frame.drop(columns=names).set_axis(list(controls.columns), axis=1)
    require_design(frame[names], rest, range(1))
    return frame[names], rest


def require_design(frame: pd.DataFrame, controls: pd.DataFrame | None, lags: range) -> None:
    """Raise InputError if lags of series, taken together, hold a column that others determine.

    Parameters
    ----------
    frame, controls : DataFrame
        On the same days, no NaN, as `aligned` returns them.
    lags : range
        Rows back, 0 for the row itself. The deepest come first, so that the column named is the
        newest of a dependent set.

    Raises
    ------
    InputError
        If a column is constant, moves as another one, or is a combination of others.
    """
    series = {str(name): frame[name].to_numpy() for name in frame.columns}
    if controls is not None:
        series |= dict(zip(control_names(controls), controls.to_numpy().T, strict=True))
    require_independent(
        {
            before(name, lag): values[max(lags) - lag : len(values) - lag]
            for lag in sorted(lags, reverse=True)
            for name, values in series.items()
        }
    )


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
    values = values / values.std()  # beside the constant, whatever the unit
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
