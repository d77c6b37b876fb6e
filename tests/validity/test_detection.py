"""Detectors on markets with planted seasons: clear ones are recognised, absent ones are not."""

from itertools import pairwise

import numpy as np
import pytest

from tests.validity.suite.detection import DETECTORS, WARMUP, scores, summary

pytestmark = [pytest.mark.validity, pytest.mark.xdist_group("seasons")]


@pytest.fixture(scope="module")
def planted():
    return [scores("clear seasons", seed) for seed in range(6)]


@pytest.mark.parametrize("name", DETECTORS)
def test_most_planted_seasons_are_recognised(planted, name):
    right = total = 0
    for found in planted:
        _, states, codes = found[name]
        known = np.maximum.accumulate(np.where(codes >= 0, np.arange(len(codes)), 0))
        path = codes[known]
        edges = np.concatenate([[WARMUP], np.flatnonzero(np.diff(states)) + 1, [len(states)]])
        edges = np.unique(edges[edges >= WARMUP])
        for start, stop in pairwise(edges):
            if (path[start:stop] < 0).any():
                continue
            total += 1
            right += (path[start:stop] == states[start]).mean() > 0.5
    assert total >= 20
    # a coin toss a season: Binomial(total, 1/2); three sd above its mean
    assert right > total / 2 + 1.5 * np.sqrt(total), (right, total)


def test_hindsight_agrees_more_with_the_truth_than_any_filter(planted):
    results = summary("clear seasons", planted)
    assert results["adjusted Rand"].idxmax() == "partition, in hindsight"


def test_without_seasons_no_detector_knows_them():
    # planted states that move nothing: the index is adjusted for chance, so its mean is 0; the
    # paths of filters and the states are both persistent, with some 10 independent spells a world
    for seed in range(2):
        for name, found in scores("no seasons", 100 + seed).items():
            if found is not None:
                assert abs(found[0].adjusted_rand) < 0.3, name
