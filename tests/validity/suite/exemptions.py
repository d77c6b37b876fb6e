"""Public functions that speak of p-values or intervals and have no rows, each with its reason."""

import inspect
import re
import typing

from tests.contract.exports import exports

_LAYERS = ("inference", "events", "leadlag", "regimes", "backtest", "claims", "watch")
_WORDS = re.compile(r"\bp[-_ ]values?\b|\bp_adjusted\b|\bintervals?\b")

WITHIN = "a step of {}, whose result is tested"
RUNS = "runs {} and computes no law of its own"
CARD = "reads a card and runs {}; what it adds is not simulated"

EXEMPT = {
    "replay_study": RUNS.format("gain_over, performance and random_entry"),
    "load_card": "reads a file",
    "load_cards": "reads files",
    "design": "reads a table of a card",
    "run_study": RUNS.format("event_study"),
    "rival_contrast": RUNS.format("contrast"),
    "against": "gives one cell of a contrast another name",
    "estimate_break": CARD.format("known_break, holm and rotated_sup_wald"),
    "estimate_contrast": CARD.format("contrast, and takes the largest p (Berger 1982)"),
    "estimate_strategy": CARD.format("random_entries and gain_over"),
    "estimate_unlocks": CARD.format("randomisation_test on coins of the archive"),
    "judge_break": "decides from the joint p of known_break and its 90 % intervals",
    "negative_controls": RUNS.format("event_study on placebos"),
    "inference_ladder": RUNS.format("the tests of its rungs, most of which have rows"),
    "climb": RUNS.format("the tests of its rungs, most of which have rows"),
    "mean_outcome_noise": WITHIN.format("event_study's interval"),
    "contrast_table": WITHIN.format("contrast"),
    "study_table": WITHIN.format("event_study"),
    "score_table": WITHIN.format("lead_matrix and cascade"),
    "tail_share": WITHIN.format("cross_correlation, lead_matrix and rotated_regression"),
    "cumulative_test": WITHIN.format("cross_correlation"),
    "sign_test": WITHIN.format("cross_correlation"),
    "limit_p_value": WITHIN.format("sup_f, exp_f and ave_f"),
    "break_test": WITHIN.format("sup_f, exp_f, ave_f and ols_cusum"),
    "watchlist": RUNS.format("tally on the readings of a panel"),
    "lead": "order statistics of few matches; exact for independent ones",
}
"""Names are those of the functions alone, so that a module may move."""


def _classes(annotation):
    if inspect.isclass(annotation):
        yield annotation
    for part in typing.get_args(annotation):
        yield from _classes(part)


def speaks_of_chance(export):
    """Whether a function's text, or that of the class it returns, names p-values or intervals."""
    returned = typing.get_type_hints(export.function).get("return")
    text = export.doc + "".join(
        inspect.getdoc(each) or ""
        for each in _classes(returned)
        if each.__module__.startswith("altrotation")
    )
    return bool(_WORDS.search(text))


def candidates():
    """The names of all public functions that owe rows or a reason."""
    return {
        export.short
        for export in exports()
        if export.is_function
        and export.module.split(".")[1] in _LAYERS
        and speaks_of_chance(export)
    }
