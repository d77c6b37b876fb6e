from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from altrotation.leadlag.asynchronous import hayashi_yoshida
from altrotation.leadlag.crosscorr import cross_correlation
from altrotation.leadlag.grouped import cross_correlation_by
from altrotation.leadlag.localproj import local_projection
from altrotation.leadlag.network import lead_matrix
from altrotation.leadlag.predictive import predictive_content
from altrotation.leadlag.rolling import rolling_cross_correlation
from altrotation.leadlag.sensitivity import clock_sensitivity
from altrotation.plot import leadlag_lags, leadlag_network, leadlag_paths
from altrotation.synthetic.clocks import asynchronous_closes
from altrotation.synthetic.leadlag import chain, planted_lead

_FRAME, _ = planted_lead(900, lead=2, correlation=0.35, seed=1)
_X, _Y = _FRAME["x"], _FRAME["y"]


def _drawn(axes):
    axes.figure.canvas.draw()
    return {str(artist.get_gid()): artist for artist in axes.findobj() if artist.get_gid()}


def _title(axes):
    return axes.get_title(loc="left").replace("\n", " ")


def _words(axes):
    return _drawn(axes)["caption"].get_text().replace("\n", " ")


def test_cross_correlation_picture():
    result = cross_correlation(_X, _Y, lags=6, replicates=199)
    axes = leadlag_lags.cross_correlation(result)
    dots = np.asarray(_drawn(axes)["estimate"].get_offsets())
    assert dots[:, 1] == pytest.approx(result.table["estimate"].to_numpy())
    assert "ahead of" in _title(axes)
    assert f"{result.n} rows" in _words(axes)
    assert "y leads" in axes.get_xlabel()


def test_a_picture_says_when_nothing_stands_out():
    result = cross_correlation(_X, _Y, lags=4, replicates=99)
    dull = replace(result, sides={"positive": 0.3, "negative": 0.2, "any": 0.4})
    assert _title(leadlag_lags.cross_correlation(dull)).startswith("No lead of x or y")
    both = replace(result, sides={"positive": 0.01, "negative": 0.02, "any": 0.01})
    assert "each move ahead" in _title(leadlag_lags.cross_correlation(both))


def test_contrast_and_clock_pictures():
    x, y, _ = asynchronous_closes(1200, correlation=0.4, lead=48, seed=2)
    result = hayashi_yoshida(x, y, replicates=199)
    axes = leadlag_lags.lead_lag_contrast(result)
    artists = _drawn(axes)
    assert artists["mechanical"].get_ydata() == pytest.approx(result.table["mechanical"].to_numpy())
    dots = np.asarray(artists["estimate"].get_offsets())
    assert dots[:, 1] == pytest.approx(result.table["estimate"].to_numpy())
    index = pd.date_range(x.index[0].normalize(), y.index[-1] - pd.Timedelta(1, "D"), unit="us")
    equity = pd.Series(np.exp(x.to_numpy() / 100), x.index.normalize(), name="stock")
    crypto = pd.Series(np.exp(y.to_numpy() / 100), y.index - pd.Timedelta(1, "D"), name="coin")
    three = clock_sensitivity(
        equity.reindex(index), crypto.reindex(index), closes=x.index, replicates=199
    )
    axes = leadlag_lags.clock_sensitivity(three)
    assert "three clocks" in _title(axes)
    assert len(axes.get_legend().get_texts()) == 3


def test_grouped_picture():
    spans = {"2013": ("2013-01-01", "2013-12-31"), "2014": ("2014-01-01", "2014-12-31")}
    result = cross_correlation_by(_X, _Y, spans, lags=3, replicates=199)
    axes = leadlag_lags.grouped_correlation(result)
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["2013", "2014"]
    assert "leads and lags pass" in _title(axes)


def test_path_pictures():
    rolled = rolling_cross_correlation(_X, _Y, window=100, lag=2, replicates=99)
    axes = leadlag_paths.rolling_correlation(rolled)
    assert _drawn(axes)["estimate"].get_ydata() == pytest.approx(
        rolled.table["estimate"].to_numpy()
    )
    assert "leaves its band" in _title(axes)
    response = local_projection(_X, _Y, horizons=6, replicates=999)
    axes = leadlag_paths.local_projection(response)
    assert _drawn(axes)["estimate"].get_ydata() == pytest.approx(
        response.table["estimate"].to_numpy()
    )
    sure = (response.table["p_adjusted"] <= 0.05).sum()
    assert f"at {sure} of 6 horizons" in _title(axes)
    gained = predictive_content(_X, _Y, lags=2, own_lags=1)
    axes = leadlag_paths.forecast_gain(gained)
    assert _drawn(axes)["gain"].get_ydata() == pytest.approx(gained.path["gain"].to_numpy())
    assert "improves forecasts" in _title(axes)


def test_network_picture():
    result = lead_matrix(chain(1500, step=1, seed=3)[0], window=10, replicates=199)
    axes = leadlag_network.lead_network(result)
    axes.figure.canvas.draw()
    strong = [a for a in axes.findobj() if a.get_gid() == "lead"]
    assert len(strong) == (result.pairs["p_adjusted"] <= 0.05).sum() > 0
    assert [label.get_text() for label in axes.get_xticklabels()] == list(result.ranking.index)


def test_pictures_take_the_axes_they_are_given():
    axes = Figure().add_subplot()
    result = cross_correlation(_X, _Y, lags=3, replicates=99)
    assert leadlag_lags.cross_correlation(result, ax=axes) is axes
