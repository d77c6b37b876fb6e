import numpy as np
import pytest

from altrotation.errors import InputError
from altrotation.rng import generator, stream_seed

RECORDED = {
    (): [850, 636, 511, 269, 307],
    (3,): [892, 364, 310, 511, 145],
    (3, 7): [603, 434, 26, 353, 627],
}
SEEDS = {(): 2968811710, (3, 7): 3324206228}


def test_streams_are_stable_across_versions():
    # Recorded with numpy 2.4; PCG64 and SeedSequence promise the same bits for ever.
    assert generator(0).integers(0, 1000, size=5).tolist() == RECORDED[()]
    assert generator(0, 3).integers(0, 1000, size=5).tolist() == RECORDED[(3,)]
    assert generator(0, 3, 7).integers(0, 1000, size=5).tolist() == RECORDED[(3, 7)]
    assert stream_seed(0) == SEEDS[()]
    assert stream_seed(0, 3, 7) == SEEDS[(3, 7)]


def test_a_stream_does_not_depend_on_how_many_there_are_or_on_order():
    forwards = [generator(5, i).normal() for i in range(50)]
    backwards = [generator(5, i).normal() for i in reversed(range(200))][::-1]
    assert backwards[:50] == forwards


def test_streams_differ_from_each_other_and_from_their_root():
    draws = {generator(*path).normal() for path in [(0,), (0, 0), (0, 1), (1,), (1, 0), (0, 0, 0)]}
    assert len(draws) == 6
    # 500 pairs of neighbouring streams: correlation of first draws has sd 1 / sqrt(500) = .045.
    first = np.array([generator(0, i).normal() for i in range(501)])
    assert abs(np.corrcoef(first[1:], first[:-1])[0, 1]) < 4 * 0.045


def test_a_generator_is_passed_through():
    own = np.random.default_rng(0)
    assert generator(own) is own


def test_global_state_is_left_alone():
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    generator(0, 1).normal(size=10)
    stream_seed(0, 1)
    assert (np.random.get_state()[1] == before).all()  # noqa: NPY002


@pytest.mark.parametrize("call", [lambda: generator(-1), lambda: stream_seed(-1, 2)])
def test_a_negative_seed_is_refused(call):
    with pytest.raises(InputError, match="`seed` must be a non-negative integer, got -1"):
        call()


def test_a_generator_has_no_streams():
    with pytest.raises(InputError, match="pass an integer `seed`"):
        generator(np.random.default_rng(0), 1)
