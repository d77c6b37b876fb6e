import numpy as np
import pandas as pd
import pytest

from altrotation.errors import InputError
from altrotation.kernels.rolling_correlation import rolling_correlation
from altrotation.leadlag.crosscorr import cross_correlation
from altrotation.leadlag.grouped import cross_correlation_by
from altrotation.leadlag.rolling import rolling_cross_correlation
from altrotation.synthetic.leadlag import independent_pair, planted_lead, switching_lead
from tests.oracle import naive_leadlag as naive


def test_kernel_equals_corrcoef_of_each_window():
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal((2, 200)) * 1e-3 + 50
    assert rolling_correlation(x, y, 15) == pytest.approx(
        naive.rolling_correlation(x, y, 15), nan_ok=True, abs=1e-8
    )


@pytest.mark.parametrize("lag", [3, -3])
def test_path_pairs_the_right_days(lag):
    frame, _ = planted_lead(700, lead=3, correlation=0.5, clustering=False, seed=1)
    x, y = (frame["x"], frame["y"]) if lag > 0 else (frame["y"], frame["x"])
    result = rolling_cross_correlation(x, y, window=100, lag=lag, max_order=0, replicates=199)
    date = frame.index[400]
    first, second = frame["x"].iloc[298:398], frame["y"].iloc[301:401]  # y ends on the date
    assert result.table.loc[date, "estimate"] == pytest.approx(
        np.corrcoef(first, second)[0, 1], abs=1e-10
    )
    assert result.p_value == pytest.approx(1 / 200)
    assert result.whole == pytest.approx(0.5, abs=0.1)


def test_a_change_of_correlation_is_found_and_constancy_is_not_refused():
    frame, regimes, _ = switching_lead(1500, lead=1, correlation=0.6, stay=0.998, seed=4)
    assert regimes.nunique() == 2
    moved = rolling_cross_correlation(
        frame["x"], frame["y"], window=120, lag=1, null="constant", replicates=199
    )
    assert moved.p_value == pytest.approx(1 / 200)
    still, _ = planted_lead(1500, lead=1, correlation=0.4, seed=4)
    flat = rolling_cross_correlation(
        still["x"], still["y"], window=120, lag=1, null="constant", replicates=199
    )
    assert flat.p_value > 0.01
    assert flat.table["null_low"].iloc[0] < 0.4 < flat.table["null_high"].iloc[0]
    assert "same throughout" in flat._repr_html_()


def test_workers_do_not_change_numbers():
    frame, _ = independent_pair(400, seed=0)
    one, two = (
        rolling_cross_correlation(frame["x"], frame["y"], window=60, replicates=300, workers=w)
        for w in (1, 2)
    )
    pd.testing.assert_frame_equal(one.table, two.table, check_exact=True)
    assert one.p_value == two.p_value


def test_one_group_is_the_whole_sample():
    frame, _ = planted_lead(800, lead=2, correlation=0.3, seed=5)
    spans = {"all": (frame.index[0], frame.index[-1])}
    grouped = cross_correlation_by(frame["x"], frame["y"], spans, lags=3, replicates=199)
    whole = cross_correlation(frame["x"], frame["y"], lags=3, replicates=199)
    assert grouped.table.xs("all")["estimate"].to_numpy() == pytest.approx(
        whole.table["estimate"].to_numpy(), abs=0.01
    )  # moments of the pairs in place of those of the sample
    assert np.isnan(grouped.p_difference)
    assert len(grouped.differences) == 0


def test_switching_lead_is_seen_by_group_and_hidden_in_the_whole():
    frame, regimes, truth = switching_lead(3000, lead=1, correlation=0.4, seed=6)
    result = cross_correlation_by(frame["x"], frame["y"], regimes, lags=2, replicates=499)
    table = result.table
    for name, lag in (("x leads", 1), ("y leads", -1)):
        row = table.loc[(name, lag)]
        assert row["low"] < truth.correlation < row["high"]
        assert row["p_adjusted"] <= 0.01
        assert abs(table.loc[(name, -lag), "estimate"]) < 0.12
    assert result.p_difference <= 0.01
    assert result.differences["estimate"].abs().max() > 0.3
    assert "groups differ" in result._repr_html_()


def test_spans_of_cycles():
    frame, _ = planted_lead(800, lead=2, correlation=0.3, seed=5)
    spans = {"2013": ("2013-01-01", "2013-12-31"), "2014": ("2014-01-01", "2014-12-31")}
    result = cross_correlation_by(frame["x"], frame["y"], spans, lags=2, replicates=99)
    assert result.table.loc[("2014", 0), "n"] == 365
    assert result.table.loc[("2013", 2), "n"] <= 363
    with pytest.raises(InputError, match="overlaps"):
        cross_correlation_by(
            frame["x"], frame["y"], spans | {"again": ("2014-06-01", "2014-06-30")}
        )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"window": 10}, "`window` must be at least 20"),
        ({"null": "nothing"}, "`null` must be one of"),
        ({"level": 1}, "`level` must lie"),
        ({"window": 250}, "at least 510"),
        ({"mean_block": 0}, "`mean_block` must be"),
        ({"replicates": 0}, "`replicates` must be"),
    ],
)
def test_bad_rolling_calls(change, words):
    frame, _ = independent_pair(300, seed=0)
    arguments = {"window": 60} | change
    with pytest.raises(InputError, match=words):
        rolling_cross_correlation(frame["x"], frame["y"], **arguments)


def test_bad_groups():
    frame, _ = independent_pair(300, seed=0)
    x, y = frame["x"], frame["y"]
    with pytest.raises(InputError, match="has 9 pairs of days"):
        cross_correlation_by(x, y, {"few": ("2013-03-01", "2013-03-09")})
    with pytest.raises(InputError, match="none of the days"):
        cross_correlation_by(x, y, {"none": ("2023-03-01", "2023-03-09")})
    with pytest.raises(InputError, match="`lags` must be"):
        cross_correlation_by(x, y, {"all": ("2013-01-01", "2013-12-31")}, lags=0)
