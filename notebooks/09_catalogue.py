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
# # The catalogue
#
# Two market commentaries of June 2026 make many statements about the Russell 2000 and altcoins. Each
# became a card: a text file that says what is measured, against what, and when the statement would be
# right or wrong. Here all cards are judged on the embedded panel, by fixed rules, and the verdicts are
# looked at together. Sentences with results are written by the code above them.
#
# ## What is asked
#
# | question | rule |
# |---|---|
# | Is an effect there? | *supported* if the 95 % interval lies on the claimed side of zero, the p adjusted over the card's family is at most .05, 70 % of the specifications have the claimed sign, and nothing that the card names halts it; *contradicted* if the 90 % interval excludes the smallest effect of interest, or the effect is significant the other way; else *undecided* |
# | Is a fact right? | *confirmed* if every fact marked `primary` holds, else *refuted* |
# | What if the data are missing? | *untestable*, with the reason |
# | Is every verdict the recorded one? | no difference from the lock |
# | Does a finding survive the whole catalogue? | p at most .05 after Holm, or Benjamini-Hochberg, over all effect claims |
#
# The cards were committed before their outcomes were computed; what had been seen earlier all the same
# stands in their notes. The last question was put when the verdicts were known. It changes none of them:
# it tells how much to make of them.

# %%
# ruff: noqa: B018, D100, D103, E501, RUF100
import io
import math
import tomllib
from collections import Counter
from dataclasses import replace

import numpy as np
import pandas as pd
from IPython.display import Image, Markdown, display
from matplotlib.axes import Axes
from PIL import Image as pillow  # noqa: N813
from scipy import stats

from altrotation import load_cards, load_reference, plot, verify
from altrotation.backtest.cycles import CYCLES
from altrotation.claims.card import THEMES
from altrotation.claims.lock import compare, lock_path
from altrotation.claims.trials import read_trials, trials_path
from altrotation.inference.multiple import benjamini_hochberg, holm
from altrotation.plot import style
from altrotation.plot.controls import controls as draw_controls
from altrotation.plot.ladder import ladder as draw_ladder
from altrotation.plot.multiverse import specification_curve as draw_curve

pd.set_option("display.width", 160, "display.max_columns", 30, "display.max_colwidth", 120)
pd.options.display.float_format = "{:.3f}".format


def show(ax: Axes) -> Image:
    """Return the figure of `ax` as a small PNG."""
    buffer = io.BytesIO()
    ax.get_figure().savefig(buffer, dpi=80)
    small = io.BytesIO()
    pillow.open(buffer).convert("RGB").quantize(128).save(small, "png", optimize=True)
    return Image(small.getvalue())


def listed(names) -> str:
    """Return names as words: "A1, B2 and C3"."""
    names = [str(name) for name in names]
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1]))) if names else "none"


def counted(number: int, thing: str) -> str:
    """Return "1 claim", "2 claims"."""
    return f"{number:,} {thing}{'s' * (number != 1)}"


panel, cards = load_reference(), load_cards()
by_id = {card.id: card for card in cards}

# %% [markdown]
# ## From a card to a verdict
#
# A card names its kind, and the kind its estimator. One of each:

# %%
ONE_OF_EACH = ("A1", "A2", "B3", "A5", "B2", "D4", "F1", "D3", "A7")
lines = [
    "| kind | cards | for example | measured | against | of interest |",
    "|---|---|---|---|---|---|",
]
for card in (by_id[name] for name in ONE_OF_EACH):
    same = sum(other.kind == card.kind for other in cards)
    effect = card.kind != "fact"
    lines.append(
        f"| {card.kind} | {same} | **{card.id}** {card.title} "
        f"| {card.estimand if effect else ' '.join(fact.text for fact in card.facts if fact.primary)} "
        f"| {card.null if effect else 'what the card expects'} "
        f"| {f'{card.side * card.smallest_effect:+g} {card.unit}' if effect else ''} |"
    )
Markdown("\n".join(lines))

# %%
print(
    "kinds without an example:",
    sorted({card.kind for card in cards} - {by_id[name].kind for name in ONE_OF_EACH}),
)

# %% [markdown]
# How each kind gets its p: events and contrasts move all their dates together to every other place in the
# sample; projections move the regressors against the outcome in the same way, or use errors robust to
# overlap; clocks and cascades resample blocks of days; a break is a joint Wald test; strategies move their
# spells of holding altcoins; unlocks move each token's dates. A fact has no p.
#
# What else a card fixes, in one of them:

# %%
card = by_id["A1"]
for label, words in {
    "digest": card.digest,
    "statement": card.statement,
    "source": f"{card.source}, {card.source_date}",
    "events": card.events,
    "study": card.study,
    "family": card.family,
    "curve": card.curve,
    "variants": listed(f"{one.name} ({one.role})" for one in card.variants),
}.items():
    print(f"{label:10} {words}")

# %% [markdown]
# ## The run
#
# On the command line: `altrotation verify`. Most of the time goes to replays of strategies and to
# bootstraps; with `jobs=2` two processes share it, and the results are the same.

# %%
run = verify(panel, cards, level="embedded")
ledger = read_trials(trials_path(lock_path("embedded")))
run = replace(run, trials=ledger)
results = {result.card.id: result for result in run.results}
print(f"{len(run.results)} claims, data {run.data_hash}")

# %%
differences = compare(run, lock_path("embedded"))
print(*differences or ["every verdict is the recorded one"], sep="\n")

# %% [markdown]
# ## The table
#
# *p* is that of the judged cell alone, *adjusted* allows for the cells of its card. *Attainable* is the
# smallest p the design could have given. *Effective* counts windows or events that do not overlap, *detectable*
# is the true effect found four times out of five, *of interest* the smallest one worth having. *Sign* is the
# share of specifications with the claimed sign, *controls* the share of negative controls passed, *trials* all
# specifications ever put to data, by the ledger.

# %%
summary = run.summary()


def number(value: float, pattern: str) -> str:
    return "" if pd.isna(value) else format(value, pattern)


def readable(rows: pd.DataFrame) -> pd.DataFrame:
    interest = [by_id[name].side * by_id[name].smallest_effect for name in rows.index]
    return pd.DataFrame(
        {
            "claim": rows["title"],
            "verdict": rows["verdict"],
            "estimate": [number(x, "+.3f") for x in rows["estimate"]],
            "95 % interval": rows["interval"].fillna(""),
            "of interest": [number(x, "+g") if x else "" for x in interest],
            "detectable": [number(x, ".2f") for x in rows["detectable"]],
            "p": [number(x, ".4f") for x in rows["p"]],
            "adjusted": [number(x, ".3f") for x in rows["p adjusted"]],
            "attainable": [
                "by formula" if x < 1e-12 else number(x, ".1g") for x in rows["p attainable"]
            ],
            "events": [number(x, ",.0f") for x in rows["events"]],
            "effective": [number(x, ",.0f") for x in rows["effective"]],
            "sign": [
                "" if pd.isna(x) else f"{x:.0%} of {n:,.0f}"
                for x, n in zip(rows["agree"], rows["specifications"], strict=True)
            ],
            "controls": [number(x, ".0%") for x in rows["controls"]],
            "trials": [number(x, ",d") for x in rows["trials"]],
        },
        index=rows.index,
    )


for letter, theme in THEMES.items():
    rows = summary[summary["theme"] == theme]
    effects = rows[rows["facts"].isna()]
    display(Markdown(f"### {letter}. {theme}"))
    if len(effects):
        display(readable(effects))
    if len(effects) < len(rows):
        display(rows.loc[rows["facts"].notna(), ["title", "verdict", "facts"]])

# %% [markdown]
# The units differ: log points over a window (60 days in most), log points a standard deviation of the
# regressor, a year, correlations, points of breadth. So does what is counted: events, days, entries. An
# attainable p *by formula* has no floor, which says nothing about its truth in small samples.
#
# In words:

# %%
for result in run.results:
    print(f"{result.card.id}  {result.verdict.status:12}  {result.verdict.reason}\n")

# %% [markdown]
# ### Counts

# %%
counts = (
    summary.assign(sort=np.where(summary["facts"].notna(), "facts", "effects"), claims=1)
    .pivot_table(index="verdict", columns="sort", values="claims", aggfunc="sum", fill_value=0)
)  # fmt: skip
counts.loc["all"] = counts.sum()
counts

# %% [markdown]
# ## One scale
#
# Each estimate is divided by the smallest effect of interest of its own card, and turned so that the claimed
# side is on the right: at 1 the claim is as large as its card asks for.

# %%
effects = summary[summary["estimate"].notna()]
rows = []
for name in effects.index:
    first, own = results[name].evidence[0], by_id[name]
    ends = sorted(
        own.side * end / own.smallest_effect for end in (first.interval.low, first.interval.high)
    )
    rows.append(
        {
            "claim": f"{name} {own.title}",
            "estimate": own.side * first.estimate / own.smallest_effect,
            "low": ends[0],
            "high": ends[1],
            "minimum_detectable_effect": first.minimum_detectable_effect / own.smallest_effect,
            "p_adjusted": first.p_adjusted,
            "level": first.interval.level,
        }
    )
scaled = pd.DataFrame(rows).set_index("claim")
scaled.insert(0, "role", [THEMES[name[0]] for name in effects.index])

# %%
drawn = plot.forest(
    scaled,
    smallest_effect=1.0,
    unit="times the smallest effect of interest",
    remark="Colours: the themes of the catalogue.",
)
show(drawn)

# %%
fine = [
    name for name in effects.index if effects.loc[name, "detectable"] <= by_id[name].smallest_effect
]
ratio = effects["detectable"] / [by_id[name].smallest_effect for name in effects.index]
Markdown(
    f"Samples that detect the smallest effect of interest: {len(fine)} of {len(effects)} ({listed(fine)}). The median "
    f"claim detects {ratio.median():.1f} times as much, {ratio.idxmax()} {ratio.max():.0f} times. Where the grey "
    "bar is longer than the distance from zero to the dashed line, *undecided* was likely before any data were "
    "read: the question is worth more than the sample."
)

# %% [markdown]
# An interval and a p may disagree. The interval is about the mean or slope itself; p by rotation asks how
# often the same dates, moved elsewhere, show as much; the adjusted p allows for the other cells of the card.

# %%
apart = effects[[0 not in results[name].evidence[0].interval for name in effects.index]]
pd.DataFrame(
    {
        "claim": apart["title"],
        "verdict": apart["verdict"],
        "interval": apart["interval"],
        "on the claimed side": [
            by_id[name].side * apart.loc[name, "estimate"] > 0 for name in apart.index
        ],
        "p": apart["p"],
        "p adjusted": apart["p adjusted"],
    }
)

# %% [markdown]
# ## All p-values at once
#
# If nothing were true anywhere, p-values would be uniform, and the smallest of so many would be small. Two
# readings. *Raw*: each claim brings the p of its one judged cell, chosen by its card beforehand. *Adjusted*:
# each brings the p that already paid for its family; Holm on top pays twice for
# cells that nobody would have reported alone, so it is the stricter reading. A few cards ask on one side only
# (A5 and B2), and D4 brings its joint test.

# %%
raw, adjusted = effects["p"].to_numpy(), effects["p adjusted"].to_numpy()
many = pd.DataFrame(
    {
        "p": raw,
        "Holm": holm(raw),
        "Benjamini-Hochberg": benjamini_hochberg(raw),
        "p adjusted": adjusted,
        "Holm over adjusted": holm(adjusted),
        "BH over adjusted": benjamini_hochberg(adjusted),
        "claimed side": [
            by_id[name].side * effects.loc[name, "estimate"] > 0 for name in effects.index
        ],
    },
    index=effects.index,
).sort_values("p")
many.head(8)

# %%
SIZE = 0.05
total = len(many)
expected = SIZE * total
low, high = stats.binom.interval(0.95, total, SIZE)
passed = (many.drop(columns="claimed side") <= SIZE).sum()
pd.DataFrame({"at most .05": passed, "of": total})

# %%
small = many[many["p"] <= SIZE]
crowded = {name: set(results[name].study.events.dates) for name in ("D2", "D5")}
shared = f"{len(crowded['D2'] & crowded['D5'])} of {len(crowded['D2'])} and {len(crowded['D5'])}"
one_sided = 1 - (1 - SIZE / 2) ** total
Markdown(
    f"Of {total} effect claims {len(small)} have a raw p of at most .05 ({listed(small.index)}), "
    f"{int(small['claimed side'].sum())} of them on the claimed side. By chance {expected:.1f} are expected, and between "
    f"{low:.0f} and {high:.0f} would be usual if the claims were independent, which they are not: they share outcomes, and "
    f"D2 and D5 events ({shared}). After Holm {passed['Holm']} remain"
    f"{'s' * int(passed['Holm'] == 1)}, after Benjamini-Hochberg {passed['Benjamini-Hochberg']}. Of the adjusted p-values "
    f"{passed['p adjusted']} of {total} {'is' if passed['p adjusted'] == 1 else 'are'} at most .05, and "
    f"{passed['Holm over adjusted'] or 'none'} after Holm over the catalogue. With so many claims tested on the claimed "
    f"side at half of .05 each, at least one false *supported* would come with probability {one_sided:.0%} at most, if they "
    "were independent and nothing but the p were asked."
)

# %%
ax = style.canvas(None, height=4.6)
ranks = np.arange(1, total + 1)
ordered = many.sort_values("p")
middle = ranks / (total + 1)
band = stats.beta.ppf([[0.025], [0.975]], ranks, total + 1 - ranks)
ax.fill_between(
    middle, *band, color=style.MUTED, alpha=0.22, linewidth=0, label="no effect anywhere"
)
ax.plot(middle, SIZE / (total + 1 - ranks), color=style.VERMILION, linewidth=1.2, label="Holm")
ax.plot(middle, SIZE * ranks / total, color=style.ORANGE, linewidth=1.2, label="Benjamini-Hochberg")
side = ordered["claimed side"].to_numpy()
for chosen, face, words in (
    (side, style.BLUE, "claimed side"),
    (~side, style.SURFACE, "other side"),
):
    ax.plot(
        middle[chosen], ordered["p"][chosen], "o", color=style.BLUE, markerfacecolor=face,
        markersize=6, label=words,
    )  # fmt: skip
for rank, name in enumerate(ordered.index[:6]):
    ax.annotate(
        name, (middle[rank], ordered["p"].iloc[rank]), xytext=(7, -3), textcoords="offset points",
        fontsize=style.points(ax),
    )  # fmt: skip
ax.set(
    xscale="log",
    yscale="log",
    xlabel="expected p of this rank, if nothing is true",
    ylabel="p of the judged cell",
)
ax.legend(loc="lower right", frameon=False, fontsize=style.points(ax))
style.title(
    ax,
    f"{passed['Holm']} of {total} p-values {'is' if passed['Holm'] == 1 else 'are'} below Holm's line",
)
style.caption(
    ax,
    "Band: 95 % of independent uniform p-values, rank by rank. Below a line: significant over the catalogue.",
)
show(ax)

# %%
under = ordered.index[ordered["p"] < band[0]]
toward = int(ordered.loc[under, "claimed side"].sum())
Markdown(
    f"{len(under)} of {total} points lie below the band ({listed(sorted(under))}), {toward} of them on the claimed side; neighbouring ranks "
    "move together, so this is one excursion and not so many. There are more middling p-values than independent claims without any effect would give. Claims that share dates, spells and outcomes "
    "come in clusters, and a few true but small effects, for or against, would look the same; so would tests that are a little "
    "too eager, whose size `docs/methods` and the validity suite report."
    if len(under)
    else "No point lies below the band: the p-values of the whole catalogue look as if nothing were there."
)

# %% [markdown]
# ## One claim in depth: A1
#
# Every defensible way of testing it, and one test of them all.

# %%
a1 = results["A1"]
curve, held, rungs = a1.robustness.curve, a1.robustness.controls, a1.robustness.ladder
show(draw_curve(curve)[0])

# %%
curve.summary()[["observed", "null_low", "null_high", "p_value", "p_adjusted"]]

# %%
drivers = curve.drivers()
reach = curve.band(0.95).iloc[-1]
best = curve.table.loc[curve.table["estimate"].idxmax()]
Markdown(
    f"{curve.share_with_sign:.0%} of {len(curve.table):,} specifications have the claimed sign. The choice that moves the "
    f"estimate most is the {drivers.index[0]} ({drivers.iloc[0]:.2f} log points between its choices), then the {drivers.index[1]}. "
    f"The most flattering one reads {best['estimate']:+.2f} log points and could have been a headline. The largest of a curve as "
    f"long at shifted dates lies between {reach['low']:+.2f} and {reach['high']:+.2f} in 95 % of the shifts."
)

# %% [markdown]
# The same test where nothing should be found:

# %%
show(draw_controls(held))

# %%
Markdown(held.describe())

# %% [markdown]
# And the same cell by methods that respect ever more of the dependence in the data:

# %%
show(draw_ladder(rungs))

# %% [markdown]
# ## The event claims side by side
#
# The same company for every event claim: p by the test that takes every day of a window for news, and by the
# one the verdict uses; controls passed, and how many of these could have shown the smallest effect of interest.

# %%
events = {name: result for name, result in results.items() if result.robustness is not None}
company = pd.DataFrame(
    {
        name: {
            "events": result.evidence[0].n_events,
            "naive p": result.robustness.ladder.table["p_value"].iloc[0],
            "exact p": result.evidence[0].p_value,
            "adjusted p": result.evidence[0].p_adjusted,
            "controls passed": int(result.robustness.controls.computed["passes"].sum()),
            "of": len(result.robustness.controls.computed),
            "informative": int(result.robustness.controls.computed["informative"].sum()),
            "specifications": result.specifications,
            "claimed sign": result.share_with_sign,
            "joint p of the curve": result.robustness.curve.joint["p_value"].iloc[0]
            if result.robustness.curve
            else math.nan,
        }
        for name, result in events.items()
        if result.robustness.controls and result.robustness.ladder
    }
).T
company.style.format("{:.4g}", na_rep="").format(
    "{:.0f}", subset=["events", "controls passed", "of", "informative", "specifications"]
).format("{:.1g}", subset=["naive p"]).format("{:.0%}", subset=["claimed sign"])

# %%
naive = company.index[company["naive p"] <= SIZE]
exact = company.index[company["adjusted p"] <= SIZE]
Markdown(
    f"The naive test calls {len(naive)} of {len(company)} event claims significant ({listed(naive)}), one way or the other; the "
    f"test of the verdict, adjusted, {len(exact) or 'none'}. Of {company['of'].sum():.0f} controls {company['controls passed'].sum():.0f} "
    f"pass; {company['informative'].sum():.0f} of them could have shown an effect of the size of interest. Full marks without that "
    "power are the silence of small samples, not a certificate."
)

# %% [markdown]
# ## What would change an undecided verdict
#
# The three conditions of *supported*, and how much more data the sample would need to detect the smallest
# effect of interest. The detectable effect shrinks with the root of the effective number; at the pace of the
# sample so far, that many take so many years. A larger true effect would need fewer.


# %%
def years(card) -> float:
    """Return the length of the sample that the primary specification reads."""
    spec = card.study or card.design
    if hasattr(spec, "cycle"):
        spec = CYCLES[spec.cycle]
    return (pd.Timestamp(spec.end) - pd.Timestamp(spec.start)).days / 365.25


rows = {}
for name in summary.index[summary["verdict"] == "undecided"]:
    own, first = by_id[name], results[name].evidence[0]
    ends = sorted(own.side * end for end in (first.interval.low, first.interval.high))
    factor = (first.minimum_detectable_effect / own.smallest_effect) ** 2
    share = results[name].share_with_sign
    rows[name] = {
        "claim": own.title,
        "interval clears zero": ends[0] > 0,
        "adjusted p at most .05": first.p_adjusted <= SIZE,
        "share of sign": math.nan if share is None else share,
        "effective": first.n_effective,
        "needed": first.n_effective * factor,
        "years so far": years(own),
        "years needed": years(own) * factor,
    }
undecided = pd.DataFrame(rows).T.sort_values("years needed")
undecided.style.format(
    "{:,.0f}", subset=["effective", "needed", "years so far", "years needed"]
).format("{:.0%}", subset=["share of sign"], na_rep="")

# %%
wait = undecided["years needed"].astype(float)
nearest = undecided.index[0]
Markdown(
    f"The nearest is {nearest} with {wait.iloc[0]:,.0f} years of data instead of {undecided['years so far'].iloc[0]:.0f}; the median is "
    f"{wait.median():,.0f} years. {counted(int((wait > 100).sum()), 'claim')} of {len(wait)} would need more than a century: for "
    "these, waiting is no plan. A sharper question is: more markets, more coins, shorter windows, or a larger effect of interest."
)

# %% [markdown]
# These are lower bounds. For slopes the effective number counts windows that do not overlap, but a regressor
# that itself moves in few long swings carries fewer. The interval knows: with few degrees of freedom it
# is wider than the normal 1.96 standard errors.

# %%
NORMAL = stats.norm.isf(0.025) + stats.norm.isf(0.2)
slopes = [name for name in effects.index if by_id[name].kind in ("projection", "break")]
spread = pd.DataFrame(
    {
        name: {
            "effective": first.n_effective,
            "half interval in standard errors": (first.interval.high - first.interval.low)
            / 2
            / (first.minimum_detectable_effect / NORMAL),
        }
        for name in slopes
        for first in [results[name].evidence[0]]
    }
).T


def freedom(multiple: float) -> float:
    """Return the degrees of freedom of a t whose 95 % point is `multiple`."""
    grid = np.geomspace(1.0, 1e4, 20_000)
    return float(grid[np.abs(stats.t.isf(0.025, grid) - multiple).argmin()])


spread["degrees of freedom"] = spread["half interval in standard errors"].map(freedom)
spread.sort_values("degrees of freedom").round(2)

# %% [markdown]
# ## What is supported, and what that says

# %%
supported = [name for name in summary.index if summary.loc[name, "verdict"] == "supported"]
for name in supported:
    print(results[name].evidence[0], "\n\nNote on the card:", by_id[name].note, "\n")

# %%
b3 = results["B3"]
cells = b3.table.set_index(["variant", "outcome"])[
    ["role", "estimate", "low", "high", "p_value", "p_adjusted", "judged"]
]
cells

# %%
first = b3.evidence[0]
freedom_b3 = spread.loc["B3", "degrees of freedom"]
t_b3 = 2 * stats.t.sf(abs(first.estimate) / first.minimum_detectable_effect * NORMAL, freedom_b3)
parts = b3.table[b3.table["judged"] & ~b3.table["role"].isin(("primary", "specification"))]
long = cells.loc[("primary", "response on duration")]
rank, by_rank, long_rank, by_long_rank, spells = (fact.measured for fact in b3.facts)
Markdown(
    f"B3 is {b3.verdict.status}. What it says: on days on which ETH/BTC stands a standard deviation further above its low of the last year, "
    f"{first.estimate:.1f} points more of the top 50 coins have beaten Bitcoin over the last 90 days, between {first.interval.low:.1f} "
    f"and {first.interval.high:.1f}; of interest was {by_id['B3'].smallest_effect:g}. The interval reaches below that, so the size "
    "itself is open.\n\n"
    "What it does not say:\n\n"
    "- *Not a forecast.* Both sides look back, over windows that share days. Ether is itself one of the coins. That one altcoin and the others beat "
    "Bitcoin at the same time is close to a definition of altcoin season; nothing here was known before it happened.\n"
    f"- *Not many episodes.* {first.n_events:,} days are {first.n_effective:.0f} windows that do not overlap, and the errors have about "
    f"{freedom_b3:.0f} degrees of freedom: a few swings of ETH/BTC carry it. No shift of the sample shows as much (p {first.p_value:.4f}, the smallest "
    f"attainable); a t with so few degrees of freedom says {t_b3:.3f}, the maximum over both regressors {first.p_adjusted:.3f}.\n"
    f"- *Not spell by spell.* Over the {spells:.0f} spells of ETH/BTC above its 200-day mean the highest breadth goes with the size of the rise "
    f"(rank correlation {rank:.2f}), but breadth moved to other places does as well often enough (one-sided p {by_rank:.2f}; duration "
    f"{long_rank:.2f}, p {by_long_rank:.2f}).\n"
    f"- *Not beyond doubt.* The raw p survives Holm over the catalogue ({many.loc['B3', 'Holm']:.3f}); the p adjusted for "
    f"its own card does not ({many.loc['B3', 'Holm over adjusted']:.2f}).\n"
    f"- *Not in each half.* Of {len(parts)} further looks at the judged coefficient ({listed(parts['variant'])}) {int((parts['p_adjusted'] <= SIZE).sum())} "
    "have an adjusted p of at most .05; each has fewer days.\n"
    f"- *Not both parts of the statement.* Size is judged. Duration, size held fixed: {long['estimate']:+.1f} [{long['low']:+.1f}, {long['high']:+.1f}], "
    f"p {long['p_value']:.2f}."
)

# %% [markdown]
# *Contradicted* deserves the same care. It means that an effect worth having on the claimed side lies outside a 90 %
# interval, one time in twenty wrongly; not that the opposite is true:

# %%
against = effects[effects["verdict"] == "contradicted"]
pd.DataFrame(
    {
        "claim": against["title"],
        "estimate on the claimed side": [
            by_id[name].side * against.loc[name, "estimate"] for name in against.index
        ],
        "of interest": [by_id[name].smallest_effect for name in against.index],
        "detectable": against["detectable"],
        "p adjusted": against["p adjusted"],
    }
)

# %%
standard = against["detectable"] / NORMAL
asked = np.array([by_id[name].smallest_effect for name in against.index])
sharp = against.index[stats.norm.isf(0.05) * standard < asked]
Markdown(
    f"Of these {len(against)} samples {len(sharp)} are sharp enough to contradict even if the estimate had been exactly zero ({listed(sharp)}); the others are "
    "contradicted because the estimate fell on the other side as well. "
    f"{int((against['detectable'] > asked).sum())} could have missed an effect of the size of interest more often than one time in five. "
    f"D2 and D5 share events ({shared}) and count as one finding."
)

# %% [markdown]
# ## The embedded panel against the archive
#
# The raw archive holds every coin; the panel holds baskets. Two locks record the verdicts on both.

# %%
locks = {level: tomllib.loads(lock_path(level).read_text()) for level in ("embedded", "archive")}
both = pd.DataFrame(
    {
        level: {name: entry["verdict"] for name, entry in lock["claims"].items()}
        for level, lock in locks.items()
    }
).sort_index()
digest = pd.DataFrame(
    {
        level: {name: entry["card"] for name, entry in lock["claims"].items()}
        for level, lock in locks.items()
    }
).sort_index()
print({level: lock["data"] for level, lock in locks.items()})
recorded = both.dropna()
differ = recorded[recorded["embedded"] != recorded["archive"]]
differ

# %%
absent = both.index[both["archive"].isna()]
old = [
    name for name in recorded.index if digest.loc[name, "archive"] != digest.loc[name, "embedded"]
]
words = [
    f"{len(recorded)} verdicts are recorded on both, {len(recorded) - len(differ)} are the same."
]
if len(differ):
    words.append(f"{listed(differ.index)} {'differs' if len(differ) == 1 else 'differ'}.")
if len(absent):
    words.append(f"Not recorded on the archive: {listed(absent)}.")
if old:
    words.append(f"Recorded there for an earlier state of the card: {listed(old)}.")
words.append(f"On the panel D3 is {results['D3'].verdict.status}: {results['D3'].verdict.reason}")
Markdown(" ".join(words))

# %% [markdown]
# All other cards read series that the panel holds, and the panel is built from the archive, so agreement is what
# has to be. D3 needs prices of single tokens and schedules of their unlocks, which are not redistributed: with
# `altrotation verify --archive PATH --only D3` it is tested, without it is untestable and says so.
#
# ## The trial ledger
#
# Every specification that was ever put to data stays on record, also those of a card or a code that
# has changed since.

# %%
looks = run.looks()
trials = pd.DataFrame(
    {
        "looks recorded": pd.Series(Counter(look.claim for look in ledger)),
        "recorded": pd.Series(
            {name: sum(one.specifications for one in ledger if one.claim == name) for name in by_id}
        ),
        "this run": pd.Series({look.claim: look.specifications for look in looks}),
        "all": pd.Series({name: run.trials_of(name) for name in by_id}),
    }
)
trials[trials["recorded"] > 1].sort_values("all", ascending=False).head(12)

# %%
new = [look.claim for look in looks if look not in ledger]
Markdown(
    f"{trials['all'].sum():,} specifications in all. "
    + (
        f"Looks of this run that the ledger does not hold yet: {listed(new)}."
        if new
        else "This run is no new look: card, data and verdict are as recorded."
    )
)

# %% [markdown]
# The ledger counts what the runner did. It cannot count what was seen in notebooks before a card was
# written; these cards say so:

# %%
for card in cards:
    if "before this card was written" in card.note or "before the card was written" in card.note:
        print(f"{card.id}  {card.note}\n")

# %% [markdown]
# ## What the catalogue taught

# %%
status = summary["verdict"].value_counts()
facts = summary[summary["facts"].notna()]
ahead = [name for name in supported if getattr(by_id[name].design, "horizons", (1,)) != (0,)]
Markdown(
    f"- **What cannot be settled.** {status.get('undecided', 0)} of {len(effects)} effects are undecided, and "
    f"{len(fine)} of the samples could see the smallest effect of interest. Who speaks of a rule here "
    "speaks beyond the data, for it or against it.\n"
    f"- **What comes next.** Supported: {listed(supported)}. Supported, and about later days: {listed(ahead)}. "
    f"Contradicted: {status.get('contradicted', 0)}.\n"
    f"- **Facts.** {int((facts['verdict'] == 'refuted').sum())} of {len(facts)} are refuted. Dates and levels can be checked by anyone "
    "before they are printed.\n"
    f"- **The method makes the finding.** The naive test finds {len(naive)} of {len(company)} event claims significant, the exact one, adjusted, "
    f"{len(exact) or 'none'}. A1 has {len(curve.table):,} versions between {curve.table['estimate'].min():+.2f} and {curve.table['estimate'].max():+.2f} log points: "
    "a story can be had by choosing.\n"
    f"- **Counting claims matters too.** {expected:.1f} of {total} p-values at .05 come free; {len(small)} came.\n"
    "- **What would decide.** More markets than one, and effects large enough to live on; another year of the same would not."
)
