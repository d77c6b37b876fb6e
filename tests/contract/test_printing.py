"""Results print their numbers in words; the fields of a dataclass are no output."""

import inspect
import re

import numpy as np
import pandas as pd
import pytest

from altrotation import breakouts, event_study
from altrotation.backtest.overfitting import overfitting_probability
from altrotation.inference.hac import hac_mean
from altrotation.leadlag.crosscorr import cross_correlation
from altrotation.leadlag.granger import granger
from altrotation.leadlag.localproj import local_projection
from altrotation.leadlag.network import lead_matrix
from altrotation.leadlag.predictive import predictive_content
from altrotation.regimes.bocpd import bocpd
from altrotation.regimes.breaks import sup_f
from altrotation.regimes.changepoints import changepoints
from altrotation.synthetic.leadlag import planted_lead
from tests.contract.exports import exports


def shown():
    """Public classes that summarise themselves."""
    return [
        export.value
        for export in exports()
        if inspect.isclass(export.value)
        and (hasattr(export.value, "summary") or hasattr(export.value, "_repr_html_"))
    ]


@pytest.mark.parametrize("kind", shown(), ids=lambda kind: kind.__name__)
def test_no_result_shows_its_fields(kind):
    generated = hasattr(kind.__repr__, "__wrapped__")  # what dataclass writes
    assert not generated, "derive from altrotation.printing.Printed, with repr=False"


@pytest.fixture(scope="module")
def pair():
    return planted_lead(400, lead=1, correlation=0.3, seed=1)[0]


@pytest.fixture(scope="module")
def results(pair):
    x, y = pair["x"], pair["y"]
    price = pd.Series(100 * np.exp(0.01 * x.cumsum()), name="x")
    events = breakouts(price, kind="high", window=50, quiet=20)
    draws = np.random.default_rng(0).normal(size=(400, 4))
    return [
        cross_correlation(x, y, lags=5, replicates=49),
        granger(x, y),
        local_projection(x, y, horizons=3, replicates=49),
        lead_matrix(pair, replicates=49),
        predictive_content(x, y),
        bocpd(y),
        sup_f(y),
        changepoints(y),
        hac_mean(y.to_numpy(), bandwidth=5),
        overfitting_probability(pd.DataFrame(draws, index=x.index), blocks=4),
        event_study(price.rename("price"), events, horizons=(5,), replicates=49),
    ]


def test_a_result_is_one_line_in_a_list(results):
    for result in results:
        line = repr(result)
        assert "\n" not in line, line
        assert line.startswith(type(result).__name__), line
        assert len(line) < 250, line


def test_a_printed_result_is_short_and_complete(results):
    for result in results:
        text = str(result)
        assert len(text.splitlines()) <= 70, text
        assert "..." not in text, text  # nothing of a table is cut
        assert "DataFrame" not in text, text
        stated = re.search(r"\b[89]\d ?%", text)  # the level of an interval
        assert stated or not re.search(r"\[[+-]\d", text), text
        assert "p 0.000" not in text, text  # a p of 0 is a bug
        assert not re.search(r"\b1 (rows|lags|horizons)\b", text), text
    assert "null: " in str(results[0])
    assert "largest at lag 1" in str(results[0])
