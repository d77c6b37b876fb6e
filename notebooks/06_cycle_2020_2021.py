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
# # The cycle of 2020-2021, replayed
#
# This is the cycle the commentaries take their story from: the Russell broke out, altcoins followed.
# Six rules are replayed over it, net of costs. Four are the strategies of claims F1 to F4; dominance
# and breadth are two more that others trade. All were written by people who knew how it ended, so
# nothing here can be a test of them. It can show what a follower would have lived through.
#
# What is asked, and how each answer is decided, before any number:
#
# | question | decided by |
# |---|---|
# | Did a rule beat Bitcoin? | *yes* if the 90 % interval of its gain lies above zero and its timing p, adjusted over the six rules, is at most .05; *no* if the interval lies below zero; else *the cycle cannot say* |
# | Did it come before the rotation? | *before* if a signal still on in the leg came no later than its first day and lasted for half of it; *left early* if it came in time but did not last; *late* if it came after the first day; *missed* if it never was on |
# | Entry, tier or cost? | log points of each entry; the same dates with another tier; the same with other costs |
# | Does it survive its costs? | the multiple of the assumed costs at which the gain over Bitcoin is gone |
# | Is it an artefact of baskets? | the same coin by coin: the verdict must not change |
#
# The rules for the interval and the p are those of the claim cards. A leg is dated in hindsight and
# never enters a rule.

# %%
# ruff: noqa: B018, D100, D103, E501, RUF100
import io
import os
from pathlib import Path

import numpy as np
import pandas as pd
from IPython.display import Image, Markdown
from matplotlib.axes import Axes
from PIL import Image as pillow  # noqa: N813
from scipy.stats import binomtest

from altrotation import breakouts, load_reference
from altrotation.backtest.attribution import spells
from altrotation.backtest.costs import Costs
from altrotation.backtest.cycles import CYCLES
from altrotation.backtest.family import judge_family
from altrotation.backtest.performance import gain_over
from altrotation.backtest.ready import STRATEGIES, benchmark
from altrotation.backtest.replay import replay
from altrotation.backtest.rotation import hit_rate, rotation_capture, rotation_leg
from altrotation.claims.card import load_cards
from altrotation.data.coins.table import load_coins
from altrotation.data.coins.universe import load_universe
from altrotation.data.raw.archive import open_archive
from altrotation.errors import AltrotationError
from altrotation.plot import style
from altrotation.plot.backtest import equity
from altrotation.plot.backtest_timeline import timeline
from altrotation.plot.effects import forest
from altrotation.plot.regimes import regime_shading
from altrotation.regimes.legs import dated_legs
from altrotation.regimes.rules import panel_inputs, rotation_phases
from altrotation.signals.breakouts import russell_breakout

CYCLE = CYCLES["2020-2021"]
pd.set_option("display.width", 160, "display.max_columns", 30)
pd.options.display.float_format = "{:.2f}".format


def show(ax: Axes, dpi: int = 80) -> Image:
    """Return the figure of `ax` as a small PNG."""
    buffer, small = io.BytesIO(), io.BytesIO()
    ax.get_figure().savefig(buffer, dpi=dpi)
    pillow.open(buffer).convert("RGB").quantize(64).save(small, "png", optimize=True)
    return Image(small.getvalue())


panel = load_reference()
smallest = {card.id: card for card in load_cards()}["F1"].smallest_effect
print(CYCLE, CYCLE.why, sep="\n")

# %% [markdown]
# ## The cycle
#
# Phases by rule (those of `05_regimes`): each day uses itself and earlier days only. Legs of broad
# alt season are dated in hindsight.

# %%
inputs = panel_inputs(panel)
phases = rotation_phases(inputs)
inside = phases.labels.loc[CYCLE.start : CYCLE.end]
counts = inside.astype(object).fillna("unknown").value_counts()
legs = dated_legs(phases.indicator("broad alt"), measure=inputs["mid"], breadth=inputs["breadth"])
legs = legs[(legs["start"] >= CYCLE.start) & (legs["start"] <= CYCLE.end)]
print(counts.to_string(), "\n")
legs

# %%
path = np.log(panel.value("mid/BTC").loc[CYCLE.start : CYCLE.end])
drawn = regime_shading(
    phases, path - path.iloc[0], name="mid tier over BTC, log points", start=CYCLE.start
)
style.title(
    drawn, f"Phases in {CYCLE.name}: {counts.index[0]} on {counts.iloc[0]} of {CYCLE.days} days"
)
show(drawn)

# %% [markdown]
# The largest rise of each tier against Bitcoin within the cycle, from the low to the high after it:

# %%
rises = {
    tier: rotation_leg(panel.value(f"{tier}/BTC"), CYCLE)
    for tier in ("ETH", "large", "mid", "small")
}
pd.DataFrame(
    {
        tier: {"start": f"{leg.start:%Y-%m-%d}", "end": f"{leg.end:%Y-%m-%d}", "log gain": leg.gain}
        for tier, leg in rises.items()
    }
).T

# %% [markdown]
# ## Did a rule beat Bitcoin?
#
# Each holds the mid tier while on and Bitcoin while off, pays fees and half-spreads, and trades at
# the close of the day after its decision. Held as the panel's baskets here; coin by coin below.

# %%
made = {name: replay(strategy(), panel, cycle=CYCLE.name) for name, strategy in STRATEGIES.items()}
gains = {name: gain_over(held) for name, held in made.items()}
family = judge_family(
    [strategy() for strategy in STRATEGIES.values()], panel, cycle=CYCLE.name, most=365
)
timing = dict(zip(STRATEGIES, family.timing, strict=True))


def verdict(gain, chance) -> str:
    """Return the answer by the rule at the top."""
    if gain.invalid or gain.interval is None:
        return f"not computed: {gain.invalid}"
    if gain.interval.high < 0:
        return "no"
    good = gain.interval.low > 0 and chance.invalid is None and chance.p_adjusted <= 0.05
    return "yes" if good else "the cycle cannot say"


table = pd.DataFrame(
    {
        name: {
            "growth": float(held.equity.iloc[-1] / held.capital),
            "gain a year": gains[name].estimate,
            "low": gains[name].interval.low,
            "high": gains[name].interval.high,
            "detectable": gains[name].minimum_detectable_effect,
            "timing p": timing[name].evidence.p_value,
            "adjusted": timing[name].evidence.p_adjusted,
            "time on": held.exposure,
            "entries": int(hit_rate(held)["entries"]),
            "beat BTC": hit_rate(held)["rate"],
            "costs": held.costs_paid / held.capital,
            "verdict": verdict(gains[name], timing[name].evidence),
        }
        for name, held in made.items()
    }
).T
bitcoin = float(made["russell"].benchmark.iloc[-1] / made["russell"].capital)
print(f"Bitcoin: {bitcoin:.2f} x. Gains in log points a year, costs in parts of the capital.")
table.infer_objects()

# %%
rows = table[["gain a year", "low", "high", "detectable", "adjusted"]].astype(float)
rows.columns = ["estimate", "low", "high", "minimum_detectable_effect", "p_adjusted"]
rows["p_adjusted"] = rows["p_adjusted"].fillna(1.0)  # no timing to judge
show(forest(rows.assign(level=0.9), smallest_effect=smallest, unit="log points a year over BTC"))

# %% [markdown]
# The grey bars are what such a stretch of days would usually miss; a rule that was always on has no
# timing to judge. As a family that was searched:

# %%
print(family.superior.summary().to_string(), family.overfitting.summary().to_string(), sep="\n\n")
family.table[["Sharpe over BTC", "deflated"]]

# %%
answers = table["verdict"].value_counts()
best, worst = (
    table["gain a year"].astype(float).idxmax(),
    table["gain a year"].astype(float).idxmin(),
)
Markdown(
    "**Answer.** "
    + "; ".join(f"{word}: {count} of {len(table)} rules" for word, count in answers.items())
    + f". The best was *{best}* ({table.loc[best, 'gain a year']:+.2f} a year, "
    f"interval {table.loc[best, 'low']:+.2f} to {table.loc[best, 'high']:+.2f}), the worst "
    f"*{worst}* ({table.loc[worst, 'gain a year']:+.2f}). The best of six, judged as one that was chosen: "
    f"p {family.superior.p_consistent:.2f}."
)

# %% [markdown]
# ## Against what else could have been held
#
# Log gain of each rule over the whole cycle, with its 90 % interval, over Bitcoin, over the alt
# baskets (always held, restored monthly), and over 60 % Bitcoin with 40 % of the S&P 500.

# %%
others = {
    name: replay(benchmark(name), panel, cycle=CYCLE.name, check=False)
    for name in ("btc", "large", "mid", "small", "60-40")
}
years = CYCLE.days / 365


def over(mine, other) -> str:
    """Return the gain over the cycle and its interval, in words."""
    found = gain_over(mine, other)
    if found.invalid:
        return found.invalid
    low, high = found.interval.low * years, found.interval.high * years
    return f"{found.estimate * years:+.2f} [{low:+.2f}, {high:+.2f}]"


against = pd.DataFrame(
    {f"over {name}": {k: over(v, other) for k, v in made.items()} for name, other in others.items()}
)
growth = {f"over {k}": f"{v.equity.iloc[-1] / v.capital:.2f} x" for k, v in others.items()}
pd.concat([against, pd.DataFrame(growth, index=["itself"])])

# %%
beaten = sum("[+" in cell for cell in against["over mid"])
Markdown(
    f"Over the mid tier held all the time, {beaten} of {len(against)} rules have an interval above "
    "zero. A rule that holds altcoins part of the time is judged against those who held them all of "
    "it, too: what looks like a signal may be nothing but exposure."
)

# %% [markdown]
# ## When each came, against the start of the rotation
#
# Random entry with equal exposure first: the same spells at every other place in the cycle
# (`timing p` above). Then the leg of the mid tier.

# %%
leg = rises["mid"]
show(timeline(list(made.values()), panel.value("mid/BTC").rename("mid/BTC"), leg)[0])

# %%
captures = {name: rotation_capture(held, panel) for name, held in made.items()}


def arrival(found) -> str:
    """Return before, left early, late or missed by the rule at the top."""
    if found.entry is None or found.on == 0:
        return "missed"
    if found.lead < 0:
        return "late"
    return "before" if found.on >= 0.5 else "left early"


arrived = pd.DataFrame(
    {
        name: {
            "signal": "none" if found.entry is None else f"{found.entry:%Y-%m-%d}",
            "lead, days": found.lead,
            "on in the leg": found.on,
            "captured": found.captured,
            "share": found.capture,
            "arrival": arrival(found),
        }
        for name, found in captures.items()
    }
).T
arrived

# %%
words = arrived["arrival"].value_counts()
Markdown(
    f"**Answer.** The mid tier rose {leg.gain:+.2f} log points against Bitcoin from {leg.start:%Y-%m-%d} "
    f"to {leg.end:%Y-%m-%d}. "
    + ", ".join(f"{word}: {count}" for word, count in words.items())
    + f" (of {len(arrived)}). The Russell's signal was on for "
    f"{100 * captures['russell'].on:.0f} % of the leg and took {100 * captures['russell'].capture:.0f} % "
    "of it. A rule that is on most of the time is in every leg: read this beside the time on."
)

# %% [markdown]
# ## Entry, tier, cost
#
# **Entry.** What each spell of the Russell rule was worth over Bitcoin, net; of the others the three
# largest and what is left without them.

# %%
entries = spells(made["russell"])
entries[entries["on"]].drop(columns="on").reset_index(drop=True)

# %%
parts = {}
for name, one in made.items():
    spell = spells(one)
    excess = spell.loc[spell["on"], "excess"].sort_values(ascending=False)
    parts[name] = {
        "entries": len(excess),
        "all entries": excess.sum(),
        "three largest": excess.head(3).sum(),
        "the rest": excess.iloc[3:].sum(),
        "while off (costs)": spell.loc[~spell["on"], "excess"].sum(),
    }
pd.DataFrame(parts).T

# %% [markdown]
# **Tier.** The same dates with another tier, log gain over Bitcoin over the cycle. The intervals are
# no narrower than those above, so the order of the tiers is a description of this cycle:

# %%
tiers = {}
for tier in ("ETH", "large", "mid", "small"):
    tiers[tier] = {
        name: float(np.log(one.equity.iloc[-1] / one.benchmark.iloc[-1]))
        for name in STRATEGIES
        for one in [replay(STRATEGIES[name](on={tier: 1.0}), panel, cycle=CYCLE.name, check=False)]
    }
pd.DataFrame(tiers)

# %% [markdown]
# **Cost.** Fees and half-spreads are assumptions, so they are multiplied:

# %%
factors = (0.0, 0.5, 1.0, 2.0, 4.0)
by_cost = pd.DataFrame(
    {
        f"{factor:g} x": {
            name: float(np.log(one.equity.iloc[-1] / one.benchmark.iloc[-1]))
            for name in STRATEGIES
            for one in [
                replay(
                    STRATEGIES[name](),
                    panel,
                    cycle=CYCLE.name,
                    costs=Costs().times(factor),
                    check=False,
                )
            ]
        }
        for factor in factors
    }
)


def break_even(line: pd.Series) -> str:
    """Return the multiple of the costs at which the gain is gone, between those computed."""
    values = line.to_numpy()
    if values[0] <= 0:
        return "no gain even without costs"
    if values[-1] > 0:
        return f"above {factors[-1]:g} x"
    last = int(np.flatnonzero(values > 0)[-1])
    share = values[last] / (values[last] - values[last + 1])
    return f"{factors[last] + share * (factors[last + 1] - factors[last]):.1f} x"


by_cost.assign(gone_at=by_cost.apply(break_even, axis=1))

# %% [markdown]
# ## What the Russell rule would have said on the day
#
# For every breakout whose 90 days touch the cycle: what a follower knew at the close of that day,
# namely how the mid tier had done against Bitcoin in the 90 days after each *earlier* breakout, and,
# in the last column, what he did not know.

# %%
closes = panel.known("RUT")
points = closes * panel.card("RUT").base_level / 100
days = breakouts(closes, kind="high", window=252, quiet=60).dates
ratio = np.log(panel.value("mid/BTC"))
whole = russell_breakout(panel)


def after(day: pd.Timestamp) -> float:
    """Return the mid tier's log gain over BTC in the 90 days from the label after `day`."""
    first, last = day + pd.Timedelta(1, "D"), day + pd.Timedelta(91, "D")
    ends = [ratio.get(label, np.nan) for label in (first, last)]
    return float(ends[1] - ends[0])


told = []
for day in days[(days >= CYCLE.start - pd.Timedelta(90, "D")) & (days <= CYCLE.end)]:
    then = russell_breakout(panel.until(day))  # nothing later than that day
    assert then.values.equals(whole.values.loc[:day])
    past = [after(old) for old in days if old + pd.Timedelta(91, "D") <= day]
    past = [value for value in past if np.isfinite(value)]
    told.append(
        {
            "breakout": f"{day:%Y-%m-%d}",
            "RUT": f"{points[day]:,.2f}",
            "buy at close of": f"{day + pd.Timedelta(1, 'D'):%Y-%m-%d}",
            "sell at close of": f"{day + pd.Timedelta(91, 'D'):%Y-%m-%d}",
            "earlier": len(past),
            "of them up": sum(value > 0 for value in past),
            "their mean": float(np.mean(past)) if past else np.nan,
            "lowest": min(past, default=np.nan),
            "highest": max(past, default=np.nan),
            "afterwards": after(day),
        }
    )
told = pd.DataFrame(told)
told

# %%
first = told[told["breakout"] <= f"{leg.end:%Y-%m-%d}"].iloc[-1]
record = binomtest(int(first["of them up"]), int(first["earlier"])).pvalue
floor = 2.0 ** (1 - first["earlier"])
Markdown(
    f"**Answer.** On {first['breakout']}, the last breakout before the leg was over, the record held "
    f"{first['earlier']} finished cases with a mean of {first['their mean']:+.2f}: "
    f"{first['of them up']} of them up, from {first['lowest']:+.2f} to {first['highest']:+.2f}. Its "
    f"two-sided sign test gives p = {record:.2f}; no {first['earlier']} cases can give less than "
    f"{floor:.3f}. " + ("Who bought, bought the story and not the record." if record > 0.05 else "")
)

# %%
show(equity(made["russell"]))

# %% [markdown]
# ## Coin by coin
#
# The same rules with the coins that were in the tier on the day, by ranks known then, dead coins
# kept until they die, impact by traded volume. This needs the raw archive: set `ALTROTATION_ARCHIVE`
# or put it beside the project. Without it the cell says so and is skipped.

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
        name: replay(strategy(), panel, cycle=CYCLE.name, check=False, **market)
        for name, strategy in STRATEGIES.items()
    }
    sizes = {
        f"{capital:,.0f} USD": {
            name: float(np.log(one.equity.iloc[-1] / one.benchmark.iloc[-1]))
            for name in ("russell", "confluence")
            for one in [
                replay(
                    STRATEGIES[name](),
                    panel,
                    cycle=CYCLE.name,
                    capital=capital,
                    check=False,
                    **market,
                )
            ]
        }
        for capital in (1e4, 1e6, 1e8)
    }

# %%
both = pd.DataFrame()
if by_coin:
    found = {name: gain_over(one) for name, one in by_coin.items()}
    both = pd.DataFrame(
        {
            name: {
                "baskets": gains[name].estimate,
                "coins": found[name].estimate,
                "low": found[name].interval.low,
                "high": found[name].interval.high,
                "orders": len(by_coin[name].orders),
                "costs": by_coin[name].costs_paid / by_coin[name].capital,
                "verdict, baskets": verdict(gains[name], timing[name].evidence),
                "verdict, coins": verdict(found[name], timing[name].evidence),
            }
            for name in by_coin
        }
    ).T
both

# %% [markdown]
# The gain is in log points a year. The verdict by coins takes the timing p of the baskets, for each
# random timing coin by coin costs as much as a replay. Size matters too, log gain over Bitcoin over
# the cycle by capital:

# %%
pd.DataFrame(sizes) if by_coin else None

# %%
if by_coin:
    changed = both.index[both["verdict, baskets"] != both["verdict, coins"]]
    gap = (both["coins"] - both["baskets"]).astype(float)
    text = (
        f"**Answer.** {len(changed)} of {len(both)} verdicts change"
        + (f" ({', '.join(changed)})" if len(changed) else "")
        + f". Coin by coin the gain differs by {gap.min():+.2f} to {gap.max():+.2f} log points a year."
    )
else:
    text = "Not answered here: no raw archive."
Markdown(text)

# %% [markdown]
# ## What the prices rest on

# %%
pd.DataFrame({name: one.coverage["coverage"] for name, one in (by_coin or made).items()})

# %%
lines = [f"- {remark}" for remark in made["russell"].remarks]
if by_coin:
    lines += [f"- {remark}" for remark in by_coin["russell"].remarks]
low = panel.value("mid.coverage").loc[CYCLE.start : CYCLE.end]
lines += [
    f"- Of the mid tier's members {low.min():.0f} % (worst day, {low.idxmin():%Y-%m-%d}) to "
    f"{low.max():.0f} % have a price; those without one are not in the basket, and may be those that were dying.",
    "- Members are ranked at month starts: a coin that rose into the tier in mid-month comes in late, "
    "one that fell out leaves late.",
    "- Nothing is filled backwards; a position without a close is carried for seven days, then left.",
]
Markdown("\n".join(lines))

# %% [markdown]
# ## What one cycle can prove

# %%
count = int(((days >= CYCLE.start) & (days <= CYCLE.end)).sum())
widest = table["detectable"].astype(float)
need = (widest / smallest) ** 2 * years
Markdown(
    f"Nothing. It is one event, with {count} breakout{'s' if count != 1 else ''} of the Russell and "
    f"one large leg in it, however many days it has. A sign test of one event cannot fall under p = "
    f"{2.0 ** (1 - 1):.0f}, and of the {len(CYCLES) - 1} cycles on file all together not under "
    f"{2.0 ** (1 - (len(CYCLES) - 1)):.3f}. The differences these {CYCLE.days} days would usually reveal are "
    f"{widest.min():.2f} to {widest.max():.2f} log points a year; the cards call {smallest:g} of "
    f"interest. At this noise it would take {need.min():.0f} to {need.max():,.0f} years of such days to "
    "see that. And the rules were written by people who knew how this cycle ended. The years after "
    "the commentaries' examples are in `08_out_of_sample_2025_2026`."
)
