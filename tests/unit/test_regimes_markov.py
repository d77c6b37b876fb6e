import ast
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from statsmodels.tsa import regime_switching

from altrotation.errors import InputError
from altrotation.regimes.markov import markov_fit
from altrotation.regimes.markov_estimate import _alike, estimate_markov
from altrotation.regimes.markov_model import MarkovModel
from altrotation.regimes.markov_online import markov_regimes
from altrotation.regimes.paths import FilteredRegime, SmoothedRegime
from altrotation.regimes.refits import FitError
from altrotation.testing import assert_causal
from tests.oracle.naive_regimes import markov_filter

TESTS = Path(regime_switching.__file__).parent / "tests" / "test_markov_autoregression.py"


def published(name):
    """A list of numbers out of statsmodels' own tests, read without running them."""
    if not TESTS.is_file():
        pytest.skip("statsmodels was installed without its tests")
    for node in ast.parse(TESTS.read_text()).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == name:
            return ast.literal_eval(node.value)
    raise AssertionError(f"statsmodels no longer holds {name}")


def daily(values):
    days = pd.date_range("2015-01-01", periods=len(values), freq="D", unit="us")
    return pd.Series(np.asarray(values, dtype=float), index=days)


def switching(n=600, length=60, low=-1.0, high=1.0, seed=0, noise=0.7):
    states = (np.arange(n) // length) % 2
    values = np.random.default_rng(seed).normal(size=n) * noise
    return daily(values + np.where(states, high, low)), states


@pytest.fixture(scope="module")
def gnp():
    """Growth of US real GNP, 1951:2 to 1984:4; the data and values in statsmodels' own tests."""
    model = MarkovModel(states=("recession", "expansion"), order=4, switching_variance=False)
    return markov_fit(daily(published("rgnp")), model=model, starts=3)


def test_hamilton_likelihood_and_parameters(gnp):
    assert gnp.loglike == pytest.approx(-181.26339, abs=2e-5)
    # E-views, as quoted in statsmodels' TestHamiltonAR4; sigma there is log standard deviation
    expected = {
        "p[recession->recession]": 0.754673,
        "p[expansion->recession]": 0.095915,
        "mean[recession]": -0.358811,
        "mean[expansion]": 1.163516,
        "sigma2[recession]": np.exp(-0.262658) ** 2,
        "sigma2[expansion]": np.exp(-0.262658) ** 2,
        "ar.L1": 0.013486,
        "ar.L2": -0.057521,
        "ar.L3": -0.246983,
        "ar.L4": -0.212923,
    }
    for name, value in expected.items():
        assert gnp.parameters[name] == pytest.approx(value, abs=2e-4), name


def test_hamilton_filtered_and_smoothed_probabilities(gnp):
    np.testing.assert_allclose(
        gnp.filtered["expansion"], published("hamilton_ar4_filtered"), atol=3e-4
    )
    np.testing.assert_allclose(
        gnp.regime.probabilities["expansion"], published("hamilton_ar4_smoothed"), atol=3e-4
    )
    assert isinstance(gnp.regime, SmoothedRegime)
    assert len(gnp.regime) == len(published("rgnp")) - 4


def test_filter_equals_the_five_line_one():
    series, _ = switching(300)
    fit = markov_fit(series, starts=1)
    p = fit.parameters
    names = ("low", "high")
    transition = np.array([[p[f"p[{a}->{b}]"] for b in names] for a in names])
    start = np.linalg.matrix_power(transition, 5000)[0]  # stationary law
    slow = markov_filter(
        series.to_numpy(),
        transition,
        [p[f"mean[{name}]"] for name in names],
        [p[f"sigma2[{name}]"] for name in names],
        start,
    )
    np.testing.assert_allclose(fit.filtered.to_numpy(), slow, rtol=1e-6, atol=1e-9)


def test_states_are_named_by_their_moment():
    rng = np.random.default_rng(3)
    states = (np.arange(800) // 80) % 2
    series = daily(rng.normal(size=800) * np.where(states, 3.0, 1.0) - 0.8 * states)
    by_mean = markov_fit(series, model=MarkovModel(states=("down", "up")), starts=2)
    by_size = markov_fit(
        series, model=MarkovModel(states=("calm", "wild"), moment="variance"), starts=2
    )
    assert by_mean.parameters["mean[down]"] < by_mean.parameters["mean[up]"]
    assert by_size.parameters["sigma2[calm]"] < by_size.parameters["sigma2[wild]"]
    np.testing.assert_array_equal(by_mean.regime.codes, 1 - by_size.regime.codes)


def test_units_and_level_do_not_matter():
    series, _ = switching(300)
    one, other = markov_fit(series, starts=1), markov_fit(series * 1e-3 + 5, starts=1)
    np.testing.assert_allclose(one.filtered, other.filtered, atol=1e-6)
    assert other.parameters["mean[low]"] == pytest.approx(
        one.parameters["mean[low]"] * 1e-3 + 5, rel=1e-6
    )
    assert other.loglike == pytest.approx(one.loglike - 300 * np.log(1e-3), rel=1e-6)


def test_online_path_finds_planted_states():
    series, states = switching()
    regime = markov_regimes(series, warmup=250, every=100, starts=1)
    assert isinstance(regime, FilteredRegime)
    assert (regime.codes[:249] == -1).all()
    assert (regime.codes[249:] == states[249:]).mean() > 0.95
    assert regime.fits["rows"].tolist() == [250, 350, 450, 550]
    assert (regime.fits["invalid"] == "").all()
    known = regime.probabilities.dropna()
    np.testing.assert_allclose(known.sum(axis=1), 1.0)


def test_rows_of_a_refit_equal_a_fit_on_the_rows_so_far():
    series, _ = switching(400)
    regime = markov_regimes(series, warmup=250, every=75, starts=1)
    alone = markov_fit(series.iloc[:250], starts=1)
    np.testing.assert_allclose(
        regime.probabilities.iloc[249], alone.filtered.iloc[-1], rtol=1e-4, atol=1e-5
    )


def test_missing_rows_have_no_state():
    series, _ = switching(400)
    series.iloc[[100, 320]] = np.nan
    regime = markov_regimes(series, warmup=250, every=100, starts=0)
    assert regime.codes[320] == -1
    assert (regime.codes[251:320] >= 0).all()
    assert len(regime) == 400


def test_causal_with_refits():
    series, _ = switching(190, length=30)

    def path(data):
        regime = markov_regimes(data, warmup=90, every=50, starts=0)
        return regime.probabilities.assign(code=regime.indicator("high"))

    assert_causal(path, series, warmup=95, cuts=[120, 140, 141])  # row 139 estimates anew


def test_a_state_that_hardly_occurs_is_refused_with_the_reason():
    values = np.random.default_rng(0).normal(size=400)
    values[[100, 101, 300, 301]] += 12
    model = MarkovModel(switching_variance=False)
    with pytest.raises(FitError, match=r"'high' holds 1\.0% of the rows"):
        markov_fit(daily(values), model=model, starts=0)
    regime = markov_regimes(daily(values), model=model, warmup=200, every=150, starts=0)
    assert regime.invalid is not None
    assert "every estimation failed" in regime.invalid
    assert (regime.codes == -1).all()
    assert regime.fits["invalid"].str.contains("of the rows").all()


def test_states_that_are_alike_are_refused():
    # one state is enough for noise without a second mean: the maximum is at equal states or at a
    # rare one, and neither may pass for a regime
    noise = daily(np.random.default_rng(4).uniform(-1, 1, size=300))
    alike = {"mean[low]": 0.5, "mean[high]": 0.5, "sigma2[low]": 2.0, "sigma2[high]": 2.0}
    assert _alike(alike, MarkovModel(), float(noise.std()))
    assert not _alike({**alike, "mean[high]": 1.0}, MarkovModel(), float(noise.std()))
    assert not _alike({**alike, "sigma2[high]": 3.0}, MarkovModel(), float(noise.std()))


def test_constant_rows_cannot_be_estimated():
    with pytest.raises(FitError, match="the rows are constant"):
        estimate_markov(np.full(50, 2.5), MarkovModel(), None, 0, np.random.default_rng(0))


def test_a_failed_refit_keeps_the_parameters_before(monkeypatch):
    from altrotation.regimes import markov_online

    series, _ = switching(460)
    true = markov_online.estimate_markov

    def failing(values, *rest, **options):
        if len(values) == 350:
            raise FitError("the likelihood did not converge from any start")
        return true(values, *rest, **options)

    expected = markov_regimes(series.iloc[:350], warmup=250, every=300, starts=0)
    monkeypatch.setattr(markov_online, "estimate_markov", failing)
    regime = markov_regimes(series, warmup=250, every=100, starts=0)
    assert regime.fits["invalid"].tolist()[1].startswith("the likelihood did not converge")
    assert regime.fits["invalid"].tolist()[0] == ""
    assert (regime.codes[349:449] >= 0).all()
    np.testing.assert_allclose(
        regime.probabilities.iloc[349], expected.probabilities.iloc[349], rtol=1e-9
    )


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: markov_fit(daily(np.ones(100))), r"is constant \(1\)"),
        (lambda: markov_fit(daily(np.arange(30.0))), "at least 40 complete rows, got 30"),
        (lambda: markov_regimes(daily(np.arange(99.0))), "at least 500 complete rows, got 99"),
        (lambda: markov_regimes(daily(np.arange(99.0)), warmup=30), "`warmup` must be at least 40"),
        (lambda: MarkovModel(moment="median"), "`moment` must be one of"),
        (lambda: MarkovModel(states=("one",)), "number of states"),
        (lambda: MarkovModel(moment="variance", switching_variance=False), "cannot be ordered"),
    ],
)
def test_bad_input_is_refused(call, message):
    with pytest.raises(InputError, match=message):
        call()
