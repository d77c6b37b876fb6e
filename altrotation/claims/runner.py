"""The runner: every card of a catalogue judged on one panel."""

import multiprocessing
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import partial
from pathlib import Path

from threadpoolctl import threadpool_limits

from altrotation._guarded import guarded
from altrotation.claims.card import ClaimCard
from altrotation.claims.checking import check_effect
from altrotation.claims.facts import check_fact
from altrotation.claims.results import CatalogueRun, ClaimResult, Verdict
from altrotation.claims.verdict import judge_facts
from altrotation.data.panel import Panel
from altrotation.errors import CardError, DataError, InputError
from altrotation.inference.results import RunInfo
from altrotation.validate import require_count

__all__ = ["check_claim", "one_thread_workers", "verify"]

# What judging and drawing read, some seconds of it.
_HEAVY = ("altrotation.report.write", "altrotation.claims.runner", "vectorbt")


@guarded
def verify(
    panel: Panel,
    cards: Sequence[ClaimCard],
    *,
    level: str = "panel",
    archive: Path | None = None,
    jobs: int = 1,
    done: Callable[[ClaimResult], object] | None = None,
) -> CatalogueRun:
    """Return the verdicts on `cards`, in their order.

    Parameters
    ----------
    panel : Panel
        Daily series on the 24/7 clock.
    cards : sequence of ClaimCard
        See `load_cards`.
    level : str, default "panel"
        A name for the data, for the report and the lock.
    archive : Path, optional
        Folder of the raw archive, for claims about single coins.
    jobs : int, default 1
        Worker processes; the results do not depend on it.
    done : callable, optional
        Called with each result as it arrives, not in the order of the cards; for a progress bar.

    Raises
    ------
    CardError
        If a card asks for something unknown.
    InputError
        If `jobs` < 1.
    """
    require_count(jobs, 1, "jobs")
    begun = time.perf_counter()
    judge = partial(_check_claims, panel=panel, archive=archive)
    batches = _batches(cards)
    results: dict[int, ClaimResult] = {}

    def keep(batch: Sequence[int], judged: Sequence[ClaimResult]) -> None:
        for place, result in zip(batch, judged, strict=True):
            results[place] = result
            if done is not None:
                done(result)

    if jobs == 1:
        with threadpool_limits(1):  # thousands of small products: threads cost more than they give
            for batch in batches:
                keep(batch, judge([cards[place] for place in batch]))
    else:
        with one_thread_workers(jobs) as pool:
            tasks = {pool.submit(judge, [cards[place] for place in b]): b for b in batches}
            try:
                for task in as_completed(tasks):
                    keep(tasks[task], task.result())
            finally:
                pool.shutdown(cancel_futures=True)  # after an error, nothing more is begun
    return CatalogueRun(
        results=tuple(results[place] for place in range(len(cards))),
        level=level,
        data_hash=panel.data_hash,
        versions=RunInfo.capture(None).versions,
        seconds=time.perf_counter() - begun,
    )


def _batches(cards: Sequence[ClaimCard]) -> list[list[int]]:
    """Return the places of the cards by task: strategies, which share replays, first and as one."""
    together = [place for place, card in enumerate(cards) if card.kind == "strategy"]
    alone = [[place] for place, card in enumerate(cards) if card.kind != "strategy"]
    return [together, *alone] if together else alone


def _check_claims(
    cards: Sequence[ClaimCard], panel: Panel, archive: Path | None
) -> list[ClaimResult]:
    return [check_claim(card, panel, archive) for card in cards]


def one_thread_workers(jobs: int) -> ProcessPoolExecutor:
    """Return a pool of `jobs` fresh processes whose linear algebra uses one thread each.

    Where the system can, they are copies of one process that has read the libraries once.

    Parameters
    ----------
    jobs : int
    """
    served = "forkserver" in multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("forkserver" if served else "spawn")
    if served:
        context.set_forkserver_preload(list(_HEAVY))
    return ProcessPoolExecutor(jobs, mp_context=context, initializer=_one_thread)


def _one_thread() -> None:
    threadpool_limits(1)  # by now this module has loaded the libraries that it limits


@guarded
def check_claim(card: ClaimCard, panel: Panel, archive: Path | None = None) -> ClaimResult:
    """Return the verdict on one card; what the data cannot answer is untestable, with reason.

    Parameters
    ----------
    card : ClaimCard
    panel : Panel
    archive : Path, optional
        Folder of the raw archive, for claims about single coins.

    Raises
    ------
    CardError
        If the card asks for a measure, an expectation or an option that does not exist.
    """
    try:
        if card.kind != "fact":
            return check_effect(card, panel, archive)
        facts = tuple(check_fact(panel, spec) for spec in card.facts)
        verdict = judge_facts(facts)
    except CardError as error:
        raise CardError(f"Card {card.id}: {error}") from error
    except (InputError, DataError) as error:
        facts, verdict = (), Verdict("untestable", str(error))
    run = RunInfo.capture(card.seed, *(panel.value(name) for name in card.needs if name in panel))
    return ClaimResult(card=card, verdict=verdict, run=run, facts=facts)
