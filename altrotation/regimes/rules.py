"""Rotation phases by rule: bitcoin, ether, large-cap and broad alt season, risk-off."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from altrotation._guarded import guarded
from altrotation.aliases import FloatArray
from altrotation.data.panel import Panel
from altrotation.errors import InputError
from altrotation.inference.results import RunInfo
from altrotation.kernels import rolling
from altrotation.regimes.paths import FilteredRegime
from altrotation.validate import daily_frame, require_between, require_count
from altrotation.variation import above

__all__ = ["INPUTS", "PHASES", "PhaseRules", "panel_inputs", "rotation_phases"]

PHASES = ("risk-off", "broad alt", "bitcoin", "ether", "large-cap", "neutral")
"""The phases in the order in which ties are decided."""

INPUTS = {
    "breadth": "top50.breadth",
    "eth_btc": "ETH/BTC",
    "btc": "BTC",
    "large": "large/BTC",
    "mid": "mid/BTC",
    "small": "small/BTC",
}
"""What the rules look at, and the series of the reference panel that hold it."""


@guarded
@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseRules:
    """Thresholds and windows of the phases.

    Parameters
    ----------
    broad, narrow : float, default 75 and 25
        Percent of the top 50 that beat BTC over 90 days: at least `broad` is a broad alt season
        (the common public definition), at most `narrow` a bitcoin season or risk-off.
    mean : int, default 200
        Days in the trailing mean that ETH/BTC must exceed in an ether season.
    rise : int, default 30
        Days over which ETH/BTC must have risen in an ether season.
    lead : int, default 90
        Days over which the large tier must have gained more on BTC than mid and small: the window
        of breadth.
    high : int, default 365
        Days of the high under which BTC's fall is measured.
    fall : float, default 0.30
        In risk-off BTC lies more than this fraction under that high.

    Raises
    ------
    InputError
        If not 0 < `narrow` < `broad` < 100.
    InputError
        If `fall` does not lie between 0 and 1.
    InputError
        If `mean`, `rise`, `lead` or `high` < 1.
    """

    broad: float = 75.0
    narrow: float = 25.0
    mean: int = 200
    rise: int = 30
    lead: int = 90
    high: int = 365
    fall: float = 0.30

    def __post_init__(self) -> None:
        if not 0 < self.narrow < self.broad < 100:
            raise InputError(
                f"`narrow` must be below `broad`, both between 0 and 100, got {self.narrow} and "
                f"{self.broad}."
            )
        require_between(self.fall, 0.0, 1.0, "fall")
        for name in ("mean", "rise", "lead", "high"):
            require_count(getattr(self, name), 1, name)

    def words(self) -> str:
        """Return the rules in one sentence."""
        return (
            f"risk-off: BTC more than {self.fall:.0%} under its {self.high}-day high and breadth "
            f"<= {self.narrow:g} %; broad alt: breadth >= {self.broad:g} %; bitcoin: breadth <= "
            f"{self.narrow:g} %; ether: ETH/BTC above its {self.mean}-day mean and higher than "
            f"{self.rise} days before; large-cap: the large tier gained more on BTC than mid and "
            f"small over {self.lead} days; neutral otherwise; the first rule that holds decides"
        )


@guarded
def panel_inputs(panel: Panel, *, names: dict[str, str] | None = None) -> pd.DataFrame:
    """Return the inputs of `rotation_phases` from a panel, from the first day one is known.

    Parameters
    ----------
    panel : Panel
        On the 24/7 clock.
    names : dict of str to str, optional
        Other series for some of the inputs, for example ``{"large": "large-capw/BTC"}``.

    Returns
    -------
    DataFrame of shape (n_days, 6)
        Columns as in `INPUTS`.

    Raises
    ------
    InputError
        If the panel is on another clock.
    InputError
        If `names` holds an unknown input.
    InputError
        If the panel lacks a series.
    """
    if panel.clock != "24/7":
        raise InputError(
            f"The phases count days, so the panel must be on the clock 24/7, got {panel.clock}; "
            "use panel.on('24/7')."
        )
    chosen = {**INPUTS, **(names or {})}
    strange = sorted(set(chosen) - set(INPUTS))
    if strange:
        raise InputError(f"`names` holds {strange[0]!r}; the inputs are {', '.join(INPUTS)}.")
    frame = pd.DataFrame({key: panel.value(name) for key, name in chosen.items()})
    first = frame.first_valid_index()
    return frame if first is None else frame.loc[first:]


@guarded
def rotation_phases(inputs: pd.DataFrame, *, rules: PhaseRules | None = None) -> FilteredRegime:
    """Return the rotation phase of every day by rule, from the past only.

    Parameters
    ----------
    inputs : DataFrame of shape (n_days, 6)
        One row every day. breadth: percent of the top 50 that beat BTC over 90 days; eth_btc: BTC
        for one ETH; btc: price of BTC; large, mid, small: indexes of the tiers relative to BTC.
    rules : PhaseRules, optional

    Returns
    -------
    FilteredRegime
        Row t uses rows up to and including t. A day has no state where a missing input could
        change the answer: a rule that cannot be decided blocks the rules after it. A day whose
        windows hold a missing value has no mean, high or lead.

    Raises
    ------
    InputError
        If a column is missing.
    InputError
        If a day is missing.
    InputError
        If breadth leaves 0 .. 100.
    InputError
        If a price is not positive.
    """
    limits = rules or PhaseRules()
    frame = _checked(inputs)
    breadth = frame["breadth"].to_numpy()
    eth = frame["eth_btc"].to_numpy()
    btc = frame["btc"].to_numpy()

    over_narrow, under_broad = above(breadth, limits.narrow), above(limits.broad, breadth)
    narrow, broad = _truth(~over_narrow, breadth), _truth(~under_broad, breadth)
    between = _truth(over_narrow & under_broad, breadth)
    peak = frame["btc"].rolling(limits.high, min_periods=limits.high).max().to_numpy()
    fallen = _truth(above((1 - limits.fall) * peak, btc), btc, peak)
    centre = rolling.mean(eth, limits.mean)
    before = _lagged(eth, limits.rise)
    strong = _both(_truth(above(eth, centre), eth, centre), _truth(above(eth, before), eth, before))
    gains = {
        tier: np.log(frame[tier].to_numpy() / _lagged(frame[tier].to_numpy(), limits.lead))
        for tier in ("large", "mid", "small")
    }
    leading = _both(
        *(
            _truth(above(gains["large"], gains[tier], size=1.0), gains["large"], gains[tier])
            for tier in ("mid", "small")
        )
    )
    answers = [
        _both(narrow, fallen),
        broad,
        narrow,
        _both(between, strong),
        _both(between, leading),
        _truth(np.ones(len(frame), dtype=bool), breadth),
    ]
    codes, open_still = np.full(len(frame), -1), np.ones(len(frame), dtype=bool)
    for code, answer in enumerate(answers):
        codes[open_still & (answer == 1)] = code
        open_still &= answer == 0  # decided, or not to be decided
    reason = None
    if not (codes >= 0).any():
        reason = "no day has the inputs that a phase needs"
    return FilteredRegime(
        detector="rotation phases",
        rule=limits.words(),
        states=PHASES,
        dates=pd.DatetimeIndex(frame.index),
        codes=codes,
        invalid=reason,
        run=RunInfo.capture(None, frame),
    )


def _checked(inputs: pd.DataFrame) -> pd.DataFrame:
    frame = daily_frame(inputs, "inputs")
    missing = [name for name in INPUTS if name not in frame.columns]
    if missing:
        raise InputError(f"`inputs` lacks the column {missing[0]!r}; it needs {', '.join(INPUTS)}.")
    days = frame.index.to_series().diff().dropna()
    if (days != pd.Timedelta(1, "D")).any():
        gap = days.index[int((days != pd.Timedelta(1, "D")).to_numpy().argmax())]
        raise InputError(
            f"`inputs` must have a row every day, one is missing before {gap:%Y-%m-%d}; reindex to "
            "altrotation.data.calendar.days(...), with NaN where nothing is known."
        )
    share = frame["breadth"]
    if ((share < 0) | (share > 100)).any():
        raise InputError(
            f"`breadth` must lie in 0..100 percent, got {share.min():g} to {share.max():g}."
        )
    for name in ("eth_btc", "btc", "large", "mid", "small"):
        if (frame[name] <= 0).any():
            raise InputError(f"`{name}` must be positive, got {frame[name].min():g}.")
    return frame


def _truth(holds: np.ndarray, *needed: FloatArray) -> FloatArray:
    """Return 1 or 0, and NaN where a value that the comparison needed is missing."""
    answer = holds.astype(np.float64)
    for values in needed:
        answer[np.isnan(values)] = np.nan
    return answer


def _both(a: FloatArray, b: FloatArray) -> FloatArray:
    """Return Kleene's "and": 0 if either is 0, else NaN if either is unknown."""
    return np.where((a == 0) | (b == 0), 0.0, a * b)


def _lagged(values: FloatArray, rows: int) -> FloatArray:
    lagged = np.full(len(values), np.nan)
    lagged[rows:] = values[:-rows]
    return lagged
