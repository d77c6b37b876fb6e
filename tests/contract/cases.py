"""What the contract suite runs: extend the tables when a module exports something new.

`CAUSAL` has one row for every function of `CAUSAL_PACKAGES`, or `NOT_CAUSAL` says why it has none.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from altrotation.events.breakouts import breakouts
from altrotation.indicators import (
    breadth,
    breakout,
    concentration,
    dominance,
    failed_breakouts,
    flows,
    fragility,
    leverage,
    liquidity,
    liquidity_composite,
    open_interest,
    ranges,
    records,
    relative,
    supply,
    volume,
)

CAUSAL_PACKAGES = ("altrotation.indicators", "altrotation.events")
N, COINS = 250, list("abcdefgh")
DAYS = pd.date_range("2020-01-01", periods=N, freq="D", unit="us", name="date")


def coins() -> pd.DataFrame:
    """Eight prices without gaps."""
    steps = np.random.default_rng(3).normal(0, 0.04, (N, len(COINS)))
    return pd.DataFrame(np.exp(steps.cumsum(axis=0)), index=DAYS, columns=COINS)


def market() -> pd.DataFrame:
    """A whole, two parts of it and yields."""
    rng = np.random.default_rng(4)
    whole = np.exp(rng.normal(0, 0.02, N).cumsum())
    share = rng.uniform(0.1, 0.4, (N, 2))
    return pd.DataFrame(
        {"total": whole, "x": whole * share[:, 0], "y": whole * share[:, 1], "z": share[:, 0]},
        index=DAYS,
    )


def funding() -> pd.DataFrame:
    """Rates of three contracts every eight hours."""
    times = pd.date_range("2020-01-01", periods=300, freq="8h", unit="us", name="time")
    values = np.random.default_rng(5).normal(1e-4, 1e-4, (300, 3))
    return pd.DataFrame(values, index=times, columns=["A", "B", "C"])


def settlements(wide: pd.DataFrame) -> pd.DataFrame:
    long = wide.rename_axis("time").reset_index().melt("time", var_name="symbol", value_name="rate")
    return long.dropna()


def rising(frame: pd.DataFrame) -> pd.DataFrame:
    """Members known at the day: those at or above their price five days before."""
    return frame >= frame.shift(5)


def wednesdays(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[frame.index.day_of_week == 2]


def weekdays(frame: pd.DataFrame) -> pd.DataFrame:
    """The same days, without a value on weekends."""
    out = frame.copy()
    out[frame.index.day_of_week >= 5] = np.nan
    return out


@dataclass(frozen=True)
class Causal:
    """A function of one frame, applied to `data`."""

    fn: Callable
    data: Callable = coins
    warmup: int | None = 0  # leading rows without a value; None: no promise
    exact: bool = True  # the row after the warm-up has one
    index: Callable | None = field(default=lambda frame: frame.index)  # None: no promise
    cuts: Sequence[int] | None = None


def X(frame, **options):  # noqa: N802
    return breakouts(frame["a"], **options)


CAUSAL = {
    "altrotation.events.breakouts.breakouts": [
        Causal(lambda f: X(f, quiet=10), index=None, warmup=None),
        Causal(lambda f: X(f, kind="high", window=30, quiet=10), index=None, warmup=None),
        Causal(lambda f: X(f, kind="level", level=1.1, quiet=2), index=None, warmup=None),
        Causal(
            lambda f: X(f, kind="high", window=20, buffer=0.02, quiet=3), index=None, warmup=None
        ),
    ],
    "altrotation.indicators.breadth.share_beating": [
        Causal(lambda f: breadth.share_beating(f, f["a"], window=20, least=3), warmup=20),
        Causal(
            lambda f: breadth.share_beating(f, f["a"], members=rising(f), window=20, least=1),
            warmup=20,
        ),
    ],
    "altrotation.indicators.breadth.share_above_mean": [
        Causal(lambda f: breadth.share_above_mean(f, window=20, least=3), warmup=19),
        Causal(lambda f: breadth.share_above_mean(f, window=20, least=1, gaps=3), warmup=19),
    ],
    "altrotation.indicators.breadth.advance_decline": [
        Causal(lambda f: breadth.advance_decline(f, least=3), warmup=1, exact=False),
        Causal(
            lambda f: breadth.advance_decline(f, members=rising(f), least=1), warmup=1, exact=False
        ),
    ],
    "altrotation.indicators.breadth.equity_breadth": [
        Causal(
            lambda f: breadth.equity_breadth(f, means=(10, 30), high=20, least=3),
            warmup=1,
            exact=False,
        ),
        Causal(  # weekends are no sessions
            lambda f: breadth.equity_breadth(weekdays(f), means=(10,), high=20, least=3),
            warmup=1,
            exact=False,
        ),
    ],
    "altrotation.indicators.breadth.share_at_high": [
        Causal(lambda f: breadth.share_at_high(f, window=20, least=3), warmup=19),
        Causal(
            lambda f: breadth.share_at_high(f, members=rising(f), window=20, least=1, gaps=3),
            warmup=19,
            exact=False,
        ),
    ],
    "altrotation.indicators.breakout.breakout_course": [
        Causal(lambda f: breakout.breakout_course(f["a"], within=5), warmup=1, exact=False),
        Causal(
            lambda f: breakout.breakout_course(weekdays(f)["a"], kind="high", window=10, within=8),
            warmup=10,
            exact=False,
        ),
        Causal(
            lambda f: breakout.breakout_course(f["b"], kind="level", level=1.0, tolerance=0.1),
            warmup=1,
            exact=False,
        ),
    ],
    "altrotation.indicators.breakout.breakout_days": [
        Causal(lambda f: breakout.breakout_days(f["a"], buffer=0.01), warmup=1),
        Causal(lambda f: breakout.breakout_days(f["a"], kind="high", window=20), warmup=20),
        Causal(lambda f: breakout.breakout_days(f["b"], kind="level", level=1.0), warmup=1),
        Causal(
            lambda f: breakout.breakout_days(weekdays(f)["a"], kind="high", window=20),
            warmup=20,
            exact=False,
        ),
    ],
    "altrotation.indicators.breakout.confirmed_breakouts": [
        Causal(
            lambda f: breakout.confirmed_breakouts(
                f["a"], f["b"], kind="high", window=10, baseline=5, multiple=1.01
            ),
            warmup=10,
        ),
    ],
    "altrotation.indicators.failed_breakouts.failed_breakout_rate": [
        Causal(
            lambda f: failed_breakouts.failed_breakout_rate(
                f, high=10, within=5, cohort=20, least=1
            ),
            warmup=15,
            exact=False,
        ),
    ],
    "altrotation.indicators.concentration.mega_cap_concentration": [
        Causal(
            lambda f: concentration.mega_cap_concentration(f["a"], f["b"], window=20), warmup=20
        ),
    ],
    "altrotation.indicators.concentration.sector_participation": [
        Causal(
            lambda f: concentration.sector_participation(
                f[COINS[1:]], f["a"], mean=20, high=20, window=20, least=3
            ),
            warmup=19,
            exact=False,
        ),
    ],
    "altrotation.indicators.dominance.below_threshold": [
        Causal(
            lambda f: dominance.below_threshold(f["a"], level=1.0, back=0.05),
            warmup=None,
        ),
    ],
    "altrotation.indicators.dominance.dated_peaks": [
        Causal(lambda f: dominance.dated_peaks(f["a"], fall=0.1), warmup=None),
        Causal(lambda f: dominance.dated_peaks(f["b"], fall=0.1, rise=0.2), warmup=None),
    ],
    "altrotation.indicators.dominance.dominance": [
        Causal(lambda f: dominance.dominance(f["x"], f["total"]), data=market),
    ],
    "altrotation.indicators.dominance.capitalisation_without": [
        Causal(lambda f: dominance.capitalisation_without(f["total"], f[["x", "y"]]), data=market),
    ],
    "altrotation.indicators.dominance.without_flagged": [
        Causal(lambda f: dominance.without_flagged(f["x"], f["y"] * (f["y"] > 0.3)), data=market),
    ],
    "altrotation.indicators.fragility.downside_beta": [
        Causal(lambda f: fragility.downside_beta(f, f["a"], window=40, least=3), warmup=40),
    ],
    "altrotation.indicators.fragility.members_median": [
        Causal(lambda f: fragility.members_median(f, least=3)),
        Causal(lambda f: fragility.members_median(f, members=rising(f), least=1), exact=False),
    ],
    "altrotation.indicators.fragility.recovery_time": [
        Causal(
            lambda f: fragility.recovery_time(f, f["a"], dip=0.08, window=10, within=15),
            warmup=24,
            exact=False,
        ),
    ],
    "altrotation.indicators.fragility.tail_dependence": [
        Causal(
            lambda f: fragility.tail_dependence(f, f["a"], window=40, tail=0.2, least=20), warmup=40
        ),
    ],
    "altrotation.indicators.leverage.cross_section": [
        Causal(lambda f: leverage.cross_section(f, least=3)),
    ],
    "altrotation.indicators.leverage.daily_funding": [
        Causal(  # whole days only: three settlements each
            lambda f: leverage.daily_funding(settlements(f)),
            data=funding,
            warmup=None,
            index=lambda f: f.index[::3],
            cuts=(30, 150, 297),
        ),
    ],
    "altrotation.indicators.leverage.scale_funding": [
        Causal(
            lambda f: leverage.scale_funding(settlements(f)).pivot_table(
                index="time", columns="symbol", values="scaled", dropna=False
            ),
            data=funding,
            warmup=1,
        ),
    ],
    "altrotation.indicators.liquidity.growth": [
        Causal(lambda f: liquidity.growth(f["a"], periods=12), warmup=12),
    ],
    "altrotation.indicators.liquidity.net_liquidity": [
        Causal(
            lambda f: liquidity.net_liquidity(
                wednesdays(f)["total"] * 9, wednesdays(f)["x"], f["y"]
            ),
            data=market,
            index=lambda f: wednesdays(f).index,
        ),
    ],
    "altrotation.indicators.liquidity.term_spread": [
        Causal(lambda f: liquidity.term_spread(f["y"], f["z"]), data=market),
    ],
    "altrotation.indicators.ranges.levels_cleared": [
        Causal(lambda f: ranges.levels_cleared(f["a"], levels=(0.9, 1.0, 1.2))),
    ],
    "altrotation.indicators.ranges.trailing_range": [
        Causal(lambda f: ranges.trailing_range(f["a"], window=20), warmup=20),
    ],
    "altrotation.indicators.records.days_since_record": [
        Causal(lambda f: records.days_since_record(f["a"])),
        Causal(lambda f: records.days_since_record(f["a"], unit="closes")),
    ],
    "altrotation.indicators.records.distance_from_record": [
        Causal(lambda f: records.distance_from_record(f["a"])),
        Causal(lambda f: records.distance_from_record(f["a"], window=20), warmup=19),
    ],
    "altrotation.indicators.relative.price_ratio": [
        Causal(lambda f: relative.price_ratio(f["a"], f["b"])),
    ],
    "altrotation.indicators.relative.ratio_to_mean": [
        Causal(lambda f: relative.ratio_to_mean(f["a"], f["b"], window=20), warmup=19),
    ],
    "altrotation.indicators.relative.relative_momentum": [
        Causal(lambda f: relative.relative_momentum(f["a"], f["b"], window=20), warmup=20),
    ],
    "altrotation.indicators.relative.relative_strength": [
        Causal(lambda f: relative.relative_strength(f["a"], f["b"], window=20), warmup=19),
    ],
    "altrotation.indicators.volume.group_volume": [
        Causal(volume.group_volume),
        Causal(lambda f: volume.group_volume(f, members=rising(f)), exact=False),
    ],
    "altrotation.indicators.liquidity.calendar_growth": [
        Causal(lambda f: liquidity.calendar_growth(f["a"], days=30, tolerance=3), warmup=30),
    ],
    "altrotation.indicators.liquidity.dollar_impulse": [
        Causal(lambda f: liquidity.dollar_impulse(f["a"], window=20, history=40), warmup=40),
    ],
    "altrotation.indicators.liquidity.yield_impulse": [
        Causal(lambda f: liquidity.yield_impulse(f["a"], window=40, history=20), warmup=40),
    ],
    "altrotation.indicators.liquidity_composite.liquidity_composite": [
        Causal(
            lambda f: liquidity_composite.liquidity_composite(
                f[["x", "z"]], weights={"x": 1, "z": -2}, history=50, warmup=20, least=2
            ),
            data=market,
            warmup=19,
        ),
    ],
    "altrotation.indicators.flows.flow_streak": [
        Causal(lambda f: flows.flow_streak(np.log(f["a"]))),
        Causal(lambda f: flows.flow_streak(np.log(f["a"]), due=f.index)),
    ],
    "altrotation.indicators.flows.rolling_flow": [
        Causal(lambda f: flows.rolling_flow(np.log(f["a"]), sessions=5), warmup=4),
        Causal(lambda f: flows.rolling_flow(f["a"], sessions=5, scale=f["b"]), warmup=4),
    ],
    "altrotation.indicators.supply.unlock_index": [
        Causal(lambda f: supply.unlock_index(f, members=rising(f), least=1), exact=False),
        Causal(lambda f: supply.unlock_index(f, weights=f * 2, least=3)),
    ],
    "altrotation.indicators.volume.group_turnover": [
        Causal(lambda f: volume.group_turnover(f, f.rename(columns=str) * 20, least=3)),
    ],
    "altrotation.indicators.volume.sideways": [
        Causal(lambda f: volume.sideways(f["a"], window=5), warmup=4),
    ],
    "altrotation.indicators.volume.volume_expansion": [
        Causal(lambda f: volume.volume_expansion(f["a"], short=5, long=30), warmup=29),
    ],
    "altrotation.indicators.volume.volume_stability": [
        Causal(
            lambda f: volume.volume_stability(f["a"], f["b"], window=5, before=20, band=0.2),
            warmup=24,
            exact=False,
        ),
    ],
    "altrotation.indicators.leverage.crowding_score": [
        Causal(lambda f: leverage.crowding_score(f, window=40, history=20), warmup=19),
    ],
    "altrotation.indicators.leverage.extreme_funding": [
        Causal(lambda f: leverage.extreme_funding(f["a"], window=40, history=20), warmup=19),
    ],
    "altrotation.indicators.open_interest.open_interest_growth": [
        Causal(lambda f: open_interest.open_interest_growth(f["a"], f["b"]), warmup=7),
    ],
    "altrotation.indicators.open_interest.washouts": [
        Causal(
            lambda f: open_interest.washouts(f["a"], f["b"], fall=0.05, price_fall=0.02, quiet=2),
            warmup=3,
            exact=False,
        ),
    ],
}  # fmt: skip

_INPUT = "checks an input, computes nothing over time"
_TEST = "a test of events against the whole sample: its result has no row that may be acted on"
_PANEL = "takes a panel: its own test compares it with the panel cut short"
NOT_CAUSAL = {
    "altrotation.events.breakouts.label_failures": "says itself when each label becomes known",
    "altrotation.events.calendar_time.calendar_time": _TEST,
    "altrotation.events.contrast.contrast": _TEST,
    "altrotation.events.contrast_results.contrast_table": _TEST,
    "altrotation.events.excess.event_excess": _TEST,
    "altrotation.events.noise.mean_outcome_noise": _TEST,
    "altrotation.events.noise.weighted_outcome_noise": _TEST,
    "altrotation.events.parametric.kolari_pynnonen_factor": "a number from two numbers",
    "altrotation.events.parametric.parametric_tests": _TEST,
    "altrotation.events.placebo.matched_rows": _TEST,
    "altrotation.events.placebo.rotated_rows": _TEST,
    "altrotation.events.placebo.tercile_cells": _TEST,
    "altrotation.events.returns.abnormal_returns": _TEST,
    "altrotation.events.sample.study_sample": _INPUT,
    "altrotation.events.standardised.event_windows": _TEST,
    "altrotation.events.study.event_study": _TEST,
    "altrotation.events.table.study_table": _TEST,
    "altrotation.indicators.members.membership": _INPUT,
    "altrotation.indicators.members.positive_frame": _INPUT,
    "altrotation.indicators.supply.released_share": "reads a schedule, which is not a daily series",
    "altrotation.indicators.supply.unlock_load": "reads a schedule, with a stated look-ahead",
    "altrotation.indicators.liquidity_composite.liquidity_components": _PANEL,
    "altrotation.indicators.supply.protocol_unlocks": "reads a schedule; its own test cuts it",
}  # fmt: skip

# Plumbing whose bad calls are made through the function a user calls.
BAD_CALLS_THROUGH = {
    "altrotation.signals.degrees.daily_degrees": "altrotation.signals.signal.Signal",
    "altrotation.events.placebo.rotated_rows": "altrotation.events.study.event_study",
    "altrotation.events.sample.study_sample": "altrotation.events.study.event_study",
    "altrotation.indicators.members.membership": "altrotation.indicators.breadth.share_beating",
    "altrotation.indicators.members.positive_frame": "altrotation.indicators.breadth.share_beating",
}  # fmt: skip

# Single exports that still lack something, by check. A row that has been mended fails the suite, so
# that it is taken out.
PENDING: dict[str, set[str]] = {}
