"""The tear sheet as a page: alone, escaped, the same twice, and every number the study's own."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from altrotation.backtest.strategy import Strategy
from altrotation.backtest.study import replay_study
from altrotation.inference.results import Interval
from altrotation.report import render_sheet, write_sheet
from altrotation.report.sheet_tables import benchmarks, entries, measures, sources
from altrotation.report.sheet_words import answer, times
from altrotation.signals.signal import Signal
from tests.unit.backtest_worlds import days, toy_panel
from tests.unit.html_page import Page, require_alone, require_outline, require_targets

PANEL = toy_panel(300)
CYCLE = ("2020-02-01", "2020-09-30")
VALUES = pd.Series(np.repeat([0.0, 1.0, 0.0, 1.0, 0.0], 60), index=days(300))
HOSTILE = "<script>alert('x')</script> & <img src=http://evil.example/x.png onerror=x>"
TAG = "<img src=x onerror=x>"


def study(values=VALUES, name="twice", **options):
    rule = Signal(values, name=name, recipe=options.pop("recipe", "two spells"))
    strategy = Strategy(name=name, rule=rule, on={"mid": 1.0})
    return replay_study(strategy, PANEL, cycle=CYCLE, most=40, **options)


MADE = study()


@pytest.fixture(scope="module")
def text():
    return render_sheet(MADE)


@pytest.fixture(scope="module")
def page(text):
    return Page(text)


def words(page):
    return " ".join(" ".join(page.text).split())


def number(cell):
    return float(cell.replace("−", "-").removesuffix(" x").removesuffix(" %").replace(",", ""))


def test_page_stands_alone(page, text):
    require_targets(page, text)
    require_alone(page, text)
    require_outline(page)
    assert len(text.encode()) < 400_000


def test_same_study_same_text(text):
    assert render_sheet(MADE) == text


def test_pictures_are_described_and_drawn_for_both_widths(page):
    pictures = [attrs for attrs in page.of("svg") if attrs.get("role") == "img"]
    assert len(pictures) == 10
    assert all(attrs["aria-label"] for attrs in pictures)
    assert sum(attrs["viewbox"].startswith("0 0 259.2") for attrs in pictures) == 5


def test_hostile_words_stay_words():
    written = render_sheet(study(name=TAG, recipe=HOSTILE))
    assert "<script" not in written
    assert "<img" not in written
    shown = "".join(Page(written).text)
    assert shown.count(HOSTILE) == 1
    assert shown.count(TAG) >= 4


def test_sheet_is_written_under_the_name_of_what_it_shows(tmp_path):
    path = write_sheet(MADE, tmp_path / "new")
    assert path.name == "replay-2020-02-01-2020-09-30-twice-baskets.html"
    assert path.read_text(encoding="utf-8") == render_sheet(MADE)
    assert [item.name for item in path.parent.iterdir()] == [path.name]


def test_question_answer_and_recipe_are_on_the_page(page):
    shown = words(page)
    for part in (
        "Did holding mid caps on the signal “twice” beat Bitcoin",
        *(sentence.replace("\u00a0", " ") for sentence in answer(MADE)),
        "two spells",
        "mid 100%",
        MADE.replay.run.data_hash,
        "One cycle is one event",
        "no advice to buy or sell",
    ):
        assert part in shown.replace("\u00a0", " "), part


# -- the numbers are those of the study -----------------------------------------------------------


def test_measures_are_those_of_the_performance():
    table = {row[0]: row for row in measures(MADE).rows}
    estimate = MADE.performance.table["estimate"]
    ratio = "Sharpe over cash"
    assert number(table[ratio][1]) == pytest.approx(estimate[ratio], abs=0.005)
    fall = 100 * float(MADE.replay.drawdown.min())
    assert number(table["deepest drawdown"][1]) == pytest.approx(fall, abs=0.5)
    assert "log gain over BTC" not in table  # shown once, as evidence
    low, high = (number(part) for part in table["volatility"][2].split(" to "))
    assert low < number(table["volatility"][1]) < high


def test_benchmarks_have_growth_gain_and_interval():
    table = {row[0]: row for row in benchmarks(MADE).rows}
    assert set(table) == set(MADE.benchmarks.index)
    own = float(MADE.replay.equity.iloc[-1])
    growth = MADE.benchmarks.loc["eth", "growth"]
    assert number(table["eth"][1]) == pytest.approx(growth, abs=0.005)
    years = len(MADE.replay.equity) / 365
    assert number(table["eth"][2]) == pytest.approx(np.log(own / 1e6 / growth) / years, abs=0.005)
    low, high = (number(part) for part in table["eth"][3].split(" to "))
    assert low < number(table["eth"][2]) < high


def test_a_benchmark_that_could_not_be_held_says_why():
    rows = MADE.benchmarks.copy()
    rows.loc["small", ["growth", "deepest drawdown", "log gain over it", "low", "high"]] = np.nan
    rows.loc["small", "note"] = "The panel has no basket."
    table = {row[0]: row for row in benchmarks(replace(MADE, benchmarks=rows)).rows}
    assert table["small"] == ("small", "–", "–", "–", "–", "The panel has no basket.")


def test_entries_and_sources_add_up():
    first, second = entries(MADE).rows
    # labels 60 and 180 (1 March, 29 June); bought at the next close, earning from the day after
    assert (first[0], second[0]) == ("2020-03-03", "2020-07-01")
    assert number(first[2]) == pytest.approx(number(first[3]) - number(first[4]), abs=0.0015)
    table = {row[0]: [number(cell) for cell in row[1:]] for row in sources(MADE).rows}
    gained = float(MADE.replay.equity.iloc[-1]) / 1e6 - 1
    assert table["total"][2] == pytest.approx(gained, abs=0.0005)
    for on, off, both in table.values():
        assert on + off == pytest.approx(both, abs=0.0015)
    assert table["BTC"][0] == pytest.approx(0.0, abs=0.0005)


# -- what it says when there is little to say ------------------------------------------------------


def test_signal_never_on():
    never = study(VALUES * 0.0, name="never")
    sentences = answer(never)
    assert sentences[0] == "It cannot be computed: the two never differ."
    assert "It never entered." in sentences
    shown = words(Page(render_sheet(never)))
    assert "The signal was never on." in shown
    assert "always off: no timing to judge" in shown


@pytest.mark.parametrize(
    ("low", "high", "start"),
    [
        (0.01, 0.2, "In this one cycle it did"),
        (-0.2, -0.01, "In this one cycle it fell behind"),
        (-0.1, 0.1, "This cycle cannot say."),
        (0.0, 0.1, "This cycle cannot say."),
    ],
)
def test_first_sentence_follows_the_interval(low, high, start):
    moved = replace(MADE.over_bitcoin, interval=Interval(low, high, 0.9, "given"))
    assert answer(replace(MADE, over_bitcoin=moved))[0].startswith(start)


def test_growth_in_words():
    assert (times(5.234), times(168.4), times(float("nan"))) == ("5.23 x", "168 x", "–")
