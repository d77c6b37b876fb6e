"""The picture of a specification curve draws the numbers of the result, wide and narrow."""

import numpy as np
import pytest

from altrotation.claims.robustness.axes import AXES, CurveSpec
from altrotation.claims.robustness.multiverse import specification_curve
from altrotation.errors import InputError
from altrotation.plot import style
from altrotation.plot.multiverse import specification_curve as draw
from tests.claims.curves import events_spec, study_spec, walk_panel

FEW = CurveSpec(
    definitions=("record",), quiets=(10, 20), weightings=("equal",), samples=("full",), least=2
)


@pytest.fixture(scope="module")
def few():
    return specification_curve(walk_panel(), events_spec(), study_spec(), FEW, size=0.2)


@pytest.fixture(scope="module")
def many():
    axes = CurveSpec(quiets=(10, 20), least=2)
    return specification_curve(walk_panel(), events_spec(), study_spec(), axes)


def artist(ax, gid):
    every = [*ax.lines, *ax.collections, *ax.images]
    return next(item for item in every if item.get_gid() == gid)


def test_dots_are_the_estimates_in_order_and_coloured_by_their_own_p(few):
    upper, _ = draw(few)
    table = few.table.sort_values("estimate", kind="stable")
    small = (table["p_value"] <= 0.2).to_numpy()
    kinds = {
        "undecided": ~small,
        "for": table["significant"].to_numpy(),
        "against": small & ~table["significant"].to_numpy(),
    }
    for gid, chosen in kinds.items():
        if chosen.any():
            offsets = np.asarray(artist(upper, gid).get_offsets())
            np.testing.assert_array_equal(offsets[:, 0], np.flatnonzero(chosen))
            np.testing.assert_allclose(offsets[:, 1], table["estimate"].to_numpy()[chosen])
    assert small.any()
    own = artist(upper, "primary")
    assert own.get_ydata()[0] == few.table.loc[few.table["primary"], "estimate"].iloc[0]
    middle = artist(upper, "null-middle")
    np.testing.assert_allclose(middle.get_ydata(), few.band()["mid"])


def test_few_specifications_have_a_mark_each(few):
    _, lower = draw(few)
    table = few.table.sort_values("estimate", kind="stable")
    assert len(table) <= 240
    opacity = artist(lower, "quiet-20").get_array()[0, :, 3]
    np.testing.assert_array_equal(opacity, (table["quiet"] == 20).to_numpy())
    assert len(lower.images) == sum(table[axis].nunique() for axis in AXES)


def test_many_specifications_have_shades_of_their_frequency(many):
    _, lower = draw(many)
    table = many.table.sort_values("estimate", kind="stable")
    assert len(table) > 240
    opacity = artist(lower, "horizon-40").get_array()[0, :, 3]
    mine = (table["horizon"] == 40).to_numpy()
    parts = np.array([mine[np.arange(len(mine)) * 60 // len(mine) == b].mean() for b in range(60)])
    expected = np.minimum(parts / mine.mean() / 2.5, 1.0)
    np.testing.assert_allclose(opacity, expected, atol=1 / 16 + 1e-12)
    assert np.ptp(opacity) > 0.2


@pytest.mark.parametrize("width", [style.WIDE, style.NARROW])
def test_words_say_the_finding(many, width):
    upper, lower = draw(many, width=width)
    title = " ".join(upper.get_title("left").split())
    assert f"{len(many.table):,} specifications" in title
    note = next(text for text in lower.texts if text.get_gid() == "caption").get_text()
    assert "joint shifts" in " ".join(note.split())
    assert upper.figure.get_size_inches()[0] == width


def test_a_level_outside_its_range_is_refused(few):
    with pytest.raises(InputError, match="level"):
        draw(few, level=1.5)
