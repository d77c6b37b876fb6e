"""An indicator under its source: a line or a switch, its levels, nothing where it is missing."""

import numpy as np
import pandas as pd
import pytest

from altrotation.errors import InputError
from altrotation.plot import style
from altrotation.plot.indicators import indicator

DAYS = pd.date_range("2024-01-01", periods=60, freq="D", unit="us", name="date")


@pytest.fixture
def source():
    return pd.Series(np.exp(np.linspace(0, 1, 60)), index=DAYS, name="BTC")


def gids(ax):
    return [a.get_gid() for a in [*ax.lines, *ax.patches] if a.get_gid()]


def test_a_line_with_its_levels(source):
    values = pd.Series(np.sin(np.arange(60.0)), index=DAYS, name="momentum")
    values.iloc[:10] = np.nan
    upper, lower = indicator(source, values, levels=(0.5, -0.5), unit="log points", log=True)
    np.testing.assert_array_equal(lower.lines[0].get_ydata(), values)
    np.testing.assert_array_equal(upper.lines[0].get_ydata(), source)
    assert gids(lower) == ["indicator", "level", "level"]
    assert [line.get_ydata()[0] for line in lower.lines[1:]] == [0.5, -0.5]
    assert lower.get_ylabel() == "momentum\nlog points"
    assert upper.get_yscale() == "log"
    assert "momentum" in upper.get_title("left")
    upper.figure.canvas.draw()


def test_a_switch_is_shaded_where_it_is_on(source):
    values = pd.Series(0.0, index=DAYS, name="below 60 %")
    values.iloc[5:9] = 1.0
    values.iloc[20] = 1.0
    values.iloc[30:] = np.nan
    upper, lower = indicator(source, values)
    for ax in (upper, lower):
        spans = [p for p in ax.patches if p.get_gid() == "on"]
        widths = [span.get_width() for span in spans]
        assert [span.get_x() for span in spans] == [
            style.day_number(DAYS[5]),
            style.day_number(DAYS[20]),
        ]
        assert widths == [4.0, 1.0]


def test_gaps_of_the_source_are_joined_and_given_axes_are_used(source):
    first = indicator(source, source.rename("x"))
    gapped = source.copy()
    gapped.iloc[::7] = np.nan
    upper, _ = indicator(gapped, source.rename("y"), title="A title", axes=first)
    assert upper is first[0]
    assert len(upper.lines[-1].get_xdata()) == gapped.notna().sum()
    assert upper.get_title("left") == "A title"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda s: indicator(s, s[1:]), "must share their dates"),
        (lambda s: indicator(s, s * np.nan), "`values` has no value to draw"),
        (lambda s: indicator(s * np.nan, s), "`source` has no value to draw"),
    ],
)
def test_bad_calls(source, call, message):
    with pytest.raises(InputError, match=message):
        call(source)
