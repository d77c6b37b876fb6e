import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from altrotation.errors import InputError
from altrotation.inference.splits import Split, combinatorial, leave_one_out, purged, walk_forward
from tests.oracle.naive_backtest import purged_train


@given(st.integers(2, 40), st.data(), st.integers(0, 5), st.integers(0, 5))
def test_purged_against_every_overlap(n, data, horizon, embargo):
    test = sorted(data.draw(st.sets(st.integers(0, n - 1), min_size=1)))
    found = purged(n, np.array(test), horizon=horizon, embargo=embargo)
    assert found.tolist() == purged_train(n, set(test), horizon, embargo)


def test_no_training_outcome_meets_a_test_outcome():
    for split in combinatorial(100, blocks=5, held=2, horizon=7, embargo=3):
        train = {t + lag for t in split.train for lag in range(8)}
        test = {t + lag for t in split.test for lag in range(8)}
        assert not train & test


def test_purge_takes_from_the_training_side():
    splits = combinatorial(60, blocks=6, held=2, horizon=5, embargo=2)
    assert len(splits) == 15
    tested = np.concatenate([split.test for split in splits])
    assert np.bincount(tested).tolist() == [5] * 60, "every row is tested in held/blocks of them"
    assert all(isinstance(split, Split) for split in splits)


def test_walk_forward():
    splits = walk_forward(25, train=10, test=6, horizon=2, embargo=1)
    assert [s.test[0] for s in splits] == [10, 16, 22]
    assert np.concatenate([s.test for s in splits]).tolist() == list(range(10, 25))
    assert splits[1].train.tolist() == list(range(6, 13))
    wide = walk_forward(25, train=10, test=6, horizon=2, expanding=True)
    assert wide[2].train.tolist() == list(range(20))


def test_leave_one_out():
    groups = [None] * 3 + ["a"] * 4 + [None] * 2 + ["b"] * 5
    first, second = leave_one_out(groups, horizon=1)
    assert (first.name, second.name) == ("a", "b")
    assert first.test.tolist() == [3, 4, 5, 6]
    assert first.train.tolist() == [0, 1, 8, 9, 10, 11, 12, 13]


BAD = [
    lambda: purged(10, np.array([3]), horizon=-1),
    lambda: purged(10, np.array([10]), horizon=0),
    lambda: walk_forward(10, train=10, test=2),
    lambda: walk_forward(20, train=3, test=2, horizon=3),
    lambda: walk_forward(20, train=5, test=0),
    lambda: leave_one_out(["a", "a"]),
    lambda: leave_one_out(["a", "b"], horizon=5),
    lambda: combinatorial(10, blocks=2, held=2),
    lambda: combinatorial(10, blocks=5, held=2, horizon=9),
]


@pytest.mark.parametrize("call", BAD)
def test_bad_calls(call):
    with pytest.raises(InputError):
        call()
