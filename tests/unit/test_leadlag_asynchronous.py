import numpy as np
import pandas as pd
import pytest

from altrotation.data.calendar import days, sessions
from altrotation.errors import InputError
from altrotation.kernels.hayashi_yoshida import contrast
from altrotation.leadlag.asynchronous import hayashi_yoshida
from altrotation.leadlag.clocks import HOUR, close_instants, cumulative_activity
from altrotation.leadlag.sensitivity import clock_sensitivity
from altrotation.synthetic.clocks import asynchronous_closes
from tests.oracle import naive_leadlag as naive


def _irregular(rng, size):
    return np.sort(rng.choice(60, size=size, replace=False)).astype(np.int64)


@pytest.mark.parametrize("seed", range(30))
def test_contrast_and_overlap_equal_the_double_loop(seed):
    rng = np.random.default_rng(seed)
    tx, ty = _irregular(rng, rng.integers(3, 15)), _irregular(rng, rng.integers(2, 15))
    x, y = rng.standard_normal(tx.size), rng.standard_normal(ty.size)
    lags = np.arange(-70, 71)
    edges = np.array([0, (tx.size - 1) // 2, tx.size - 1])
    sums, overlap = contrast(tx, x, ty, y, tx.astype(float), ty.astype(float), lags, edges)
    expected = [naive.hayashi_yoshida(tx, x, ty, y, lag) for lag in lags]
    assert sums.sum(axis=0) == pytest.approx(expected, abs=1e-12)
    assert overlap == pytest.approx([naive.overlap(tx, ty, lag) for lag in lags])


def test_on_one_clock_it_is_the_sum_of_products():
    rng = np.random.default_rng(0)
    times = np.arange(50, dtype=np.int64)
    x, y = rng.standard_normal((2, 50)).cumsum(axis=1)
    sums, _ = contrast(times, x, times, y, times * 1.0, times * 1.0, np.arange(-3, 4), _all(50))
    dx, dy = np.diff(x), np.diff(y)
    expected = [(dx[max(0, -k) : 49 - max(0, k)] @ dy[max(0, k) : 49 + min(0, k)])
                for k in range(-3, 4)]  # fmt: skip
    assert sums[0] == pytest.approx(expected)


def _all(n):
    return np.array([0, n - 1])


def test_contrast_is_exchanged_with_its_series():
    rng = np.random.default_rng(4)
    tx, ty = _irregular(rng, 20), _irregular(rng, 12)
    x, y = rng.standard_normal(20), rng.standard_normal(12)
    lags = np.arange(-20, 21)
    one, _ = contrast(tx, x, ty, y, tx * 1.0, ty * 1.0, lags, _all(20))
    two, _ = contrast(ty, y, tx, x, ty * 1.0, tx * 1.0, -lags, _all(12))
    assert one[0] == pytest.approx(two[0], abs=1e-12)


def test_close_instants():
    index = pd.DatetimeIndex(["2024-07-03", "2024-07-05", "2024-12-24", "2025-01-02"])
    closes = close_instants(index, "XNYS")  # half day, summer, half day, winter
    assert [f"{close:%m-%d %H:%M}" for close in closes] == [
        "07-03 17:00", "07-05 20:00", "12-24 18:00", "01-02 21:00"]  # fmt: skip
    assert close_instants(index, "24/7")[0] == pd.Timestamp("2024-07-04")
    with pytest.raises(InputError, match="2024-07-04 is no session"):
        close_instants(pd.DatetimeIndex(["2024-07-04"]), "XNYS")
    with pytest.raises(InputError, match="`clock` must be one of"):
        close_instants(index, "XLON")


def test_cumulative_activity():
    opens, noon, closes = (pd.DatetimeIndex([f"2025-01-02 {h}"]) for h in ("14:30", "18:00", "21"))

    def hours(instants, kind="sessions"):
        return cumulative_activity(kind)(instants) / HOUR

    assert hours(closes) - hours(opens) == pytest.approx([6.5])
    assert hours(noon) - hours(opens) == pytest.approx([3.5])
    weekend = pd.DatetimeIndex(["2025-01-03 22:00", "2025-01-06 14:00"])
    assert np.ptp(hours(weekend)) == 0
    assert np.ptp(hours(weekend, "calendar")) == pytest.approx(64)
    with pytest.raises(InputError, match="`activity` must be one of"):
        cumulative_activity("tea")


def test_planted_lead_is_found_and_the_mechanical_part_is_not_taken_for_one():
    x, y, truth = asynchronous_closes(3000, correlation=0.3, lead=48, seed=3)
    led = hayashi_yoshida(x, y)
    assert led.peak in (48.0, 72.0)  # daily closes place 48 hours in the interval [48, 72]
    assert truth.lead == 48
    assert led.sides["positive"] == pytest.approx(0.001)
    assert led.log_llr > led.log_llr_interval.low > 0
    x, y, _ = asynchronous_closes(3000, correlation=0.5, seed=3)
    flat = hayashi_yoshida(x, y)
    table = flat.table
    assert table.loc[24.0, "estimate"] > 0.3  # no lead, and yet
    assert table.loc[24.0, "mechanical"] == pytest.approx(table.loc[24.0, "estimate"], abs=0.06)
    # true time shared at +24 hours: 21 of 24 hours after a weekday, 69 of 72 after a weekend
    weekdays = (4 * 21 + 69) / (4 * 24 + 72)
    assert table.loc[24.0, "mechanical"] / table.loc[0.0, "estimate"] == pytest.approx(
        weekdays, abs=0.01
    )


def test_only_the_shared_span_counts():
    """Years of one series before the other begins neither dilute the correlation nor count."""
    x, y, _ = asynchronous_closes(1500, correlation=0.5, seed=9)
    late = y.loc["2015":]
    result = hayashi_yoshida(x, late, replicates=99)
    trimmed = hayashi_yoshida(x.loc["2014-12-31":], late, replicates=99)
    pd.testing.assert_frame_equal(result.table, trimmed.table, check_exact=True)
    assert result.n < 0.6 * len(x)
    assert result.table.loc[0.0, "estimate"] == pytest.approx(0.5, abs=0.1)


def test_lags_without_information_say_so():
    x, y, _ = asynchronous_closes(400, seed=1)
    result = hayashi_yoshida(x, y, lags=(-24, -2, 0, 2, 24), replicates=99)
    assert result.table.loc[2.0, "p_adjusted"] == 1.0
    assert "same intervals" in str(result.evidence(2).invalid)
    assert result.evidence(24).interval.low <= result.table.loc[24.0, "excess"]


def test_workers_do_not_change_numbers_and_inputs_stay():
    x, y, _ = asynchronous_closes(400, seed=1)
    before = x.copy()
    one = hayashi_yoshida(x, y, replicates=300)
    two = hayashi_yoshida(x, y, replicates=300, workers=2)
    pd.testing.assert_frame_equal(one.table, two.table, check_exact=True)
    pd.testing.assert_series_equal(x, before)


def test_three_clocks_show_the_mechanical_lead_and_its_absence():
    x, y, _ = asynchronous_closes(8000, correlation=0.8, seed=7)
    index = pd.date_range(x.index[0].normalize(), y.index[-1] - pd.Timedelta(1, "D"), unit="us")
    equity = pd.Series(np.exp(x.to_numpy() / 100), x.index.normalize(), name="stock")
    crypto = pd.Series(np.exp(y.to_numpy() / 100), y.index - pd.Timedelta(1, "D"), name="coin")
    result = clock_sensitivity(
        equity.reindex(index), crypto.reindex(index), closes=x.index, replicates=499
    )
    # 3 hours of .8 in sessions of 33.6 hours on average: .071, sd .013
    assert result.end.sides["negative"] <= 0.01  # "crypto leads": it closes three hours later
    assert result.end.table.loc[-1, "estimate"] > 0.03
    assert result.start.sides["positive"] <= 0.01  # "equities lead": crypto closed before
    assert result.start.table.loc[1, "estimate"] > 0.3
    assert result.contrast.sides["any"] > 0.05
    assert result.summary().shape == (11, 7)
    assert "at own instants" in result.findings()["stock leads"]


def test_three_clocks_on_new_york_sessions():
    index = days("2024-01-02", "2024-12-31")
    rng = np.random.default_rng(0)
    levels = pd.DataFrame(
        np.exp(rng.standard_normal((len(index), 2)).cumsum(axis=0) / 50), index, ["RUT", "ETH"]
    )
    levels.loc[~index.isin(sessions("2024-01-02", "2024-12-31")), "RUT"] = np.nan
    result = clock_sensitivity(levels["RUT"], levels["ETH"], replicates=99)
    assert result.contrast.n == 251
    assert result.end.leader == "RUT"


_X, _Y, _ = asynchronous_closes(200, seed=1)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"lags": (0, 24)}, "`lags` must hold 0, a positive and a negative"),
        ({"block": 0}, "`block` must be at least 1"),
        ({"level": 0}, "`level` must lie between"),
        ({"activity": "x"}, "`activity` must be one of"),
        ({"x": _X.iloc[:30]}, "number of ticks of `x`"),
        ({"x": _X.iloc[::-1]}, "unsorted or doubled"),
        ({"x": _X.tz_localize("UTC")}, "timezone-naive"),
        ({"x": _X.to_numpy()}, "must be a pandas Series, got ndarray"),
        ({"x": _X * np.inf}, "infinite"),
        (
            {"x": _X.set_axis(_X.index + pd.Timedelta(3000, "D"))},
            "number of ticks of `x` in the shared span",
        ),
    ],
)
def test_bad_calls(change, words):
    arguments = {"x": _X, "y": _Y} | change
    with pytest.raises(InputError, match=words):
        hayashi_yoshida(arguments.pop("x"), arguments.pop("y"), **arguments)
