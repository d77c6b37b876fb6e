"""Which days a sample such as "from 2017" or "without 2020..2021" holds."""

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from altrotation.aliases import BoolArray
from altrotation.errors import InputError

__all__ = ["Span", "parse_sample"]


@dataclass(frozen=True, slots=True)
class Span:
    """Days from `first` to `last`, both included, that are kept or left out.

    Parameters
    ----------
    first, last : Timestamp
    kept : bool
        Whether these days are the sample, or all others are.
    """

    first: pd.Timestamp
    last: pd.Timestamp
    kept: bool

    def holds(self, days: pd.DatetimeIndex) -> BoolArray:
        """Return whether each of `days` belongs to the sample."""
        inside = np.asarray((days >= self.first) & (days <= self.last), dtype=np.bool_)
        return inside if self.kept else ~inside


def parse_sample(text: str) -> Span:
    """Return the days of a sample written in words.

    Parameters
    ----------
    text : str
        "full", "from A", "until A", "without A" or "without A..B"; A and B are years ("2017"),
        months ("2023-10") or days, taken whole.

    Raises
    ------
    InputError
        If `text` is none of these.
    """
    first, last = pd.Timestamp("1900-01-01"), pd.Timestamp("2200-01-01")
    word, _, rest = text.partition(" ")
    begin, _, end = rest.partition("..")
    if text == "full":
        return Span(first, last, True)
    if word == "from" and not end:
        return Span(_period(begin, text).start_time, last, True)
    if word == "until" and not end:
        return Span(first, _period(begin, text).end_time.normalize(), True)
    if word == "without":
        start, stop = _period(begin, text), _period(end or begin, text)
        if start.start_time <= stop.end_time:
            return Span(start.start_time, stop.end_time.normalize(), False)
    raise InputError(_unreadable(text))


def _period(words: str, text: str) -> pd.Period:
    if not re.fullmatch(r"\d{4}(-\d\d){0,2}", words):
        raise InputError(_unreadable(text))
    try:
        return pd.Period(words)
    except ValueError as error:  # no such month or day
        raise InputError(_unreadable(text)) from error


def _unreadable(text: str) -> str:
    return (
        "`samples` must be like 'full', 'from 2017', 'until 2023-06', 'without 2018' or "
        f"'without 2020..2021', got {text!r}."
    )
