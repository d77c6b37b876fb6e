"""Lead-lag tests of two series and of several, on one clock."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from altrotation.leadlag.cascade import cascade
from altrotation.leadlag.crosscorr import cross_correlation
from altrotation.leadlag.entropy import transfer_entropy
from altrotation.leadlag.granger import granger, toda_yamamoto
from altrotation.leadlag.grouped import cross_correlation_by
from altrotation.leadlag.levy import levy_area
from altrotation.leadlag.localproj import local_projection
from altrotation.leadlag.network import lead_matrix
from altrotation.leadlag.predictive import predictive_content
from altrotation.leadlag.rolling import rolling_cross_correlation
from altrotation.synthetic.leadlag import planted_lead
from tests.validity.suite.experiment import Experiment, Row, coverage
from tests.validity.suite.leadlag_tests import (
    area,
    causality,
    crosscorr,
    entropy,
    forecasts,
    groups,
    network,
    of_levels,
    overlapping,
    projections,
    regimes,
    rolling,
    textbook,
)
from tests.validity.suite.leadlag_worlds import WORLDS, pair

FAMILY = "Lead and lag"

# -- which null is true where ---------------------------------------------------------------------

SWITCHING = "independent, regime-switching means and volatility"
INDEPENDENT = (
    "independent AR(1)-GARCH",
    "heavy tails, t(3)",
    "independent, drifting means",
    SWITCHING,
)
FACTOR = ("common factor", "common factor and volatility")
NOBODY = (*INDEPENDENT, *FACTOR)
LED = "lead of 1 day, .25"
LATER = "lead of 3 days, .25"

# In 4,000 other worlds .076 to .093.
SPELLS = "400 rows hold four spells of each series; lags of a day do not follow their means"

# Theory says below nominal.
CONSERVATIVE = {
    "Clark-West": "nested forecasts (Clark & West 2007, tables 1-2)",
    "Diebold-Mariano, x helps": "nested forecasts",
    "cascade, concordance": "a discrete statistic",
    "by group, x leads in some": "4 of the 10 cells the p-values are adjusted over",
    "rolling correlation at lag 1, constant": "repeated blocks make the paths of a sample of seven "
    "windows vary a little more than they should",
}


@dataclass(frozen=True, kw_only=True)
class Probe:
    """An estimator, the worlds it is sent to, and for each of its tests where its null is true.

    `shown`: cells (test, world) that a test is not meant to answer. `naive`: cells of wrong ways,
    which must fail there; elsewhere they are shown.
    """

    estimator: Callable[..., dict[str, float]]
    functions: tuple[Callable[..., object], ...]
    worlds: tuple[str, ...]
    nulls: dict[str, tuple[str, ...]]
    shown: frozenset[tuple[str, str]] = frozenset()
    naive: dict[tuple[str, str], str] = field(default_factory=dict)
    known: dict[tuple[str, str], tuple[float, str]] = field(default_factory=dict)
    repetitions: int = 1000

    def row(self, test: str, world: str) -> Row:
        cell = (test, world)
        if cell in self.naive:
            return Row(test=test, kind="naive", why=self.naive[cell], faint=True)
        if cell in self.shown:
            return Row(test=test, kind="limit")
        if world not in self.nulls[test]:
            return Row(test=test, kind="power")
        highest, reason = self.known.get(cell, (None, ""))
        why = CONSERVATIVE.get(test, "")
        return Row(
            test=test,
            kind="size",
            bound="upper" if why else "both",
            why=why,
            known=reason,
            limit=highest,
        )

    def experiments(self):
        for world in self.worlds:

            def simulate(seed, world=world):
                return self.estimator(*WORLDS[world](seed))

            yield Experiment(
                family=FAMILY,
                world=world,
                simulate=simulate,
                functions=self.functions,
                rows=tuple(self.row(test, world) for test in self.nulls),
                repetitions=self.repetitions,
            )


ANY, ROBUST = "cross-correlation, independence, any lag", "cross-correlation, robust, x leads"
ONE, BY = "cross-correlation, independence, lag 1", "by group, difference"
TEXT, CLASSIC = "one lag against 1.96 / sqrt(n)", "Granger, constant variance"
OVER = "t test of 20-day change on 20 days"
FLOW, PATH = "effective transfer entropy, x to y", "rolling correlation at lag 1, independent"
CLUSTERS = "common volatility: large days of both come together"

PROBES = (
    Probe(
        estimator=crosscorr,
        functions=(cross_correlation,),
        worlds=(*NOBODY, LED, LATER),
        nulls={
            ANY: INDEPENDENT,
            ONE: INDEPENDENT,
            "cross-correlation, robust, lag 1": (*NOBODY, LATER),
            ROBUST: NOBODY,
            "cross-correlation, robust, y leads": (*NOBODY, LED, LATER),
            "Dalla-Giraitis-Phillips cumulative, x leads": NOBODY,
        },
        # a common factor is dependence, though no lead; lag 1 of a lead of 3 is as independent
        shown=frozenset(
            {(test, world) for test in (ANY, ONE) for world in FACTOR} | {(ONE, LATER)}
        ),
    ),
    Probe(
        estimator=textbook,
        functions=(),
        worlds=NOBODY,
        nulls={TEXT: NOBODY},
        shown=frozenset((TEXT, world) for world in NOBODY),
        naive={(TEXT, FACTOR[1]): CLUSTERS},
        repetitions=2000,
    ),
    Probe(
        estimator=causality,
        functions=(granger,),
        worlds=(*NOBODY, LED),
        nulls={"Granger, HC3": NOBODY, CLASSIC: NOBODY},
        shown=frozenset((CLASSIC, world) for world in (*NOBODY, LED)),
        naive={(CLASSIC, FACTOR[1]): CLUSTERS},
        repetitions=2000,
    ),
    Probe(
        estimator=of_levels,
        functions=(toda_yamamoto,),
        worlds=(*NOBODY, "independent random walks", "cointegrated, x follows y", LED),
        nulls={
            "Toda-Yamamoto, of levels": (
                *NOBODY,
                "independent random walks",
                "cointegrated, x follows y",
            )
        },
    ),
    Probe(
        estimator=projections,
        functions=(local_projection,),
        worlds=(*NOBODY, LED),
        nulls={
            f"local projection, {errors}, joint over 5": NOBODY
            for errors in ("lag-augmented", "ewc", "newey-west", "hansen-hodrick")
        },
        known={
            (f"local projection, {errors}, joint over 5", SWITCHING): (0.10, SPELLS)
            for errors in ("lag-augmented", "ewc", "newey-west", "hansen-hodrick")
        },
    ),
    Probe(
        estimator=overlapping,
        functions=(local_projection,),
        worlds=("heavy tails, t(3)", "common factor", "independent, drifting means"),
        nulls={"local projection, ewc, 20-day change on 20 days": NOBODY, OVER: NOBODY},
        naive={(OVER, world): "overlap: 20 days in each of two moving sums" for world in NOBODY},
        known={
            ("local projection, ewc, 20-day change on 20 days", "independent, drifting means"): (
                0.15,
                "both sides drift for months beyond the overlap, and 400 rows hold few months",
            )
        },
    ),
    Probe(
        estimator=entropy,
        functions=(transfer_entropy,),
        worlds=(*NOBODY, LED),
        nulls={FLOW: (*INDEPENDENT, FACTOR[0]), "effective transfer entropy, net": NOBODY},
        shown=frozenset({(FLOW, FACTOR[1])}),  # common volatility is information
    ),
    Probe(
        estimator=area, functions=(levy_area,), worlds=(*NOBODY, LED), nulls={"Levy area": NOBODY}
    ),
    Probe(
        estimator=forecasts,
        functions=(predictive_content,),
        worlds=(*NOBODY, LED),
        nulls={"Clark-West": NOBODY, "Diebold-Mariano, x helps": NOBODY},
    ),
    Probe(
        estimator=rolling,
        functions=(rolling_cross_correlation,),
        worlds=(*NOBODY, LED),
        nulls={PATH: INDEPENDENT, "rolling correlation at lag 1, constant": (*NOBODY, LED)},
        shown=frozenset((PATH, world) for world in FACTOR),
    ),
    Probe(
        estimator=groups,
        functions=(cross_correlation_by,),
        worlds=(*NOBODY, LED),
        nulls={"by group, x leads in some": NOBODY, BY: NOBODY},
        # y's variance is x's in part: with clusters in x the correlation moves with them, in truth
        shown=frozenset({(BY, LED)}),
    ),
    Probe(
        estimator=regimes,
        functions=(cross_correlation_by,),
        worlds=("switching lead, .4",),
        nulls={"by group, x leads in some": (), BY: (), ROBUST: ()},
        shown=frozenset({(ROBUST, "switching lead, .4")}),
    ),
    Probe(
        estimator=network,
        functions=(lead_matrix, cascade),
        worlds=("five series, one factor, no lead", "five series, chain of 1 day"),
        nulls=dict.fromkeys(
            (
                "lead matrix, any of 10 pairs",
                "ranking, any of 5 leaders",
                "cascade, one-sided",
                "cascade, concordance",
            ),
            ("five series, one factor, no lead",),
        ),
    ),
)


# -- intervals ------------------------------------------------------------------------------------


def covered(seed):
    """Whether the intervals of a planted lead of 2 days hold it."""
    x, y = pair(planted_lead(500, lead=2, correlation=0.3, clustering=False, seed=seed)[0])
    row = cross_correlation(x, y, lags=3, replicates=199).table.loc[2]
    path = np.array([0, 0.3, 0.3, 0.3])
    found = {"cross-correlation at the lead, interval": row["low"] <= 0.3 <= row["high"]}
    for errors in ("lag-augmented", "ewc"):
        t = local_projection(x, y, horizons=4, errors=errors, replicates=499).table
        one, name = t.loc[4], f"local projection, {errors}"
        found[f"{name}, response after 4 days"] = one["low"] <= 0.3 <= one["high"]
        joint = (t["joint_low"] <= path) & (path <= t["joint_high"])
        found[f"{name}, joint band of 4 days"] = bool(joint.all())
    return found


INTERVALS = Experiment(
    family=FAMILY,
    world="lead of 2 days, .3, n = 500",
    simulate=covered,
    functions=(cross_correlation, local_projection),
    rows=(
        coverage("cross-correlation at the lead, interval"),
        coverage("local projection, lag-augmented, response after 4 days"),
        coverage("local projection, lag-augmented, joint band of 4 days"),
        coverage("local projection, ewc, response after 4 days"),
        coverage(
            "local projection, ewc, joint band of 4 days",
            limit=0.935,
            known="in part by chance: .938 in 4,000 other worlds",
        ),
    ),
)

EXPERIMENTS = (*(each for probe in PROBES for each in probe.experiments()), INTERVALS)
