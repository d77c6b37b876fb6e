"""Frames of other libraries (Polars, Arrow, DuckDB, ...) as pandas, through the Arrow interface."""

import pandas as pd

from altrotation.errors import InputError

__all__ = ["arrow_to_pandas"]


def arrow_to_pandas(data: object, name: str) -> pd.DataFrame:
    """Return a frame that speaks the Arrow interface as pandas, indexed by its column of days.

    Parameters
    ----------
    data : object
        Has `__arrow_c_stream__`, as the frames of Polars, Arrow and DuckDB do; one of its columns
        holds dates or times.
    name : str
        The argument, for messages.

    Returns
    -------
    DataFrame
        The other columns, numbers as float64; an empty cell is NaN.

    Raises
    ------
    InputError
        If `data` is a column and no frame.
    InputError
        If it has no column of days, or several.
    """
    import pyarrow as pa  # slow to import, and only foreign frames need it

    try:
        table = pa.table(data)
    except (TypeError, ValueError, NotImplementedError) as error:
        raise InputError(
            f"`{name}` is a {type(data).__name__} without days; pass a frame of two columns, the "
            "days and the values."
        ) from error
    decimals = [field.name for field in table.schema if pa.types.is_decimal(field.type)]
    frame: pd.DataFrame = table.to_pandas(date_as_object=False, strings_to_categorical=False)
    frame = frame.astype(dict.fromkeys(decimals, "float64"))
    if isinstance(frame.index, pd.DatetimeIndex):  # it was pandas before
        return frame
    dated = [field.name for field in table.schema if pa.types.is_temporal(field.type)]
    if len(dated) != 1:
        found = ", ".join(repr(column) for column in dated) or "none"
        raise InputError(
            f"`{name}` needs one column of dates or times, got {found}; drop the others, or read "
            "the text of days as dates first."
        )
    return frame.set_index(dated[0])
