"""What each reading is: its values, its threshold and the states they make, day by day."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from altrotation.data.calendar import sessions
from altrotation.data.panel import Panel
from altrotation.indicators.flows import flow_streak
from altrotation.indicators.volume import sideways, volume_expansion, volume_stability
from altrotation.kernels import rolling

__all__ = ["TRACKS", "Track"]

# Days for which a value is the current one. A 24/7 series may lag two days; a New York series
# spans a long weekend and the day of its publication.
_DAILY, _SESSIONS = 2, 5

ETH_HOLD, ETH_ZONE = 0.025, (0.028, 0.030)
STREAK = 5
EXPANDING = 1.0
PAR, CROWDED = 1e-4, 3e-4
HELD = 0.9
RUSSELL = 3000.0


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Track:
    """One reading over time, on the labels of the panel.

    `values` stand on the labels at which they became known, NaN elsewhere. `states` are positions
    in `names`, on the same labels; a state may stand where there is no value. A reading is current
    for `stands` days.
    """

    name: str
    claim: str
    series: tuple[str, ...]
    unit: str
    threshold: str
    values: pd.Series
    states: pd.Series
    names: tuple[str, ...]
    stands: int


def _eth_btc(panel: Panel) -> Track:
    values = panel.known("ETH/BTC")
    low, high = ETH_ZONE
    return Track(
        name="ETH/BTC",
        claim="B7",
        series=("ETH/BTC",),
        unit="",
        threshold=f"hold {ETH_HOLD:.3f}, break {low:.3f}-{high:.3f}",
        values=values,
        states=_bands(values, [ETH_HOLD, low, high], ceiling=True),
        names=(
            f"below {ETH_HOLD:.3f}",
            f"holds {ETH_HOLD:.3f}",
            f"inside {low:.3f}-{high:.3f}",
            f"above {high:.3f}",
        ),
        stands=_DAILY,
    )


def _etf_streak(panel: Panel) -> Track:
    name = "etf.eth"
    flow = panel.known(name)
    stamps = panel.value(name).dropna().index
    due = None
    if len(stamps):
        due = panel.card(name).known(sessions(stamps[0], panel.dates[-1]))
        due = due[due <= panel.dates[-1]]
    values = flow_streak(flow, due=due)
    return Track(
        name="ETH fund inflow streak",
        claim="C5",
        series=(name,),
        unit="sessions",
        threshold=f"{STREAK} sessions of inflow in a row",
        values=values,
        states=_bands(values, [-STREAK + 0.5, STREAK]),
        names=("outflow streak", "no streak", "inflow streak"),
        stands=_SESSIONS,
    )


def _volume(panel: Panel) -> Track:
    values = volume_expansion(panel.known("mid-band.volume"))
    return Track(
        name="mid-cap volume",
        claim="C4",
        series=("mid-band.volume",),
        unit="x",
        threshold=f"30 over 180 days above {EXPANDING:g}",
        values=values,
        states=_bands(values, [np.nextafter(EXPANDING, 2)]),
        names=("contracting", "expanding"),
        stands=_DAILY,
    )


def _funding(panel: Panel) -> Track:
    rate = panel.known("funding.mean")
    week = pd.Series(rolling.mean(rate.to_numpy(), 7, least=5), index=rate.index)
    values = 100.0 * week.where(rate.notna())
    return Track(
        name="funding",
        claim="D2",
        series=("funding.mean",),
        unit="% per 8 h",
        threshold=f"7-day mean under {100 * PAR:g} %, crowded above {100 * CROWDED:g} %",
        values=values,
        states=_bands(values, [100 * PAR, np.nextafter(100 * CROWDED, 1)]),
        names=("under par", "par or above", "crowded"),
        stands=_DAILY,
    )


def _failed(panel: Panel) -> Track:
    values = panel.known("failed_breakouts.rate")
    usual = values.expanding(365).median()
    now = usual.dropna()
    level = f" ({now.iloc[-1]:.1f})" if len(now) else ""
    states = (values < usual).astype("float64").where(values.notna() & usual.notna())
    return Track(
        name="failed breakouts",
        claim="E1",
        series=("failed_breakouts.rate",),
        unit="%",
        threshold=f"under its median so far{level}",
        values=values,
        states=states,
        names=("no fewer than usual", "fewer than usual"),
        stands=_DAILY,
    )


def _stability(panel: Panel) -> Track:
    volume, price = panel.known("mid-band.volume"), panel.known("BTC")
    quiet = sideways(price)
    values = volume_stability(volume, price)
    states = _bands(values, [HELD]).mask((quiet == 0) & volume.notna(), 2.0)
    return Track(
        name="volume while BTC is sideways",
        claim="E2",
        series=("mid-band.volume", "BTC"),
        unit="x",
        threshold=f"14 days in a 10 % band keep {HELD:g} of the 60 before",
        values=values,
        states=states,
        names=("dries up", "holds", "BTC is not sideways"),
        stands=_DAILY,
    )


def _russell(panel: Panel) -> Track:
    card = panel.card("RUT")
    values = panel.known("RUT") * ((card.base_level or 100.0) / 100.0)
    above = values >= RUSSELL
    states = above.astype("float64") * 2 + (~above & above.cummax()).astype("float64")
    return Track(
        name="Russell 2000",
        claim="A7",
        series=("RUT",),
        unit="points",
        threshold=f"hold {RUSSELL:,.0f}",
        values=values,
        states=states.where(values.notna()),
        names=(f"{RUSSELL:,.0f} not reached yet", f"lost {RUSSELL:,.0f}", f"holds {RUSSELL:,.0f}"),
        stands=_SESSIONS,
    )


TRACKS: tuple[tuple[str, tuple[str, ...], Callable[[Panel], Track]], ...] = (
    ("ETH/BTC", ("ETH/BTC",), _eth_btc),
    ("ETH fund inflow streak", ("etf.eth",), _etf_streak),
    ("mid-cap volume", ("mid-band.volume",), _volume),
    ("funding", ("funding.mean",), _funding),
    ("failed breakouts", ("failed_breakouts.rate",), _failed),
    ("volume while BTC is sideways", ("mid-band.volume", "BTC"), _stability),
    ("Russell 2000", ("RUT",), _russell),
)
"""Name of each reading, the series it needs, and how it is made."""


def _bands(values: pd.Series, edges: list[float], *, ceiling: bool = False) -> pd.Series:
    """Return how many edges each value has reached; with `ceiling` the last must be exceeded."""
    limits = np.array(edges)
    if ceiling:
        limits[-1] = np.nextafter(limits[-1], np.inf)
    place = np.searchsorted(limits, values.to_numpy(), side="right").astype(np.float64)
    return pd.Series(place, index=values.index).where(values.notna())
