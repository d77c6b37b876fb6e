import dataclasses
import math

import numpy as np
import pandas as pd
import pytest

from altrotation.errors import InputError
from altrotation.inference.results import Evidence, Interval, RunInfo

RUN = RunInfo.capture(0, np.arange(3.0))


def fields(**changes):
    given = {
        "label": "mid minus BTC, 60 days",
        "null": "The mean is that of other dates.",
        "alternative": "The mean differs.",
        "estimate": 0.05,
        "unit": "log points",
        "interval": Interval(-0.1, 0.2, 0.95, "bootstrap"),
        "p_value": 0.4,
        "p_adjusted": 0.9,
        "family": "4 outcomes x 4 horizons",
        "p_attainable": 0.0625,
        "n_events": 5,
        "n_effective": 4.2,
        "minimum_detectable_effect": 0.3,
        "run": RUN,
    }
    return {**given, **changes}


def evidence(**changes):
    return Evidence(**fields(**changes))


NONSENSE = [
    ({"interval": None}, "never leaves without its interval"),
    ({"estimate": math.nan}, "the estimate is NaN; say why in `invalid`"),
    ({"p_value": 0.0}, r"`p_value` must lie in \(0, 1\], got 0.0"),
    ({"p_value": math.nan}, r"`p_value` must lie in \(0, 1\], got nan"),
    ({"p_value": 1.0000001}, "`p_value`"),
    ({"p_value": -0.1}, "`p_value`"),
    ({"p_adjusted": 0.0}, "`p_adjusted`"),
    ({"p_attainable": 2.0}, "`p_attainable`"),
    ({"family": ""}, "name the `family`"),
]


@pytest.mark.parametrize(("changes", "message"), NONSENSE)
def test_evidence_refuses_nonsense(changes, message):
    with pytest.raises(InputError, match=f"mid minus BTC, 60 days: .*{message}"):
        Evidence(**fields(**changes))


def test_what_cannot_be_computed_says_why():
    found = Evidence.not_computed("claim", "no event in the sample", unit="log points", run=RUN)
    assert math.isnan(found.estimate)
    assert found.summary().to_dict() == {"claim": {"not computed": "no event in the sample"}}
    assert "no event in the sample" in found._repr_html_()


def test_the_summary_holds_everything_a_reader_needs():
    table = evidence().summary()["mid minus BTC, 60 days"]
    assert table["estimate"] == "+0.0500 log points"
    assert table["95% interval"] == "[-0.100, +0.200] (bootstrap)"
    assert table["p adjusted"] == "0.9000 (4 outcomes x 4 horizons)"
    assert table["smallest p attainable"] == "0.062"
    assert table["events"] == "5 (4.2 effective)"
    assert table["minimum detectable effect"] == "0.3000 log points"
    assert table["seed"] == "0"
    assert table["data"] == RUN.data_hash
    html = evidence(label="a < b")._repr_html_()
    assert "<caption>a &lt; b</caption>" in html


def test_evidence_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        evidence().p_value = 0.01


def test_interval():
    interval = Interval(-1.0, 2.0, 0.9, "exact")
    assert 0.0 in interval
    assert -1.0 in interval
    assert 2.1 not in interval
    with pytest.raises(InputError, match="`low` must not exceed `high`, got 2 and 1"):
        Interval(2, 1, 0.9, "exact")
    with pytest.raises(InputError, match="`low` must not exceed `high`"):
        Interval(math.nan, 1, 0.9, "exact")
    for level in (0.0, 1.0, 95):
        with pytest.raises(InputError, match="`level` must lie between"):
            Interval(0, 1, level, "exact")


def test_run_information_follows_the_data():
    series = pd.Series([1.0, 2.0], index=pd.date_range("2024-01-01", periods=2, unit="us"))
    same = RunInfo.capture(1, series.copy())
    assert RunInfo.capture(1, series) == same
    assert len(same.data_hash) == 16
    changed = [series + 1e-12, series.iloc[::-1], series.shift(freq="D"), series.iloc[:1]]
    assert len({RunInfo.capture(1, other).data_hash for other in [*changed, series]}) == 5
    assert RunInfo.capture(1, series, series).data_hash != same.data_hash
    assert {name for name, _ in same.versions} >= {"python", "numpy", "pandas", "altrotation"}


def test_a_generator_has_no_seed_to_record():
    assert RunInfo.capture(np.random.default_rng(0)).seed is None
    assert RunInfo.capture(np.int64(7)).seed == 7
