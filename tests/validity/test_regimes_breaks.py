"""Size, power and coverage of the break tests, with the naive versions that fail."""

import numpy as np
import pandas as pd
import pytest

from altrotation.regimes.breaks import ave_f, exp_f, sup_f
from altrotation.regimes.changepoints import changepoints
from altrotation.regimes.cusum import ols_cusum
from altrotation.regimes.known_break import known_break
from altrotation.synthetic.noise import daily_noise

pytestmark = pytest.mark.validity

TESTS = {"sup-F": sup_f, "exp-F": exp_f, "ave-F": ave_f, "OLS-CUSUM": ols_cusum}
WORLDS, ROWS = 400, 250


def world(seed, rows=ROWS, autocorrelation=0.0, shift=0.0, at=0.6):
    values = daily_noise(rows, sigma=1.0, autocorrelation=autocorrelation, seed=seed)
    values[int(at * rows) :] += shift
    return pd.Series(values, index=pd.date_range("2020-01-01", periods=rows, unit="us"))


def rejections(test, worlds=WORLDS, **options):
    wanted = {key: options.pop(key) for key in ("bandwidth",) if key in options}
    return np.mean(
        [test(world(seed, **options), **wanted).p_value <= 0.05 for seed in range(worlds)]
    )


@pytest.mark.parametrize("name", TESTS)
def test_size_on_white_noise(name):
    # Binomial(400, .05): sd .0109; four sd: [.006, .094]
    assert 0.006 <= rejections(TESTS[name]) <= 0.094


@pytest.mark.parametrize("name", ["sup-F", "OLS-CUSUM"])
def test_the_classical_version_fails_under_autocorrelation(name):
    # kept as a demonstration: with AR(1) of .5 the variance of a mean is three times the classical
    assert rejections(TESTS[name], worlds=200, autocorrelation=0.5) > 0.25


@pytest.mark.parametrize("name", TESTS)
def test_the_robust_version_is_near_its_size_under_autocorrelation(name):
    # 1,000 rows, 20 lags. Kernel estimates are too small by about the share of the correlation
    # they cut and by the rows they borrow, so the target is 5 % to 10 %:
    # Binomial(200, .10): sd .0212; four sd above: .185
    share = rejections(TESTS[name], worlds=200, rows=1000, autocorrelation=0.5, bandwidth=20)
    assert share <= 0.185


@pytest.mark.parametrize("name", TESTS)
def test_power_against_a_shift(name):
    # a shift of .6 sd after 60 % of 250 rows: z = .6 sqrt(250 x .6 x .4) = 4.6 at the known date
    assert rejections(TESTS[name], worlds=100, shift=0.6) > 0.8


def test_interval_of_a_break_date_covers():
    covered = found = 0
    for seed in range(WORLDS):
        result = changepoints(world(seed, shift=1.5), max_breaks=1, min_size=25)
        if len(result):
            found += 1
            only = result.breaks.iloc[0]
            covered += only["low_row"] <= 150 <= only["high_row"]
    assert found == WORLDS
    # at least 95 % (whole rows round outwards): Binomial(400, .95) sd .0109; four sd below: .906
    assert covered / found >= 0.906


def test_number_of_breaks_on_white_noise_and_under_autocorrelation():
    def false(criterion, autocorrelation):
        worlds = (world(seed, autocorrelation=autocorrelation) for seed in range(100))
        return np.mean([len(changepoints(w, criterion=criterion)) > 0 for w in worlds])

    assert false("BIC", 0.0) < 0.1
    assert false("BIC", 0.5) > 0.25  # the demonstration: BIC takes persistence for breaks
    assert false("LWZ", 0.5) < false("BIC", 0.5)


def known_date_size(autocorrelation, worlds=WORLDS, **options):
    found = []
    for seed in range(worlds):
        y = world(seed, rows=600, autocorrelation=autocorrelation)
        x = world(10_000 + seed, rows=600, autocorrelation=autocorrelation)
        result = known_break(y, x, date=y.index[360], **options)
        found.append((result.p_value <= 0.05, result.table["p_value"].iloc[1] <= 0.05))
    return np.mean(found, axis=0)


def test_size_of_a_known_break():
    # Binomial(400, .05): sd .0109; four sd: [.006, .094]
    for autocorrelation in (0.0, 0.5):
        joint, slope = known_date_size(autocorrelation)
        assert 0.006 <= joint <= 0.094
        assert 0.006 <= slope <= 0.094
