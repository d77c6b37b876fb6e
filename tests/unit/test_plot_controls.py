"""Pictures of negative controls and of the inference ladder show the numbers of their results."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from altrotation.claims.robustness.controls import negative_controls
from altrotation.claims.robustness.ladder import inference_ladder
from altrotation.plot import style
from altrotation.plot.controls import controls
from altrotation.plot.effects import forest
from altrotation.plot.ladder import ladder
from tests.claims.control_worlds import EVENTS, LEADERS, STUDY, world


@cache
def checked(*, alike=False):
    panel = world(0.3, alike=alike)
    return negative_controls(panel, EVENTS, STUDY, outcomes=("DXY", "GOLD"), surrogates=2, seed=3)


@cache
def climbed():
    return inference_ladder(world(0.3), EVENTS, STUDY, seed=3)


def marks(ax, gid):
    return [line for line in ax.get_lines() if line.get_gid() == gid]


@pytest.mark.parametrize("width", [style.WIDE, style.NARROW])
def test_controls_draw_every_row_and_the_line_of_the_claim(width):
    result = checked()
    ax = controls(result, ax=style.blank(width=width, height=6.0))
    drawn = [line.get_xdata()[0] for line in marks(ax, "estimate")]
    np.testing.assert_allclose(drawn, result.table["estimate"].dropna())
    (line,) = marks(ax, "claim")
    assert line.get_xdata()[0] == result.table["estimate"].iloc[0]
    labels = [label.get_text() for label in ax.get_yticklabels()]
    assert labels[0] == "the claim"
    assert "SPX (7)" in labels
    assert "GOLD" in labels  # not computed: no number of events
    assert [text.get_text() for text in ax.texts].count("not computed") == 2
    ax.figure.canvas.draw()


def test_title_counts_the_controls_and_names_the_few_that_fail():
    assert controls(checked()).get_title(loc="left").startswith("12 of 12 negative controls pass")
    alike = controls(checked(alike=True)).get_title(loc="left")
    assert alike == "8 of 12 negative controls pass"  # four failed: too many to name
    few = checked(alike=True).table
    few = replace(checked(alike=True), table=few.drop(index=list(LEADERS[1:])))
    assert "SPX fails" in controls(few).get_title(loc="left")
    none = replace(few, table=few.table.iloc[:1])
    assert "No negative control" in controls(none).get_title(loc="left")


def test_forest_takes_a_title_and_a_remark():
    table = checked().table[["estimate", "low", "high"]]
    ax = forest(table, finding="A title", remark="A remark.")
    assert ax.get_title(loc="left") == "A title"
    (caption,) = [text for text in ax.texts if text.get_gid() == "caption"]
    assert caption.get_text().replace("\n", " ").endswith("A remark.")


@pytest.mark.parametrize("width", [style.WIDE, style.NARROW])
def test_ladder_draws_every_p_and_what_could_be_attained(width):
    result = climbed()
    ax = ladder(result, ax=style.blank(width=width, height=5.0))
    p = result.table["p_value"].dropna()
    rungs = marks(ax, "rung")
    np.testing.assert_allclose([line.get_xdata()[0] for line in rungs], np.maximum(p, 1e-6))
    assert [line.get_marker() == "<" for line in rungs] == list(p < 1e-6)
    assert 0 < (p < 1e-6).sum() < len(p)
    floors = result.table["p_attainable"].dropna()
    np.testing.assert_allclose([line.get_xdata()[0] for line in marks(ax, "attainable")], floors)
    assert ax.get_xscale() == "log"
    low, high = ax.get_xlim()
    assert 1e-7 < low < 1e-6
    assert high > 1
    words = [text.get_text() for text in ax.texts]
    assert words.count("not computed") == result.table["p_value"].isna().sum() > 0
    assert ("480 days" in words) == (width == style.WIDE)
    ax.figure.canvas.draw()


def test_ladder_without_a_rung_says_so():
    empty = climbed().table.assign(p_value=np.nan, p_attainable=np.nan, invalid="no reason")
    ax = ladder(replace(climbed(), table=empty))
    assert ax.get_title(loc="left") == "No test of the cell could be made"
