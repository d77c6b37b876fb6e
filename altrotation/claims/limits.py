"""What a specification must satisfy beyond its types; each error names the field of the card."""

from altrotation.claims.estimators.features import check_feature
from altrotation.claims.parsing import read_day
from altrotation.claims.specs import (
    BreakSpec,
    CascadeSpec,
    ClocksSpec,
    Design,
    EventsSpec,
    ProjectionSpec,
    Regressor,
    StrategySpec,
    StudySpec,
)
from altrotation.errors import CardError
from altrotation.validate import to_day

__all__ = ["check_design", "check_events", "check_study"]

_WITH_LEVEL = ("level", "above", "below", "streak", "range")
_STATES = ("above", "below", "streak", "peak", "range")
# Least values of the numbers of any specification, by name.
_LEAST = {
    "horizon": 1,
    "delay": 0,
    "overlap": 0,
    "lags": 1,
    "replicates": 99,
    "window": 2,
    "quiet": 0,
    "within": 1,
    "length": 1,
    "back": 0,
    "gap": 0,
    "before": 0,
    "need": 1,
    "most": 1,
    "costs": 0,
    "share": 0,
}
_MOST = 1_000_000  # of any of them: days, lags, replicates


def check_events(spec: EventsSpec, where: str) -> None:
    """Raise unless events can be looked for as `spec` says.

    Parameters
    ----------
    spec : EventsSpec
    where : str
        What to call it in messages.

    Raises
    ------
    CardError
        If a date or a number cannot be used.
    CardError
        If the kind needs a field that is missing.
    CardError
        If `select` is given for states.
    CardError
        If the condition on the day is no feature.
    """
    _require_usable(spec, where)
    if spec.kind in _WITH_LEVEL and spec.level is None:
        raise CardError(f"{where} of the kind {spec.kind!r} needs the field `level`.")
    if spec.kind == "range" and spec.floor is None:
        raise CardError(f"{where} of the kind 'range' needs the field `floor`.")
    if not spec.fall > 0:
        raise CardError(f"{where}.fall must be above 0, got {spec.fall}.")
    if spec.select != "all" and spec.kind in _STATES:
        raise CardError(
            f"{where}.select belongs to breakouts, not to the kind {spec.kind!r}; leave it out."
        )
    if spec.given is not None:
        check_feature(spec.given, f"{where}.given")


def check_study(spec: StudySpec, where: str) -> None:
    """Raise unless an event study can be run as `spec` says.

    Parameters
    ----------
    spec : StudySpec
    where : str
        What to call it in messages.

    Raises
    ------
    CardError
        If a date or a number cannot be used.
    CardError
        If the primary outcome or horizon is not listed.
    """
    _require_usable(spec, where)
    _require_listed(spec.primary, spec.outcomes, f"{where}.primary", "outcomes")
    _require_listed(spec.horizon, spec.horizons, f"{where}.horizon", "horizons")


def check_design(spec: Design, where: str) -> None:
    """Raise unless an estimator can do what `spec` says.

    Parameters
    ----------
    spec : Design
        Of any kind.
    where : str
        What to call it in messages.

    Raises
    ------
    CardError
        If a date or a number cannot be used.
    CardError
        If what is judged is not among what is listed, or is a control.
    CardError
        If a feature is unusable.
    CardError
        If fields contradict each other.
    """
    _require_usable(spec, where)
    if isinstance(spec, ProjectionSpec):
        _check_projection(spec, where)
    elif isinstance(spec, ClocksSpec):
        _require_listed(spec.primary, spec.followers, f"{where}.primary", "followers")
    elif isinstance(spec, CascadeSpec):
        if len(set(spec.order)) < max(3, len(spec.order)):
            raise CardError(f"{where}.order must name three or more different assets.")
    elif isinstance(spec, BreakSpec):
        _check_regressors(spec.regressors, where)
        if not 0.0 < spec.trim < 0.5:
            raise CardError(f"{where}.trim must lie between 0 and 0.5, got {spec.trim}.")
        _require_inside(spec, where)
    elif isinstance(spec, StrategySpec):
        _require_listed(spec.strategy, spec.family, f"{where}.strategy", "family")
    else:
        _require_listed(spec.horizon, spec.horizons, f"{where}.horizon", "horizons")


def _check_projection(spec: ProjectionSpec, where: str) -> None:
    _check_regressors(spec.regressors, where)
    named = {each.name: each for each in spec.regressors}
    _require_listed(spec.regressor, tuple(named), f"{where}.regressor", "regressors")
    _require_listed(spec.horizon, spec.horizons, f"{where}.horizon", "horizons")
    if named[spec.regressor].sign == 0:
        raise CardError(
            f"{where}.regressor {spec.regressor!r} is a control (sign 0); judge another."
        )
    if (spec.response is None) == (not spec.outcomes):
        raise CardError(f"{where} needs either `outcomes` or a `response`.")
    if spec.method == "local-projection" and (
        spec.response is not None or spec.together or any(not r.sign for r in spec.regressors)
    ):
        raise CardError(
            f"{where}.method 'local-projection' has no place for a `response`, `together` or "
            "controls; use 'rotation'."
        )
    if spec.response is None:
        _require_listed(spec.primary, spec.outcomes, f"{where}.primary", "outcomes")
        return
    check_feature(spec.response, f"{where}.response")
    if spec.primary != "response" or spec.horizons != (0,):
        raise CardError(f"{where} with a `response` has the primary 'response' and horizons [0].")


def _check_regressors(regressors: tuple[Regressor, ...], where: str) -> None:
    names = [each.name for each in regressors]
    for i, each in enumerate(regressors, start=1):
        check_feature(each.feature, f"{where}.regressors[{i}].feature")
        if names.count(each.name) > 1:
            raise CardError(f"{where}.regressors has the name {each.name!r} twice.")
        if each.sign not in (-1, 0, 1):
            raise CardError(f"{where}.regressors[{i}].sign must be -1, 0 or 1, got {each.sign}.")
    if not regressors:
        raise CardError(f"{where}.regressors must not be empty.")


def _require_usable(spec: Design | EventsSpec | StudySpec, where: str) -> None:
    """Refuse days that are none, an end before the start, and numbers out of their range."""
    for name in ("start", "end", "date"):
        if hasattr(spec, name):
            read_day(getattr(spec, name), f"{where}.{name}")
    if not isinstance(spec, StrategySpec) and to_day(spec.start) > to_day(spec.end):
        raise CardError(f"{where}.end {spec.end} lies before its start {spec.start}.")
    same_day = getattr(spec, "response", None) is not None
    least = _LEAST | {"horizon": 0} if same_day else _LEAST
    for name, bound in least.items():
        if hasattr(spec, name) and not getattr(spec, name) >= bound:
            raise CardError(f"{where}.{name} must be at least {bound}, got {getattr(spec, name)}.")
        if hasattr(spec, name) and not getattr(spec, name) <= _MOST:
            raise CardError(f"{where}.{name} must be at most {_MOST:,}, got {getattr(spec, name)}.")
    for days in getattr(spec, "horizons", ()):
        if days < least["horizon"]:
            raise CardError(f"{where}.horizons must be at least {least['horizon']}, got {days}.")
        if days > _MOST:
            raise CardError(f"{where}.horizons must be at most {_MOST:,}, got {days}.")


def _require_inside(spec: BreakSpec, where: str) -> None:
    if not to_day(spec.start) < to_day(spec.date) < to_day(spec.end):
        raise CardError(f"{where}.date must lie between start and end, got {spec.date}.")


def _require_listed(value: object, listed: tuple[object, ...], where: str, what: str) -> None:
    if value not in listed:
        raise CardError(f"{where} {value!r} is not among the {what}.")
