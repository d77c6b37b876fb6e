"""The other pictures: right artists, right units, and no pyplot."""

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from altrotation import plot
from altrotation.data.panel import Panel
from altrotation.errors import InputError
from altrotation.plot import style
from altrotation.plot.numbers import as_percent, log_points, signed
from altrotation.printing import p_text
from tests.unit.plot_fakes import FakeStudy, event_set, panel


def gids(ax):
    every = [*ax.lines, *ax.collections, *ax.patches, *ax.texts]
    return [artist.get_gid() for artist in every if artist.get_gid()]


def words(ax):
    return " ".join(ax.get_title("left").split())


# -- event calendar ------------------------------------------------------------------------------


def test_calendar_is_in_true_points_and_marks_failures():
    data = panel()
    events = event_set(("2020-11-13", "2021-11-02"))
    ax = plot.event_calendar(data, events, failed=["2021-11-02"])
    close = next(line for line in ax.lines if line.get_gid() == "close")
    expected = data.close("RUT").dropna().to_numpy() * 15.0
    np.testing.assert_allclose(close.get_ydata(), expected)
    record = next(line for line in ax.lines if line.get_gid() == "record")
    np.testing.assert_allclose(record.get_ydata(), np.maximum.accumulate(expected))
    held = next(line for line in ax.lines if line.get_gid() == "held")
    failed = next(line for line in ax.lines if line.get_gid() == "failed")
    assert pd.Timestamp(held.get_xdata()[0]) == pd.Timestamp("2020-11-13")
    assert pd.Timestamp(failed.get_xdata()[0]) == pd.Timestamp("2021-11-02")
    assert held.get_marker() != failed.get_marker()
    assert ax.get_yscale() == "log"
    assert words(ax) == "2 RUT breakouts from 2020-11 to 2021-11, 1 of them failed"


def test_calendar_draws_the_level_asked_for():
    ax = plot.event_calendar(panel(), event_set(("2020-11-13",)), level=1600.0)
    line = next(line for line in ax.lines if line.get_gid() == "level")
    assert line.get_ydata()[0] == 1600.0


def test_calendar_keeps_the_record_of_the_time_before_its_start():
    data = panel()
    ax = plot.event_calendar(data, event_set(("2021-11-02",)), start="2021-01-01")
    record = next(line for line in ax.lines if line.get_gid() == "record")
    assert record.get_ydata()[0] == pytest.approx(15 * data.close("RUT")[:"2021-01-01"].max())


def test_calendar_refuses_a_failure_that_is_no_event():
    with pytest.raises(InputError, match="2020-01-06, which is no event"):
        plot.event_calendar(panel(), event_set(("2020-11-13",)), failed=["2020-01-06"])


# -- ETH/BTC -------------------------------------------------------------------------------------


def test_eth_btc_has_the_levels_and_the_windows_inside_the_data():
    ax = plot.eth_btc(panel())
    found = gids(ax)
    assert found.count("level") == 3
    assert found.count("zone") == 1
    assert [gid for gid in found if gid.startswith("window-") and gid != "window-mean"] == [
        "window-Q1-2020",
        "window-May-2021",
    ]


def test_eth_btc_window_bar_is_the_mean_of_the_window():
    data = panel()
    ax = plot.eth_btc(data, windows=[("spring", "2020-03-01", "2020-05-31")])
    bar = next(line for line in ax.lines if line.get_gid() == "window-mean")
    expected = data.value("ETH/BTC")["2020-03-01":"2020-05-31"].mean()
    assert bar.get_ydata()[0] == pytest.approx(expected)


def test_eth_btc_without_values_is_refused():
    with pytest.raises(InputError, match="no value from 2025"):
        plot.eth_btc(panel(), start="2025-01-01")


# -- forest --------------------------------------------------------------------------------------


def test_forest_has_one_estimate_interval_and_detectable_bar_a_row():
    table = FakeStudy().table
    ax = plot.forest(table, smallest_effect=0.05)
    found = gids(ax)
    for kind in ("estimate", "interval", "detectable"):
        assert found.count(kind) == len(table)
    drawn = [line.get_xdata()[0] for line in ax.lines if line.get_gid() == "estimate"]
    np.testing.assert_allclose(drawn, table["estimate"])
    line = next(line for line in ax.lines if line.get_gid() == "smallest-effect")
    assert line.get_xdata()[0] == 0.05
    assert words(ax).endswith("none passes after adjustment (smallest adjusted p 0.620)")


def test_forest_counts_what_excludes_zero_and_what_survives():
    table = pd.DataFrame(
        {"estimate": [0.2, 0.2, -0.3], "low": [0.1, -0.1, -0.4], "high": [0.3, 0.5, -0.2]},
        index=["A1", "A4", "A6"],
    ).assign(p_adjusted=[0.01, 0.5, 0.2])
    assert words(plot.forest(table)) == ("2 of 3 intervals exclude zero; 1 passes after adjustment")


def test_forest_names_a_row_that_could_not_be_computed():
    table = FakeStudy(dates=("2026-06-22",), gaps={0: 90}).table
    ax = plot.forest(table)
    texts = [text.get_text() for text in ax.texts]
    assert texts.count("not computed") == 8
    assert gids(ax).count("estimate") == 8


def test_forest_fills_only_what_passed_a_test():
    table = pd.DataFrame(
        {"estimate": [0.2, 0.2, 0.2], "low": 0.1, "high": 0.3}, index=["a", "b", "c"]
    )
    made = {
        "none": table,
        "some": table.assign(p_adjusted=[0.01, 0.5, np.nan]),
    }
    filled = {}
    for name, each in made.items():
        ax = plot.forest(each)
        marks = [line for line in ax.lines if line.get_gid() == "estimate"]
        filled[name] = [mark.get_markerfacecolor() != style.SURFACE for mark in marks]
    assert filled == {"none": [True] * 3, "some": [True, False, False]}
    assert any("above .05, or none" in text.get_text() for text in ax.figure.texts + ax.texts)


@pytest.mark.parametrize("scale", [0.001, 0.03, 0.08, 1.0, 40.0])
@pytest.mark.parametrize("unit", ["correlation per day", "log points"])
def test_forest_tells_neighbouring_ticks_apart(scale, unit):
    table = pd.DataFrame({"estimate": [scale / 3], "low": [-scale], "high": [scale]}, index=["x"])
    ax = plot.forest(table, unit=unit)
    texts = [label.get_text() for label in ax.get_xticklabels()]
    assert len(set(texts)) == len(texts)
    values = [float(text.replace("\u2212", "-")) for text in texts]
    np.testing.assert_allclose(values, ax.get_xticks(), atol=1e-9)


def test_forest_refuses_an_unusable_table():
    with pytest.raises(InputError, match="'low'"):
        plot.forest(pd.DataFrame({"estimate": [1.0]}))
    with pytest.raises(InputError, match="no rows"):
        plot.forest(pd.DataFrame({"estimate": [], "low": [], "high": []}))


# -- null histogram ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("alternative", "expected"), [("greater", 20), ("less", 80), ("two-sided", 40)]
)
def test_null_histogram_counts_the_draws_at_least_as_extreme(alternative, expected):
    # 0..98 and an observed 79: greater 79..98; less 0..79; from the median 49, 30 away: 0..19, 79..
    draws = np.arange(99.0)
    ax = plot.null_histogram(draws, 79.0, alternative=alternative)
    assert words(ax).endswith(f"(p {p_text((1 + expected) / 100)})")
    heights = sum(patch.get_height() for patch in ax.patches)
    assert heights == 99


def test_null_histogram_says_how_many_draws_failed():
    ax = plot.null_histogram(np.array([0.0, 1.0, np.nan]), 0.5)
    (note,) = [text for text in ax.texts if text.get_gid() == "caption"]
    assert "1 draws could not be computed" in note.get_text()


def test_null_histogram_refuses_nothing_to_draw():
    with pytest.raises(InputError, match="no finite"):
        plot.null_histogram(np.array([np.nan]), 0.0)
    with pytest.raises(InputError, match="finite number"):
        plot.null_histogram(np.array([0.0]), float("nan"))
    with pytest.raises(InputError, match="alternative"):
        plot.null_histogram(np.array([0.0]), 0.0, alternative="bigger")


# -- coverage and drawdowns ----------------------------------------------------------------------


def test_coverage_counts_the_poor_months():
    ax = plot.coverage(panel())
    assert words(ax) == "Prices for under 80 % of members: mid in 6 of 36 months"
    assert {"large.coverage", "mid.coverage", "small.coverage"} <= set(gids(ax))


def test_coverage_without_a_poor_month():
    ax = plot.coverage(panel(), names=["large.coverage"])
    assert words(ax).startswith("Every tier has prices for at least 80 %")


def test_drawdowns_start_at_zero_and_equal_the_fall_from_the_running_high():
    data = panel()
    ax = plot.drawdowns(data)
    line = next(line for line in ax.lines if line.get_gid() == "BTC")
    close = data.close("BTC")["2021-04-01":"2021-05-31"]
    slow = [100 * (close.iloc[i] / close.iloc[: i + 1].max() - 1) for i in range(len(close))]
    np.testing.assert_allclose(line.get_ydata(), slow, atol=1e-10)
    assert {"BTC", "RUT", "SPX"} <= set(gids(ax))


def without_coverage():
    """The panel, with coverage series that hold no value."""
    held = panel()
    return Panel(held.frame.assign(**dict.fromkeys(TIERS, np.nan)), held.cards)


TIERS = ("large.coverage", "mid.coverage", "small.coverage")
BAD_COVERAGE = [
    (lambda: plot.coverage(panel(), names=["tiny.coverage"]), "no series 'tiny.coverage'"),
    (lambda: plot.coverage(without_coverage()), "None of large.coverage, .* has a value"),
    (lambda: plot.coverage(panel(), threshold=0.0), "`threshold` must lie between 0.0 and 100"),
    (lambda: plot.coverage(panel(), threshold=100.0), "`threshold` must lie between 0.0 and 100"),
]


@pytest.mark.parametrize(("call", "message"), BAD_COVERAGE)
def test_bad_coverage_is_refused(call, message):
    with pytest.raises(InputError, match=message):
        call()


def test_drawdowns_outside_the_data_are_refused():
    with pytest.raises(InputError, match="BTC has no close"):
        plot.drawdowns(panel(), start="2023-01-01", end="2023-02-01")


# -- common --------------------------------------------------------------------------------------


def test_given_axes_are_used():
    ax = style.blank(width=style.NARROW)
    assert plot.coverage(panel(), ax=ax) is ax


def test_pictures_never_touch_pyplot():
    code = (
        "import sys; from altrotation import plot; from tests.unit.plot_fakes import *; "
        "plot.event_study(FakeStudy()); plot.forest(FakeStudy().table); plot.eth_btc(panel()); "
        "plot.event_calendar(panel(), event_set(('2020-11-13',))); plot.coverage(panel()); "
        "plot.drawdowns(panel()); plot.null_histogram(np.arange(9.), 3.); "
        "assert 'matplotlib.pyplot' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


def test_spread_keeps_order_and_distance_and_moves_as_little_as_possible():
    positions = np.array([0.3, 0.0, 0.05, 2.0])
    moved = style.spread(positions, 0.2)
    gaps = np.diff(np.sort(moved))
    assert (gaps >= 0.2 - 1e-12).all()
    np.testing.assert_array_equal(np.argsort(moved), np.argsort(positions))
    assert moved[3] == 2.0
    assert moved[:3].mean() == pytest.approx(positions[:3].mean())  # a block keeps its centre


def test_numbers_in_words():
    assert signed(-0.0004) == "0.000"
    assert signed(-0.05, 2) == "−0.05"
    assert as_percent(np.log(1.5)) == "+50\u00a0%"
    assert as_percent(np.log(0.95)) == "−5.0\u00a0%"
    assert log_points(float("nan")) == "–"
    assert p_text(0.00001) == "< 0.0001"
    assert p_text(0.0049) == "0.0049"
    assert p_text(0.04951) == "0.050"


def test_calendar_without_an_event_in_view_says_so():
    ax = plot.event_calendar(panel(), event_set(("2014-12-26",)))
    assert words(ax) == "No RUT breakout from 2019-01 to 2021-12"
