"""Lead-lag speed beside the same work through `arch` and statsmodels, and its growth.

Ratios compare the processor time of one thread within one run, best of several, so that other work
on the machine does not decide; the peer is timed on fewer replicates and scaled linearly, as it
resamples one replicate after the other.
"""

import subprocess
import sys
import time

import numpy as np
import pytest
from arch.bootstrap import StationaryBootstrap
from scipy import stats
from statsmodels.tsa.stattools import ccf

from altrotation.kernels.hayashi_yoshida import contrast
from altrotation.kernels.xcorr import independent_cross_correlations
from altrotation.leadlag.streams import in_chunks
from altrotation.synthetic.leadlag import independent_pair

N, LAGS, DRAWS, PEER, BLOCK = 2900, np.arange(-60, 61), 10_000, 400, 10.0


@pytest.fixture(scope="module")
def pair():
    frame, _ = independent_pair(N, seed=0)
    return frame["x"].to_numpy(), frame["y"].to_numpy()


def _ours(x, y, draws):
    def draw(count, rng):
        return independent_cross_correlations(
            x, y, LAGS, mean_block=(BLOCK, BLOCK), draws=count, rng=rng
        )

    return in_chunks(draw, draws, seed=0)


def _theirs(x, y, draws):
    partner = StationaryBootstrap(BLOCK, y, seed=1).bootstrap(draws + 2)  # apply calls once more

    def statistic(resampled):
        other = next(partner)[0][0]
        ahead = ccf(other, resampled, adjusted=False, nlags=61)
        behind = ccf(resampled, other, adjusted=False, nlags=61)
        return np.concatenate([behind[:0:-1], ahead])

    return StationaryBootstrap(BLOCK, x, seed=2).apply(statistic, draws)


def _seconds(call):
    started = time.process_time()
    result = call()
    return time.process_time() - started, result


def test_cross_correlation_bands(benchmark, pair):
    x, y = pair
    _ours(x, y, 64)  # compile
    ours = benchmark.pedantic(lambda: _ours(x, y, DRAWS), rounds=3, iterations=1)
    fast = min(_seconds(lambda: _ours(x, y, DRAWS))[0] for _ in range(5))
    # the peer at its best of three, too
    runs = [_seconds(lambda: _theirs(x, y, PEER)) for _ in range(3)]
    slow = min(run[0] for run in runs) * DRAWS / PEER
    peer = np.concatenate([runs[0][1]])
    ratio = slow / fast
    largest = stats.ks_2samp(np.abs(ours).max(axis=1), np.abs(peer).max(axis=1))
    single = [stats.ks_2samp(ours[:, k], peer[:, k]).pvalue for k in (0, 59, 60, 61, 120)]
    benchmark.extra_info.update(
        seconds=fast, peer_seconds_scaled=slow, ratio=ratio, p_same_law_of_maximum=largest.pvalue
    )
    print(f"ours {fast:.2f} s, arch + statsmodels {slow:.1f} s (scaled), ratio {ratio:.0f}")
    assert largest.pvalue > 1e-3
    assert min(single) > 1e-3
    assert ratio >= 30


def test_cross_correlation_memory():
    """Peak memory of a fresh process: imports, compilation and 10,000 replicates.

    Not `ru_maxrss`, which a process takes over from the one that started it.
    """
    code = (
        "import re, numpy as np\n"
        "from tests.bench.test_bench_leadlag import _ours, N, DRAWS\n"
        "rng = np.random.default_rng(0)\n"
        "_ours(*rng.standard_normal((2, N)), DRAWS)\n"
        "print(re.search(r'VmHWM:\\s+(\\d+)', open('/proc/self/status').read())[1])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    megabytes = int(done.stdout) / 1024
    print(f"peak {megabytes:.0f} MB")
    assert megabytes < 1024


def _ticks(n, seed):
    rng = np.random.default_rng(seed)
    times = np.cumsum(rng.integers(1, 2000, n))
    return times, rng.standard_normal(n).cumsum()


def _contrast(n):
    (tx, x), (ty, y) = _ticks(n, 1), _ticks(n, 2)
    edges = np.unique(np.linspace(0, n - 1, 1001).astype(np.int64))
    lags = np.arange(-100, 101) * 1000
    return contrast(tx, x, ty, y, tx * 1.0, ty * 1.0, lags, edges)


def test_hayashi_yoshida_of_a_million_ticks(benchmark):
    _contrast(1000)  # compile
    benchmark.pedantic(lambda: _contrast(1_000_000), rounds=1, iterations=1)
    seconds = {n: min(_seconds(lambda n=n: _contrast(n))[0] for _ in range(2))
               for n in (125_000, 250_000, 500_000, 1_000_000)}  # fmt: skip
    sizes = np.array(list(seconds))
    growth = np.polyfit(np.log(sizes), np.log(list(seconds.values())), 1)[0]
    benchmark.extra_info.update(seconds={str(n): s for n, s in seconds.items()}, exponent=growth)
    print({n: round(s, 2) for n, s in seconds.items()}, f"exponent {growth:.2f}")
    assert seconds[1_000_000] < 10
    assert growth < 1.15
