"""What claims are judged by: contrasts of events, the specification curve, verdicts, counts."""

from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
from scipy import stats

from altrotation.claims.card import load_card
from altrotation.claims.measures.registry import measure
from altrotation.claims.robustness.axes import CurveSpec
from altrotation.claims.robustness.multiverse import specification_curve
from altrotation.claims.verdict import judge_effect
from altrotation.data.cards import SeriesCard
from altrotation.data.panel import Panel
from altrotation.errors import InputError
from altrotation.events.eventset import EventSet
from altrotation.events.study import event_study
from altrotation.inference.curve import curve_test
from altrotation.inference.results import Interval
from altrotation.rng import generator
from altrotation.synthetic.noise import daily_noise
from altrotation.synthetic.worlds import clustered_rows, event_world
from altrotation.watch.rotation import tally
from tests.claims.curves import DATES, events_spec, study_spec, walk_panel
from tests.claims.worlds import EFFECT_CARD
from tests.validity.suite.event_worlds import CLUSTERED, NOISES, SINGLE, autoregressive, event_rows
from tests.validity.suite.experiment import Experiment, Row, limit, naive, power, size

FAMILY = "Contrasts, curves, verdicts, counts"
HORIZON = 60

# -- the specification curve ----------------------------------------------------------------------


def curve_panel(seed, effect=0.0):
    """A walk whose events are placed at will, and three outcomes that know nothing of them."""
    rng = generator(71, seed)
    n = len(DATES)
    steps = 0.03 * (rng.standard_normal((n, 4)) + 0.8 * rng.standard_normal((n, 1)))
    rut = np.full(n, 99.0)
    rut[0] = 100.0
    rows = clustered_rows(n - 160, sizes=(2, 1, 1, 1, 1), gap=30, margin=60, seed=seed) + 20
    for number, row in enumerate(rows, start=1):
        rut[row] = 100.0 + 10.0 * number  # one record close, then back below
        steps[row + 2 : row + 22, 1:] += effect / 20
    names = ["BTC", "ETH/BTC", "mid/BTC", "small/BTC"]
    frame = pd.DataFrame(100 * np.exp(steps.cumsum(axis=0)), index=DATES, columns=names)
    frame["RUT"] = rut
    cards = [SeriesCard(name=c, kind="index", unit="index", calendar="24/7") for c in frame]
    return Panel(frame, cards)


AXES = CurveSpec(
    definitions=("record", "high-100"),
    quiets=(10,),
    horizons=(20, 40),
    models=("difference",),
    delays=(1,),
    clocks=("24/7",),
    samples=("full",),
    weightings=("equal",),
    least=2,
)


def curved(seed, *, effect=0.0, walks=False):
    panel = walk_panel(seed, last="2018-12-31") if walks else curve_panel(seed, effect)
    study = study_spec(outcomes=("mid/BTC", "ETH/BTC") if walks else study_spec().outcomes)
    found = specification_curve(panel, events_spec(end="2018-11-01"), study, AXES, draws=199)
    p_values = {f"curve, {name}": float(p) for name, p in found.joint["p_value"].items()}
    return p_values | {
        "curve, any of the three, adjusted": float(found.joint["p_adjusted"].min()),
        "smallest p of the curve": float(found.table["p_value"].min()),
    }


FEW = "few specifications: most curves have none that is significant"
CURVE = (
    size("curve, median effect"),
    size("curve, share significant", bound="upper", why=FEW),
    size("curve, Stouffer's Z"),
    size("curve, any of the three, adjusted"),
    naive("smallest p of the curve", why="the best of six or more specifications", faint=True),
)


def curves():
    worlds = {
        "placed events, common factor, no effect": (CURVE, {}),
        "breakouts of a random walk, common factor, no effect": (CURVE, {"walks": True}),
        "placed events, common factor, effect .25 over 20 days": (
            (*(power(row.test) for row in CURVE[:-1]), limit(CURVE[-1].test)),
            {"effect": 0.25},
        ),
    }
    for world, (rows, given) in worlds.items():
        yield Experiment(
            family=FAMILY,
            world=world,
            simulate=partial(curved, **given),
            rows=rows,
            functions=(specification_curve, curve_test),
        )


# -- verdicts -------------------------------------------------------------------------------------


@cache
def card():
    with TemporaryDirectory() as place:
        path = Path(place) / "Z1.toml"
        path.write_text(EFFECT_CARD)
        return load_card(path)


def judged(seed, *, noise, sizes, effect=0.0):
    """Verdicts on "greater", smallest effect .05; every specification is taken to agree."""
    made = event_world(noise(20 * seed), event_rows(sizes, seed), effect=effect, horizon=HORIZON)
    study = event_study(
        made.prices,
        EventSet(made.dates, rule="planted"),
        horizons=(20, HORIZON),
        replicates=499,
        seed=seed,
    )
    evidence = study.evidence("outcome 0", HORIZON)
    narrow = study.interval("outcome 0", HORIZON, 0.90)
    word = judge_effect(card(), evidence, narrow, 1.0).status
    return {
        "verdict supported": 0.0 if word == "supported" else 1.0,
        "verdict contradicted": 0.0 if word == "contradicted" else 1.0,
    }


BOTH = "interval and adjusted p must agree, and one side is claimed"


def verdicts():
    name = "GARCH with t(5) tails"
    yield Experiment(
        family=FAMILY,
        world=f"{name}, clustered events, no effect",
        simulate=partial(judged, noise=NOISES[name], sizes=CLUSTERED),
        functions=(judge_effect,),
        rows=(
            size("verdict supported", bound="upper", why=BOTH),
            limit("verdict contradicted"),
        ),
    )
    yield Experiment(
        family=FAMILY,
        world="AR(1), single events, the smallest effect of interest (.05)",
        simulate=partial(judged, noise=autoregressive, sizes=SINGLE, effect=0.05),
        functions=(judge_effect,),
        rows=(limit("verdict supported"), size("verdict contradicted")),
    )
    yield Experiment(
        family=FAMILY,
        world="AR(1), single events, effect .45",
        simulate=partial(judged, noise=autoregressive, sizes=SINGLE, effect=0.45),
        functions=(judge_effect,),
        rows=(
            power("verdict supported"),
            size("verdict contradicted", bound="upper", why="the effect is far above .05"),
        ),
    )


# -- spells ---------------------------------------------------------------------------------------


def spelled(seed, *, tie=0.0):
    """A ratio that walks, breadth that persists; `tie` adds the ratio's gain over 90 days."""
    n = 2_000
    walk = 0.03 * generator(73, seed).standard_normal(n).cumsum()
    share = daily_noise(n, sigma=1.0, autocorrelation=0.98, seed=generator(74, seed))
    share[90:] += tie * (walk[90:] - walk[:-90])
    days = pd.date_range("2015-01-01", periods=n, unit="us")
    frame = pd.DataFrame(
        {"ratio": np.exp(walk), "breadth": 100 * stats.norm.cdf(share)}, index=days
    )
    cards = [SeriesCard(name=name, kind="index", unit="x", calendar="24/7") for name in frame]
    panel, found = Panel(frame, cards), {}
    for by in ("size", "days"):
        spec = {
            "name": "spells",
            "by": by,
            "series": "ratio",
            "mean": 200,
            "breadth": "breadth",
            "overlap": 90,
            "start": str(days[200].date()),
            "end": str(days[-1].date()),
        }
        try:
            rho, k = (measure(panel, spec | {"ask": ask}) for ask in ("correlation", "count"))
            found[f"spells by {by}, rotated"] = measure(panel, spec | {"ask": "p"})
        except InputError:  # fewer than four spells
            continue
        t = rho * np.sqrt((k - 2) / max(1.0 - rho**2, 1e-12))
        found[f"spells by {by}, ranks as if independent"] = float(stats.t.sf(t, k - 2))
    return found


def spells():
    names = ("spells by size, rotated", "spells by days, rotated")
    plain = tuple(name.replace("rotated", "ranks as if independent") for name in names)
    yield Experiment(
        family=FAMILY,
        world="a random walk and breadth of AR(1) .98, n = 2,000",
        simulate=spelled,
        functions=(measure,),
        rows=(
            *(size(name) for name in names),
            *(
                naive(name, why="a long spell meets a higher maximum by itself", faint=True)
                for name in plain
            ),
        ),
    )
    yield Experiment(
        family=FAMILY,
        world="the same, breadth rises with the walk's 90-day gain",
        simulate=partial(spelled, tie=15.0),
        functions=(measure,),
        rows=(power(names[0]), limit(names[1]), *(limit(name) for name in plain)),
    )


# -- counts ---------------------------------------------------------------------------------------


def counted(seed, *, share, persistent=False):
    """Occasions of a state; each is followed by rotation with probability `share`."""
    rng = generator(72, seed)
    n, horizon = 2_000, 60
    flags = np.repeat(rng.random(n // 20) < 0.5, 20)
    drift = stats.norm.ppf(share) * 0.03 * np.sqrt(horizon) / horizon
    daily = drift + daily_noise(n + horizon, autocorrelation=0.2 * persistent, seed=rng)
    level = daily.cumsum()
    outcomes = level[horizon:] - level[:-horizon]
    made = tally(flags, outcomes, horizon=horizon)
    assert isinstance(made.interval, Interval)
    return {
        "share of occasions followed, interval": made.interval.low <= share <= made.interval.high
    }


COUNT = Row(
    test="share of occasions followed, interval",
    kind="coverage",
    bound="upper",
    why="few occasions: Wilson's coverage moves in steps around 95 %",
)


def counts():
    for share in (0.5, 0.7):
        yield Experiment(
            family=FAMILY,
            world=f"occasions of which {share:.0%} are followed by rotation",
            simulate=partial(counted, share=share),
            rows=(COUNT,),
            functions=(tally,),
            repetitions=2000,
        )


EXPERIMENTS = (*curves(), *verdicts(), *spells(), *counts())
