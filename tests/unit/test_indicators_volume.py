"""Volume: expansion, sideways days, stability and turnover against oracles; gaps, bad calls."""

import numpy as np
import pandas as pd
import pytest

from altrotation.errors import InputError
from altrotation.indicators.volume import (
    group_turnover,
    sideways,
    volume_expansion,
    volume_stability,
)
from tests.oracle import naive_indicators_two as naive

DATES = pd.date_range("2020-01-01", periods=300, freq="D", unit="us", name="date")


@pytest.fixture
def volume():
    rng = np.random.default_rng(1)
    values = pd.Series(np.exp(rng.normal(0, 0.5, len(DATES))), index=DATES)
    values.iloc[[50, 51, 140, 141, 142, 143]] = np.nan
    return values


@pytest.fixture
def price():
    rng = np.random.default_rng(2)
    steps = rng.normal(0, np.where(np.arange(len(DATES)) % 100 < 50, 0.005, 0.04))
    values = pd.Series(np.exp(steps.cumsum()), index=DATES)
    values.iloc[120] = np.nan
    return values


def test_expansion_equals_the_oracle(volume):
    got = volume_expansion(volume, short=10, long=60)
    expected = naive.volume_expansion(volume, 10, 60)
    pd.testing.assert_series_equal(got, expected, check_names=False, rtol=1e-9)
    assert got.iloc[:59].isna().all()
    # two of ten missing is enough, four are too many; a day without a volume has no ratio
    assert got.iloc[140:150].isna().all()
    assert got.iloc[152:].notna().all()


def test_expansion_by_hand():
    level = pd.Series([1.0] * 150 + [2.0] * 30, index=DATES[:180])
    # 2 over (150 + 60) / 180
    assert volume_expansion(level).iloc[-1] == pytest.approx(2 / (210 / 180))
    tail = pd.Series([1e-9] * 150 + [1.0] * 30, index=DATES[:180])
    assert volume_expansion(tail).iloc[-1] == pytest.approx(6)  # its upper bound


def test_sideways_equals_the_oracle(price):
    got = sideways(price)
    pd.testing.assert_series_equal(got, naive.sideways(price, 14, 0.10), check_names=False)
    assert 0.1 < got.mean() < 0.9
    assert got.iloc[120:134].isna().all()
    flat = pd.Series([1.0, 1.1, 1.0], index=DATES[:3])
    assert sideways(flat, window=3, band=np.log(1.1) + 1e-6).iloc[-1] == 1
    assert sideways(flat, window=3, band=np.log(1.1) - 1e-6).iloc[-1] == 0


def test_stability_equals_the_oracle(volume, price):
    got = volume_stability(volume, price, before=30)
    expected = naive.volume_stability(volume, price, 14, 30, 0.10)
    pd.testing.assert_series_equal(got, expected, check_names=False, rtol=1e-9)
    assert got.notna().sum() > 20
    assert got[sideways(price) != 1].isna().all()


def test_stability_of_halved_volume_is_a_half():
    level = pd.Series([2.0] * 60 + [1.0] * 14, index=DATES[:74])
    price = level * 0 + 5.0
    assert volume_stability(level, price).iloc[-1] == 0.5
    assert volume_stability(level, price).iloc[:73].isna().all()


def test_turnover_equals_the_oracle():
    rng = np.random.default_rng(3)
    shape = (60, 4)
    volumes = pd.DataFrame(rng.uniform(0, 2, shape), index=DATES[:60], columns=list("abcd"))
    caps = pd.DataFrame(rng.uniform(10, 20, shape), index=DATES[:60], columns=list("abcd"))
    volumes[rng.random(shape) < 0.3] = np.nan
    caps[rng.random(shape) < 0.3] = np.nan
    members = pd.DataFrame(rng.random(shape) < 0.7, index=volumes.index, columns=volumes.columns)
    got = group_turnover(volumes, caps, members=members, least=2)
    pd.testing.assert_series_equal(
        got, naive.group_turnover(volumes, caps, members, 2), check_names=False, rtol=1e-9
    )
    assert got.isna().any()
    assert got.notna().any()


def test_bad_calls(volume, price):
    frame = volume.to_frame("a")
    for bad in (
        lambda: volume_expansion(-volume),
        lambda: volume_expansion(volume, short=0),
        lambda: volume_expansion(volume, short=30, long=30),
        lambda: sideways(-price),
        lambda: sideways(price, window=1),
        lambda: sideways(price, band=0),
        lambda: volume_stability(volume, price[:-1]),
        lambda: volume_stability(volume, price, before=0),
        lambda: group_turnover(-frame, frame),
        lambda: group_turnover(frame, frame - 10),
        lambda: group_turnover(frame, frame.rename(columns={"a": "b"})),
        lambda: group_turnover(frame, frame, least=0),
    ):
        with pytest.raises(InputError):
            bad()
