"""What every lead-lag result carries besides its numbers: hypotheses, method, sample, run."""

from dataclasses import dataclass
from html import escape

import pandas as pd
from scipy.special import ndtri

from altrotation.inference.results import RunInfo
from altrotation.printing import Printed

__all__ = ["LeadLagResult", "card", "detectable", "row_of"]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True, repr=False)
class LeadLagResult(Printed):
    """Common part of all lead-lag results.

    Parameters
    ----------
    label : str
        What was measured.
    null, alternative : str
        The hypotheses in words.
    method : str
        Estimator and inference, in words.
    n : int
        Days (or pairs of days) that entered.
    first, last : Timestamp
        The span of the sample.
    level : float
        Level of intervals and bands.
    run : RunInfo
        Seed, hash of the inputs, versions.
    """

    label: str
    null: str
    alternative: str
    method: str
    n: int
    first: pd.Timestamp
    last: pd.Timestamp
    level: float
    run: RunInfo

    def facts(self) -> dict[str, str]:
        """Return hypotheses, method, sample and run in words."""
        return {
            "null": self.null,
            "alternative": self.alternative,
            "method": self.method,
            "intervals": f"{self.level:.0%}",
            "sample": f"{self.n} rows, {self.first:%Y-%m-%d} to {self.last:%Y-%m-%d}",
            "seed": str(self.run.seed),
            "data": self.run.data_hash,
        }

    def findings(self) -> dict[str, str]:
        """Return the main numbers in words; each result has its own."""
        return {}

    def _line(self) -> str:
        return f"{self.label}; {self.n} rows, {self.first:%Y-%m-%d} to {self.last:%Y-%m-%d}"

    def _repr_html_(self) -> str:
        return card(self.label, {**self.findings(), **self.facts()})

    def __str__(self) -> str:
        rows = {**self.findings(), **self.facts()}
        return "\n".join([self.label, *(f"  {key}: {value}" for key, value in rows.items())])


def card(label: str, rows: dict[str, str]) -> str:
    """Return `rows` as an HTML table with a caption.

    Parameters
    ----------
    label : str
        The caption; escaped, as is all text.
    rows : dict of str to str

    Returns
    -------
    str
    """
    body = "".join(
        f"<tr><th>{escape(key)}</th><td>{escape(value)}</td></tr>" for key, value in rows.items()
    )
    return f"<table class='evidence'><caption>{escape(label)}</caption>{body}</table>"


def row_of(table: pd.DataFrame, label: object) -> dict[str, float]:
    """Return the numbers of one row of a table by the name of their column.

    Parameters
    ----------
    table : DataFrame
        With numeric columns and a unique index.
    label : object
        Of the row.

    Returns
    -------
    dict of str to float
    """
    position = table.index.get_loc(label)
    values = table.iloc[position].to_numpy(dtype="float64")
    return {str(column): float(value) for column, value in zip(table.columns, values, strict=True)}


def detectable(error: float, *, one_sided: bool = False) -> float:
    """Return the effect that a test at 5 % finds with probability .8, from its standard error.

    Parameters
    ----------
    error : float
        Standard error of an estimate that is about normal.
    one_sided : bool, default False

    Returns
    -------
    float
        2.80 standard errors, 2.49 if one-sided, in the unit of `error`.
    """
    return float((ndtri(0.8) - ndtri(0.05 if one_sided else 0.025)) * error)
