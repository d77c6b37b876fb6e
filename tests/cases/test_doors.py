"""Arguments that people pass by mistake, at the doors they pass them to."""

import numpy as np
import pandas as pd
import pytest

import altrotation
from altrotation import (
    EventSet,
    breakouts,
    load_reference,
    local_projection,
    watchlist,
)
from altrotation.errors import InputError
from altrotation.indicators import daily_funding
from altrotation.inference.bootstrap import basic_interval, block_length, stationary_functionals
from altrotation.leadlag import transfer_entropy
from altrotation.leadlag.predictive import clark_west
from altrotation.plot.regimes_breaks import break_path
from altrotation.regimes.break_dates import argmax_tail
from altrotation.regimes.break_laws import limit_p_value, limit_quantile
from altrotation.regimes.breaks import sup_f
from altrotation.report.page import render_report
from altrotation.synthetic.leadlag import switching_lead
from altrotation.synthetic.shocks import correlated
from tests.contract.calls import LONG, RUN

PANEL = load_reference()
RUT = PANEL.close("RUT")
EVENTS = breakouts(RUT, quiet=20)
ONE = np.array([1.0])


def test_packages_are_attributes_of_the_bare_import():
    assert altrotation.signals.after_breakout is altrotation.signals.breakouts.after_breakout
    assert callable(altrotation.plot.event_study)
    assert callable(altrotation.testing.assert_causal)
    assert callable(altrotation.backtest.judge_family)


BAD = [
    (lambda: local_projection(RUT, RUT, horizons=(20, 60)), "`horizons` must be a whole number"),
    (lambda: breakouts(RUT, window=1.5), "`window` must be a whole number, got 1.5"),
    (lambda: breakouts(RUT, window=True), "`window` must be a whole number, got True"),
    (lambda: breakouts(RUT, window=2**80), "`window` must be at most 2,147,483,647"),
    (lambda: breakouts(RUT, buffer=float("nan")), "`buffer` must be a finite number, got nan"),
    (lambda: breakouts(RUT, kind="heigh"), "`kind` must be one of 'record', 'high', 'level'"),
    (lambda: altrotation.plot.drawdowns(PANEL, assets="BTC"), r"write \('BTC',\)"),
    (lambda: altrotation.plot.drawdowns(PANEL, assets=()), "`assets` is empty"),
    (lambda: watchlist(PANEL, "01.02.2020"), "year-month-day"),
    (lambda: PANEL.until("2021"), "span of days"),
    (lambda: PANEL.between("today", "2021-01-01"), "year-month-day"),
    (lambda: EventSet(["13.02.2020"], rule="r"), "year-month-day"),
    (lambda: block_length(np.empty(0)), "at least 8 rows, got 0"),
    (lambda: stationary_functionals(ONE, ONE, ONE, mean_block=1.0, replicates=1), "whole numbers"),
    (
        lambda: stationary_functionals(ONE, np.array([1]), ONE, mean_block=1.0, replicates=1),
        "a row for each",
    ),
    (lambda: basic_interval(0.1, ONE, level=2.0, method="m"), "`level` must lie between"),
    (lambda: basic_interval(0.1, np.empty(0), level=0.9, method="m"), "no draw"),
    (lambda: clark_west(ONE, ONE, np.ones(2)), "one shape"),
    (lambda: argmax_tail(-1.0), "`x` must be at least"),
    (lambda: argmax_tail(1.0, scale=0.0), "`scale` must lie between"),
    (lambda: limit_p_value(9.0, 0, 0.1, "sup"), "`k` must be at least 1"),
    (lambda: limit_p_value(9.0, 1, 0.5, "sup"), "`trim` must lie between"),
    (lambda: limit_quantile(0.9, 0, 0.1, "sup"), "`k` must be at least 1"),
    (lambda: limit_quantile(0.9, 1, 0.5, "sup"), "`trim` must lie between"),
    (lambda: limit_quantile(1.5, 1, 0.1, "sup"), "`level` must lie between"),
    (lambda: break_path(sup_f(LONG["x"]), level=1.5), "`level` must lie between"),
    (lambda: render_report(RUN, jobs=0), "`jobs` must be at least 1"),
    (lambda: correlated(ONE, 0.5), "two columns"),
    (lambda: correlated(np.ones((3, 2)), 2.0), "between -1 and 1"),
    (lambda: switching_lead(100, lead=-1), "`lead` must be at least 1"),
    (lambda: daily_funding(pd.DataFrame()), "column"),
]


@pytest.mark.parametrize(("bad", "words"), BAD)
def test_bad_calls(bad, words):
    with pytest.raises(InputError, match=words):
        bad()


def test_a_block_longer_than_the_sample_is_a_block_of_the_sample():
    """A mean block of 1e24 rows ended the process; every resample is then a rotation."""
    found = transfer_entropy(LONG["x"], LONG["y"], mean_block=2.0**80, replicates=99)
    assert found.table["p"].between(0, 1).all()


def test_an_array_may_be_a_list_or_a_series():
    expected = altrotation.inference.holm(np.array([0.01, 0.04]))
    assert altrotation.inference.holm([0.01, 0.04]).tolist() == expected.tolist()
    assert altrotation.inference.holm(pd.Series([0.01, 0.04])).tolist() == expected.tolist()
