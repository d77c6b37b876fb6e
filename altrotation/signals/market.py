"""Ready signals on the state of the market: dominance, liquidity, breadth."""

from altrotation._guarded import guarded
from altrotation.data.panel import Panel
from altrotation.indicators.dominance import below_threshold
from altrotation.signals.combine import confluence
from altrotation.signals.signal import Signal
from altrotation.signals.trends import above_level, carried, falling, rising

__all__ = ["breadth_momentum", "dominance_below", "dominance_falling", "liquidity_easing"]


@guarded
def dominance_below(
    panel: Panel, *, level: float = 60.0, back: float = 1.0, name: str = "BTC.dominance"
) -> Signal:
    """Return on from the day dominance falls below `level` until it is above `level` + `back`.

    Parameters
    ----------
    panel : Panel
    level : float, default 60
        Percent: the upper end of the band the commentaries name.
    back : float, default 1
        Percentage points of hysteresis, so that noise about the level does not switch.
    name : str, default "BTC.dominance"

    Returns
    -------
    Signal
        Unknown where dominance has not been known for seven days; between the lines the state is
        the last one, unknown before the first.

    Raises
    ------
    InputError
        If `back` < 0.
    InputError
        On the conditions of `carried`.
    """
    return Signal(
        below_threshold(carried(panel, name), level=level, back=back),
        name=f"dominance < {level:g} %",
        recipe=f"{name} fallen below {level:g} % and not since above {level + back:g} %",
    )


@guarded
def dominance_falling(panel: Panel, *, days: int = 30, name: str = "BTC.dominance") -> Signal:
    """Return on where bitcoin's dominance is below its value of `days` days before.

    Parameters
    ----------
    panel : Panel
    days : int, default 30
        A month: long enough for the noise of one vendor's daily share to matter little.
    name : str, default "BTC.dominance"

    Returns
    -------
    Signal

    Raises
    ------
    InputError
        On the conditions of `falling`.
    """
    return falling(panel, name, days=days)


@guarded
def liquidity_easing(panel: Panel, *, need: int = 2, days: int = 60) -> Signal:
    """Return on where `need` of three hold: short yields fall, the dollar falls, liquidity rises.

    Parameters
    ----------
    panel : Panel
        With DGS3MO, DXY and net_liquidity; their release lags are respected.
    need : int, default 2
        A majority.
    days : int, default 60
        Calendar days of each change, a shared horizon with the outcome of the claims.

    Returns
    -------
    Signal

    Raises
    ------
    InputError
        If `need` does not lie in 1 .. 3.
    InputError
        On the conditions of `falling`.
    """
    parts = (
        falling(panel, "DGS3MO", days=days),
        falling(panel, "DXY", days=days),
        rising(panel, "net_liquidity", days=days, carry=14),  # weekly figures
    )
    joined = confluence(parts, need=need)
    return Signal(joined.values, name="liquidity easing", recipe=joined.recipe)


@guarded
def breadth_momentum(
    panel: Panel, *, level: float = 50.0, days: int = 30, name: str = "top50.breadth"
) -> Signal:
    """Return on where breadth is above `level` percent and higher than `days` days before.

    Parameters
    ----------
    panel : Panel
    level : float, default 50
        Percent: a majority beats bitcoin.
    days : int, default 30
    name : str, default "top50.breadth"

    Returns
    -------
    Signal

    Raises
    ------
    InputError
        On the conditions of `rising`.
    """
    both = above_level(panel, name, level) & rising(panel, name, days=days)
    return Signal(both.values, name="breadth momentum", recipe=both.recipe)
