import numpy as np
import pandas as pd
import pytest
import ruptures as rpt
import statsmodels.api as sm

from altrotation.errors import InputError
from altrotation.regimes.break_dates import argmax_quantile, argmax_tail
from altrotation.regimes.changepoints import changepoints
from altrotation.regimes.known_break import known_break
from altrotation.regimes.paths import FilteredRegime, SmoothedRegime
from tests.oracle.naive_regimes import best_partition


def daily(values, start="2015-01-01"):
    days = pd.date_range(start, periods=len(values), freq="D", unit="us")
    return pd.Series(np.asarray(values, dtype=float), index=days)


@pytest.fixture(scope="module")
def nile():
    return daily(sm.datasets.nile.load_pandas().data["volume"].to_numpy())


def test_nile_partition_to_the_printed_digits(nile):
    result = changepoints(nile, min_size=15)
    assert result.candidates["rss"].round().astype(int).tolist() == [
        2835157,
        1597457,
        1552924,
        1538097,
        1507888,
        1659994,
    ]
    assert result.candidates["BIC"].round().astype(int).tolist() == [
        1318,
        1270,
        1276,
        1285,
        1292,
        1311,
    ]
    assert len(result) == 1
    only = result.breaks.iloc[0]
    assert (only["row"], only["low_row"], only["high_row"]) == (28, 25, 32)
    assert only["date"] == nile.index[27]
    assert (only["low"], only["high"], only["cut"]) == (nile.index[24], nile.index[31], False)
    assert only["change"] == pytest.approx(nile.iloc[28:].mean() - nile.iloc[:28].mean())


def test_nile_partitions_are_those_of_dynp(nile):
    search = rpt.Dynp(model="l2", min_size=15, jump=1).fit(nile.to_numpy())
    ends = changepoints(nile, min_size=15).candidates["ends"]
    assert [list(e) for e in ends.iloc[1:]] == [search.predict(m)[:-1] for m in range(1, 6)]


@pytest.mark.parametrize("seed", range(4))
def test_partition_beats_every_other(seed):
    y = np.random.default_rng(seed).normal(size=16).round(3) + 1e4  # a level that cancels badly
    result = changepoints(daily(y), max_breaks=3, min_size=3)
    for m in (1, 2, 3):
        rss, ends = best_partition(y, m, 3)
        assert result.candidates["ends"].iloc[m] == ends
        assert result.candidates["rss"].iloc[m] == pytest.approx(rss, rel=1e-6)


def test_segments_are_a_smoothed_regime(nile):
    regime = changepoints(nile, min_size=15).regime()
    assert isinstance(regime, SmoothedRegime)
    assert not isinstance(regime, FilteredRegime)
    assert (regime.codes == np.r_[np.zeros(28), np.ones(72)]).all()


def test_noise_has_no_break_and_lwz_is_the_stricter():
    noise = daily(np.random.default_rng(0).normal(size=300))
    result = changepoints(noise)
    assert len(result) == 0
    assert result.regime().states == ("segment 1",)
    penalty = result.candidates["LWZ"] - np.log(result.candidates["rss"])
    assert (np.diff(penalty) > 0).all()


def test_interval_over_the_edge_is_cut():
    y = daily(np.r_[np.zeros(12), np.full(30, 0.8)] + np.random.default_rng(1).normal(size=42))
    result = changepoints(y, min_size=6, max_breaks=1)
    if len(result):
        only = result.breaks.iloc[0]
        assert only["low"] >= y.index[0]
        assert only["cut"] == (only["low_row"] < 1 or only["high_row"] > 42)


def test_argmax_law_symmetric_published_quantiles():
    # Bai (1997): 90 % interval 7.7, 95 % interval 11.0 of the symmetric case.
    assert argmax_quantile(0.95) == pytest.approx(7.7, abs=0.05)
    assert argmax_quantile(0.975) == pytest.approx(11.0, abs=0.05)
    assert argmax_quantile(0.05) == pytest.approx(-argmax_quantile(0.95), rel=1e-6)
    assert argmax_tail(0.0) == pytest.approx(0.5, abs=1e-8)


@pytest.mark.parametrize(("scale", "drift"), [(2.0, 1.5), (0.5, 1.0)])
def test_argmax_law_against_simulation(scale, drift):
    rng, step, steps, draws = np.random.default_rng(0), 0.05, 2000, 3000
    time = np.arange(1, steps + 1) * step
    left = rng.normal(size=(draws, steps)).cumsum(axis=1) * step**0.5 - time / 2
    right = scale * rng.normal(size=(draws, steps)).cumsum(axis=1) * step**0.5 - drift * time / 2
    place = np.where(
        left.max(axis=1) > right.max(axis=1),
        -time[left.argmax(axis=1)],
        time[right.argmax(axis=1)],
    )
    for probability in (0.025, 0.1, 0.9, 0.975):
        x = argmax_quantile(probability, scale=scale, drift=drift)
        # Binomial(3000, p): four sd, and .01 for the grid
        band = 4 * np.sqrt(probability * (1 - probability) / draws) + 0.01
        assert abs((place <= x).mean() - probability) < band


def regression(seed=0, n=400, slope_change=0.0):
    rng = np.random.default_rng(seed)
    x = daily(rng.normal(size=n))
    late = np.arange(n) >= 150
    y = 0.2 + (0.5 + slope_change * late) * x.to_numpy() + rng.normal(size=n)
    return daily(y), x.rename("dominance")


def test_known_break_recovers_a_planted_slope():
    y, x = regression(slope_change=0.8)
    for kernel, bandwidth in (("cosine", None), ("bartlett", 5)):
        result = known_break(y, x, date=y.index[150], kernel=kernel, bandwidth=bandwidth)
        slope, level = result.table.loc["dominance"], result.table.loc["constant"]
        assert slope["low"] < 0.8 < slope["high"]
        assert slope["p_value"] < 1e-4
        assert level["low"] < 0 < level["high"]
        assert (result.n_before, result.n_after) == (150, 250)
        assert result.p_value < 1e-4


def test_known_break_coefficients_are_two_regressions():
    y, x = regression()
    first = sm.OLS(y.iloc[:150].to_numpy(), sm.add_constant(x.iloc[:150].to_numpy())).fit()
    second = sm.OLS(y.iloc[150:].to_numpy(), sm.add_constant(x.iloc[150:].to_numpy())).fit()
    for kernel, bandwidth in (("cosine", None), ("bartlett", 3), ("uniform", 0)):
        table = known_break(y, x, date=y.index[150], kernel=kernel, bandwidth=bandwidth).table
        np.testing.assert_allclose(table["before"], first.params)
        np.testing.assert_allclose(table["after"], second.params)
        np.testing.assert_allclose(table["change"], second.params - first.params)


def test_known_break_errors_are_those_of_statsmodels():
    y, x = regression()
    late = (np.arange(len(y)) >= 150).astype(float)
    design = np.column_stack([np.ones(len(y)), x, late, late * x])
    fit = sm.OLS(y.to_numpy(), design).fit(
        cov_type="HAC", cov_kwds={"maxlags": 6, "kernel": "bartlett"}
    )
    result = known_break(y, x, date=y.index[150], kernel="bartlett", bandwidth=6)
    np.testing.assert_allclose(result.table["standard error"], fit.bse[2:], rtol=1e-9)
    joint = fit.wald_test(np.eye(4)[2:], use_f=False, scalar=True)
    assert result.statistic == pytest.approx(float(joint.statistic))
    assert result.p_value == pytest.approx(float(joint.pvalue))


def test_with_one_coefficient_joint_and_single_p_agree(nile):
    for kernel, bandwidth in (("cosine", None), ("bartlett", 4)):
        result = known_break(nile, date=nile.index[28], kernel=kernel, bandwidth=bandwidth)
        assert result.p_value == pytest.approx(result.table["p_value"].iloc[0], rel=1e-6)


NOISE = daily(np.random.default_rng(0).normal(size=100))
WALK = daily(np.arange(100.0) % 7)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: changepoints(NOISE * 0 + 1.0), "is constant"),
        (lambda: changepoints(NOISE.iloc[:5]), "At least 10 complete rows"),
        (lambda: changepoints(NOISE, min_size=60), "Two segments of `min_size` 60 need 120"),
        (lambda: changepoints(NOISE, max_breaks=0), "`max_breaks` must be at least 1"),
        (lambda: changepoints(NOISE, min_size=1), "`min_size` must be at least 2"),
        (lambda: changepoints(NOISE, level=1.0), "`level` must lie between"),
        (lambda: changepoints(NOISE, bandwidth=15), "`bandwidth` must lie in 0..14"),
        (lambda: changepoints(NOISE, criterion="AIC"), "`criterion` must be one of"),
        (
            lambda: changepoints(daily([0.0] * 20 + [1.0] * 20), min_size=10),
            "1 breaks fit the series exactly",
        ),
        (lambda: known_break(NOISE, date="2015-01-05"), "Only 4 complete rows lie before"),
        (lambda: known_break(NOISE, date="2030-01-05"), "Only 0 complete rows lie from"),
        (lambda: known_break(NOISE, date="2015-02-20", kernel="bartlett"), "`bandwidth` belongs"),
        (lambda: known_break(NOISE, date="2015-02-20", bandwidth=3), "`bandwidth` belongs"),
        (lambda: known_break(NOISE, date="2015-02-20", kernel="flat"), "`kernel` must be one of"),
        (
            lambda: known_break(
                NOISE, WALK.where(WALK.index < "2015-02-01", 3.0), date="2015-02-20"
            ),
            "collinear after the break",
        ),
    ],
)
def test_bad_input_is_refused(call, message):
    with pytest.raises(InputError, match=message):
        call()
