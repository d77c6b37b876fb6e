"""One good call of everything the packages offer, on inputs that are made once and shared.

A parameter gets what its name stands for below, or what `OWN` says for one function; parameters
with a default keep it.
"""

import inspect
import tempfile
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd

import altrotation
from altrotation import (
    EventSet,
    SeriesCard,
    Strategy,
    breakouts,
    cross_correlation,
    event_study,
    load_reference,
)
from altrotation.backtest import (
    Costs,
    as_cycle,
    random_entry,
    replay,
    replay_study,
    rotation_leg,
)
from altrotation.claims import load_cards, verify
from altrotation.data import Membership, write_panel
from altrotation.inference import Split
from altrotation.regimes import (
    changepoints,
    dated_legs,
    panel_inputs,
    rotation_phases,
    sup_f,
)
from altrotation.signals import above_mean
from tests.contract.cases import COINS, DAYS, coins, funding, market, settlements
from tests.contract.exports import modules
from tests.unit.backtest_worlds import toy_panel

RNG = np.random.default_rng(8)
FRAME, MARKET = coins(), market()
PRICE, OTHER = FRAME["a"], FRAME["b"]
RETURNS = np.log(FRAME).diff().dropna()
NOISE = RNG.normal(size=200)
LONG = pd.DataFrame(
    RNG.normal(0, 0.02, (600, 2)),
    index=pd.date_range("2020-01-01", periods=600),
    columns=["x", "y"],
)
EVENTS = EventSet(DAYS[[60, 120, 180]], rule="r", source="RUT")
RATIO = MARKET["x"] / MARKET["total"]
FULL = load_reference()
REFERENCE = FULL.between("2017-01-01", "2021-12-31")
INPUTS = panel_inputs(REFERENCE)
PHASES = rotation_phases(INPUTS)
LEGS = dated_legs(INPUTS["breadth"] > 50, measure=INPUTS["breadth"], breadth=INPUTS["breadth"])
SCHEDULES = pd.DataFrame(
    {
        "protocol": ["a", "b"],
        "type": "linear",
        "start": DAYS[[9, 20]],
        "end": DAYS[[200, 240]],
        "steps": 1.0,
        "total_tokens": 100.0,
    }
)
MONTHS = DAYS[[30, 120]]
MEMBERS = Membership(
    "mid",
    pd.DataFrame(
        {
            "decided": MONTHS.repeat(len(COINS)),
            "key": COINS * 2,
            "id": COINS * 2,
            "cap": np.arange(1.0, 17.0),
        }
    ),
    MONTHS,
)
SYMBOLS = pd.Series(dict.fromkeys(COINS, "X"))
PRICES = SeriesCard(name="a", kind="price", unit="USD", calendar="24/7")
CARDS = {card.id: card for card in load_cards()}
A1 = CARDS["A1"]
RUN = verify(FULL, [next(card for card in CARDS.values() if card.kind == "fact")])

MARKETS = toy_panel(200)
CYCLE = ("2020-02-01", "2020-06-10")


def on_off(panel):
    return above_mean(panel, "ETH", window=9)


STRATEGY = Strategy(name="plain", rule=on_off, on={"mid": 1.0})
SECOND = Strategy(name="other", rule=on_off, on={"large": 1.0})
REPLAY = replay(STRATEGY, MARKETS, cycle=CYCLE)
DAILY = pd.DataFrame({"a": NOISE, "b": NOISE[::-1], "c": np.roll(NOISE, 9)}, index=DAYS[:200])
SIGNAL = on_off(MARKETS)
TRADE = {"panel": MARKETS, "cycle": CYCLE}
TIMING = random_entry(STRATEGY, MARKETS, cycle=CYCLE, most=99)
SHEET = replay_study(STRATEGY, MARKETS, cycle=CYCLE, most=99)
STUDY = event_study(PRICE, EVENTS, horizons=(5,), replicates=199, draws=199)
CORRELATED = cross_correlation(LONG["x"], LONG["y"], lags=3, replicates=199)
BREAKOUTS = breakouts(PRICE, kind="high", window=20, quiet=5)
SECOND_EVENTS = EventSet(DAYS[[90, 150, 210]], rule="r")
CATALOGUE = Path(altrotation.__file__).parent / "claims" / "catalogue"
FOLDER = Path(tempfile.mkdtemp())
PRICE.to_csv(FOLDER / "prices.csv")
write_panel(MARKETS, FOLDER / "panel")

# By the name of a parameter: what it stands for wherever it is required.
NAMED = {
    "asset": PRICE,
    "base": OTHER,
    "benchmark": DAILY["c"],
    "cap": MARKET["x"],
    "close": PRICE,
    "closes": FRAME,
    "clock": "24/7",
    "cycle": CYCLE,
    "dates": DAYS,
    "dollar": PRICE,
    "end": "2020-03-01",
    "events": EVENTS,
    "excess": NOISE,
    "flow": RETURNS["a"],
    "frame": RETURNS[["a", "b", "c"]],
    "horizon": 5,
    "level": PRICE,
    "log_returns": NOISE,
    "name": "RUT",
    "n": 200,
    "null": NOISE.reshape(50, 4),
    "null_draws": NOISE,
    "observed": NOISE[:4],
    "on": {"mid": 1.0},
    "open_interest": OTHER,
    "outcome": PRICE,
    "p_values": np.array([0.01, 0.2, 0.6]),
    "panel": REFERENCE,
    "price": PRICE,
    "rate": RETURNS["a"],
    "rates": FRAME,
    "ratio": RATIO,
    "regime": PHASES,
    "relative": PRICE,
    "replay": REPLAY,
    "returns": DAILY,
    "series": LONG["x"],
    "settlements": settlements(funding()),
    "share": PRICE,
    "sharpe": 0.1,
    "shocks": NOISE,
    "start": "2020-01-01",
    "strategies": [STRATEGY, SECOND],
    "strategy": STRATEGY,
    "total": MARKET["total"],
    "values": FRAME,
    "volume": OTHER,
    "volumes": FRAME,
    "x": LONG["x"],
    "y": LONG["y"],
    "yields": PRICE,
}
# Where the default takes long: as little as the function accepts.
QUICK = {"replicates": 199, "draws": 199, "starts": 1, "most": 99}

OWN = {
    "backtest.family.judge_family": TRADE,
    "backtest.grid.replay_many": TRADE,
    "backtest.leverage.levered_price": {
        "panel": MARKETS,
        "price": MARKETS.close("BTC"),
        "leverage": 2.0,
        "costs": Costs.zero(),
    },
    "backtest.overfitting.overfitting_probability": {"blocks": 4},
    "backtest.placebo.random_entries": TRADE,
    "backtest.placebo.random_entry": TRADE,
    "backtest.ready.benchmark": {"name": "btc"},
    "backtest.ready.ready_strategy": {"name": "confluence"},
    "backtest.replay.replay": TRADE,
    "backtest.rotation.rotation_capture": {"panel": MARKETS},
    "backtest.rotation.rotation_leg": {
        "relative": MARKETS.close("mid/BTC"),
        "cycle": as_cycle(CYCLE),
    },
    "backtest.study.replay_study": TRADE,
    "backtest.walkforward.choose_and_judge": {
        "splits": [Split(train=np.arange(100), test=np.arange(110, 190))]
    },
    "backtest.walkforward.cycle_groups": {"cycles": [CYCLE]},
    "claims.card.load_card": {"path": CATALOGUE / "A1.toml"},
    "claims.estimators.breaks.estimate_break": {"card": CARDS["D4"], "panel": FULL, "brief": True},
    "claims.estimators.cascades.estimate_cascade": {"card": CARDS["B2"], "brief": True},
    "claims.estimators.clocks.estimate_clocks": {"card": CARDS["A5"], "brief": True},
    "claims.estimators.contrasts.estimate_contrast": {"card": CARDS["A6"], "brief": True},
    "claims.estimators.effects.estimate_events": {"card": A1, "brief": True},
    "claims.estimators.features.feature": {"spec": {"name": "level", "series": "RUT"}},
    "claims.estimators.projections.estimate_projection": {"card": CARDS["C3"], "brief": True},
    "claims.estimators.strategies.estimate_strategy": {
        "card": CARDS["F1"],
        "panel": FULL,
        "brief": True,
    },
    "claims.lock.compare": {"run": RUN, "path": CATALOGUE.parent / "locks" / "embedded.toml"},
    "claims.lock.lock_path": {"level": "embedded"},
    "claims.lock.write_lock": {"run": RUN, "path": FOLDER / "lock.toml"},
    "claims.measures.registry.measure": {"spec": {"name": "max", "series": "ETH/BTC"}},
    "claims.measures.registry.place_in_history": {"spec": {"name": "max", "series": "ETH/BTC"}},
    "claims.robustness.controls.negative_controls": {"events": A1.events, "study": A1.study},
    "claims.robustness.grid.specifications": {
        "events": A1.events,
        "study": A1.study,
        "axes": A1.curve,
    },
    "claims.robustness.ladder.inference_ladder": {"events": A1.events, "study": A1.study},
    "claims.robustness.multiverse.specification_curve": {"events": A1.events, "study": A1.study},
    "claims.robustness.robustness.robustness": {"card": CARDS["B1"]},
    "claims.rules.rule_named": {"name": "confluence"},
    "claims.runner.check_claim": {"card": RUN.results[0].card},
    "claims.runner.verify": {"cards": [RUN.results[0].card]},
    "claims.trials.read_trials": {"path": CATALOGUE.parent / "locks" / "embedded.trials.toml"},
    "claims.trials.record_trials": {"run": RUN, "path": FOLDER / "lock.trials.toml"},
    "claims.trials.trials_path": {"lock": FOLDER / "lock.toml"},
    "data.align.align": {"series": (PRICE, OTHER)},
    "data.align.last_known": {"series": PRICE, "card": PRICES, "labels": DAYS},
    "data.align.sample_on": {"labels": DAYS},
    "data.calendar.release_dates": {"stamps": DAYS, "release": "1d"},
    "data.coins.baskets.basket": {"close": FRAME, "membership": MEMBERS},
    "data.coins.matching.match_by_price": {
        "foreign": FRAME,
        "reference": FRAME,
        "foreign_symbols": SYMBOLS,
        "reference_symbols": SYMBOLS,
    },
    "data.csv.read_csv_panel": {"path": FOLDER / "prices.csv", "cards": [PRICES]},
    "data.rounding.round_significant": {"frame": FRAME},
    "data.raw.repairs.repairs_of": {"table": "market_daily", "frame": FRAME},
    "data.store.read_card": {"folder": FOLDER / "panel"},
    "data.store.read_panel": {"folder": FOLDER / "panel"},
    "data.store.write_panel": {"folder": FOLDER / "again"},
    "events.breakouts.label_failures": {"events": BREAKOUTS},
    "events.contrast.contrast": {"first": EVENTS, "second": SECOND_EVENTS, "horizons": (5,)},
    "events.parametric.kolari_pynnonen_factor": {"correlation": 0.1},
    "events.parametric.parametric_tests": {"outcome": FRAME, "estimation": 50},
    "events.study.event_study": {"horizons": (5,), "estimation": 50},
    "indicators.concentration.mega_cap_concentration": {
        "cap_weighted": PRICE,
        "equal_weighted": OTHER,
    },
    "indicators.concentration.sector_participation": {"sectors": FRAME, "index": PRICE},
    "indicators.dominance.capitalisation_without": {"caps": MARKET[["x", "y"]]},
    "indicators.dominance.without_flagged": {"series": PRICE, "flag": OTHER * 0},
    "indicators.liquidity.net_liquidity": {
        "assets": PRICE,
        "treasury_account": OTHER,
        "reverse_repo": OTHER,
    },
    "indicators.liquidity.term_spread": {"long": PRICE, "short": OTHER},
    "indicators.liquidity_composite.liquidity_composite": {
        "components": FRAME[["a", "b"]],
        "weights": {"a": 1.0, "b": -1.0},
        "history": 50,
        "warmup": 20,
        "least": 2,
    },
    "indicators.supply.protocol_unlocks": {"schedules": SCHEDULES},
    "indicators.supply.released_share": {"schedules": SCHEDULES},
    "indicators.supply.unlock_load": {"schedules": SCHEDULES, "least": 1},
    "indicators.supply.unlock_index": {"loads": FRAME},
    "indicators.volume.group_turnover": {"capitalisations": FRAME * 20},
    "inference.bootstrap.basic_interval": {
        "estimate": 0.1,
        "noise": NOISE,
        "level": 0.9,
        "method": "m",
    },
    "inference.bootstrap.block_length": {"values": NOISE},
    "inference.bootstrap.stationary_functionals": {
        "values": NOISE,
        "lengths": np.array([100]),
        "weights": np.ones((1, 200)),
        "mean_block": 5.0,
    },
    "inference.ewc.ewc_mean": {"y": NOISE},
    "inference.ewc.ewc_ols": {"y": NOISE, "x": NOISE[::-1, None]},
    "inference.hac.hac_mean": {"y": NOISE, "bandwidth": 3},
    "inference.hac.hac_ols": {"y": NOISE, "x": NOISE[::-1, None], "bandwidth": 3},
    "inference.power.effective_sample": {"correlation": 0.1},
    "inference.power.events_needed": {"effect": 0.1, "sigma_daily": 0.03},
    "inference.power.minimum_detectable_effect": {"sigma_daily": 0.03, "n_effective": 9.0},
    "inference.power.power_curve": {"effects": NOISE},
    "inference.power.power_of_mean": {"effect": 0.1, "sigma_daily": 0.03, "n_effective": 9.0},
    "inference.power.sign_flip_floor": {"k": 6},
    "inference.rotation.rotated_regression": {
        "outcomes": NOISE[:, None],
        "regressors": NOISE[::-1, None],
    },
    "inference.curve.curve_test": {"observed": NOISE[:4]},
    "inference.sharpe.deflated_sharpe": {"trials": 5.0, "trial_variance": 0.01},
    "inference.sharpe.expected_maximum": {"trials": 5.0},
    "inference.sharpe.sharpe_moments": {"returns": NOISE},
    "inference.splits.leave_one_out": {"groups": ["a"] * 50 + ["b"] * 50},
    "inference.splits.purged": {"test": np.arange(50, 90)},
    "inference.splits.walk_forward": {"train": 50, "test": 20},
    "inference.surrogates.phase_randomised": {"values": NOISE, "draws": 2},
    "inference.surrogates.phase_randomised_levels": {"levels": PRICE.to_numpy(), "draws": 2},
    "inference.surrogates.time_reversed_levels": {"levels": PRICE.to_numpy()},
    "leadlag.asynchronous.hayashi_yoshida": {"x": PRICE, "y": OTHER},
    "leadlag.cascade.cascade": {"order": ["c", "a", "b"]},
    "leadlag.clocks.close_instants": {"index": DAYS},
    "leadlag.grouped.cross_correlation_by": {
        "groups": {"a": ("2020-01-01", "2020-12-31"), "b": ("2021-01-01", "2021-08-01")}
    },
    "leadlag.predictive.clark_west": {
        "outcome": NOISE,
        "benchmark": NOISE * 0,
        "forecast": NOISE / 9,
    },
    "leadlag.sensitivity.clock_sensitivity": {
        "equity": REFERENCE.close("RUT"),
        "crypto": REFERENCE.close("BTC"),
    },
    "plot.backtest_sheet.random_timing": {"result": TIMING},
    "plot.backtest_timeline.timeline": {
        "replays": [REPLAY],
        "relative": MARKETS.close("mid/BTC"),
        "leg": rotation_leg(MARKETS.close("mid/BTC"), as_cycle(CYCLE)),
    },
    "plot.calendar.event_calendar": {"events": EVENTS},
    "plot.effects.forest": {"table": STUDY.table.rename_axis(["outcome", "horizon"])},
    "plot.fan.event_study": {"result": STUDY},
    "plot.indicators.indicator": {"source": PRICE, "values": OTHER},
    "plot.leadlag_lags.cross_correlation": {"result": CORRELATED},
    "plot.null.null_histogram": {"draws": NOISE, "observed": 0.1},
    "plot.regimes.regime_shading": {"path": PHASES, "series": INPUTS["eth_btc"]},
    "plot.regimes.rotation_chart": {
        "phases": PHASES,
        "eth_btc": INPUTS["eth_btc"],
        "dominance": REFERENCE.value("BTC.dominance"),
    },
    "plot.regimes_breaks.break_intervals": {"found": changepoints(LONG["x"])},
    "plot.regimes_breaks.break_path": {"test": sup_f(LONG["x"])},
    "plot.regimes_probabilities.state_probabilities": {"path": PHASES},
    "regimes.agreement.adjusted_rand": {"first": PHASES, "second": PHASES},
    "regimes.agreement.agreement": {"paths": {"a": PHASES, "b": PHASES}},
    "regimes.agreement.lead": {"first": PHASES, "second": PHASES, "state": PHASES.states[0]},
    "regimes.agreement.rand_index": {"a": np.arange(9) % 2, "b": np.arange(9) % 3},
    "regimes.agreement.sensitivity": {
        "detect": lambda value: PHASES,
        "values": (1.0, 2.0),
        "reference": 1.0,
    },
    "regimes.break_dates.argmax_tail": {"x": 2.0},
    "regimes.break_laws.limit_p_value": {
        "statistic": 9.0,
        "k": 1,
        "trim": 0.15,
        "functional": "sup",
    },
    "regimes.break_laws.limit_quantile": {"level": 0.95, "k": 1, "trim": 0.15, "functional": "sup"},
    "regimes.conditional.days_in": {"state": PHASES.states[0], "dates": PHASES.dates},
    "regimes.conditional.split_dates": {"dates": ["2020-01-01", "2021-02-01"]},
    "regimes.confirm.confirmed": {"rows": 3},
    "regimes.detection.detection": {
        "truth": np.arange(90) // 30 % 2,
        "codes": np.arange(90) // 31 % 2,
    },
    "regimes.jump.jump_regimes": {"features": LONG["x"]},
    "regimes.known_break.known_break": {"outcome": LONG["x"], "date": "2020-08-01"},
    "regimes.legs.cycle_table": {"phases": PHASES, "legs": LEGS, "inputs": INPUTS},
    "regimes.legs.dated_legs": {
        "inside": INPUTS["breadth"] > 50,
        "measure": INPUTS["breadth"],
        "breadth": INPUTS["breadth"],
    },
    "regimes.markov.markov_fit": {"series": LONG["x"].iloc[:300]},
    "regimes.rotated_break.rotated_sup_wald": {"outcome": LONG["y"], "regressors": LONG["x"]},
    "regimes.rules.rotation_phases": {"inputs": INPUTS},
    "report.page.render_report": {"run": RUN},
    "report.sheet.render_sheet": {"study": SHEET},
    "report.write.write_report": {"run": RUN, "folder": FOLDER / "report"},
    "report.write.write_sheet": {"study": SHEET, "folder": FOLDER / "sheet"},
    "signals.combine.confluence": {"signals": [SIGNAL, SIGNAL]},
    "signals.combine.veto": {"signal": SIGNAL, "by": SIGNAL},
    "signals.trends.above_level": {"level": 1500.0},
    "synthetic.clocks.asynchronous_closes": {"days": 200},
    "synthetic.noise.slow_drift": {"sigma": 0.01, "half_life": 20.0},
    "synthetic.regimes.planted_states": {"k": 2, "length": 50.0},
    "synthetic.shocks.autoregression": {"coefficient": 0.3},
    "synthetic.shocks.correlated": {"shocks": DAILY.to_numpy()[:, :2], "correlation": 0.3},
    "synthetic.worlds.clustered_rows": {"sizes": (2, 1), "gap": 5, "margin": 20},
    "synthetic.worlds.event_world": {"returns": DAILY.to_numpy() / 50, "rows": np.array([50, 90])},
}
for _function in ("ave_f", "exp_f", "sup_f"):
    OWN[f"regimes.breaks.{_function}"] = {"outcome": LONG["x"]}
OWN["regimes.cusum.ols_cusum"] = {"outcome": LONG["x"]}


# What reads the raw archive, and pictures of results that take long: wrong calls only.
UNCALLED = {
    f"altrotation.{name}"
    for name in (
        "claims.estimators.unlocks.estimate_unlocks",
        "data.coins.table.load_coins",
        "data.coins.universe.load_universe",
        "data.raw.archive.open_archive",
        "data.raw.quality.quality_report",
        "derive.build.derive_panel",
        "plot.controls.controls",
        "plot.ladder.ladder",
        "plot.leadlag_lags.clock_sensitivity",
        "plot.leadlag_lags.grouped_correlation",
        "plot.leadlag_lags.lead_lag_contrast",
        "plot.leadlag_network.lead_network",
        "plot.leadlag_paths.forecast_gain",
        "plot.leadlag_paths.local_projection",
        "plot.leadlag_paths.rolling_correlation",
        "plot.multiverse.specification_curve",
        "plot.regimes_probabilities.state_probabilities",
    )
}


@lru_cache(maxsize=1)
def offered():
    """Every function and class that a package offers, by its full name, once."""
    found = {}
    for module in (altrotation, *modules()):
        for name, home in getattr(module, "_HOMES", {}).items():
            value = getattr(module, name)
            if callable(value):
                found[f"{home}.{name}"] = value
    return dict(sorted(found.items()))


def good_call(name):
    """The arguments of a call that works, by their names."""
    given = dict(OWN.get(name.removeprefix("altrotation."), {}))
    for parameter in inspect.signature(offered()[name]).parameters.values():
        if parameter.default is parameter.empty and parameter.name in NAMED:
            given.setdefault(parameter.name, NAMED[parameter.name])
        elif parameter.name in QUICK:
            given.setdefault(parameter.name, QUICK[parameter.name])
    return given


def call(function, given):
    """Call with arguments by name; what stands for `*name` is a tuple."""
    starred = [
        parameter.name
        for parameter in inspect.signature(function).parameters.values()
        if parameter.kind is parameter.VAR_POSITIONAL
    ]
    rest = dict(given)
    several = rest.pop(starred[0], ()) if starred else ()
    return function(*several, **rest)
