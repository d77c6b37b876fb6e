"""What a card may ask for: a frozen specification a kind of claim, its fields those of the TOML."""

from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias, get_args

__all__ = [
    "DESIGNS",
    "RULES",
    "BreakSpec",
    "CascadeSpec",
    "ClocksSpec",
    "Design",
    "EventsSpec",
    "FactSpec",
    "ProjectionSpec",
    "Regressor",
    "Rival",
    "Role",
    "Rule",
    "StrategySpec",
    "StudySpec",
    "UnlocksSpec",
    "Variant",
]

Role: TypeAlias = Literal["specification", "null", "cycle", "description"]
Rule: TypeAlias = Literal["russell", "eth-btc", "both", "confluence", "confluence-vetoes"]
RULES: tuple[Rule, ...] = get_args(Rule)
"""Ready-made strategies that a card can name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventsSpec:
    """Which events, found in `series` by a rule of this `kind`.

    Parameters
    ----------
    series : str
    start, end : str
        First and last day an event may fall on.
    kind : str
        Breakouts of a close: "record", "high" (of `window` closes) or "level". States that begin,
        known with the release lag of the series: "above" or "below" (`level`), "streak" (`length`
        values in a row above `level`), "peak" (a high that became known by a fall of `fall`),
        "range" (the place in the range of `window` days passes `level`, after `within` days above
        `floor`).
    window : int, default 252
    level : float, optional
        In the unit of the series; of a rebased index in that of its original.
    quiet : int, default 60
        Closes (breakouts) or values (states, as they became known) without the same before. A state
        of a peak lasts until a trough is known.
    select : {"all", "failed", "held"}, default "all"
        Breakouts only: those that closed back below the broken level within `within` sessions, or
        those that did not.
    within : int, default 60
    length : int, default 5
    fall : float, default 5.0
        In the unit of the series.
    floor : float, optional
    back : float, default 0.0
        How far the level must be passed the other way before the state may begin again.
    given : table, optional
        A feature that must be at least one half on the day.
    """

    series: str
    start: str
    end: str
    kind: Literal["record", "high", "level", "above", "below", "streak", "peak", "range"] = "record"
    window: int = 252
    level: float | None = None
    quiet: int = 60
    select: Literal["all", "failed", "held"] = "all"
    within: int = 60
    length: int = 5
    fall: float = 5.0
    floor: float | None = None
    back: float = 0.0
    given: dict[str, Any] | None = field(default=None, hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class StudySpec:
    """Which outcomes, over which horizons (days), under which null; the primary one is judged.

    An outcome is a series of the panel, or "large", "mid", "small": the tier in dollars. With
    `jointly` the p is adjusted over the specification variants too, shifted together with the
    primary events; they must share its sample.
    """

    outcomes: tuple[str, ...]
    primary: str
    horizon: int
    horizons: tuple[int, ...]
    start: str
    end: str
    null: Literal["rotation", "matched"] = "rotation"
    model: Literal["difference", "constant-mean", "market"] = "difference"
    benchmark: tuple[str, ...] = ()
    delay: int = 1
    jointly: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Rival:
    """Other events the claimed ones are held against, by name."""

    name: str
    events: EventsSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class Regressor:
    """A causal feature of the panel and the sign the claim gives it (0 for a control)."""

    name: str
    feature: dict[str, Any] = field(hash=False)
    sign: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectionSpec:
    """A regression of what follows on what was known.

    Parameters
    ----------
    outcomes : tuple of str
        As for an event study; the outcome is the log return over a horizon. Empty with `response`.
    response : table, optional
        A feature to explain on the same day instead.
    primary, regressor, horizon
        The outcome (or "response"), the regressor and the horizon that are judged.
    horizons : tuple of int
        Labels of the clock; (0,) with `response`.
    regressors : tuple of Regressor
    together : bool, default False
        All in one regression; otherwise one regression each. Controls are in all of them.
    scaled : bool, default True
        Per standard deviation of the regressor.
    method : {"rotation", "local-projection"}
        "rotation": least squares, cosine intervals, p from all circular shifts of the outcome
        against the regressors, step-down over the family. "local-projection": one lag of outcome
        and regressor held fixed, cosine errors, Holm over the family.
    overlap : int, default 0
        Rows that neighbouring values of `response` share.
    """

    regressor: str
    regressors: tuple[Regressor, ...]
    start: str
    end: str
    outcomes: tuple[str, ...] = ()
    response: dict[str, Any] | None = field(default=None, hash=False)
    primary: str = "response"
    horizon: int = 0
    horizons: tuple[int, ...] = (0,)
    delay: int = 1
    together: bool = False
    scaled: bool = True
    clock: Literal["24/7", "XNYS"] = "24/7"
    method: Literal["rotation", "local-projection"] = "rotation"
    overlap: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ClocksSpec:
    """Co-movement against lead of two series, `lags` sessions each way, under three clocks."""

    leader: str
    followers: tuple[str, ...]
    primary: str
    start: str
    end: str
    lags: int = 5
    replicates: int = 1999


@dataclass(frozen=True, slots=True, kw_only=True)
class CascadeSpec:
    """An order of leads on the 24/7 clock, returns in dollars, windows of `window` days."""

    order: tuple[str, ...]
    start: str
    end: str
    window: int = 20
    replicates: int = 1999


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakSpec:
    """Whether the response of an outcome to regressors changed on `date`."""

    date: str
    outcome: str
    horizon: int
    regressors: tuple[Regressor, ...]
    start: str
    end: str
    delay: int = 1
    trim: float = 0.15


@dataclass(frozen=True, slots=True, kw_only=True)
class StrategySpec:
    """A ready-made strategy of a family, replayed over a cycle and held against a benchmark.

    `need` of the four parts of a confluence must agree; `costs` multiplies the default costs.
    """

    strategy: Rule
    family: tuple[Rule, ...]
    cycle: str = "full"
    against: str = "btc"
    on: str = "mid"
    need: int = 3
    delay: int = 1
    costs: float = 1.0
    most: int = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class UnlocksSpec:
    """Cliff unlocks of at least `share` percent of a schedule, token less its tier.

    `gap` days without another such unlock of the token must lie before; `before` days come first
    in the window, for what is known beforehand may be paid beforehand.
    """

    horizon: int
    horizons: tuple[int, ...]
    start: str
    end: str
    share: float = 1.0
    gap: int = 30
    before: int = 0
    delay: int = 1
    most: float = 100.0


Design: TypeAlias = (
    ProjectionSpec | ClocksSpec | CascadeSpec | BreakSpec | StrategySpec | UnlocksSpec
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """The same claim under other choices; `role` says whether it counts as a specification."""

    name: str
    role: Role
    events: EventsSpec | None = None
    study: StudySpec | None = None
    rivals: tuple[Rival, ...] = ()
    design: Design | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FactSpec:
    """One measurable statement: a measure, what is expected of it, and the tolerance."""

    text: str
    measure: dict[str, Any]
    expect: str
    primary: bool = False
    value: str | float | None = None
    low: str | float | None = None
    high: str | float | None = None
    tolerance: float | None = None
    than: dict[str, Any] | None = None


DESIGNS: dict[str, type[Design]] = {
    "projection": ProjectionSpec,
    "clocks": ClocksSpec,
    "cascade": CascadeSpec,
    "break": BreakSpec,
    "strategy": StrategySpec,
    "unlocks": UnlocksSpec,
}
"""The specification of each kind of claim whose card holds one table named after the kind."""
