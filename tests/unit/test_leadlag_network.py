from html import unescape
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from altrotation.errors import InputError
from altrotation.leadlag.cascade import cascade
from altrotation.leadlag.levy import levy_area
from altrotation.leadlag.network import lead_matrix
from altrotation.synthetic.leadlag import chain


@pytest.fixture(scope="module")
def moving():
    return chain(1500, series=5, step=1, seed=3)[0]


def test_matrix_is_the_pairwise_levy_area(moving):
    result = lead_matrix(moving, window=10, max_order=0, replicates=99)
    for first, second in (("s0", "s3"), ("s1", "s4")):
        alone = levy_area(moving[first], moving[second], window=10, max_order=0)
        assert result.pairs.loc[(first, second), "estimate"] == pytest.approx(alone.estimate)
        assert result.matrix.loc[first, second] == pytest.approx(alone.estimate)
        assert result.matrix.loc[second, first] == pytest.approx(-alone.estimate)
        assert result.evidence(second, first).estimate == pytest.approx(-alone.estimate)


def test_ranking_recovers_the_chain(moving):
    result = lead_matrix(moving, window=10, replicates=499)
    assert list(result.ranking.index) == ["s0", "s1", "s2", "s3", "s4"]
    assert result.ranking.loc["s0", "p_adjusted"] <= 0.01
    mean_lead = result.matrix.sum(axis=1) / 4
    assert result.ranking["estimate"].to_numpy() == pytest.approx(mean_lead.to_numpy())
    assert (np.diag(result.p_adjusted) == 1).all()
    assert "s0 > s1 > s2" in unescape(result._repr_html_())


def test_cascade_in_and_against_the_order(moving):
    names = list(moving.columns)
    down = cascade(moving, names, window=10, replicates=499)
    assert down.score.p_value == pytest.approx(1 / 500)
    assert down.concordance == 1
    up = cascade(moving, names[::-1], window=10, replicates=499)
    assert up.score.estimate == pytest.approx(-down.score.estimate)
    assert up.score.p_value > 0.9
    assert up.concordance == 0
    assert list(down.links.index) == list(pairwise(names))
    assert "s0 -> s1 -> s2 -> s3 -> s4" in unescape(down._repr_html_())


def test_workers_do_not_change_numbers(moving):
    one = lead_matrix(moving, window=10, replicates=300)
    two = lead_matrix(moving, window=10, replicates=300, workers=2)
    pd.testing.assert_frame_equal(one.pairs, two.pairs, check_exact=True)
    a = cascade(moving, ["s0", "s1", "s2"], replicates=300)
    b = cascade(moving, ["s0", "s1", "s2"], replicates=300, workers=2)
    assert a.score.p_value == b.score.p_value
    pd.testing.assert_frame_equal(a.links, b.links, check_exact=True)


def test_bad_calls(moving):
    with pytest.raises(InputError, match="number of columns"):
        lead_matrix(moving[["s0"]])
    with pytest.raises(InputError, match="`window` must be at least 2"):
        lead_matrix(moving, window=1)
    with pytest.raises(InputError, match="three or more different"):
        cascade(moving, ["s0", "s1"])
    with pytest.raises(InputError, match="three or more different"):
        cascade(moving, ["s0", "s1", "s1"])
    with pytest.raises(InputError, match="no column 'BTC'"):
        cascade(moving, ["s0", "s1", "BTC"])
    with pytest.raises(InputError, match="no pair of 's0' and 'BTC'"):
        lead_matrix(moving, replicates=9).evidence("s0", "BTC")
    with pytest.raises(InputError, match="looks like a level"):
        lead_matrix(moving.cumsum())
