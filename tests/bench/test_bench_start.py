"""Time to start: importing the library beside importing pandas, and a whole verification.

Each is a process of its own, timed from outside, the peer in the same run. Ratios go to
`extra_info`; nothing is asserted about time.
"""

import subprocess
import sys
import time

import pytest

ROUNDS = 7


def seconds(code: str) -> float:
    begun = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
    return time.perf_counter() - begun


@pytest.mark.parametrize(
    "code",
    [
        "import altrotation",
        "from altrotation import EventSet, Panel, load_reference",
        "from altrotation import breakouts, event_study",
    ],
)
def test_import(benchmark, code):
    peer = sorted(seconds("import pandas") for _ in range(ROUNDS))[ROUNDS // 2]
    benchmark.pedantic(seconds, args=(code,), rounds=ROUNDS, warmup_rounds=1)
    benchmark.extra_info["import pandas, s"] = round(peer, 3)
    benchmark.extra_info["ratio to pandas"] = round(benchmark.stats.stats.median / peer, 2)


def test_verify_embedded(benchmark):
    code = "from altrotation.cli import main; main(['verify', '--jobs', '2'])"
    benchmark.pedantic(seconds, args=(code,), rounds=3, warmup_rounds=1)
    benchmark.extra_info["target, s"] = 60
