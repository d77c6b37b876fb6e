import numpy as np
import pandas as pd
import pytest

from altrotation.errors import InputError
from altrotation.kernels.entropy import entropy_of_resamples, local_transfer_entropy
from altrotation.leadlag.entropy import transfer_entropy
from altrotation.leadlag.levy import area_terms, levy_area
from altrotation.synthetic.leadlag import common_factor, independent_pair, planted_lead
from tests.oracle import naive_leadlag as naive


@pytest.mark.parametrize("symbols", [2, 3, 4])
def test_entropy_equals_the_dictionary_count(symbols):
    rng = np.random.default_rng(symbols)
    x, y = rng.integers(0, symbols, (2, 300))
    parts = (x[:-1], y[:-1], y[1:])
    local = local_transfer_entropy(*parts, symbols)
    assert local.mean() == pytest.approx(naive.transfer_entropy(x, y, symbols), abs=1e-12)
    rows = np.stack([np.arange(299), rng.permutation(299)])
    both = entropy_of_resamples(*parts, symbols, rows)
    assert both[0] == pytest.approx(local.mean(), abs=1e-12)
    assert both[1] == pytest.approx(
        local_transfer_entropy(x[:-1][rows[1]], *parts[1:], symbols).mean(), abs=1e-12
    )


def test_entropy_of_a_copy_is_the_entropy_of_the_symbol():
    rng = np.random.default_rng(0)
    index = pd.date_range("2020-01-01", periods=3001, unit="us")
    noise = rng.standard_normal(3001)
    x = pd.Series(noise, index)
    y = pd.Series(np.r_[rng.standard_normal(), noise[:-1]], index)  # y repeats x a row later
    result = transfer_entropy(x, y, replicates=99)
    assert result.table.loc["forth", "raw"] == pytest.approx(np.log(3), abs=0.01)
    assert result.table.loc["forth", "p"] == pytest.approx(0.01)
    assert abs(result.table.loc["back", "effective"]) < 0.005
    assert result.table.loc["net", "effective"] > 1


def test_effective_entropy_takes_the_bias_off():
    """Twice n times the plug-in value is about chi-squared with (3-1)(3-1)3 = 12 degrees."""
    raw, effective = [], []
    for seed in range(40):
        frame, _ = independent_pair(500, autocorrelation=0.0, clustering=False, seed=seed)
        table = transfer_entropy(frame["x"], frame["y"], replicates=99).table
        raw.append(table.loc["forth", "raw"])
        effective.append(table.loc["forth", "effective"])
    assert np.mean(raw) == pytest.approx(12 / (2 * 499), abs=0.0025)  # sd of the mean .0008
    assert np.mean(effective) == pytest.approx(0, abs=0.0025)


def test_planted_lead_in_entropy_and_lag():
    frame, _ = planted_lead(1500, lead=3, correlation=0.4, seed=1)
    found = transfer_entropy(frame["x"], frame["y"], lag=3, replicates=199)
    assert found.table.loc["forth", "p"] == pytest.approx(1 / 200)
    assert found.evidence().p_adjusted == pytest.approx(2 / 200)
    assert found.evidence("net").estimate > 0
    assert "x to y" in found._repr_html_()
    same = transfer_entropy(frame["x"], frame["y"], lag=3, replicates=199, workers=2)
    pd.testing.assert_frame_equal(found.table, same.table, check_exact=True)


def test_area_terms_equal_the_double_sum_over_windows():
    rng = np.random.default_rng(3)
    x, y = rng.standard_normal((2, 40))
    window = 7
    areas = [naive.levy_area(x[s : s + window], y[s : s + window])
             for s in range(-window + 1, 40) if s >= 0 and s + window <= 40]  # fmt: skip
    padded_x, padded_y = (np.concatenate([np.zeros(window), v, np.zeros(window)]) for v in (x, y))
    every = [naive.levy_area(padded_x[s : s + window], padded_y[s : s + window])
             for s in range(40 + window + 1)]  # fmt: skip
    # every pair at distance k lies in window - k windows
    assert area_terms(x, y, window).sum() * window == pytest.approx(sum(every))
    assert len(areas) == 34
    assert area_terms(y, x, window) == pytest.approx(-area_terms(x, y, window))


def test_levy_area_of_known_leads():
    frame, _ = planted_lead(4000, lead=3, correlation=0.3, contemporaneous=0.4, seed=6)
    found = levy_area(frame["x"], frame["y"], window=10)
    assert found.estimate == pytest.approx(0.5 * 0.7 * 0.3, abs=0.04)
    assert found.p_value < 1e-3
    back = levy_area(frame["y"], frame["x"], window=10)
    assert back.estimate == pytest.approx(-found.estimate)
    flat, _ = common_factor(4000, correlation=0.7, seed=6)
    assert 0.0 in levy_area(flat["x"], flat["y"], window=10).interval


def test_bad_calls():
    frame, _ = independent_pair(300, seed=0)
    x, y = frame["x"], frame["y"]
    with pytest.raises(InputError, match="at least 270"):
        transfer_entropy(x.iloc[:200], y.iloc[:200])
    with pytest.raises(InputError, match="`lag` must be at least 1"):
        transfer_entropy(x, y, lag=0)
    with pytest.raises(InputError, match="`symbols` must be at least 2"):
        transfer_entropy(x, y, symbols=1)
    with pytest.raises(InputError, match="repeats a value too often"):
        transfer_entropy((x > 5).astype(float) + (np.arange(300) == 4), y)
    with pytest.raises(InputError, match="`mean_block` must be"):
        transfer_entropy(x, y, mean_block=0)
    with pytest.raises(InputError, match="`row` must be one of"):
        transfer_entropy(x, y, replicates=9).evidence("sideways")
    with pytest.raises(InputError, match="`window` must be at least 2"):
        levy_area(x, y, window=1)
    with pytest.raises(InputError, match="looks like a level"):
        levy_area(x.cumsum(), y)
