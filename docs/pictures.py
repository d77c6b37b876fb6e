"""Draw the pictures of the method pages from the embedded panel.

Usage, from the root of the repository: ``python docs/pictures.py [name ...]``; without a name, all.
The same panel and the same matplotlib give the same bytes.
"""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator
from PIL import Image

from altrotation import ClaimCard, Panel, load_card, load_reference
from altrotation.claims.card import CATALOGUE
from altrotation.claims.robustness.controls import negative_controls
from altrotation.claims.robustness.ladder import inference_ladder
from altrotation.claims.robustness.multiverse import specification_curve
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
from altrotation.plot import controls, ladder, multiverse, style
from altrotation.plot.indicators import indicator

__all__ = ["FIGURES", "FOLDER", "PICTURES", "Picture", "Row", "main"]

FOLDER = Path(__file__).parent / "methods" / "pictures"
_WIDTH, _DPI, _COLOURS = 7.0, 100, 32  # inches, dots an inch, colours of the palette


@dataclass(frozen=True, slots=True)
class Row:
    """One indicator under the source: label, values, levels to read it against, axis limits."""

    label: str
    values: pd.Series
    levels: Sequence[float] = ()
    limits: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """A source, the indicators drawn under it, the span shown, and what the picture says."""

    title: str
    source: pd.Series
    rows: Sequence[Row]
    span: tuple[str, str]
    log: bool = True


def points(panel: Panel, name: str) -> pd.Series:
    """Return an equity index on its sessions, in its own points instead of rebased to 100."""
    level = panel.card(name).base_level or 100.0
    return (panel.on("XNYS").close(name) * level / 100.0).rename(name)


def dollars(panel: Panel, name: str) -> pd.Series:
    """Return a coin or a capitalisation in dollars instead of rebased to 100."""
    level = panel.card(name).base_level or 100.0
    return (panel.close(name) * level / 100.0).rename(f"{name}, USD")


def sectors(panel: Panel) -> pd.DataFrame:
    """Return the closes of the eleven sector funds on their sessions."""
    return panel.on("XNYS").frame[[name for name in panel.names if name.startswith("XL")]]


def tiers(panel: Panel) -> pd.DataFrame:
    """Return the three tier baskets, from indexes relative to BTC to values in dollars."""
    held = panel.frame[["large/BTC", "mid/BTC", "small/BTC"]].mul(panel.close("BTC"), axis=0)
    return held.set_axis(["large", "mid", "small"], axis=1)


def breakout_days(panel: Panel) -> Picture:
    """Return the three kinds of breakout day, on the Russell 2000."""
    price = points(panel, "RUT")
    rows = [
        Row("record", breakout.breakout_days(price)),
        Row("52-week\nhigh", breakout.breakout_days(price, kind="high")),
        Row("crossing\n3,000", breakout.breakout_days(price, kind="level", level=3000.0)),
    ]
    return Picture(
        "Russell 2000: three kinds of breakout day", price, rows, ("2020-06", "2026-10-08")
    )


def breakout_course(panel: Panel) -> Picture:
    """Return what became of each break of a 52-week high of the Russell 2000."""
    price = points(panel, "RUT")
    course = breakout.breakout_course(price, kind="high")
    rows = [Row(name, course[name]) for name in ("open", "retest", "failed", "held")]
    title = "Russell 2000: breaks of a 52-week high, followed for 20 sessions"
    return Picture(title, price, rows, ("2023-12", "2026-10-08"))


def confirmed_breakouts(panel: Panel) -> Picture:
    """Return breaks of a 20-day high of mid caps against BTC, with and without volume."""
    price, traded = panel.value("mid-band/BTC"), panel.value("mid-band.volume")
    confirmed = breakout.confirmed_breakouts(price, traded, kind="high", window=20)
    rows = [
        Row("20-day\nhigh", breakout.breakout_days(price, kind="high", window=20)),
        Row("with\nvolume", confirmed),
    ]
    title = "Mid caps against BTC: few breaks come with volume"
    return Picture(title, price, rows, ("2020-06", "2021-12"))


def record_distance(panel: Panel) -> Picture:
    """Return how far, and how long, the Russell 2000 stands from its record."""
    price = points(panel, "RUT")
    rows = [
        Row("log from\nrecord", records.distance_from_record(price)),
        Row("sessions\nsince", records.days_since_record(price, unit="closes")),
    ]
    title = "Russell 2000: far from its record for 967 sessions"
    return Picture(title, price, rows, ("2018", "2026-10-08"))


def failed_breakout_rate(panel: Panel) -> Picture:
    """Return the failed-breakout rate of the coins, as the panel holds it."""
    rows = [Row("failed\n% of breaks", panel.value("failed_breakouts.rate"), (75.0,))]
    title = "Coins: breaks of a 20-day high that closed back under it"
    return Picture(title, dollars(panel, "BTC"), rows, ("2017", "2026-04-22"))


def relative_strength(panel: Panel) -> Picture:
    """Return three measures of ETH/BTC: z-score, momentum, distance from its mean."""
    ether, bitcoin = panel.close("ETH"), panel.close("BTC")
    rows = [
        Row("z-score\n90 d", relative.relative_strength(ether, bitcoin), (0.0,)),
        Row("momentum\n60 d, log", relative.relative_momentum(ether, bitcoin), (0.0,)),
        Row("over mean\n200 d, log", relative.ratio_to_mean(ether, bitcoin), (0.0,)),
    ]
    ratio = panel.value("ETH/BTC")
    return Picture("ETH/BTC: relative strength", ratio, rows, ("2019", "2026-10-06"))


def trailing_range(panel: Panel) -> Picture:
    """Return the fixed levels of ETH/BTC beside its place in the range of the year before."""
    ratio = panel.value("ETH/BTC")
    span = ranges.trailing_range(ratio)
    rows = [
        Row("levels\ncleared", ranges.levels_cleared(ratio)),
        Row("place in\nrange", span["position"], (0.0, 1.0)),
        Row("log above\nhigh", span["above_high"], (0.0,)),
    ]
    title = "ETH/BTC: fixed levels, and its place in the year before"
    return Picture(title, ratio, rows, ("2019", "2026-10-06"))


def mega_cap_concentration(panel: Panel) -> Picture:
    """Return the lead of the largest companies, and of small against large ones."""
    small, large = points(panel, "RUT"), points(panel, "SPX")
    lead = concentration.mega_cap_concentration(large, panel.on("XNYS").close("RSP"))
    rows = [
        Row("SPX - RSP\n60 d, log", lead, (0.0,)),
        Row("RUT - SPX\n60 d, log", relative.relative_momentum(small, large), (0.0,)),
    ]
    title = "S&P 500: when the largest lead, and small against large"
    return Picture(title, large, rows, ("2018", "2026-10-08"))


def sector_participation(panel: Panel) -> Picture:
    """Return how many of the eleven sectors take part."""
    large = points(panel, "SPX")
    part = concentration.sector_participation(sectors(panel), large)
    rows = [
        Row("% above\n200-d mean", part["above_mean"]),
        Row("% at\n252-d high", part["at_high"]),
        Row("% ahead of\nSPX, 60 d", part["beating"]),
    ]
    return Picture("S&P 500: how many sectors take part", large, rows, ("2018", "2026-08-20"))


def dated_peaks(panel: Panel) -> Picture:
    """Return the peaks of dominance as they became known."""
    share = panel.value("BTC.dominance").dropna().rename("BTC dominance, %")
    peaks = dominance.dated_peaks(share)
    fallen = (peaks["state"] == -1).astype(float).where(peaks["state"].notna())
    rows = [
        Row("after a\npeak", fallen),
        Row("points under\nthe high", peaks["below"], (5.0,)),
    ]
    title = "BTC dominance: a peak is known five points later"
    return Picture(title, share, rows, ("2017", "2026-07-24"), log=False)


def below_threshold(panel: Panel) -> Picture:
    """Return dominance under two thresholds, with hysteresis of one point."""
    share = panel.value("BTC.dominance").dropna().rename("BTC dominance, %")
    rows = [
        Row(f"below\n{level:.0f} %", dominance.below_threshold(share, level=level, back=1.0))
        for level in (60.0, 50.0)
    ]
    title = "BTC dominance: under a threshold until one point over it"
    return Picture(title, share, rows, ("2017", "2026-07-24"), log=False)


def capitalisation_without(panel: Panel) -> Picture:
    """Return the market without BTC, and without ETH too."""
    rows = [Row(f"{name}\n1e12 USD", dollars(panel, name) / 1e12) for name in ("TOTAL2", "TOTAL3")]
    source = (dollars(panel, "TOTAL") / 1e12).rename("TOTAL\n1e12 USD")
    title = "Capitalisation: all, without BTC, without BTC and ETH"
    return Picture(title, source, rows, ("2017", "2026-09-05"))


def share_beating(panel: Panel) -> Picture:
    """Return the share of the top 50 that beats BTC over 90 days, as the panel holds it."""
    rows = [Row("% of top 50\nahead of BTC", panel.value("top50.breadth"), (25.0, 75.0))]
    title = "Coins: share of the top 50 that beats BTC over 90 days"
    return Picture(title, dollars(panel, "BTC"), rows, ("2017", "2026-04-20"))


def share_above_mean(panel: Panel) -> Picture:
    """Return the share of the top 50 above their means, as the panel holds it."""
    rows = [
        Row(f"% above\n{days}-d mean", panel.value(f"top50.above{days}"), (50.0,))
        for days in (50, 90)
    ]
    title = "Coins: share of the top 50 above their own means"
    return Picture(title, dollars(panel, "BTC"), rows, ("2020", "2026-04-20"))


def equity_breadth(panel: Panel) -> Picture:
    """Return the breadth of the sector funds: means, highs, net advances, running line."""
    funds = sectors(panel)
    market = breadth.equity_breadth(funds, least=8)
    line = breadth.advance_decline(funds, least=8)["line"].loc["2020":]
    rows = [
        Row("% above\n50-d mean", market["above50"]),
        Row("% above\n200-d mean", market["above200"]),
        Row("% at\n90-d high", breadth.share_at_high(funds, least=8)),
        Row("advance-\ndecline line", line - line.iloc[0]),
    ]
    return Picture("Eleven sectors: breadth", points(panel, "SPX"), rows, ("2020", "2026-08-20"))


def downside_beta(panel: Panel) -> Picture:
    """Return the downside beta of the median member of each tier, as the panel holds it."""
    rows = [
        Row(f"{tier}\nmedian", panel.value(f"{tier}.downside_beta"), (1.0,))
        for tier in ("large", "mid", "small")
    ]
    title = "Tiers: beta to BTC on its down days, median member"
    return Picture(title, dollars(panel, "BTC"), rows, ("2018", "2026-04-30"))


def tail_dependence(panel: Panel) -> Picture:
    """Return how often the worst days of a tier are those of BTC."""
    shares = fragility.tail_dependence(tiers(panel), panel.close("BTC"))
    rows = [Row(tier, shares[tier], (0.1,)) for tier in ("large", "mid", "small")]
    title = "Tiers: worst days shared with BTC"
    return Picture(title, dollars(panel, "BTC"), rows, ("2018", "2026-04-15"))


def recovery_time(panel: Panel) -> Picture:
    """Return how long each tier took to be back after the last decided dip of BTC."""
    times = fragility.recovery_time(tiers(panel), panel.close("BTC"))
    rows = [Row(f"{tier}\ndays", times[tier], (60.0,)) for tier in ("large", "mid", "small")]
    title = "Tiers: days to recover from a dip of BTC, at most 60"
    return Picture(title, dollars(panel, "BTC"), rows, ("2020", "2026-04-15"))


def impulses(panel: Panel) -> Picture:
    """Return the impulses of the dollar and of two yields, on their sessions."""
    dollar = panel.known("DXY").dropna()
    rows = [Row("dollar\ns.d.", liquidity.dollar_impulse(dollar), (0.0,))]
    for label, name in (("3-month\ns.d.", "DGS3MO"), ("10-year\ns.d.", "DGS10")):
        rows.append(Row(label, liquidity.yield_impulse(panel.known(name).dropna()), (0.0,)))
    title = "Dollar and yields: change over 60 sessions in standard deviations"
    source = dollar * (panel.card("DXY").base_level or 100.0) / 100.0
    return Picture(title, source, rows, ("2018", "2026-09-17"))


def growth(panel: Panel) -> Picture:
    """Return net liquidity and the growth of three amounts, on the days they were known."""
    amount = panel.known("net_liquidity").dropna() / 1e12
    rows = [
        Row(label, liquidity.calendar_growth(panel.known(name).dropna(), days=days), (0.0,))
        for label, name, days in (
            ("net liquidity\n91 d, log", "net_liquidity", 91),
            ("M2\n365 d, log", "M2", 365),
            ("stablecoins\n91 d, log", "stablecoin.supply", 91),
        )
    ]
    source = amount.rename("net liquidity\n1e12 USD")
    return Picture("Growth of three amounts of money", source, rows, ("2018", "2026-10-08"))


def term_spread(panel: Panel) -> Picture:
    """Return the ten-year yield less the two-year one."""
    long, short = (panel.known(name).dropna() for name in ("DGS10", "DGS2"))
    rows = [Row("10 - 2 years\npoints", liquidity.term_spread(long, short), (0.0,))]
    source = long.rename("10-year yield, %")
    return Picture("Term spread", source, rows, ("2010", "2026-10-07"), log=False)


def composite(panel: Panel) -> Picture:
    """Return the liquidity composite and how many components stand behind it."""
    table = liquidity_composite.liquidity_composite(liquidity_composite.liquidity_components(panel))
    rows = [
        Row("composite\ns.d.", table["composite"], (0.0,)),
        Row("components", table["count"]),
    ]
    title = "Liquidity composite: loose in 2020, tight in 2022"
    return Picture(title, dollars(panel, "BTC"), rows, ("2018", "2026-10-06"))


def volume_expansion(panel: Panel) -> Picture:
    """Return the expansion of mid-cap volume, over the volume itself."""
    traded = panel.value("mid-band.volume")
    rows = [Row("30 over\n180 days", volume.volume_expansion(traded), (1.0,))]
    source = (traded / 1e9).rename("volume, 1e9 USD")
    return Picture("Mid-cap volume and its expansion", source, rows, ("2018", "2025-07-13"))


def volume_stability(panel: Panel) -> Picture:
    """Return when BTC moves sideways, and the volume mid caps keep meanwhile."""
    price, traded = panel.close("BTC"), panel.value("mid-band.volume")
    rows = [
        Row("BTC\nsideways", volume.sideways(price)),
        Row("volume\nkept", volume.volume_stability(traded, price), (1.0,)),
    ]
    title = "BTC sideways, and the volume mid caps keep meanwhile"
    return Picture(title, dollars(panel, "BTC"), rows, ("2022-07", "2025-07-13"))


def funding(panel: Panel) -> Picture:
    """Return the mean and the dispersion of funding across contracts, and its extremes."""
    rate = panel.known("funding.mean")
    marks = leverage.extreme_funding(rate).dropna()
    rows = [
        Row("mean\n% per 8 h", 100.0 * rate, (0.01,), (-0.15, 0.28)),
        Row("dispersion\n% per 8 h", 100.0 * panel.known("funding.dispersion"), (), (0.0, 0.28)),
        Row("top 5 %\nof a year", (marks == 1.0).astype(float).where(marks.notna())),
        Row("bottom 5 %\nof a year", (marks == -1.0).astype(float).where(marks.notna())),
    ]
    title = "Funding: mean, dispersion, and extremes of its own year"
    return Picture(title, dollars(panel, "BTC"), rows, ("2020", "2026-09-24"))


def fund_flows(panel: Panel) -> Picture:
    """Return streaks and sums of the flows of the BTC and ETH funds."""
    bitcoin, ether = (panel.known(name).dropna() for name in ("etf.btc", "etf.eth"))
    rows = [
        Row("BTC streak\nsessions", flows.flow_streak(bitcoin), (5.0,)),
        Row("BTC, 20 d\n1e9 USD", flows.rolling_flow(bitcoin) / 1e3, (0.0,)),
        Row("ETH streak\nsessions", flows.flow_streak(ether), (5.0,)),
        Row("ETH, 20 d\n1e9 USD", flows.rolling_flow(ether) / 1e3, (0.0,)),
    ]
    title = "Spot funds: streaks and sums of their flows"
    return Picture(title, dollars(panel, "BTC"), rows, ("2024-01-11", "2026-09-04"), log=False)


def unlock_load(panel: Panel) -> Picture:
    """Return the scheduled unlocks of the next 30 days, as the panel holds them."""
    rows = [Row("% of supply\nin 30 days", panel.known("unlock.load"))]
    source = panel.value("mid/BTC")
    title = "Unlocks ahead, mean over the protocols in release"
    return Picture(title, source, rows, ("2020-09", "2026-04-15"))


PICTURES: dict[str, Callable[[Panel], Picture]] = {
    made.__name__: made
    for made in (
        breakout_days,
        breakout_course,
        confirmed_breakouts,
        record_distance,
        failed_breakout_rate,
        relative_strength,
        trailing_range,
        mega_cap_concentration,
        sector_participation,
        dated_peaks,
        below_threshold,
        capitalisation_without,
        share_beating,
        share_above_mean,
        equity_breadth,
        downside_beta,
        tail_dependence,
        recovery_time,
        impulses,
        growth,
        term_spread,
        composite,
        volume_expansion,
        volume_stability,
        funding,
        fund_flows,
        unlock_load,
    )
}
"""Every picture by the name of its file, and what makes it from a panel."""


def claim(name: str) -> ClaimCard:
    """Return a card of the catalogue."""
    return load_card(CATALOGUE / f"{name}.toml")


def negative_controls_a1(panel: Panel) -> Figure:
    """Return claim A1 beside its negative controls."""
    card = claim("A1")
    found = negative_controls(
        panel, card.events, card.study, direction=card.direction, seed=card.seed
    )
    return controls.controls(found, ax=style.blank(width=_WIDTH, height=6.8)).figure


def inference_ladder_a1(panel: Panel) -> Figure:
    """Return the inference ladder of claim A1."""
    card = claim("A1")
    found = inference_ladder(panel, card.events, card.study, seed=card.seed)
    return ladder.ladder(found, ax=style.blank(width=_WIDTH, height=5.1)).figure


def specification_curve_a1(panel: Panel) -> Figure:
    """Return the specification curve of claim A1."""
    card = claim("A1")
    found = specification_curve(panel, card.events, card.study, direction=card.direction)
    return multiverse.specification_curve(found, width=_WIDTH)[0].figure


FIGURES: dict[str, Callable[[Panel], Figure]] = {
    made.__name__: made
    for made in (negative_controls_a1, inference_ladder_a1, specification_curve_a1)
}
"""Pictures of results, which are no series over time."""


def draw(picture: Picture) -> Figure:
    """Return the source with its indicators under it on one time axis."""
    count = len(picture.rows)
    figure = Figure(
        figsize=(_WIDTH, 2.2 + 0.9 * count), dpi=_DPI, layout="constrained", facecolor=style.SURFACE
    )
    top, *lower = figure.subplots(1 + count, 1, sharex=True, height_ratios=[1.6, *[1] * count])
    start, end = picture.span
    for place, (axes, row) in enumerate(zip(lower, picture.rows, strict=True)):
        values = row.values.loc[start:end].rename(row.label)
        source = picture.source.reindex(values.index)
        above = top if place == 0 else style.blank()
        indicator(
            source,
            values,
            levels=row.levels,
            title=picture.title,
            log=picture.log,
            axes=(above, axes),
        )
        axes.tick_params(labelbottom=axes is lower[-1])
        if row.limits is not None:
            axes.set_ylim(row.limits)
        if len(axes.get_yticks()):  # a switch has none
            axes.yaxis.set_major_locator(MaxNLocator(nbins=4, steps=[1, 2, 2.5, 5, 10]))
    top.tick_params(labelbottom=False)
    top.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.6g}"))
    seen = picture.source.loc[start:end].dropna()
    if picture.log and seen.max() > 6.0 * seen.min():
        top.yaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0), numticks=20))
    top.set_xlim(style.day_number(seen.index[0]), style.day_number(seen.index[-1]))
    figure.align_ylabels()
    return figure


def save(figure: Figure, path: Path, *, colours: int = _COLOURS) -> None:
    """Write a PNG of few colours without a date or a program's name in it."""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()  # type: ignore[no-untyped-call]
    pixels = Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")  # type: ignore[no-untyped-call]
    pixels.quantize(colours, dither=Image.Dither.NONE).save(path, "png", optimize=True)


def main(names: Sequence[str] = ()) -> None:
    """Draw the pictures named, or all of them, into `FOLDER`."""
    FOLDER.mkdir(exist_ok=True)
    panel = load_reference()
    for name in names or [*PICTURES, *FIGURES]:
        made = FIGURES[name](panel) if name in FIGURES else draw(PICTURES[name](panel))
        save(made, FOLDER / f"{name}.png", colours=128 if name in FIGURES else _COLOURS)


if __name__ == "__main__":
    main(sys.argv[1:])
