"""The runner: every card of a catalogue judged on one panel."""

import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path

from threadpoolctl import threadpool_limits

from altrotation._guarded import guarded
from altrotation.claims.card import ClaimCard
from altrotation.claims.checking import check_effect
from altrotation.claims.facts import check_fact
from altrotation.claims.reading import check_readable, past_the_data
from altrotation.claims.results import CatalogueRun, ClaimResult, Verdict
from altrotation.claims.study import Study, study_of
from altrotation.claims.verdict import judge_facts
from altrotation.claims.workers import in_processes
from altrotation.data.panel import Panel
from altrotation.errors import CardError, DataError, InputError
from altrotation.inference.results import RunInfo
from altrotation.validate import require_count

__all__ = ["check_claim", "verify"]


@guarded
def verify(
    panel: Panel,
    cards: Sequence[ClaimCard],
    *,
    level: str = "panel",
    archive: Path | None = None,
    jobs: int = 1,
    study: Study | None = None,
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
    study : Study, optional
        What the cards ask together, see `load_study`; by default as `study_of` has it.
    done : callable, optional
        Called with each result as it arrives, not in the order of the cards; for a progress bar.

    Raises
    ------
    CardError
        If a card asks for something unknown: a series, a feature, a measure, an option.
    InputError
        If `jobs` < 1.
    AltrotationError
        If a worker process was ended from outside.
    """
    require_count(jobs, 1, "jobs")
    for card in cards:
        _check_readable(card, panel)
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
        held = [[cards[place] for place in batch] for batch in batches]
        with closing(in_processes(judge, held, jobs)) as judged:
            for number, found in judged:
                keep(batches[number], found)
    return CatalogueRun(
        results=tuple(results[place] for place in range(len(cards))),
        level=level,
        data_hash=panel.data_hash,
        versions=RunInfo.capture(None).versions,
        seconds=time.perf_counter() - begun,
        study=study_of(cards) if study is None else study,
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
        If the card asks for a series, a measure, an expectation or an option that does not exist.
    """
    _check_readable(card, panel)
    result = _judged(card, panel, archive)
    return replace(result, remarks=past_the_data(card, panel))


def _judged(card: ClaimCard, panel: Panel, archive: Path | None) -> ClaimResult:
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


def _check_readable(card: ClaimCard, panel: Panel) -> None:
    try:
        check_readable(card, panel)
    except CardError as error:
        raise CardError(f"Card {card.id}: {error}") from error
