"""The full version: every experiment at its own repetitions, on several processes.

``python -m tests.validity.suite.run [--workers 2]`` writes docs/validity.md and exits with 1 when a
row does not do what is claimed of it; ``--most 20 --target build/validity.md`` is a quick look.
What is done is kept in build/validity.jsonl; ``--resume`` goes on from there after an interruption.
Values depend on seeds alone, never on the number of workers.
"""

import argparse
import gc
import json
import os
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pandas as pd
from tqdm import tqdm

from altrotation.data.atomic import atomic_write
from tests.validity.suite.detection import KINDS, WORLDS, scores, summary
from tests.validity.suite.experiment import Experiment, Outcome, repeat, tally
from tests.validity.suite.page import rendered
from tests.validity.suite.registry import EXPERIMENTS

TARGET = Path(__file__).resolve().parents[3] / "docs" / "validity.md"
KEPT = TARGET.parents[1] / "build" / "validity.jsonl"
CHUNK = 25  # repetitions a task


def work(place: int, seeds: range) -> list[dict[str, float]]:
    return repeat(EXPERIMENTS[place], seeds)


def settle() -> None:
    """Keep what is imported out of later collections: statsmodels' Holm collects at every call."""
    gc.collect()
    gc.freeze()


def key(experiment: Experiment, n: int) -> list[object]:
    return [experiment.family, experiment.world, [row.test for row in experiment.rows], n]


def kept(wanted: dict[int, int]) -> dict[int, list[dict[str, float]]]:
    """Values of an earlier run, by experiment; only of the same tests and repetitions."""
    places = {json.dumps(key(EXPERIMENTS[place], n)): place for place, n in wanted.items()}
    lines = KEPT.read_text().splitlines(keepends=True) if KEPT.exists() else []
    found = (json.loads(line) for line in lines if line.endswith("\n"))  # the last may be cut
    return {
        places[name]: values
        for name, values in ((json.dumps(k), v) for k, v in found)
        if name in places
    }


def measured(workers: int, most: int, resume: bool) -> tuple[list[Outcome], list[pd.DataFrame]]:
    """(outcomes, detection tables) of the whole registry."""
    wanted = {place: min(most, each.repetitions) for place, each in enumerate(EXPERIMENTS)}
    KEPT.parent.mkdir(exist_ok=True)
    if not resume:
        KEPT.unlink(missing_ok=True)
    values = kept(wanted)
    with ProcessPoolExecutor(workers, get_context("spawn"), initializer=settle) as pool:
        seasons = {
            kind: [pool.submit(scores, kind, seed) for seed in range(min(most, WORLDS))]
            for kind in KINDS
        }
        tasks = {
            place: [
                pool.submit(work, place, range(start, min(start + CHUNK, n)))
                for start in range(0, n, CHUNK)
            ]
            for place, n in wanted.items()
            if place not in values
        }
        with (
            KEPT.open("a") as file,
            tqdm(
                total=sum(len(each) for each in tasks.values()), disable=None, desc="validity"
            ) as bar,
        ):
            for place, parts in tasks.items():
                values[place] = []
                for part in parts:
                    values[place].extend(part.result())
                    bar.update()
                line = [key(EXPERIMENTS[place], wanted[place]), values[place]]
                file.write(json.dumps(line, default=float) + "\n")
                file.flush()
        tables = [summary(kind, [task.result() for task in seasons[kind]]) for kind in KINDS]
    outcomes = [
        each
        for place, experiment in enumerate(EXPERIMENTS)
        for each in tally(experiment, values[place])
    ]
    return outcomes, tables


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--most", type=int, default=sys.maxsize, help="repetitions of a row")
    parser.add_argument("--target", type=Path, default=TARGET)
    parser.add_argument("--resume", action="store_true", help="keep what an earlier run has done")
    options = parser.parse_args()
    # one thread a process: sums do not depend on how many cores there are
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    outcomes, tables = measured(options.workers, options.most, options.resume)
    atomic_write(options.target, rendered(outcomes, tables).encode())
    unsound = [each for each in outcomes if not each.sound]
    for each in unsound:
        sys.stderr.write(
            f"{each.family}: {each.row.test} in {each.world}: {each.share:.3f} of {each.n}, "
            f"band {each.band}\n"
        )
    return 1 if unsound else 0


if __name__ == "__main__":
    sys.exit(main())
