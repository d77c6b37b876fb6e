"""Environments a result must not depend on: processor, threads, time zone, language, hash seed."""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from pathlib import Path

from numpy._core._multiarray_umath import __cpu_dispatch__, __cpu_features__

ROOT = Path(__file__).resolve().parents[2]

# Kernels of linear algebra; what the processor lacks, OpenBLAS replaces by what it has.
KERNELS = {name: {"OPENBLAS_CORETYPE": name} for name in ("Haswell", "Prescott", "SkylakeX")}
PLAIN = {"NPY_DISABLE_CPU_FEATURES": " ".join(f for f in __cpu_dispatch__ if __cpu_features__[f])}
PLACES = {
    "London": {"TZ": "Europe/London", "LC_ALL": "C.UTF-8"},
    "Kolkata": {"TZ": "Asia/Kolkata", "LC_ALL": "C"},
    "Honolulu": {"TZ": "Pacific/Honolulu", "LC_ALL": "POSIX", "PYTHONUTF8": "0"},
}
MANNERS = {
    "one thread": {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PYTHONHASHSEED": "0"},
    "two threads": {"OPENBLAS_NUM_THREADS": "2", "OMP_NUM_THREADS": "2", "PYTHONHASHSEED": "1"},
    "plain vectors": PLAIN | {"OPENBLAS_NUM_THREADS": "1", "PYTHONHASHSEED": "random"},
}

ALL = {
    f"{kernel}, {place}, {manner}": KERNELS[kernel] | PLACES[place] | MANNERS[manner]
    for kernel, place, manner in product(KERNELS, PLACES, MANNERS)
}

# The three that share nothing: each kernel, place and manner once.
FEW = {
    name: ALL[name]
    for name in (
        "Haswell, London, one thread",
        "Prescott, Kolkata, plain vectors",
        "SkylakeX, Honolulu, two threads",
    )
}

_VARIED = {name for each in ALL.values() for name in each}


def outputs(environments, *arguments, module="tests.portability.results"):
    """Return what a module prints in each environment, read as JSON; two run at a time."""

    def run(environment):
        kept = {name: value for name, value in os.environ.items() if name not in _VARIED}
        done = subprocess.run(
            [sys.executable, "-m", module, *arguments],
            cwd=ROOT,
            env=kept | {"PYTHONPATH": str(ROOT), "CI": "true"} | environment,
            capture_output=True,
        )
        assert done.returncode == 0, done.stderr.decode(errors="replace")
        return json.loads(done.stdout)

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(run, environments))
