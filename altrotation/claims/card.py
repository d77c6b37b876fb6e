"""Claim cards: what is claimed, and how it will be judged, written before the outcome is read."""

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

from altrotation.errors import CardError

__all__ = ["ClaimCard", "EventsSpec", "FactSpec", "StudySpec", "Variant", "load_card", "load_cards"]

CATALOGUE = Path(__file__).parent / "catalogue"

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class EventsSpec:
    """Which events: breakouts of `series`, all of them or those that failed or held."""

    series: str
    start: str
    end: str
    kind: Literal["record", "high", "level"] = "record"
    window: int = 252
    level: float | None = None
    quiet: int = 60
    select: Literal["all", "failed", "held"] = "all"
    within: int = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class StudySpec:
    """Which outcomes, over which horizons (days), under which null; the primary one is judged."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """The same claim under other choices; `role` says whether it counts as a specification."""

    name: str
    role: Literal["specification", "null", "cycle", "description"]
    events: EventsSpec
    study: StudySpec


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


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimCard:
    """A claim and the way it is judged; `digest` changes when anything in it does.

    Parameters
    ----------
    id, title, statement, source, source_date : str
        What is claimed, restated, by whom and when.
    kind : {"event", "fact"}
        An event study, or measurable statements.
    null, alternative, estimand, unit : str
        In words (event cards).
    direction : {"greater", "less"}
        The side of zero the claim lies on (event cards).
    smallest_effect : float
        Smallest effect of interest, in `unit`, above zero (event cards).
    family : str
        The tests the p-value is adjusted over (event cards).
    """

    id: str
    title: str
    statement: str
    source: str
    source_date: str
    kind: Literal["event", "fact"]
    seed: int
    null: str = ""
    alternative: str = ""
    estimand: str = ""
    unit: str = ""
    direction: Literal["greater", "less"] = "greater"
    smallest_effect: float = 0.0
    family: str = ""
    note: str = ""
    events: EventsSpec | None = None
    study: StudySpec | None = None
    variants: tuple[Variant, ...] = ()
    facts: tuple[FactSpec, ...] = ()
    digest: str = field(default="", repr=False)

    @property
    def theme(self) -> str:
        """The letter of the id: "A" of "A1"."""
        return self.id[:1]

    @property
    def needs(self) -> tuple[str, ...]:
        """Names of the series the primary specification reads."""
        names: list[str] = []
        if self.events is not None and self.study is not None:
            names += [self.events.series, *self.study.outcomes, *self.study.benchmark]
        for fact in self.facts:
            names += _series_in(fact.measure) + _series_in(fact.than or {})
        return tuple(dict.fromkeys(names))


def load_cards(folder: Path | None = None) -> tuple[ClaimCard, ...]:
    """Return the cards of every TOML file in `folder` (default: the library's own), by id.

    Parameters
    ----------
    folder : Path, optional

    Returns
    -------
    tuple of ClaimCard

    Raises
    ------
    CardError
        If the folder holds no card.
    CardError
        If two cards share an id.
    CardError
        If a card is unusable.
    """
    place = CATALOGUE if folder is None else Path(folder)
    cards = [load_card(path) for path in sorted(place.glob("*.toml"))]
    if not cards:
        raise CardError(f"No claim card (*.toml) in {place}; name a folder that holds some.")
    ids = [card.id for card in cards]
    for name in ids:
        if ids.count(name) > 1:
            raise CardError(f"Two cards in {place} share the id {name!r}; give one another id.")
    return tuple(cards)


def load_card(path: Path) -> ClaimCard:
    """Return the card in a TOML file.

    Parameters
    ----------
    path : Path

    Raises
    ------
    CardError
        If the file is absent or no TOML.
    CardError
        If a field is missing, unknown or unusable; the message names file and field.
    """
    path = Path(path)
    try:
        text = path.read_bytes()
        table = tomllib.loads(text.decode())
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CardError(f"{path.name} cannot be read as TOML: {error}.") from error
    try:
        return _card(table, hashlib.sha256(text).hexdigest()[:16])
    except CardError as error:
        raise CardError(f"{path.name}: {error}") from error


def _card(table: dict[str, Any], digest: str) -> ClaimCard:
    parts: dict[str, Any] = {**table, "digest": digest}
    kind = _typed(table.get("kind"), Literal["event", "fact"], "kind")
    if kind == "event":
        parts |= _event_parts(table)
    else:
        listed = table.get("facts")
        if not listed:
            raise CardError("a fact card needs at least one [[facts]] table.")
        parts["facts"] = tuple(
            _build(FactSpec, row, f"facts[{i}]") for i, row in enumerate(listed, start=1)
        )
        if not any(fact.primary for fact in parts["facts"]):
            raise CardError("no fact is `primary = true`; mark those the verdict depends on.")
    return _build(ClaimCard, parts, "the card")


def _event_parts(table: dict[str, Any]) -> dict[str, Any]:
    for name in ("null", "alternative", "estimand", "unit", "family", "events", "study"):
        if not table.get(name):
            raise CardError(f"an event card needs the field `{name}`.")
    if "direction" not in table:
        raise CardError("an event card needs the field `direction`: greater or less.")
    effect = table.get("smallest_effect")
    if not isinstance(effect, float | int) or not effect > 0:
        raise CardError(f"`smallest_effect` must be a number above 0, got {effect!r}.")
    return {
        "smallest_effect": float(effect),
        "events": _build(EventsSpec, table["events"], "events"),
        "study": _study(table["study"], "study"),
        "variants": tuple(
            _variant(row, table, f"variants[{i}]")
            for i, row in enumerate(table.get("variants", ()), start=1)
        ),
    }


def _variant(row: dict[str, Any], table: dict[str, Any], where: str) -> Variant:
    return _build(
        Variant,
        row
        | {
            "events": _build(
                EventsSpec, table["events"] | row.get("events", {}), f"{where}.events"
            ),
            "study": _study(table["study"] | row.get("study", {}), f"{where}.study"),
        },
        where,
    )


def _study(table: dict[str, Any], where: str) -> StudySpec:
    spec = _build(StudySpec, table, where)
    if spec.primary not in spec.outcomes:
        raise CardError(f"{where}.primary {spec.primary!r} is not among the outcomes.")
    if spec.horizon not in spec.horizons:
        raise CardError(f"{where}.horizon {spec.horizon} is not among the horizons.")
    return spec


def _build(cls: type[_T], table: object, where: str) -> _T:
    """Return `cls` made from a TOML table, its keys and types checked against the annotations."""
    if not isinstance(table, Mapping):
        raise CardError(f"{where} must be a table, got {table!r}.")
    hints = get_type_hints(cls)
    known = {item.name: item for item in fields(cls)}  # type: ignore[arg-type]
    for name in table:
        if name not in known:
            raise CardError(
                f"{where} has the unknown field {name!r}; known are {', '.join(known)}."
            )
    values: dict[str, Any] = {}
    for name, item in known.items():
        if name in table:
            values[name] = _typed(table[name], hints[name], f"{where}.{name}")
        elif item.default is MISSING and item.default_factory is MISSING:
            raise CardError(f"{where} lacks the field `{name}`.")
    return cls(**values)


def _typed(value: Any, hint: Any, where: str) -> Any:
    if get_origin(hint) is Literal:
        if value not in get_args(hint):
            raise CardError(f"{where} must be one of {', '.join(get_args(hint))}, got {value!r}.")
        return value
    if get_origin(hint) is UnionType:
        kinds = get_args(hint)
    elif get_origin(hint) is tuple:
        inner = get_args(hint)[0]
        if not isinstance(value, list | tuple):
            raise CardError(f"{where} must be a list, got {value!r}.")
        return tuple(_typed(item, inner, where) for item in value)
    else:
        kinds = (hint,)
    plain = tuple(get_origin(kind) or kind for kind in kinds)
    if isinstance(value, int) and not isinstance(value, bool) and float in plain:
        return float(value) if int not in plain else value
    if not isinstance(value, plain) or (isinstance(value, bool) and bool not in plain):
        names = " or ".join(kind.__name__ for kind in plain if kind is not NoneType)
        raise CardError(f"{where} must be {names}, got {value!r}.")
    return value


def _series_in(measure: Mapping[str, Any]) -> list[str]:
    found = [measure["series"]] if "series" in measure else []
    for inner in measure.values():
        if isinstance(inner, Mapping):
            found += _series_in(inner)
    return found
