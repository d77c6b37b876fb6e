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
# # Data and two clocks
#
# What the embedded panel holds, on which days, and since when each value could have been known.
# Sentences with numbers of the data are written by the code above them. Four questions are decided here, by rules written down first:
#
# | question | rule |
# |---|---|
# | Does the hour of the crypto close make a lead out of nothing? | in worlds where nobody leads, a 5 % test of the next session's correlation rejects clearly more often than in 5 % of them |
# | Is a lead of a session between RUT and BTC more than that? | only if it is there at the series' own instants too |
# | Do the repaired closes matter for the events? | a date of any breakout definition changes when the vendor's closes are put back |
# | Which months of a tier are thin? | prices for under 80 % of the members, on average over the month |

# %%
# ruff: noqa: B018, D100, D103, E501, RUF100
import io

import numpy as np
import pandas as pd
from IPython.display import Image, Markdown
from matplotlib.axes import Axes
from PIL import Image as pillow  # noqa: N813

from altrotation import EventSet, breakouts, load_reference, open_archive
from altrotation.data.calendar import session_times
from altrotation.data.raw.archive import ARCHIVE_VARIABLE
from altrotation.errors import AltrotationError
from altrotation.leadlag.sensitivity import clock_sensitivity
from altrotation.plot import coverage, event_calendar, leadlag_lags, style
from altrotation.synthetic.clocks import asynchronous_closes

pd.set_option("display.width", 160, "display.max_columns", 30, "display.max_colwidth", 90)


def show(ax: Axes) -> Image:
    """Return the figure of `ax` as a small PNG."""
    buffer = io.BytesIO()
    ax.figure.savefig(buffer, dpi=72)
    small = io.BytesIO()
    pillow.open(buffer).convert("RGB").quantize(32).save(small, "png", optimize=True)
    return Image(small.getvalue())


panel = load_reference()
panel

# %% [markdown]
# ## What is in it
#
# Daily series on UTC labels, one column each, every column with a card. Raw vendor data are not in
# it: prices are rebased to 100, the altcoin tiers are indexes of our own, the rest are ratios,
# shares, rates and flows.

# %%
described = panel.describe()
described.groupby(["kind", "calendar"]).agg(
    series=("unit", "size"), first=("first", "min"), last=("last", "max"), values=("values", "sum")
)

# %%
described.loc[
    ["RUT", "VIX", "BTC", "ETH/BTC", "mid/BTC", "mid.coverage", "DGS3MO", "M2", "etf.btc"]
]

# %% [markdown]
# A card says what a number means and what to beware of. `mid/BTC` is the outcome of most claims:

# %%
card = panel.card("mid/BTC")
print("\n\n".join(f"{key}: {value}" for key, value in card.to_dict().items() if key != "licence"))

# %% [markdown]
# ## Where 3,000 lies on an index of 100
#
# The card of a rebased index states its level on the base date. So a level in points can be found
# in the index, and the index turned into points.

# %%
russell = panel.card("RUT")
level = 100 * 3_000 / russell.base_level
points = (panel.close("RUT").dropna() * russell.base_level / 100).rename("points")
first = points.index[points > 3_000][0]
print(f"RUT was {russell.base_level:,.2f} points on {russell.base_date}; 3,000 is {level:.2f} here")
points.loc[first - pd.Timedelta(4, "D") : first + pd.Timedelta(4, "D")].round(2).to_frame()

# %%
crossing = breakouts(panel.close("RUT"), kind="level", level=level, quiet=60)
named = EventSet(
    crossing.dates, rule="close above 3,000 points after 60 quiet sessions", source="RUT"
)
show(event_calendar(panel, named, level=3_000, start="2013-01-01", noun="close above 3,000"))

# %% [markdown]
# The same series holds the longest wait between two records in these years:

# %%
record = points.loc[points > points.cummax().shift()]
waited = pd.Series(points.index.get_indexer(record.index), index=record.index).diff().loc["2013":]
beaten = waited.idxmax()
before = record.index[record.index.get_loc(beaten) - 1]
Markdown(
    f"The record of {before:%Y-%m-%d} ({record[before]:,.2f}) was beaten on {beaten:%Y-%m-%d} "
    f"({record[beaten]:,.2f}): {waited[beaten] - 1:.0f} sessions strictly between."
)

# %% [markdown]
# ## Two clocks
#
# New York has sessions, crypto has every day. On the 24/7 clock RUT is missing on closed days, and
# nothing is filled in. On the session clock (`XNYS`) crypto is sampled at the same labels.

# %%
week = slice("2024-06-13", "2024-06-20")
sessions = panel.on("XNYS")
two = pd.concat(
    {
        "24/7": panel.frame.loc[week, ["RUT", "BTC"]],
        "XNYS": sessions.frame.loc[week, ["RUT", "BTC"]],
    },
    axis=1,
).round(1)
two.insert(0, ("", "day"), two.index.day_name())
two

# %% [markdown]
# Carrying a value forward must be asked for: `panel.on("24/7", fill="last-known")`. It moves every
# series to the day it was published first.
#
# So a Monday return of BTC on the session clock spans the weekend: three days, or four with a
# holiday. Were the days alike and independent, its standard deviation would be one day's times the
# root of the days it spans. New York's is not: it was closed.

# %%
prices = sessions.frame.loc["2014-01-01":"2026-10-06", ["RUT", "BTC"]]
returns = np.log(prices).diff().iloc[1:]
spanned = prices.index.to_series().diff().dt.days.iloc[1:].rename("days spanned").astype(int)
spread = returns.groupby(spanned).agg(["count", "std"])
spread = pd.DataFrame(
    {
        "sessions": spread["BTC", "count"],
        "RUT, % a session": 100 * spread["RUT", "std"],
        "BTC, % a session": 100 * spread["BTC", "std"],
    }
)
spread["BTC over one day's"] = spread["BTC, % a session"] / spread["BTC, % a session"].loc[1]
spread["root of the days"] = np.sqrt(spread.index)
spread.round(2)

# %%
Markdown(
    f"A Monday return of BTC varies {spread.loc[3].iloc[3]:.2f} times as much as a one-day return, "
    f"less than {spread.loc[3].iloc[4]:.2f}: weekend days are calmer. On the session clock "
    f"{100 * (spanned > 1).mean():.0f} % of the crypto returns span more than a day, and a model with "
    "one variance for all of them is wrong."
)

# %% [markdown]
# ## Label D
#
# A crypto value at D is the price at 24:00 UTC of D. New York closes earlier:

# %%
label, _, closing = session_times()
hours = pd.Series((closing - label).total_seconds() / 3600, index=label).loc["2014":"2026-10-06"]
hours.map("{:.0f}:00 UTC".format).value_counts().rename_axis("New York closes at").to_frame()

# %%
ax = style.canvas(None, height=2.6)
for day, name in enumerate(("Thu", "Fri", "Sat", "Sun", "Mon")):
    if name not in ("Sat", "Sun"):
        ax.barh(3, 6.5 / 24, left=day + 14.5 / 24, height=0.5, color=style.BLUE)
    ax.text(day + 0.5, 3.75, name, ha="center", fontsize=9, color=style.INK)
ROWS = {
    "New York,\nclose to close": (3, 21 / 24, style.BLUE),
    "crypto at the\nend of the day": (2, 1.0, style.VERMILION),
    "crypto at the\nstart of the day": (1, 0.0, style.GREEN),
}
for height, hour, colour in ROWS.values():
    for start, stop in ((0, 1), (1, 4)):
        ax.annotate(
            "",
            xy=(stop + hour, height - 0.33 * (height == 3)),
            xytext=(start + hour, height - 0.33 * (height == 3)),
            arrowprops={"arrowstyle": "-|>", "color": colour, "linewidth": 1.5},
        )
ax.set_yticks([height for height, _, _ in ROWS.values()], list(ROWS))
ax.set_xticks(range(6), ["00:00"] * 6)
ax.set_xlabel("UTC")
ax.set_xlim(-0.1, 5.1)
ax.set_ylim(0.6, 4.1)
style.title(ax, "The Friday and the Monday return, on three clocks", left=1.3)
show(ax)

# %% [markdown]
# The crypto price taken at the end of the day has seen some hours that New York will see only in
# its next session. Taken at the start of the day it has missed the whole session.
#
# ## A lead out of nothing
#
# Two random walks that move together hour by hour, correlation one half; nobody leads. One is
# observed at 21:00 UTC on weekdays, the other at every midnight. The correlation of a session of
# the first with the session before and after of the second, in 200 such worlds of four years:


# %%
def correlations(seed: int) -> pd.DataFrame:
    """Return correlations of x with y a session later, on the same day and a session earlier."""
    x, y, _ = asynchronous_closes(1_461, correlation=0.5, seed=seed)
    at_end = y.reindex(x.index.normalize() + pd.Timedelta(1, "D")).to_numpy()
    at_start = y.reindex(x.index.normalize()).to_numpy()
    moves = {"end of the day": np.diff(at_end)[1:], "start of the day": np.diff(at_start)[1:]}
    own = np.diff(x.to_numpy())[1:]
    return pd.DataFrame(
        {
            name: {
                "x leads by a session": np.corrcoef(own[:-1], other[1:])[0, 1],
                "same session": np.corrcoef(own, other)[0, 1],
                "y leads by a session": np.corrcoef(own[1:], other[:-1])[0, 1],
            }
            for name, other in moves.items()
        }
    )


worlds = pd.concat({seed: correlations(seed) for seed in range(200)}, names=["world", "pair"])
sample = len(asynchronous_closes(1_461)[0]) - 3
found = worlds.groupby("pair").mean().round(3)
rejected = (worlds.abs() > 1.96 / np.sqrt(sample)).groupby("pair").mean()
pd.concat({"mean correlation, y at the": found, "share rejected at 5 %": rejected}, axis=1)

# %% [markdown]
# %%
Markdown(
    "Nobody leads, and yet a test at 5 % finds y leading in "
    f"{100 * rejected.loc['y leads by a session', 'end of the day']:.0f} % of the worlds with y at "
    "the end of the day, and x leading in "
    f"{100 * rejected.loc['x leads by a session', 'start of the day']:.0f} % with y at the start: "
    "the hour of the close makes a lead out of nothing."
)

# %% [markdown]
# One of these worlds, with the remedy beside it: the estimator of Hayashi and Yoshida takes each
# series at its own instants and needs no common clock. Its curve is the excess over what the two
# clocks alone would show.

# %%
x, y, _ = asynchronous_closes(1_461, correlation=0.5, seed=1)
every = pd.date_range(x.index[0].normalize(), x.index[-1].normalize(), unit="us", name="date")
first_series = np.exp(0.02 * x.set_axis(x.index.normalize())).reindex(every).rename("x")
second_series = np.exp(0.02 * y.set_axis(y.index - pd.Timedelta(1, "D"))).reindex(every).rename("y")
nobody = clock_sensitivity(first_series, second_series, closes=x.index, lags=3)
show(leadlag_lags.clock_sensitivity(nobody))

# %% [markdown]
# The same picture with the Russell 2000 and Bitcoin since 2017:

# %%
span = panel.frame.loc["2017-01-01":"2026-10-06", ["RUT", "BTC"]]
real = clock_sensitivity(span["RUT"], span["BTC"], lags=3)
show(leadlag_lags.clock_sensitivity(real))

# %%
own = {side: real.contrast.sides[side] for side in ("positive", "negative")}
Markdown(
    f"With crypto at the start of the day RUT leads with p {real.start.sides['positive']:.3f}; at its "
    f"own instants with p {own['positive']:.2f}. By the rule at the top the lead is "
    f"{'more than' if own['positive'] <= 0.05 else 'no more than'} the clock's. The other way round, "
    f"BTC before RUT: p {real.end.sides['negative']:.2f} at the end of the day, {own['negative']:.2f} at "
    "their own instants."
)

# %% [markdown]
# Notebook 04 asks the same of every altcoin tier.
#
# ## Dated, and known
#
# A yield of Monday is published on Tuesday, the money stock of a month weeks after the month ended.
# `until(day)` keeps what is *dated* by a day, `known_at(day)` what was *published* by then.
# A Friday in 2024:

# %%
day = "2024-06-14"
rows = {}
for name in (
    "RUT",
    "BTC",
    "DGS3MO",
    "HY_OAS.impulse",
    "etf.btc",
    "stablecoin.supply",
    "net_liquidity",
    "M2",
):
    dated = panel.until(day).value(name).dropna()
    known = panel.known_at(day).value(name).dropna()
    rows[name] = {
        "release": panel.card(name).release,
        "revised": panel.card(name).revised,
        "last dated": dated.index[-1].date(),
        "last known": known.index[-1].date(),
        "days older": (dated.index[-1] - known.index[-1]).days,
    }
pd.DataFrame(rows).T

# %% [markdown]
# `0d` within the day, `1b` a business day later, `58d` 58 days later. Every indicator in the library
# reads `panel.known(name)`, the series on its days of publication. Reading `value` instead would
# have told of the expansion of 2020 months early:

# %%
stamped = panel.value("M2").dropna().loc["2019-10":"2021-06"] / 1e12
published = panel.known("M2").dropna().loc["2019-10":"2021-06"] / 1e12
ax = style.canvas(None, height=3.0)
ax.step(stamped.index, stamped, where="post", color=style.MUTED, label="by its stamp")
ax.step(published.index, published, where="post", color=style.BLUE, label="when it was known")
ax.set_ylabel("M2 (trillion USD)")
style.date_axis(ax)
style.legend(ax)
style.title(ax, "The money stock, by date and by publication")
show(ax)

# %% [markdown]
# M2 is revised: the panel holds a late vintage, and the card says so. What was first published is
# not in it.
#
# ## The ledger of repairs
#
# On a few days the main vendor's close is wrong. A second vendor disagrees, and the return of the
# fund that holds the index decides. Each repair is on file with its evidence; none is silent. In
# points:

# %%
repairs = panel.repairs
scale = repairs["series"].map(lambda name: panel.card(name).base_level / 100)
ledger = pd.DataFrame(
    {
        "series": repairs["series"],
        "date": repairs["date"],
        "vendor": (repairs["old"] * scale).round(2),
        "repaired": (repairs["new"] * scale).round(2),
        "error, %": (100 * (repairs["old"] / repairs["new"] - 1)).round(2),
        "evidence": repairs["evidence"].str.partition(": ")[2],
    }
)
ledger

# %% [markdown]
# Does it matter for the events? The vendor's closes are put back and every breakout rule is run on
# both:

# %%
repaired = panel.close("RUT")
vendor = repaired.copy()
wrong = repairs[repairs["series"] == "RUT"].set_index("date")["old"]
vendor.loc[wrong.index] = wrong
RULES = {
    "record": {"kind": "record"},
    "52-week high": {"kind": "high", "window": 252},
    "100-day high": {"kind": "high", "window": 100},
    "level 3,000": {"kind": "level", "level": level},
}
rows = {}
for name, rule in RULES.items():
    for quiet in (0, 20, 60):
        with_repairs = breakouts(repaired, quiet=quiet, **rule).dates
        without = breakouts(vendor, quiet=quiet, **rule).dates
        rows[name, f"{quiet} quiet sessions"] = {
            "events": len(with_repairs),
            "dates that change": len(with_repairs.symmetric_difference(without)),
        }
pd.DataFrame(rows).T.rename_axis(["breakout", ""])

# %% [markdown]
# %%
moved = sum(row["dates that change"] for row in rows.values())
Markdown(
    f"{moved} dates move, by the rule at the top the repairs {'do' if moved else 'do not'} matter for "
    f"the events. They matter for returns: each wrong close makes two, up to "
    f"{ledger['error, %'].abs().max():.2f} % off."
)

# %% [markdown]
# ## How much of a tier has prices
#
# A tier is ranked at each month's start on what was known then. Not every member has a price in the
# data; the panel publishes which share has, and this is it:

# %%
show(coverage(panel))

# %%
spells = []
for name in ("large.coverage", "mid.coverage", "small.coverage", "mid-band.coverage"):
    share = panel.value(name).dropna()
    monthly = share.groupby(share.index.to_period("M")).mean()
    thin = monthly < 80
    for _, spell in monthly[thin].groupby((~thin).cumsum()[thin]):
        spells.append(
            {
                "tier": name.partition(".")[0],
                "first month": spell.index[0],
                "last month": spell.index[-1],
                "months": len(spell),
                "mean, %": round(spell.mean()),
                "least, %": round(spell.min()),
                "of all months": len(monthly),
            }
        )
thin_months = pd.DataFrame(spells).set_index("tier")
thin_months

# %%
longest = thin_months.loc[["small"]].nlargest(1, "months").iloc[0]
Markdown(
    f"From {longest['first month']} to {longest['last month']} the small tier rests on "
    f"{longest['mean, %']} % of its members, and not on a random part of them: on coins whose history "
    "somebody kept. The report repeats the picture above."
)

# %% [markdown]
# ## Survivorship
#
# The tiers hold coins that died until they died, as long as the data have such coins. For the last
# months of the panel prices exist for survivors only, and these stand in a basket of their own. Over
# the weeks in which both exist:

# %%
both = panel.frame[["survivors/BTC", "large/BTC", "mid/BTC"]].dropna()
gains = np.log(both.iloc[-1] / both.iloc[0])
pd.DataFrame(
    {
        "from": both.index[0].date(),
        "to": both.index[-1].date(),
        "log gain on BTC": gains.round(3),
        "survivors' advantage": (gains["survivors/BTC"] - gains).round(3),
    }
)

# %%
advantage = gains["survivors/BTC"] - gains["mid/BTC"]
Markdown(
    f"Leaving out the dead can only flatter a basket, yet the survivors {'lead' if advantage > 0 else 'trail'} the mid tier by "
    f"{abs(advantage):.2f} log points here: what is in a basket matters more over such a time than who "
    "dies. So the size of the bias cannot be read off the panel, and statements on what followed "
    "June 2026 remain statements on survivors."
)

# %% [markdown]
# ## From the raw archive
#
# The panel is built from a folder of raw tables, which is not part of the project: pass its path to
# `open_archive`, or name it in `ALTROTATION_ARCHIVE`. The whole panel is then one command,
# `altrotation data build --archive PATH --out FOLDER`, or `derive_panel(open_archive(PATH))`; on the
# same tables it has the same hash as the one above (a test holds it to that). Here one column is
# rebuilt, repairs included.

# %%
try:
    archive = open_archive()
except AltrotationError:
    print("Skipped: no raw archive here.")
else:
    raw = archive.market("RUT").loc[russell.base_date :]
    rebuilt = 100 * raw / russell.base_level
    apart = (rebuilt / panel.close("RUT").reindex(rebuilt.index) - 1).abs().max()
    print(f"{len(archive.tables)} tables, hashes verified ({ARCHIVE_VARIABLE})")
    print(f"RUT rebuilt from {len(raw):,} closes: largest relative difference {apart:.0e}")
