"""Results of every layer, printed as JSON: run once in each environment and compared.

Usage: ``python -m tests.portability.results``, with ``all`` for every claim that needs no curve.

A *decision* (verdict, date, label, state, order, count) is the same everywhere, and so is a p-value
that counts draws, of which one more or less is far above any tolerance. A number that comes from
sums and solves differs in its last bits between processors, whose kernels add in another order:
alike to 1e-9. The resamples of `cross_correlation` are in single precision: their quantiles and
deviations are alike to 1e-5.
"""

import json
import sys

import numpy as np
import pandas as pd

from altrotation import (
    breakouts,
    calendar_time,
    cross_correlation,
    event_study,
    granger,
    lead_matrix,
    load_cards,
    load_reference,
    local_projection,
    verify,
    watchlist,
)
from altrotation.backtest.family import judge_family
from altrotation.backtest.performance import gain_over, performance
from altrotation.backtest.ready import always, confluence_strategy, russell_only
from altrotation.backtest.replay import replay
from altrotation.backtest.superior import superior_ability
from altrotation.regimes.bocpd import bocpd
from altrotation.regimes.changepoints import changepoints
from altrotation.regimes.jump import jump_regimes
from altrotation.regimes.markov_online import markov_regimes

CLAIMS = ("A5", "A7", "B5", "B6", "C4")  # seconds each


def plain(value):
    """Return a result as JSON holds it: numbers, text, lists and dictionaries."""
    if isinstance(value, pd.DataFrame):
        held = value.reset_index()
        return {str(name): plain(held[name]) for name in held}
    if isinstance(value, pd.Series | pd.Index | np.ndarray | list | tuple):
        return [plain(each) for each in value]
    if isinstance(value, dict):
        return {str(name): plain(each) for name, each in value.items()}
    if isinstance(value, float | np.floating):
        return None if np.isnan(value) else float(value)
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if isinstance(value, int | np.integer):
        return int(value)
    return None if value is None or value is pd.NaT else str(value)


def events(panel):
    found = breakouts(panel.close("RUT"), kind="record", quiet=60)
    held = found.between("2014-01-01", "2026-04-21")
    outcome = panel.frame.loc["2014-01-01":"2026-04-21", "mid/BTC"]
    other = panel.frame.loc["2014-01-01":"2026-04-21", "ETH/BTC"].dropna()
    yield "breakouts", found.dates
    yield "event study", event_study(outcome, held, horizons=(20, 60)).table
    late = held.between("2016-01-01", "2026-04-21")
    matched = event_study(other, late, null="matched", match_on=panel.close("RUT"))
    yield "event study, matched", matched.table
    mean = calendar_time(outcome, held, horizon=60).evidence
    yield "calendar time", [mean.estimate, mean.interval.low, mean.interval.high, mean.p_value]


def leads(panel):
    frame = panel.frame.loc["2018-01-01":"2023-12-31", ["RUT", "BTC", "ETH", "DXY"]].dropna()
    change = np.log(frame).diff().dropna()
    x, y = change["RUT"], change["BTC"]
    yield "cross-correlation", cross_correlation(x, y, lags=5, replicates=199).table
    partial = cross_correlation(x, y, lags=5, controls=change[["DXY"]], replicates=199)
    yield "cross-correlation, partial", partial.table
    yield "local projection", local_projection(x, y, horizons=5, replicates=199).table
    test = granger(x, y)
    yield "granger", [test.lags, test.statistic, test.p_value]
    leads = lead_matrix(change, window=5, replicates=199)
    yield "lead matrix", [leads.pairs, leads.ranking]


def regimes(panel):
    change = np.log(panel.frame.loc["2016-01-01":"2022-12-31", "ETH/BTC"]).diff().dropna()
    weekly = change.resample("W").sum()
    yield "change points", changepoints(weekly, max_breaks=3, min_size=20).breaks
    online = bocpd(change)
    yield "online changes", [online.regime.codes, online.alarms]
    features = pd.DataFrame({f"mean{h}": change.ewm(halflife=h).mean() for h in (10, 40)})
    yield "jump model", jump_regimes(features, warmup=500, every=365).codes
    yield "markov", markov_regimes(change, warmup=1500, every=730, starts=1).codes


def strategies(panel):
    held = replay(confluence_strategy(), panel, cycle="2020-2021")
    yield "replay", [held.equity.iloc[::30], held.orders]
    yield "performance", performance(held, replicates=200).table
    gain = gain_over(held, replicates=200)
    yield "gain", [gain.estimate, gain.interval.low, gain.interval.high, gain.p_value]
    family = judge_family(
        [russell_only(), confluence_strategy(), always({"ETH": 1.0}, name="ether")],
        panel,
        cycle="2024",
        most=20,
    )
    yield "family", family.table
    rng = np.random.default_rng(0)
    days = pd.date_range("2020-01-01", periods=500)
    common = pd.Series(rng.normal(0, 0.02, 500), index=days)
    variants = {name: common + rng.normal(0.0005 * i, 0.01, 500) for i, name in enumerate("abc")}
    best = superior_ability(pd.DataFrame(variants), common, replicates=200)
    yield "superior", [best.superior, best.p_consistent]


def claims(panel, names):
    cards = [card for card in load_cards() if not names or card.id in names]
    run = verify(panel, [card for card in cards if names or card.kind != "events"]).to_dict()
    for name, claim in run["claims"].items():
        yield f"claim {name}", claim


def results(every=False):
    """Return name -> result of the embedded panel."""
    panel = load_reference()
    parts = (events, leads, regimes, strategies)
    found = {name: plain(value) for part in parts for name, value in part(panel)}
    found["watch"] = plain(watchlist(panel).summary())
    found |= {name: plain(value) for name, value in claims(panel, () if every else CLAIMS)}
    return found


if __name__ == "__main__":
    sys.stdout.write(json.dumps(results(every=sys.argv[1:] == ["all"])))
