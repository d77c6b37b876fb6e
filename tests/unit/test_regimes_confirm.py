import numpy as np
import pandas as pd
import pytest

from altrotation.errors import InputError, LookaheadError
from altrotation.inference.results import RunInfo
from altrotation.regimes.confirm import confirmed
from altrotation.regimes.paths import FilteredRegime, SmoothedRegime
from altrotation.testing import assert_causal


def path(codes, kind=FilteredRegime):
    days = pd.date_range("2020-01-01", periods=len(codes), freq="D", unit="us")
    return kind(
        detector="toy",
        rule="by hand",
        states=("low", "high"),
        dates=days,
        codes=np.array(codes),
        run=RunInfo(0, "none"),
    )


def test_a_state_must_last():
    codes = [0, 0, 0, 1, 0, 1, 1, 1, -1, 1, 0, 0]
    assert confirmed(path(codes), rows=2).codes.tolist() == [
        -1, 0, 0, 0, 0, 0, 1, 1, -1, 1, 1, 0,
    ]  # fmt: skip
    assert confirmed(path(codes), rows=1).codes.tolist() == codes


def test_no_state_lasts():
    regime = confirmed(path([0, 1, 0, 1]), rows=3)
    assert regime.invalid == "no state lasts 3 rows"


def test_causal():
    series = pd.Series(
        np.random.default_rng(0).normal(size=120).cumsum(),
        index=pd.date_range("2020-01-01", periods=120, freq="D", unit="us"),
    )

    def codes(data):
        raw = np.where(data.isna(), -1, (data > 0).astype(int))
        return pd.Series(confirmed(path(raw), rows=3).codes.astype(float), index=data.index)

    assert_causal(codes, series, warmup=5)


def test_bad_input_is_refused():
    with pytest.raises(LookaheadError, match="SmoothedRegime"):
        confirmed(path([0, 1], SmoothedRegime), rows=2)
    with pytest.raises(InputError, match="`rows` must be at least 1"):
        confirmed(path([0, 1]), rows=0)
