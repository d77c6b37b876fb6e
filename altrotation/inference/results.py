"""Evidence: an estimate that cannot leave without its uncertainty."""

import hashlib
import math
from dataclasses import dataclass, field
from functools import lru_cache
from html import escape
from importlib.metadata import version
from platform import python_version
from typing import Self

import numpy as np
import pandas as pd

from altrotation._guarded import guarded
from altrotation.errors import InputError
from altrotation.printing import Printed
from altrotation.validate import require_between

__all__ = ["Evidence", "Interval", "RunInfo"]

_PACKAGES = ("altrotation", "numpy", "pandas", "scipy", "statsmodels", "arch")


@dataclass(frozen=True, slots=True)
class Interval:
    """A confidence interval: `low` and `high` in the unit of the estimate, `level`, `method`."""

    low: float
    high: float
    level: float
    method: str

    def __post_init__(self) -> None:
        require_between(self.level, 0.0, 1.0, "level")
        if not self.low <= self.high:
            raise InputError(f"`low` must not exceed `high`, got {self.low} and {self.high}.")

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high

    def __str__(self) -> str:
        return f"[{self.low:+.3f}, {self.high:+.3f}]"


@dataclass(frozen=True, slots=True)
class RunInfo:
    """What a number needs to be computed again: seed, hash of the inputs, package versions."""

    seed: int | None
    data_hash: str
    versions: tuple[tuple[str, str], ...] = field(default=())

    @classmethod
    @guarded
    def capture(cls, seed: object, *data: pd.Series | pd.DataFrame | np.ndarray) -> Self:
        """Return the run information for `seed` (an int; a Generator has no number) and `data`."""
        digest = hashlib.sha256()
        for item in data:
            values = item if isinstance(item, np.ndarray) else item.to_numpy()
            if not isinstance(item, np.ndarray):
                digest.update(pd.util.hash_pandas_object(item.index).to_numpy().tobytes())
            digest.update(np.ascontiguousarray(values).tobytes())
        number = int(seed) if isinstance(seed, (int, np.integer)) else None
        return cls(number, digest.hexdigest()[:16], _versions())


@lru_cache(maxsize=1)
def _versions() -> tuple[tuple[str, str], ...]:
    return (("python", python_version()), *((name, version(name)) for name in _PACKAGES))


@dataclass(frozen=True, slots=True, eq=False, kw_only=True, repr=False)
class Evidence(Printed):
    """One estimate with everything a reader needs to weigh it.

    Parameters
    ----------
    label : str
        What was measured, for example "mid tier minus BTC, 60 days".
    null, alternative : str
        The hypotheses in words.
    estimate : float
        In `unit`; NaN only together with `invalid`.
    unit : str
        For example "log points" (0.05 is five log points of hundred).
    interval : Interval or None
        Required unless `invalid` is given.
    p_value, p_adjusted : float
        Raw, and adjusted for the `family` (the tests it was adjusted over, in words).
    p_attainable : float
        The smallest p the design could have reached.
    n_events : int
        Events, or observations, that entered.
    n_effective : float
        Their number after allowing for overlap and correlation.
    minimum_detectable_effect : float
        At 80 % power and 5 % two-sided, in `unit`.
    run : RunInfo
    invalid : str, optional
        Why the estimate could not be computed.

    Raises
    ------
    InputError
        If a valid estimate lacks its interval or is NaN.
    InputError
        If a p-value lies outside (0, 1].
    InputError
        If no family is named.
    """

    label: str
    null: str
    alternative: str
    estimate: float
    unit: str
    interval: Interval | None
    p_value: float
    p_adjusted: float
    family: str
    p_attainable: float
    n_events: int
    n_effective: float
    minimum_detectable_effect: float
    run: RunInfo
    invalid: str | None = None

    def __post_init__(self) -> None:
        if self.invalid is not None:
            return
        if math.isnan(self.estimate):
            raise InputError(f"{self.label}: the estimate is NaN; say why in `invalid`.")
        if self.interval is None:
            raise InputError(f"{self.label}: an estimate never leaves without its interval.")
        for name in ("p_value", "p_adjusted", "p_attainable"):
            p = getattr(self, name)
            if not 0.0 < p <= 1.0:
                raise InputError(f"{self.label}: `{name}` must lie in (0, 1], got {p}.")
        if not self.family:
            raise InputError(f"{self.label}: name the `family` the p-value was adjusted over.")

    @classmethod
    @guarded
    def not_computed(cls, label: str, reason: str, *, unit: str, run: RunInfo) -> Self:
        """Return the evidence of a question that could not be answered, with the reason."""
        nan = float("nan")
        return cls(
            label=label,
            null="",
            alternative="",
            estimate=nan,
            unit=unit,
            interval=None,
            p_value=nan,
            p_adjusted=nan,
            family="",
            p_attainable=nan,
            n_events=0,
            n_effective=0.0,
            minimum_detectable_effect=nan,
            run=run,
            invalid=reason,
        )

    def summary(self) -> pd.DataFrame:
        """Return one column of values, one row a property."""
        return pd.Series(self._rows(), name=self.label).to_frame()

    def _line(self) -> str:
        if self.invalid is not None:
            return f"{self.label}: not computed"
        words = (
            f"{self.label}: {self.estimate:+.4g} {self.unit} {self.interval or 'without interval'}"
        )
        return f"{words}, adjusted p {self.p_adjusted:.3g}"

    def _rows(self) -> dict[str, str]:
        if self.invalid is not None:
            return {"not computed": self.invalid}
        held = self.interval
        level = f"{held.level:.0%} interval" if held else "interval"
        method = f" ({held.method})" if held else ""
        return {
            "estimate": f"{self.estimate:+.4f} {self.unit}",
            level: f"{held}{method}",
            "p": f"{self.p_value:.4f}",
            "p adjusted": f"{self.p_adjusted:.4f} ({self.family})",
            "smallest p attainable": f"{self.p_attainable:.2g}",
            "events": f"{self.n_events} ({self.n_effective:.1f} effective)",
            "minimum detectable effect": f"{self.minimum_detectable_effect:.4f} {self.unit}",
            "null": self.null,
            "alternative": self.alternative,
            "seed": str(self.run.seed),
            "data": self.run.data_hash,
        }

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><th>{escape(key)}</th><td>{escape(value)}</td></tr>"
            for key, value in self._rows().items()
        )
        return f"<table class='evidence'><caption>{escape(self.label)}</caption>{rows}</table>"

    def __str__(self) -> str:
        lines = [f"  {key}: {value}" for key, value in self._rows().items()]
        return "\n".join([self.label, *lines])
