"""Claim cards: what is claimed, and how it will be judged, written before the outcome is read."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, Self, TypeAlias, get_args

from altrotation._guarded import guarded
from altrotation.claims.parsing import build, days_as_text, typed
from altrotation.claims.robustness.axes import CurveSpec
from altrotation.claims.specs import (
    DESIGNS,
    BreakSpec,
    CascadeSpec,
    ClocksSpec,
    Design,
    EventsSpec,
    FactSpec,
    ProjectionSpec,
    Rival,
    StudySpec,
    Variant,
)
from altrotation.claims.tables import design, events, rivals, rows, study, variants
from altrotation.data.toml import parse_toml
from altrotation.errors import CardError, DataError, InputError

__all__ = ["THEMES", "ClaimCard", "Kind", "load_card", "load_cards"]

CATALOGUE = Path(__file__).parent / "catalogue"
STUDY_FILE = "study.toml"  # what the cards of a folder ask together; no card itself
_NAMES_OF_SERIES = (
    "series", "over", "season", "leader", "followers", "controls", "breadth", "low",
)  # fmt: skip
_ID = re.compile("[A-Za-z][0-9]{1,9}")

Kind: TypeAlias = Literal[
    "event",
    "contrast",
    "projection",
    "clocks",
    "cascade",
    "break",
    "strategy",
    "unlocks",
    "fact",
]


THEMES = {
    "A": "Does the Russell lead?",
    "B": "ETH/BTC as confirmation",
    "C": "Dominance and liquidity",
    "D": "What invalidates it",
    "E": "Signs of health",
    "F": "As strategies",
}
"""Titles of the catalogue's themes, by the letter of the id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimCard:
    """A claim and the way it is judged; `digest` changes when anything in it does.

    Parameters
    ----------
    id, title, statement, source, source_date : str
        What is claimed, restated, by whom and when.
    kind : str
        "event": an event study. "contrast": what followed events less what followed each of its
        rivals. "projection", "clocks", "cascade", "break", "strategy", "unlocks": see the
        specification of that name in `altrotation.claims.specs`. "fact": measurable statements.
    null, alternative, estimand, unit : str
        In words (all but facts).
    direction : {"greater", "less"}
        The side of zero the claim lies on (all but facts).
    smallest_effect : float
        Smallest effect of interest, in `unit`, above zero (all but facts).
    family : str
        The tests the p-value is adjusted over (all but facts).
    events, study, rivals
        Of an event study or a contrast; beside a cascade, a description.
    design
        The specification of any other kind.
    curve : CurveSpec, optional
        Axes of the specification curve of an event card; its share with the claimed sign is then
        the one that is judged.
    facts : tuple of FactSpec
        Beside an effect, those marked primary must hold too for it to be supported.
    """

    id: str
    title: str
    statement: str
    source: str
    source_date: str
    kind: Kind
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
    rivals: tuple[Rival, ...] = ()
    design: Design | None = None
    curve: CurveSpec | None = None
    variants: tuple[Variant, ...] = ()
    facts: tuple[FactSpec, ...] = ()
    digest: str = field(default="", repr=False)

    @guarded
    def under(self, variant: Variant) -> Self:
        """Return the card as one of its variants would have it."""
        return replace(
            self,
            events=variant.events or self.events,
            study=variant.study or self.study,
            rivals=variant.rivals or self.rivals,
            design=variant.design or self.design,
            variants=(),
        )

    @property
    def theme(self) -> str:
        """The letter of the id: "A" of "A1"."""
        return self.id[:1]

    @property
    def side(self) -> float:
        """The sign of the claimed effect."""
        return 1.0 if self.direction == "greater" else -1.0

    @property
    def needs(self) -> tuple[str, ...]:
        """Names of the series the primary specification reads."""
        names: list[str] = []
        for each in (self.events, *(rival.events for rival in self.rivals)):
            if each is not None:
                names += [each.series, *_series_in(each.given or {})]
        if self.study is not None:
            names += [*self.study.outcomes, *self.study.benchmark]
        names += _design_series(self.design)
        for fact in self.facts:
            names += _series_in(fact.measure) + _series_in(fact.than or {})
        return tuple(dict.fromkeys(names))


@guarded
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
    paths = [path for path in sorted(place.glob("*.toml")) if path.name != STUDY_FILE]
    cards = [load_card(path) for path in paths]
    if not cards:
        raise CardError(f"No claim card (*.toml) in {place}; name a folder that holds some.")
    ids = [card.id for card in cards]
    for name in ids:
        if ids.count(name) > 1:
            raise CardError(f"Two cards in {place} share the id {name!r}; give one another id.")
    return tuple(cards)


@guarded
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
        If its `id` is not a letter and a number.
    CardError
        If a field is missing, unknown or unusable; the message names file and field.
    """
    path = Path(path)
    try:
        text = path.read_bytes()
        table = parse_toml(text)
    except OSError as error:
        raise CardError(f"{path.name} cannot be read: {error.strerror or error}.") from error
    except DataError as error:
        raise CardError(f"{path.name} cannot be read as TOML: {error}") from error
    try:
        return _card(days_as_text(table), hashlib.sha256(text).hexdigest()[:16])
    except (CardError, InputError) as error:
        raise CardError(f"{path.name}: {error}") from error
    except RecursionError as error:
        raise CardError(f"{path.name}: its tables lie too deep in each other.") from error


def _card(table: dict[str, Any], digest: str) -> ClaimCard:
    if "kind" not in table:
        raise CardError(f"the card lacks the field `kind`: {', '.join(get_args(Kind))}.")
    kind = typed(table["kind"], Kind, "kind")
    name = table.get("id")
    if isinstance(name, str) and not _ID.fullmatch(name):
        raise CardError(f"`id` must be a letter and a number, such as A1, got {name!r}.")
    parts: dict[str, Any] = {**table, "digest": digest}
    parts["facts"] = tuple(
        build(FactSpec, row, f"facts[{i}]") for i, row in enumerate(rows(table, "facts"), start=1)
    )
    if kind == "fact":
        if not parts["facts"]:
            raise CardError("a fact card needs at least one [[facts]] table.")
        if not any(fact.primary for fact in parts["facts"]):
            raise CardError("no fact is `primary = true`; mark those the verdict depends on.")
        return build(ClaimCard, parts, "the card")
    parts |= _effect_parts(table, kind)
    if kind in DESIGNS:
        parts["design"] = design(parts.pop(kind), kind, kind)
        _require_one_side(parts["design"], table["direction"])
    if "events" in table:
        parts["events"] = events(table["events"], "events")
        parts["study"] = study(table.get("study"), "study")
    if "curve" in table:
        if kind != "event":
            raise CardError(f"`curve` belongs to an event card, not to one of kind {kind!r}.")
        parts["curve"] = build(CurveSpec, table["curve"], "curve")
    parts["rivals"] = rivals(table)
    parts["variants"] = variants(table, kind)
    return build(ClaimCard, parts, "the card")


def _effect_parts(table: dict[str, Any], kind: str) -> dict[str, Any]:
    article = "an" if kind[0] in "aeiou" else "a"
    wanted = ["null", "alternative", "estimand", "unit", "family"]
    wanted += ["events", "study"] if kind in ("event", "contrast") else [kind]
    wanted += ["rivals"] if kind == "contrast" else []
    for name in wanted:
        if not table.get(name):
            raise CardError(f"{article} {kind} card needs the field `{name}`.")
    if "direction" not in table:
        raise CardError(f"{article} {kind} card needs the field `direction`: greater or less.")
    effect = typed(table.get("smallest_effect"), float, "`smallest_effect`")
    if not effect > 0:
        raise CardError(f"`smallest_effect` must be a number above 0, got {effect!r}.")
    return {"smallest_effect": effect}


def _require_one_side(spec: Design, direction: object) -> None:
    if not isinstance(spec, ProjectionSpec):
        return
    judged = next(each for each in spec.regressors if each.name == spec.regressor)
    if (direction == "greater") != (judged.sign > 0):
        raise CardError(
            f"projection.regressor {judged.name!r} has the sign {judged.sign}, but `direction` is "
            f"{direction!r}; make them agree."
        )


def _series_in(measure: Mapping[str, Any]) -> list[str]:
    found: list[str] = []
    for name in () if measure.get("name") == "strategy-gain" else _NAMES_OF_SERIES:
        named = measure.get(name, [])
        found += [named] if isinstance(named, str) else named
    for inner in measure.values():
        for each in inner if isinstance(inner, list) else [inner]:
            if isinstance(each, Mapping):
                found += _series_in(each)
    return found


def _design_series(design: Design | None) -> list[str]:
    if isinstance(design, ProjectionSpec):
        inside = [name for each in design.regressors for name in _series_in(each.feature)]
        return [*design.outcomes, *_series_in(design.response or {}), *inside]
    if isinstance(design, BreakSpec):
        inside = [name for each in design.regressors for name in _series_in(each.feature)]
        return [design.outcome, *inside]
    if isinstance(design, ClocksSpec):
        return [design.leader, *design.followers]
    return list(design.order) if isinstance(design, CascadeSpec) else []
