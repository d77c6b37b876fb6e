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
# # Indicators over two cycles
#
# Every measure a rotation analyst watches, from the embedded panel, in 2020-2021 (left) and 2024
# (right). Each value uses its own day and earlier ones only; where a figure is published later, the
# series stands on the day it was *known*. Formulas, sources and failure modes are in
# `docs/methods/indicators.md`. Nothing here is evidence that any of them works: that is what the
# claims are for.

# %%
# ruff: noqa: B018, D100, D103, E501, RUF100
import io
from collections.abc import Mapping

import numpy as np
import pandas as pd
from IPython.display import Image
from matplotlib.figure import Figure
from PIL import Image as pillow  # noqa: N813

from altrotation import load_reference
from altrotation.backtest.cycles import CYCLES
from altrotation.indicators import (
    breadth,
    breakout,
    concentration,
    dominance,
    flows,
    fragility,
    leverage,
    liquidity,
    liquidity_composite,
    ranges,
    records,
    relative,
    volume,
)
from altrotation.plot import style
from altrotation.plot.indicators import indicator
from altrotation.signals.breakouts import after_breakout, ether_breakout
from altrotation.signals.combine import confluence, veto
from altrotation.signals.market import dominance_falling
from altrotation.signals.vetoes import crowded_funding
from altrotation.watch import watchlist

panel = load_reference()
sessions = panel.on("XNYS")
bitcoin = panel.close("BTC")
SPANS = {name: (CYCLES[name].start, CYCLES[name].end) for name in ("2020-2021", "2024")}
pd.options.display.float_format = "{:.2f}".format


def show(
    source: pd.Series, rows: Mapping[str, pd.Series], *, log: bool = True, **levels: tuple
) -> Image:
    """Return one picture: the source on top, an indicator a row under it, a cycle a column."""
    figure = Figure(figsize=(9.0, 1.7 + 0.95 * len(rows)), layout="constrained")
    heights = [1.5, *(1 for _ in rows)]
    grid = figure.subplots(1 + len(rows), 2, sharex="col", height_ratios=heights)
    for column, (cycle, (start, end)) in enumerate(SPANS.items()):
        first = True
        for place, (name, values) in enumerate(rows.items()):
            row = grid[1 + place, column]
            part = values.loc[start:end].rename(name)
            if not part.notna().any():
                style.canvas(row).text(0.5, 0.5, "no data", transform=row.transAxes, ha="center")
                row.set_ylabel(name)
                continue
            top = grid[0, column] if first else style.blank()
            lines = levels.get(name.split("\n")[0].replace(" ", "_"), ())
            indicator(
                source.loc[start:end], part, levels=lines, log=log, axes=(top, row), title=cycle
            )
            first = False
    buffer = io.BytesIO()
    figure.savefig(buffer, dpi=60)
    small = io.BytesIO()
    pillow.open(buffer).convert("RGB").quantize(16).save(small, "png", optimize=True)
    return Image(small.getvalue())


def points(name: str) -> pd.Series:
    """Return an index in its own points instead of rebased to 100."""
    return (sessions.close(name) * panel.card(name).base_level / 100).rename(name)


panel

# %% [markdown]
# ## Breakouts
#
# The Russell 2000 made no record in 2024, but broke its 52-week high. A break is followed until it
# fails (a close under the level it broke) or has held for 20 sessions; the next may begin the day
# after.

# %%
russell = points("RUT")
course = breakout.breakout_course(russell, kind="high", window=252, within=20)
show(
    russell,
    {
        "record": breakout.breakout_days(russell),
        "52-week\nhigh": breakout.breakout_days(russell, kind="high"),
        "break\nopen": course["open"],
        "failed": course["failed"],
        "retest": course["retest"],
        "log from\nrecord": records.distance_from_record(russell),
        "sessions\nsince": records.days_since_record(russell, unit="closes"),
    },
)

# %% [markdown]
# How many breaks of a 52-week high failed within a month, year by year: most. No quiet spell is
# asked for here, so a fall by a hair and the next new high make two breaks. Outcomes are dated by
# when they became known, so a year may hold that of a break of the year before.

# %%
course.groupby(course.index.year)[["began", "retest", "failed", "held"]].sum().loc[2016:].astype(
    int
).T

# %% [markdown]
# Across coins: the share of 20-day-high breaks of the top 150 that were given back within ten days;
# and mid caps against bitcoin, where a breakout counts only with volume (half as much again as the
# mean of the twenty days before).

# %%
middle, traded = panel.value("mid-band/BTC"), panel.value("mid-band.volume")
show(
    middle,
    {
        "failed\n% of breaks": panel.value("failed_breakouts.rate"),
        "20-day\nhigh": breakout.breakout_days(middle, kind="high", window=20),
        "with\nvolume": breakout.confirmed_breakouts(middle, traded, kind="high", window=20),
    },
    failed=(73.0,),
)

# %% [markdown]
# ## Relative strength
#
# ETH/BTC with the levels the commentaries of 2026 name (0.025 to hold, 0.028-0.030 to break): in
# 2020 the ratio crossed them on its way up and came back, in 2024 it stood above them all year. As
# a place in the range of the year before, both cycles are on one scale.

# %%
ratio = panel.value("ETH/BTC")
span = ranges.trailing_range(ratio)
ether = panel.close("ETH")
show(
    ratio,
    {
        "levels\ncleared": ranges.levels_cleared(ratio),
        "place in\nrange": span["position"],
        "log above\nhigh": span["above_high"],
        "z-score\n90 d": relative.relative_strength(ether, bitcoin),
        "momentum\n60 d": relative.relative_momentum(ether, bitcoin),
        "over mean\n200 d": relative.ratio_to_mean(ether, bitcoin),
    },
    place_in=(0.0, 1.0),
)

# %% [markdown]
# Small companies against large, the largest against the average one, and how many of the eleven
# sectors take part.

# %%
small, large = sessions.close("RUT"), sessions.close("SPX")
names = [name for name in panel.names if name.startswith("XL")]
sectors = sessions.frame[names]
part = concentration.sector_participation(sectors, large)
show(
    (small / large).rename("RUT / SPX"),
    {
        "small\nmomentum": relative.relative_momentum(small, large),
        "mega caps\nlead": concentration.mega_cap_concentration(large, sessions.close("RSP")),
        "sectors %\n> mean": part["above_mean"],
        "sectors %\nat high": part["at_high"],
        "sectors %\n> index": part["beating"],
    },
    small=(0.0,),
    mega_caps=(0.0,),
)

# %% [markdown]
# ## Dominance
#
# A peak is known once dominance has fallen five points from it. The table lists every peak of the
# long series since 2019, the day it was known, and the days that took: the price of not looking
# ahead.

# %%
share = panel.value("BTC.dominance").loc["2015":]
peaks = dominance.dated_peaks(share, fall=5.0)
show(
    share,
    {
        "points\nbelow": peaks["below"],
        "after a\npeak": (peaks["state"] == -1).astype(float).where(peaks["state"].notna()),
        "below\n60 %": dominance.below_threshold(share, level=60.0, back=1.0),
        "below\n55 %": dominance.below_threshold(share, level=55.0, back=1.0),
        "TOTAL2\nindex": panel.value("TOTAL2").reindex(share.index),
        "TOTAL3\nindex": panel.value("TOTAL3").reindex(share.index),
    },
    log=False,
    points=(5.0,),
)

# %%
state = peaks["state"].dropna()
known = state.index[(state == -1) & (state.shift() != -1)]
dated = peaks.loc[known, ["peak", "age"]]
dated.insert(0, "peak of", dated.index - pd.to_timedelta(dated["age"], unit="D"))
dated.rename_axis("known").loc["2019":]

# %% [markdown]
# ## Breadth
#
# Of the top 50 coins: how many beat bitcoin over 90 days (the public altcoin season index, 75 and
# more being an alt season), and how many are above their own mean. Of the tier baskets: highs. For
# equities, eleven sectors.

# %%
tiers = panel.frame[["large/BTC", "mid/BTC", "small/BTC"]].mul(bitcoin, axis=0)
show(
    bitcoin.rename("BTC index"),
    {
        "beat BTC\n% of 50": panel.value("top50.breadth"),
        "> 50-day\n% of 50": panel.value("top50.above50"),
        "> 90-day\n% of 50": panel.value("top50.above90"),
        "tiers at\n90-d high %": breadth.share_at_high(tiers, least=3),
    },
    beat_BTC=(25.0, 75.0),
)

# %%
equity = breadth.equity_breadth(sectors, least=8)
moves = breadth.advance_decline(sectors, least=8)
show(
    points("SPX"),
    {
        "> 50-day\n%": equity["above50"],
        "> 200-day\n%": equity["above200"],
        "at 252-d\nhigh %": equity["at_high"],
        "advance-\ndecline line": moves["line"],
    },
)

# %% [markdown]
# ## Fragility
#
# Beta to bitcoin on its down days (median of the members of a tier), the share of its worst days
# that are the tier's worst days too (0.1 if unrelated), and the days a tier took to regain its
# level after the last dip of 10 % that has been decided (60: it did not).

# %%
tail = fragility.tail_dependence(tiers, bitcoin)
back = fragility.recovery_time(tiers, bitcoin)
show(
    bitcoin.rename("BTC index"),
    {
        "down beta\nlarge": panel.value("large.downside_beta"),
        "down beta\nsmall": panel.value("small.downside_beta"),
        "tail share\nlarge": tail["large/BTC"],
        "tail share\nsmall": tail["small/BTC"],
        "recovery d\nlarge": back["large/BTC"],
        "recovery d\nmid": back["mid/BTC"],
    },
    down_beta=(1.0,),
    tail_share=(0.1,),
)

# %% [markdown]
# ## Liquidity
#
# Each component stands on the day it was released. The composite is the mean of trailing z-scores;
# the signs come from the statement under test, the weights are equal.

# %%
components = liquidity_composite.liquidity_components(panel)
composite = liquidity_composite.liquidity_composite(components)
show(
    bitcoin.rename("BTC index"),
    {
        "dollar\nimpulse": components["dollar"],
        "yield\nimpulse": components["yield"],
        "net\nliquidity": components["net_liquidity"],
        "M2\ngrowth": components["money"],
        "stable-\ncoins": components["stablecoins"],
        "composite": composite["composite"],
        "10-year\nimpulse": liquidity.yield_impulse(panel.known("DGS10")),
    },
    composite=(0.0,),
)

# %% [markdown]
# ## Volume, leverage, flows, supply
#
# Volume of mid caps (500 million to 5 billion USD); volume kept while bitcoin moves sideways;
# funding against its own past; sessions in a row with inflows into the ETFs, which began in
# January 2024; scheduled unlocks of the next 30 days.

# %%
funding = panel.known("funding.mean")
show(
    bitcoin.rename("BTC index"),
    {
        "expansion\n30 / 180": volume.volume_expansion(traded),
        "BTC\nsideways": volume.sideways(bitcoin),
        "volume\nkept": volume.volume_stability(traded, bitcoin),
        "funding\n% / 8 h": 100 * funding,
        "funding\nextreme": leverage.extreme_funding(funding),
        "BTC ETF\nstreak": flows.flow_streak(panel.known("etf.btc")),
        "ETH ETF\nstreak": flows.flow_streak(panel.known("etf.eth")),
        "BTC ETF\n20 d, M USD": flows.rolling_flow(panel.known("etf.btc")),
        "unlocks\n% in 30 d": panel.known("unlock.load"),
    },
    expansion=(1.0,),
    volume=(1.0,),
    funding=(0.01,),
)

# %% [markdown]
# Not shown, because they need coins or contracts that the embedded panel does not hold (the raw
# archive does): the crowding score over contracts, open interest and washouts, the turnover of a
# group, unlocks by protocol, and breadth at highs coin by coin.
#
# ## Where each stood
#
# The last value of some of them in each cycle, and its percentile in its own history up to then.

# %%
watched = {
    "RUT, log from its record": records.distance_from_record(russell),
    "ETH/BTC, place in the range of a year": span["position"],
    "BTC dominance, points under its high": peaks["below"],
    "top 50 beating BTC over 90 days, %": panel.value("top50.breadth"),
    "sectors above their 200-day mean, %": part["above_mean"],
    "failed breakouts, %": panel.value("failed_breakouts.rate"),
    "tail share of large caps": tail["large/BTC"],
    "mid-cap volume, 30 / 180 days": volume.volume_expansion(traded),
    "liquidity composite": composite["composite"],
}
dates = pd.to_datetime(["2021-01-15", "2021-05-14", "2024-03-14", "2024-12-05"])


def at(series: pd.Series, day: pd.Timestamp) -> str:
    """Return the last value up to a day and its percentile among those up to that day."""
    past = series.loc[:day].dropna()
    return f"{past.iloc[-1]:.2f} ({100 * np.mean(past < past.iloc[-1]):.0f})"


pd.DataFrame({f"{day:%Y-%m-%d}": {n: at(s, day) for n, s in watched.items()} for day in dates})

# %% [markdown]
# ## Signals and the watchlist
#
# An indicator becomes a signal by a rule; signals combine, and each prints its recipe. The
# watchlist gives the seven readings the commentaries tell traders to watch, each dated, with its
# percentile and what followed that state before.

# %%
together = veto(
    confluence(
        [after_breakout(panel, "RUT"), ether_breakout(panel), dominance_falling(panel)], need=2
    ),
    by=crowded_funding(panel),
)
print(together.recipe)
together

# %%
watchlist(panel)
