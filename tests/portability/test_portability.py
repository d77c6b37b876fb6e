"""The same decisions on every processor, with any threads, in any zone and language.

`make test` runs three environments that share nothing, `make attack` all twenty-seven.
"""

import pytest

from tests.portability.comparing import differences
from tests.portability.environments import ALL, FEW, KERNELS, MANNERS, PLACES, outputs


@pytest.mark.parametrize(
    "environments", [FEW, pytest.param(ALL, marks=pytest.mark.attack)], ids=["few", "all"]
)
@pytest.mark.xdist_group("portability")
def test_results_are_the_same_in_every_environment(environments):
    first, *others = outputs(environments.values())
    assert len(first) > 20
    for name, other in zip([*environments][1:], others, strict=True):
        assert not list(differences(first, other)), name


def test_environments_are_what_they_say():
    assert len(ALL) == 27
    for varied in (KERNELS, PLACES, MANNERS):
        assert {next(v for v in varied if v in name) for name in FEW} == set(varied)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"verdict": "supported"}, {"verdict": "undecided"}),
        ({"p": 0.050}, {"p": 0.051}),
        ({"n": 6}, {"n": 7}),
        ({"n": 6}, {"n": 6.0}),
        ([1.0, 2.0], [1.0]),
        ({"low": 1.0}, {"low": 1.0 + 1e-7}),
        ({"low": None}, {"low": 0.0}),
        ({"a": 1}, {"b": 1}),
    ],
)
def test_a_difference_is_noticed(one, other):
    assert list(differences(one, other))


def test_rounding_is_no_difference():
    assert not list(differences({"low": 0.1 + 0.2, "z": 1e-17}, {"low": 0.3, "z": -2e-17}))
    assert not list(differences({"cross-correlation": 1.0}, {"cross-correlation": 1.0 + 1e-6}))
