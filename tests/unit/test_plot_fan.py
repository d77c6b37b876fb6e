"""The event-study fan: one line an event, the mean, the band, and honest words."""

from itertools import pairwise

import numpy as np
import pytest

from altrotation import plot
from altrotation.errors import InputError
from altrotation.plot import style
from tests.unit.plot_fakes import DATES, FakeStudy


def with_gid(ax, start):
    every = [*ax.lines, *ax.collections, *ax.texts]
    return [artist for artist in every if (artist.get_gid() or "").startswith(start)]


def test_one_line_an_event_labelled_by_its_date():
    ax = plot.event_study(FakeStudy(), outcome="mid/BTC")
    assert len(with_gid(ax, "path-")) == len(DATES)
    assert {text.get_text() for text in with_gid(ax, "label-")} == set(DATES)


def test_lines_are_the_paths_and_the_thick_line_is_their_mean():
    study = FakeStudy()
    ax = plot.event_study(study, outcome="small/BTC")
    paths = study.paths("small/BTC")
    for column, line in enumerate(with_gid(ax, "path-")):
        np.testing.assert_array_equal(line.get_ydata(), paths.iloc[:, column])
    (mean,) = with_gid(ax, "mean")
    np.testing.assert_allclose(mean.get_ydata(), paths.to_numpy().mean(axis=1), atol=1e-15)


def test_band_is_the_placebo_band_from_entry_on():
    study = FakeStudy()
    ax = plot.event_study(study, outcome="mid/BTC", level=0.9)
    (band,) = with_gid(ax, "placebo")
    corners = band.get_paths()[0].vertices
    expected = study.placebo_band("mid/BTC", 0.9)
    assert corners[:, 0].min() == study.delay
    assert corners[:, 1].max() == pytest.approx(expected["high"].max())
    assert corners[:, 1].min() == pytest.approx(expected["low"].min())


def test_intervals_stand_at_the_horizons_after_entry():
    study = FakeStudy(delay=2)
    ax = plot.event_study(study, outcome="mid/BTC")
    (dots,) = with_gid(ax, "intervals")
    np.testing.assert_array_equal(dots.get_xdata(), [22, 62, 92, 122])
    np.testing.assert_allclose(dots.get_ydata(), study.table.xs("mid/BTC")["estimate"])
    assert with_gid(ax, "entry")[0].get_xdata()[0] == 2


def test_title_states_the_finding_and_the_caption_the_sample():
    study = FakeStudy()
    ax = plot.event_study(study, outcome="mid/BTC")
    words = " ".join(ax.get_title("left").split())
    percent = 100 * np.expm1(study.table.loc[("mid/BTC", 60), "estimate"])
    assert f"{abs(percent):.1f}" in words or f"{abs(percent):.0f}" in words
    assert "within chance (adjusted p 0.620)" in words
    (note,) = with_gid(ax, "caption")
    small = " ".join(note.get_text().split())
    assert "n = 6 events" in small
    assert "smallest p attainable 0.0003" in small


def test_one_event_alone():
    ax = plot.event_study(FakeStudy(dates=("2026-06-22",)))
    assert len(with_gid(ax, "path-")) == 1
    assert "n = 1 event;" in with_gid(ax, "caption")[0].get_text()


def test_unfinished_and_empty_paths_are_drawn_as_far_as_they_go():
    study = FakeStudy(gaps={5: 40, 0: -60})
    ax = plot.event_study(study, outcome="mid/BTC")
    assert len(with_gid(ax, "path-")) == 6
    labels = {text.get_text() for text in with_gid(ax, "label-")}
    assert labels == set(DATES) - {DATES[0]}  # the one without data has no end to label
    assert "4 with 60 days of outcome" in " ".join(with_gid(ax, "caption")[0].get_text().split())


def test_study_without_any_outcome_says_so():
    ax = plot.event_study(FakeStudy(dates=("2026-06-22",), gaps={0: -60}), outcome="mid/BTC")
    assert "no event has 60 days of history" in " ".join(ax.get_title("left").split())


def test_many_events_label_only_the_extremes():
    dates = tuple(f"{2013 + i // 2}-{3 + 6 * (i % 2):02d}-04" for i in range(26))
    ax = plot.event_study(FakeStudy(dates=dates))
    assert len(with_gid(ax, "path-")) == 26
    assert len(with_gid(ax, "label-")) == 6


def test_labels_do_not_touch():
    ax = plot.event_study(FakeStudy(seed=4), ax=style.blank(width=style.NARROW, height=4.6))
    ax.figure.draw_without_rendering()
    boxes = sorted(
        (text.get_window_extent() for text in with_gid(ax, "label-")), key=lambda box: box.y0
    )
    for below, above in pairwise(boxes):
        assert above.y0 >= below.y1 - 3.0  # the box of a date includes room for descenders


def test_percent_axis_agrees_with_the_log_axis():
    ax = plot.event_study(FakeStudy())
    (right,) = ax.child_axes
    low, high = ax.get_ylim()
    ax.figure.draw_without_rendering()
    assert right.get_ylim() == pytest.approx((100 * np.expm1(low), 100 * np.expm1(high)))


@pytest.mark.parametrize(
    ("options", "word"),
    [({"outcome": "gold"}, "outcome"), ({"horizon": 61}, "horizon"), ({"level": 1.0}, "level")],
)
def test_what_was_not_studied_is_refused(options, word):
    with pytest.raises(InputError, match=word):
        plot.event_study(FakeStudy(), **options)


def test_no_events_is_refused():
    with pytest.raises(InputError, match="no events"):
        plot.event_study(FakeStudy(dates=()), outcome="mid/BTC")
