"""Check that a function is causal: that no row of its result uses a later row of its input."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeAlias, TypeVar

import numpy as np
import pandas as pd

from altrotation.aliases import BoolArray
from altrotation.errors import AltrotationError, InputError, LookaheadError
from altrotation.events.eventset import EventSet
from altrotation.rng import generator
from altrotation.validate import require_count

__all__ = ["CausalityError", "assert_causal"]

Data = TypeVar("Data", pd.Series, pd.DataFrame)
Result: TypeAlias = pd.Series | pd.DataFrame | EventSet
_RANDOM_CUTS, _TELLING_CUTS, _HOLES = 12, 24, 8
_HOLE = 15  # rows: longer than any gap that a default bridges
_VIOLENT = 6  # every sixth cut, and the first


class CausalityError(LookaheadError, AssertionError):
    """A result used later rows: `row` is the first label that did, `cut` the last allowed one."""

    code = "ALT301"

    def __init__(self, message: str, row: object, cut: object) -> None:
        super().__init__(message)
        self.row = row
        self.cut = cut


def assert_causal(
    fn: Callable[[Data], Result],
    data: Data,
    *,
    warmup: int = 0,
    cuts: Sequence[int] | None = None,
    seed: int = 0,
    rtol: float = 1e-9,
) -> None:
    """Raise unless row t of ``fn(data)`` depends on rows up to and including t only.

    At every cut the later rows are dropped, set to NaN and multiplied by random factors, and at
    every sixth they are a thousand times as large or as small, all but nothing, turned upside down,
    a constant, missing for 15 rows and missing in one column from there on; each time the result
    up to the cut must stay the same: labels, values and missing values. The whole is
    done once more on data with a few rows set to NaN, which shows a hole that is filled backwards.
    A change that `fn` refuses with one of the library's errors is passed over; dropping the later
    rows must work, and some change of them.

    What was computed from the data before `fn` was called cannot be seen: estimate inside `fn`
    whatever it estimates.

    Parameters
    ----------
    fn : callable
        From data to a Series or DataFrame whose labels can be compared with those of the data, or
        to an EventSet. With several inputs, pass their columns in one frame and take it apart.
    data : Series or DataFrame of shape (n_rows, ...)
        Floating-point numbers on an increasing index. It must excite `fn`: a function that never
        fires cannot be seen to leak, so an EventSet without events, or a result without a value,
        is refused.
    warmup : int, default 0
        Rows below which `fn` may refuse to work: cuts keep at least ``warmup + 1`` rows.
    cuts : sequence of int, optional
        Numbers of rows to keep. By default twelve at random and the last row, and around up to
        twenty-four labels at which something happens: an event, or a change of a result that takes
        few values. Give them where a row is only part of what a label holds, such as a settlement
        of a day: whole days only.
    seed : int, default 0
        Of the cuts and the perturbations.
    rtol : float, default 1e-9
        Tolerance for rounding, relative to the value and to the spread of its column up to the cut.

    Raises
    ------
    CausalityError
        A LookaheadError and an AssertionError that names the first row that leaks.
    InputError
        If `data` or the result is of another kind, `warmup` or a cut does not fit, `fn` refuses a
        part of the data it must accept or every change of it, or the result holds nothing to
        compare.
    """
    require_count(warmup, 0, "warmup")
    if not isinstance(data, (pd.Series, pd.DataFrame)):
        raise InputError(f"`data` must be a pandas Series or DataFrame, got {type(data).__name__}.")
    if len(data) < warmup + 2:
        raise InputError(f"`data` must be longer than warmup + 1 = {warmup + 1} rows.")
    whole = _table(fn(data.copy()))
    if not len(whole) or bool(whole.isna().all(axis=None)):
        raise InputError("`fn` gave no event and no value on `data`; pass data on which it does.")
    _check(fn, data, _cuts(data, whole, warmup, cuts, seed), whole, seed, rtol)
    if cuts is None:
        rows = generator(seed, 1).integers(warmup, len(data) - 1, size=_HOLES)
    else:
        rows = np.array(cuts) - 1
    holed = data.astype("float64")
    holed.iloc[rows] = np.nan
    try:
        whole = _table(fn(holed.copy()))
    except AltrotationError:
        return
    _check(fn, holed, sorted({int(row) + 1 for row in rows}), whole, seed, rtol, holes=True)


def _check(
    fn: Callable[[Data], Result],
    data: Data,
    cuts: Sequence[int],
    whole: pd.DataFrame,
    seed: int,
    rtol: float,
    *,
    holes: bool = False,
) -> None:
    accepted = False
    for place, cut in enumerate(cuts):
        last = data.index[cut - 1]
        expected = whole[whole.index <= last]
        for what, changed in _changes(data, cut, seed, violent=place % _VIOLENT == 0):
            try:
                found = _table(fn(changed))
            except AltrotationError as error:
                if what == "dropped" and not holes:
                    raise InputError(
                        f"`fn` refused the first {cut} rows ({error}); raise `warmup`."
                    ) from error
                continue
            accepted |= what != "dropped"
            row = _first_difference(expected, found[found.index <= last], whole, rtol)
            if row is not None:
                raise CausalityError(
                    f"{getattr(fn, '__name__', 'fn')} uses the future: its result at {_day(row)} "
                    f"changes when the rows after {_day(last)} are {what}.",
                    row,
                    last,
                )
    if not accepted and not holes:
        raise InputError("`fn` refused every change of later rows, so nothing can be said of it.")


def _changes(data: Data, cut: int, seed: int, *, violent: bool) -> Iterator[tuple[str, Data]]:
    """Yield the data with its rows from `cut` on dropped and perturbed in several ways."""
    yield "dropped", data.iloc[:cut].copy()
    rng = generator(seed, 2, cut)
    after = data.iloc[cut:].to_numpy(dtype=np.float64)
    versions = {
        "set to NaN": np.full(after.shape, np.nan),
        "scaled": after * np.exp(rng.normal(scale=0.5, size=after.shape)),
    }
    if violent:
        past = data.iloc[:cut]
        last = past.ffill().iloc[-1:].to_numpy(dtype=np.float64)
        positive = ~np.any(past.to_numpy() <= 0, axis=0)
        positive = positive & (after > 0)
        hole, dead = after.copy(), after.copy()
        hole[:_HOLE] = np.nan
        dead.reshape(len(after), -1)[:, rng.integers(after[:1].size)] = np.nan
        versions |= {
            "multiplied by 1,000": after * 1e3,
            "divided by 1,000": after / 1e3,
            "all but nothing": after * 1e-10,
            "turned upside down": np.where(
                positive, last**2 / np.where(positive, after, 1.0), -after
            ),
            "a constant": np.broadcast_to(last, after.shape),
            f"missing for {_HOLE}": hole,
            "missing in one column": dead,
        }
    for what, values in versions.items():
        changed: Any = data.astype("float64")
        changed.iloc[cut:] = values
        yield what, changed


def _cuts(
    data: Data, whole: pd.DataFrame, warmup: int, cuts: Sequence[int] | None, seed: int
) -> list[int]:
    n: int = len(data)
    if cuts is not None:
        for cut in cuts:
            if not warmup < cut < n:
                raise InputError(
                    f"`cuts` must lie between warmup + 1 = {warmup + 1} and {n - 1}, got {cut}."
                )
        return sorted(set(cuts))
    rng: np.random.Generator = generator(seed, 0)
    chosen = {n - 1, *rng.integers(warmup + 1, n, size=_RANDOM_CUTS).tolist()}
    labels = whole.index[_telling(whole)]
    rows = data.index.get_indexer(labels[labels.isin(data.index)])
    if len(rows) > _TELLING_CUTS:
        rows = rng.choice(rows, size=_TELLING_CUTS, replace=False)
    chosen |= {int(row) + 1 for row in rows}  # the prefix ends on the label
    return sorted(cut for cut in chosen if warmup < cut < n)


def _telling(whole: pd.DataFrame) -> BoolArray:
    """Return the rows at which an event lies or a value of a coarse result changes."""
    coarse = whole.loc[:, whole.nunique() <= max(2, len(whole) // 20)]
    if whole.columns.tolist() == ["event"]:
        return np.ones(len(whole), dtype=np.bool_)
    changed = (coarse != coarse.shift()) & (coarse.notna() | coarse.shift().notna())
    return np.asarray(changed.any(axis=1), dtype=np.bool_)


def _table(result: Result) -> pd.DataFrame:
    if isinstance(result, EventSet):
        return pd.DataFrame({"event": True}, index=result.dates)
    if isinstance(result, pd.Series):
        return result.to_frame("value")
    if isinstance(result, pd.DataFrame):
        return result
    raise InputError(
        f"`fn` must return a Series, a DataFrame or an EventSet, got {type(result).__name__}."
    )


def _first_difference(
    expected: pd.DataFrame, found: pd.DataFrame, whole: pd.DataFrame, rtol: float
) -> object | None:
    """Return the first label at which the two differ, or None."""
    if not expected.index.equals(found.index):
        either = expected.index.symmetric_difference(found.index)
        label: object = either[0] if len(either) else expected.index[0]
        return label
    if not expected.columns.equals(found.columns):
        start: object = whole.index[0]
        return start
    if not len(expected):
        return None
    differs = np.zeros(len(expected), dtype=np.bool_)
    for name in expected.columns:
        a, b = expected[name], found[name]
        missing = a.isna().to_numpy()
        differs |= missing != b.isna().to_numpy()
        both = ~missing & ~b.isna().to_numpy()
        if pd.api.types.is_float_dtype(a.dtype) and pd.api.types.is_float_dtype(b.dtype):
            x, y = a.to_numpy("float64", na_value=np.nan), b.to_numpy("float64", na_value=np.nan)
            # of the rows up to the cut: a column that grows later on hides nothing early
            spread = np.nan_to_num(a.astype("float64").std())
            with np.errstate(invalid="ignore"):
                far = np.abs(x - y) > rtol * (np.abs(x) + spread)
            differs |= both & far
        else:
            differs[both] |= a.to_numpy()[both] != b.to_numpy()[both]
    first: object = expected.index[int(np.argmax(differs))]
    return first if differs.any() else None


def _day(label: object) -> str:
    return f"{label:%Y-%m-%d}" if isinstance(label, pd.Timestamp) else str(label)
