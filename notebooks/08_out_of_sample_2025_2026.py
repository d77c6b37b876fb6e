# ---
# jupyter:
#   jupytext:
#     formats: py:percent,ipynb
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Out of sample: 2025-2026
#
# What is out of sample here, and what is not. The rules were written in the middle of 2026 by people
# who knew the cycles before, and most of 2025-2026 too. What can be kept from hindsight is the *choice*
# among them: which rule, which tier, which threshold. Here it is made on days before 2025, by a rule,
# and judged on what follows. The forecast itself, that altcoins would follow the Russell's break of
# 3,000 points, was made in June 2026; only the weeks after it are new to its authors.
#
# What is asked, and how each answer is decided, before any number:
#
# | question | decided by |
# |---|---|
# | Did the choice of before 2025 carry over? | the variant with the best Sharpe ratio of gains over Bitcoin until the end of 2024 (90 days purged): *yes* if the 90 % interval of its gain from 2025 on lies above zero, *no* if below, else *cannot say* |
# | Does choosing help at all? | walk-forward, leave-one-cycle-out and combinatorial splits: *yes* if the chosen beats the median variant in at least three splits of four, each way, and the probability of overfitting is under .25 |
# | Did a rule beat Bitcoin in 2025-2026? | as in `06_cycle_2020_2021`: interval above zero and timing p, adjusted over the six rules, at most .05; *no* if the interval lies below zero |
# | Is the best of all variants better than Bitcoin, given the search? | SPA p at most .05 and a deflated Sharpe ratio of at least .95, by the count of the trial ledger |
# | Was June 2026 caught? | a description: which rules were on, and what survivors did. One event decides nothing |
#
# Ranks end in April 2026, volumes in July 2025. After that only 28 surviving large coins have prices:
# whatever they did, coins that died are not among them.

# %%
# ruff: noqa: B018, D100, D103, E501, RUF100
import io
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from IPython.display import Image, Markdown
from matplotlib.axes import Axes
from PIL import Image as pillow  # noqa: N813

from altrotation import breakouts, load_reference
from altrotation.backtest.cycles import CYCLES
from altrotation.backtest.family import judge_family
from altrotation.backtest.grid import replay_many
from altrotation.backtest.overfitting import overfitting_probability
from altrotation.backtest.performance import gain_over
from altrotation.backtest.ready import STRATEGIES, benchmark
from altrotation.backtest.replay import replay
from altrotation.backtest.rotation import rotation_leg
from altrotation.backtest.superior import superior_ability
from altrotation.backtest.trials import TrialLedger
from altrotation.backtest.walkforward import choose_and_judge, cycle_groups
from altrotation.claims.card import load_cards
from altrotation.data.coins.table import load_coins
from altrotation.data.coins.universe import load_universe
from altrotation.data.raw.archive import open_archive
from altrotation.errors import AltrotationError
from altrotation.inference.sharpe import deflated_sharpe, minimum_track_record, sharpe_moments
from altrotation.inference.splits import Split, combinatorial, leave_one_out, purged, walk_forward
from altrotation.plot.backtest import equity
from altrotation.plot.backtest_timeline import timeline
from altrotation.plot.effects import forest

pd.set_option("display.width", 160, "display.max_columns", 30, "display.max_rows", 80)
pd.options.display.float_format = "{:.2f}".format


def show(ax: Axes, dpi: int = 80) -> Image:
    """Return the figure of `ax` as a small PNG."""
    buffer, small = io.BytesIO(), io.BytesIO()
    ax.get_figure().savefig(buffer, dpi=dpi)
    pillow.open(buffer).convert("RGB").quantize(64).save(small, "png", optimize=True)
    return Image(small.getvalue())


panel = load_reference()
TIERS = ("ETH", "large", "mid", "small")
spans = {
    name: panel.value(name).dropna().index[[0, -1]]
    for name in (
        "large/BTC",
        "mid/BTC",
        "small/BTC",
        "survivors/BTC",
        "BTC.dominance",
        "RUT",
        "BTC",
    )
}
pd.DataFrame(
    {name: {"first": f"{a:%Y-%m-%d}", "last": f"{b:%Y-%m-%d}"} for name, (a, b) in spans.items()}
).T

# %% [markdown]
# ## A choice frozen at the end of 2024
#
# The variants: six rules by four tiers, and the thresholds the cards name as specifications. All are
# replayed over the days on which every tier has a basket.

# %%
FREEZE = pd.Timestamp("2025-01-01")
START, END = spans["small/BTC"][0] + pd.Timedelta(1, "D"), spans["small/BTC"][1]
variants = {
    f"{name}, {tier}": strategy(on={tier: 1.0})
    for name, strategy in STRATEGIES.items()
    for tier in TIERS
}
variants |= {f"confluence of {need}, mid": STRATEGIES["confluence"](need=need) for need in (2, 4)}
variants |= {
    f"dominance under {level:g}, mid": STRATEGIES["dominance"](level=level)
    for level in (50.0, 55.0, 65.0)
}


def renamed(strategy, name):
    """Return the strategy under another name."""
    return replace(strategy, name=name)


grid = replay_many(
    [renamed(strategy, name) for name, strategy in variants.items()],
    panel,
    cycle=(START, END),
    check=False,  # the rules are checked for look-ahead below, where each is replayed alone
)
base = replay(benchmark("btc"), panel, cycle=(START, END), check=False).log_returns
gains = grid.log_returns.sub(base, axis=0)
print(f"{len(variants)} variants, {START:%Y-%m-%d} to {END:%Y-%m-%d}, {len(gains)} days")

# %%
PURGE, EMBARGO = 90, 30  # days a position decided today may stay open; rest after a test
dates = gains.index
test = np.flatnonzero(dates >= FREEZE)
frozen = choose_and_judge(
    gains, [Split(purged(len(dates), test, horizon=PURGE), test, "from 2025 on")]
)
frozen.table.T

# %%
chosen = frozen.table.iloc[0]
after = (f"{FREEZE:%Y-%m-%d}", f"{END:%Y-%m-%d}")
kept = replay(renamed(variants[chosen["chosen"]], chosen["chosen"]), panel, cycle=after)
outcome = gain_over(kept)
carried = "yes" if outcome.interval.low > 0 else "no" if outcome.interval.high < 0 else "cannot say"
Markdown(
    f"**Answer: {carried}.** Before 2025 the best of {len(variants)} was *{chosen['chosen']}*, with a Sharpe "
    f"ratio of its gains of {chosen['train_score'] * np.sqrt(365):.2f} a year. From 2025 to {END:%Y-%m-%d} it had "
    f"{chosen['test_score'] * np.sqrt(365):.2f}, better than {100 * chosen['test_rank']:.0f} % of the others, and "
    f"gained {outcome.estimate:+.2f} log points a year on Bitcoin, interval {outcome.interval.low:+.2f} to "
    f"{outcome.interval.high:+.2f} (differences under {outcome.minimum_detectable_effect:.2f} would usually be "
    "missed)."
)

# %%
show(equity(kept))

# %% [markdown]
# ## Does choosing help at all?
#
# The same choice made again and again: walking forward a year at a time on everything before; with
# one cycle left out at a time, trained on those before *and after* it; and on every pair of six
# stretches.

# %%
inside = [name for name in CYCLES if name != "full"]
ways = {
    "walk-forward": walk_forward(
        len(dates), train=4 * 365, test=365, horizon=PURGE, embargo=EMBARGO, expanding=True
    ),
    "leave one cycle out": leave_one_out(
        cycle_groups(dates, inside), horizon=PURGE, embargo=EMBARGO
    ),
    "combinatorial": combinatorial(len(dates), blocks=6, held=2, horizon=PURGE, embargo=EMBARGO),
}
judged = {way: choose_and_judge(gains, splits) for way, splits in ways.items()}
shown = pd.concat(
    {way: judged[way].table for way in ("walk-forward", "leave one cycle out")}, names=["way"]
).reset_index(level=0)
for score in ("train_score", "test_score", "median_test_score"):
    shown[score] *= np.sqrt(365)
walked = shown["way"] == "walk-forward"
starts = [f"year from {dates[split.test[0]]:%Y-%m-%d}" for split in ways["walk-forward"]]
shown.loc[walked, "held_out"] = starts
shown.set_index(["way", "held_out"]).drop(columns=["train_days", "test_days"])

# %%
overfit = overfitting_probability(gains)
helped = pd.DataFrame(
    {
        way: {
            "splits": len(found.table),
            "chosen beats the median": (found.table["test_rank"] > 0.5).mean(),
            "chosen beats Bitcoin": (found.table["test_score"] > 0).mean(),
            "Sharpe lost after choosing": -found.degradation * np.sqrt(365),
        }
        for way, found in judged.items()
    }
).T
print(overfit.summary().to_string())
helped

# %%
use = bool((helped["chosen beats the median"] >= 0.75).all() and overfit.probability < 0.25)
Markdown(
    f"**Answer: {'yes' if use else 'no'}.** The chosen beat the median variant in "
    + ", ".join(
        f"{100 * row['chosen beats the median']:.0f} % ({way})" for way, row in helped.iterrows()
    )
    + f" of the splits; the probability of overfitting is {overfit.probability:.2f} (about .5 where choosing is "
    f"worthless). After each choice the Sharpe ratio was lower by "
    f"{helped['Sharpe lost after choosing'].min():.2f} to {helped['Sharpe lost after choosing'].max():.2f} a year. "
    "The combinatorial splits overlap, so their count is no sample size."
)

# %% [markdown]
# ## The six rules from 2025 to the end of the ranks

# %%
WINDOW = (f"{FREEZE:%Y-%m-%d}", f"{spans['mid/BTC'][1]:%Y-%m-%d}")
ledger = TrialLedger("altcoin rotation")
made = {
    name: replay(strategy(), panel, cycle=WINDOW, trials=ledger)
    for name, strategy in STRATEGIES.items()
}
found = {name: gain_over(one) for name, one in made.items()}
family = judge_family(
    [strategy() for strategy in STRATEGIES.values()], panel, cycle=WINDOW, most=240
)
timing = dict(zip(STRATEGIES, family.timing, strict=True))


def verdict(gain, chance) -> str:
    """Return the answer by the rule at the top."""
    if gain.invalid or gain.interval is None:
        return f"not computed: {gain.invalid}"
    if gain.interval.high < 0:
        return "no"
    good = gain.interval.low > 0 and chance.invalid is None and chance.p_adjusted <= 0.05
    return "yes" if good else "cannot say"


table = pd.DataFrame(
    {
        name: {
            "growth": float(one.equity.iloc[-1] / one.capital),
            "gain a year": found[name].estimate,
            "low": found[name].interval.low,
            "high": found[name].interval.high,
            "detectable": found[name].minimum_detectable_effect,
            "timing p": timing[name].evidence.p_value,
            "adjusted": timing[name].evidence.p_adjusted,
            "time on": one.exposure,
            "unknown": float(one.unknown.mean()),
            "costs": one.costs_paid / one.capital,
            "verdict": verdict(found[name], timing[name].evidence),
        }
        for name, one in made.items()
    }
).T
bitcoin = float(made["russell"].benchmark.iloc[-1] / made["russell"].capital)
print(f"Bitcoin: {bitcoin:.2f} x. Gains in log points a year, costs in parts of the capital.")
table.infer_objects()

# %%
smallest = {card.id: card for card in load_cards()}["F1"].smallest_effect
rows = table[["gain a year", "low", "high", "detectable", "adjusted"]].astype(float)
rows.columns = ["estimate", "low", "high", "minimum_detectable_effect", "p_adjusted"]
rows["p_adjusted"] = rows["p_adjusted"].fillna(1.0)  # no timing to judge
show(forest(rows.assign(level=0.9), smallest_effect=smallest, unit="log points a year over BTC"))

# %%
leg = rotation_leg(panel.value("mid/BTC"), made["russell"].cycle)
show(timeline(list(made.values()), panel.value("mid/BTC").rename("mid/BTC"), leg)[0])

# %%
held = {
    name: replay(benchmark(name), panel, cycle=WINDOW, check=False)
    for name in ("btc", "large", "mid", "small", "60-40", "cash")
}
falls = {name: f"{one.equity.iloc[-1] / one.capital:.2f} x" for name, one in held.items()}
counted = table["verdict"].value_counts()
Markdown(
    "**Answer.** "
    + "; ".join(f"{word}: {count} of {len(table)} rules" for word, count in counted.items())
    + ". What else could have been held: "
    + ", ".join(f"{name} {grown}" for name, grown in falls.items())
    + f". Given the search among the six: SPA p {family.superior.p_consistent:.2f}."
)

# %% [markdown]
# Coin by coin, where the archive is; without it this cell says so and is skipped. Volumes end in July
# 2025, so most of what is traded here bears no impact: the costs are too low.

# %%
by_coin = {}
try:
    archive = open_archive(Path(os.environ.get("ALTROTATION_ARCHIVE") or "../../shared/archive"))
except AltrotationError:
    print("Skipped: no raw archive here.")
else:
    coins = load_coins(archive)
    market = {"coins": coins, "universe": load_universe(archive, coins)}
    by_coin = {
        name: replay(strategy(), panel, cycle=WINDOW, check=False, trials=ledger, **market)
        for name, strategy in STRATEGIES.items()
    }
both = {}
for name, one in by_coin.items():
    gain, resting = gain_over(one), one.coverage["coverage"]
    both[name] = {
        "baskets": found[name].estimate,
        "coins": gain.estimate,
        "low": gain.interval.low,
        "high": gain.interval.high,
        "verdict, coins": verdict(gain, timing[name].evidence),
        "members priced, least": resting["members with a price, least"],
        "value at stale closes, most": resting["value at stale or missing closes, most"],
        "left by death": int(resting["positions left by death"]),
        "no volume known": resting["traded value without known volume"],
    }
pd.DataFrame(both).T.infer_objects() if both else None

# %% [markdown]
# ## The break of June 2026
#
# Two definitions of a breakout, and they disagree: the first close above 3,000 points was no 52-week
# high after 60 quiet sessions, for the Russell had been making highs for months.

# %%
points = panel.known("RUT").dropna() * panel.card("RUT").base_level / 100
milestone = points.index[points > 3000][0]
rule_days = breakouts(panel.known("RUT"), kind="high", window=252, quiet=60).dates
last_rule = rule_days[rule_days <= milestone][-1]
highs = points[points >= points.rolling(253).max()]
before = highs.index[highs.index < milestone]
recent = int((before >= points.index[points.index.get_loc(milestone) - 60]).sum())
Markdown(
    f"First close above 3,000: {milestone:%Y-%m-%d} ({points[milestone]:,.2f}). It was the highest close of a "
    f"year, but so were {recent} of the 60 sessions before it. The last breakout by the rule of F1 was "
    f"{last_rule:%Y-%m-%d}, and its 90 days were over long before. **A user of the Russell rule was told nothing in "
    "June 2026**; the commentaries' event was another one."
)

# %%
break_window = (f"{spans['survivors/BTC'][0]:%Y-%m-%d}", f"{spans['survivors/BTC'][1]:%Y-%m-%d}")
survivors = {
    name: replay(strategy(on={"survivors": 1.0}), panel, cycle=break_window, trials=ledger)
    for name, strategy in STRATEGIES.items()
}
always = replay(benchmark("btc"), panel, cycle=break_window, check=False)
since = slice(milestone, None)
states = {}
for name, one in survivors.items():
    gain = gain_over(one)
    states[name] = {
        "on at the break": "yes" if one.degrees[milestone + pd.Timedelta(1, "D")] > 0 else "no",
        "unknown since": float(one.unknown.loc[since].mean()),
        "on since": float((one.degrees.loc[since] > 0).mean()),
        "gain since": float(np.log(one.equity.iloc[-1] / one.equity[milestone]))
        - float(np.log(one.benchmark.iloc[-1] / one.benchmark[milestone])),
        "year to date, a year": gain.estimate,
        "interval": "none: " + gain.invalid
        if gain.invalid
        else f"{gain.interval.low:+.2f} to {gain.interval.high:+.2f}",
    }
print(f"Held while on: the survivors, equally weighted. {break_window[0]} to {break_window[1]}.")
pd.DataFrame(states).T.infer_objects()

# %%
relative = panel.value("survivors/BTC").rename("survivors/BTC")
upper, lower = timeline(
    list(survivors.values()), relative, rotation_leg(relative, survivors["russell"].cycle)
)
for drawn in (upper, lower):
    drawn.axvline(milestone.to_pydatetime(), color="black", lw=1.0, ls="--")
show(upper)

# %% [markdown]
# The dashed line is the break. And the moves from the label after it, over 60 days as on card A8 and to
# the last day of the survivors, beside all other windows of that length of the same series; windows
# overlap, so the last column counts those that do not.

# %%
first, last = milestone + pd.Timedelta(1, "D"), spans["survivors/BTC"][1]
ends = []
for name in ("ETH/BTC", "survivors/BTC"):
    path = np.log(panel.value(name).dropna())
    for length in (60, (last - first).days):
        moves = (path.shift(-length) - path).dropna()
        ends.append(
            {
                "series": name,
                "days": length,
                "all windows from": f"{path.index[0]:%Y-%m-%d}",
                "log gain": float(moves[first]),
                "windows lower": float((moves < moves[first]).mean()),
                "windows apart": len(path) // length,
            }
        )
ends = pd.DataFrame(ends).set_index(["series", "days"])
ends

# %%
short, whole = (ends.loc[("survivors/BTC", length)] for length in ends.index.levels[1])
caught = [name for name, row in states.items() if row["on since"] > 0 and row["gain since"] > 0.05]
Markdown(
    f"**A description.** In the 60 days after the break the survivors moved {short['log gain']:+.2f} log points "
    f"against Bitcoin, and {whole['log gain']:+.2f} in the {whole.name[1]} days to {last:%Y-%m-%d}: what rise there was came "
    f"late. Of such windows only {whole['windows apart']:.0f} lie apart, and coins that died in those weeks are missing "
    f"from it. The rules that were on and more than 0.05 ahead since the break: {', '.join(caught) or 'none'}. Claim A8 "
    "judges the statement, at 60 days."
)

# %% [markdown]
# ## The whole family, over all days with ranks
#
# Every variant counts against the best. The ledger takes each replay that was judged: those above,
# the six rules in every cycle, and the variants over all days. The tiers and cost multiples of `06` and
# `07` come on top.

# %%
for cycle in ("2016-2017", "2020-2021", "2024"):
    for strategy in STRATEGIES.values():
        replay(strategy(), panel, cycle=cycle, check=False, trials=ledger)
for name, strategy in variants.items():
    replay(renamed(strategy, name), panel, cycle=(START, END), check=False, trials=ledger)
counted_here = len(ledger)
# per cycle: each rule with three further tiers, four further cost multiples and coin by coin,
# and two rules with two further sizes of capital
elsewhere = 2 * len(STRATEGIES) * (3 + 4 + 1) + 2 * 2 * 2
trials = counted_here + elsewhere
ledger

# %%
superior = superior_ability(gains, base * 0.0)
moments = {name: sharpe_moments(gains[name].to_numpy()) for name in gains.columns}
ratios = np.array([one.sharpe for one in moments.values()])
best = max(moments, key=lambda name: moments[name].sharpe)
top = moments[best]
deflated = deflated_sharpe(
    top.sharpe,
    n=top.n,
    trials=trials,
    trial_variance=float(ratios.var(ddof=1)),
    skew=top.skew,
    kurtosis=top.kurtosis,
)
alone = deflated_sharpe(
    top.sharpe, n=top.n, trials=1, trial_variance=0.0, skew=top.skew, kurtosis=top.kurtosis
)
print(superior.summary().to_string())
ranked = pd.DataFrame(
    {
        "log gain": gains.sum(),
        "Sharpe a year": ratios * np.sqrt(365),
        "before 2025": gains.loc[: FREEZE - pd.Timedelta(1, "D")].sum(),
        "from 2025 on": gains.loc[FREEZE:].sum(),
        "time on": grid.exposure,
    }
).sort_values("Sharpe a year", ascending=False)
ranked

# %%
good = superior.p_consistent <= 0.05 and deflated >= 0.95
years = (
    minimum_track_record(top.sharpe, skew=top.skew, kurtosis=top.kurtosis) / 365
    if top.sharpe > 0
    else np.inf
)
Markdown(
    f"**Answer: {'yes' if good else 'no'}.** The best of {len(variants)} over {len(gains) / 365:.1f} years is *{best}*, "
    f"Sharpe ratio of its gains {top.sharpe * np.sqrt(365):.2f} a year. Looked at alone its confidence of being "
    f"above zero is {alone:.2f}; as the best of {trials} trials ({counted_here} in the ledger, {elsewhere} in `06` and "
    f"`07`) it is {deflated:.2f}. SPA p {superior.p_consistent:.2f}; superior at 5 %: "
    f"{', '.join(superior.superior) or 'none'}. Alone it would need {years:.0f} years to be told from nothing. Trials "
    "that resemble each other count as less than one, so the deflation is on the strict side."
)

# %% [markdown]
# ## What this can and cannot say

# %%
later = gains.loc[FREEZE:]
moving = later.loc[:, later.std() > 1e-9]
lost = int((moving.sum() < 0).sum())
correlation = moving.corr().to_numpy()
count = len(correlation)
mean = float((correlation.sum() - count) / (count * (count - 1)))
effective = count / (1 + (count - 1) * mean)
ever = [name for name in gains.columns if name not in moving.columns]
Markdown(
    f"From 2025 on {lost} of {count} variants that ever held an altcoin fell behind Bitcoin"
    + (f" ({', '.join(ever)} never did)" if ever else "")
    + f". Their daily gains correlate at {mean:.2f} on average, so they carry {effective:.1f} effective variants, and "
    "all of them one stretch of the market: one event, not "
    f"{count}. That altcoins fell is not the rules' doing, and it does not show that they fail for good. It shows what "
    f"the choice made before 2025 was worth after it ({carried}); whether choosing helped at other times: "
    f"{'yes' if use else 'no'}. From May 2026 on nothing here can be extended without ranks: the "
    "survivors are a list made afterwards."
)
