import numpy as np
import pandas as pd
import pytest

from altrotation.errors import InputError
from altrotation.inference.results import RunInfo
from altrotation.plot.regimes import PHASE_COLOURS, regime_shading, rotation_chart
from altrotation.plot.regimes_breaks import break_intervals, break_path
from altrotation.plot.regimes_probabilities import state_probabilities
from altrotation.regimes.bocpd import bocpd
from altrotation.regimes.breaks import ave_f, sup_f
from altrotation.regimes.changepoints import changepoints
from altrotation.regimes.cusum import ols_cusum
from altrotation.regimes.paths import FilteredRegime, SmoothedRegime
from altrotation.regimes.rules import PHASES

DAYS = pd.date_range("2020-01-01", periods=120, freq="D", unit="us")


def path(kind=FilteredRegime, states=PHASES):
    codes = (np.arange(120) // 20) % len(states)
    codes[:5] = -1
    return kind(
        detector="toy",
        rule="by hand",
        states=states,
        dates=DAYS,
        codes=codes,
        run=RunInfo(0, "none"),
    )


def ratio():
    return pd.Series(0.03 * np.exp(np.linspace(0, 1, 120)), index=DAYS)


def found(ax, gid):
    return [artist for artist in ax.get_children() if artist.get_gid() == gid]


def test_every_spell_is_shaded_on_its_days():
    ax = regime_shading(path(), ratio(), name="ETH/BTC", log=True)
    (bars,) = found(ax, "state-broad-alt")
    boxes = [box.get_extents() for box in bars.get_paths()]
    assert len(boxes) == 1
    from matplotlib.dates import date2num

    assert boxes[0].x0 == date2num(DAYS[20].to_numpy())
    assert boxes[0].x1 == date2num(DAYS[39].to_numpy()) + 1
    assert len(found(ax, "series")) == 1
    assert [text.get_text() for text in ax.get_legend().get_texts()] == list(PHASES)
    assert set(PHASE_COLOURS) == set(PHASES)


def test_chart_of_two_series_shares_dates():
    upper, lower = rotation_chart(path(), ratio(), ratio() * 1000, start="2020-02-01")
    assert upper.get_xlim() == lower.get_xlim()
    assert upper.get_ylabel() == "ETH/BTC"
    assert lower.get_title(loc="left") == ""
    upper.figure.canvas.draw()


def test_hindsight_is_said_in_the_title():
    title = regime_shading(path(SmoothedRegime, ("a", "b")), ratio()).get_title(loc="left")
    assert "hindsight" in title.replace("\n", " ")


def test_probabilities_are_stacked_to_one():
    series = pd.Series(np.random.default_rng(0).normal(size=120), index=DAYS)
    ax = state_probabilities(bocpd(series, burn_in=40).regime)
    assert ax.get_ylim() == (0.0, 1.0)
    assert len(found(ax, "probability-low")) == len(found(ax, "probability-high")) == 1
    assert "known at the time" in ax.get_title(loc="left").replace("\n", " ")
    with pytest.raises(InputError, match="without probabilities"):
        state_probabilities(path())


def test_break_pictures():
    values = np.random.default_rng(1).normal(size=120) + 3 * (np.arange(120) >= 70)
    series = pd.Series(values, index=DAYS, name="x")
    result = changepoints(series)
    ax = break_intervals(series, result)
    assert len(found(ax, "break")) == len(found(ax, "interval")) == len(result) >= 1
    assert len(found(ax, "mean")) == len(result) + 1
    largest = break_path(sup_f(series))
    assert len(found(largest, "critical")) == 1
    assert not found(break_path(ave_f(series)), "critical")
    break_path(ols_cusum(series)).figure.canvas.draw()
    with pytest.raises(InputError, match="lacks 2020-01-01"):
        break_intervals(series.iloc[1:], result)


def test_nothing_to_draw_is_refused():
    with pytest.raises(InputError, match="no value from 2030-01-01 on"):
        rotation_chart(path(), ratio(), ratio(), start="2030-01-01")
    with pytest.raises(InputError, match="`series` must be positive"):
        rotation_chart(path(), -ratio(), ratio())
    with pytest.raises(InputError, match="no value from 2020-01-01 on"):
        regime_shading(path(), ratio() * np.nan)
