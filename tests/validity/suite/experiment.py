"""What is measured: rows of tests, in a world, repeated, and the band chance allows them."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import pandas as pd
from scipy.stats import binom

# A correct test leaves its band once in 5,000 rows: .0001 in either tail of the exact binomial.
TAIL = 1e-4
SIZE, COVERAGE = 0.05, 0.95
KINDS = ("size", "power", "coverage", "mean", "naive", "limit")


@dataclass(frozen=True, kw_only=True)
class Row:
    """One test in one world.

    kind "size": the null is true, a p-value at most .05 is an error. "coverage": 1 where a
    95 % interval holds the truth. "power": an effect is planted; `nominal` where theory knows the
    power. "mean": a number whose expectation is `nominal`. "naive": a wrong way, kept to show that
    it fails; judged like a size (`nominal` .05) or a coverage (.95) that must leave its band.
    "limit": what a test says where its null is false in a way it is not meant to find, or a naive
    way that happens to do no harm there; described, not judged.
    `bound` "upper": too few rejections are known and harmless, `why` says where from. `known`: a
    size or coverage that is known to miss its band, with the reason; `limit` is what it may reach.
    `exact`: p-values are uniform, so the share at .5 is judged as well. `faint`: the naive way
    fails by less than a few repetitions can show; judged in the full version only.
    """

    test: str
    kind: str
    nominal: float | None = None
    bound: str = "both"
    why: str = ""
    known: str = ""
    limit: float | None = None
    exact: bool = False
    faint: bool = False


@dataclass(frozen=True, kw_only=True)
class Experiment:
    """A world and the tests run on it; `simulate` maps a seed to one value a test.

    Values are p-values, or 1 and 0 for what is covered; a test that a world does not allow is
    left out of that repetition. `functions` are the public functions under test.
    """

    family: str
    world: str
    simulate: Callable[[int], dict[str, float]]
    rows: tuple[Row, ...]
    functions: tuple[Callable[..., object], ...]
    repetitions: int = 1000
    ci: int = 100

    @property
    def name(self) -> str:
        """The id of a pytest case and the label of the progress bar."""
        return f"{self.family}: {self.world}"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What the repetitions of one row gave; `half` is the share of p-values at most .5."""

    family: str
    world: str
    row: Row
    n: int
    share: float
    error: float = 0.0
    half: float | None = None

    @property
    def band(self) -> tuple[float, float] | None:
        """Where the share lies but for chance; None where nothing is claimed."""
        row = self.row
        if row.kind == "mean":
            assert row.nominal is not None
            return row.nominal - 4 * self.error, row.nominal + 4 * self.error
        nominal = nominal_share(row)
        if nominal is None:
            return None
        low, high = binomial_band(self.n, nominal)
        if row.bound == "upper" and nominal > 0.5:
            return low, 1.0
        return (0.0, high) if row.bound == "upper" else (low, high)

    @property
    def inside(self) -> bool | None:
        """Whether the share lies in its band, and the share at .5 in its own where exact."""
        if self.band is None:
            return None
        low, high = self.band
        held = low <= self.share <= high
        if self.row.exact and self.half is not None:
            low, high = binomial_band(self.n, 0.5)
            held = held and low <= self.half <= high
        return held

    @property
    def sound(self) -> bool:
        """Whether the row does what is claimed of it: the gate."""
        row = self.row
        if row.kind == "limit":
            return True
        if row.kind == "naive":
            return not self.inside
        if row.kind == "power" and row.nominal is None:
            # found more often than a true null could be rejected by chance
            return self.share > binomial_band(self.n, SIZE)[1]
        if row.limit is not None:
            low, high = binomial_band(self.n, row.limit)
            lowest = (nominal_share(row) or 0.0) > 0.5  # of a coverage or a power
            return self.share >= low if lowest else self.share <= high
        return bool(self.inside)


def nominal_share(row: Row) -> float | None:
    """The share a correct test has; None where nothing is claimed."""
    if row.nominal is not None:
        return row.nominal
    return {"size": SIZE, "naive": SIZE, "coverage": COVERAGE}.get(row.kind)


def binomial_band(n: int, rate: float, tail: float = TAIL) -> tuple[float, float]:
    """Shares of n that Binomial(n, rate) leaves with probability at most `tail` either way."""
    return float(binom.ppf(tail, n, rate)) / n, float(binom.isf(tail, n, rate)) / n


def repeat(experiment: Experiment, seeds: range) -> list[dict[str, float]]:
    """The values of `seeds`, in their order."""
    return [experiment.simulate(seed) for seed in seeds]


def tally(experiment: Experiment, values: list[dict[str, float]]) -> list[Outcome]:
    """One outcome a row, from the values of every repetition."""
    table = pd.DataFrame(values).astype(float)
    names = [row.test for row in experiment.rows]
    if sorted(names) != sorted(table.columns):
        raise ValueError(f"{experiment.name}: {sorted(names)} listed, {sorted(table.columns)} run")
    outcomes = []
    for row in experiment.rows:
        found = table[row.test].dropna()
        made = Outcome(
            family=experiment.family, world=experiment.world, row=row, n=len(found), share=0.0
        )
        if row.kind == "mean":
            error = float(found.std(ddof=1) / len(found) ** 0.5)
            made = replace(made, share=float(found.mean()), error=error)
        elif (nominal_share(row) or 0.0) > 0.5 and row.kind in ("coverage", "naive"):
            made = replace(made, share=float(found.mean()))
        else:
            half = float((found <= 0.5 + 1e-12).mean()) if row.exact else None
            made = replace(made, share=float((found <= SIZE + 1e-12).mean()), half=half)
        outcomes.append(made)
    return outcomes


def size(test: str, **given: object) -> Row:
    return Row(test=test, kind="size", **given)


def power(test: str, **given: object) -> Row:
    return Row(test=test, kind="power", **given)


def coverage(test: str, **given: object) -> Row:
    return Row(test=test, kind="coverage", **given)


def naive(test: str, **given: object) -> Row:
    return Row(test=test, kind="naive", **given)


def limit(test: str, **given: object) -> Row:
    return Row(test=test, kind="limit", **given)
