"""One page a claim, from its card and from the numbers of `altrotation verify --json`."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from altrotation import ClaimCard, ClaimResult
from altrotation.claims.card import CATALOGUE, THEMES
from altrotation.plot.numbers import signed
from altrotation.printing import p_text
from altrotation.report.pictures import pictures
from altrotation.report.words import MEANINGS
from docs.generate.cells import beside, variants
from docs.generate.choices import chosen
from docs.generate.markdown import chip, statement, table, unbroken
from docs.generate.run import Judgement

__all__ = ["drawn", "listing", "nav", "pages"]

_HEADS = ("outcome", "estimate", "interval", "p", "adjusted", "events (effective)", "detectable")
_KNOWN = {
    "title", "card", "verdict", "reason", "remarks", "seed", "evidence", "facts", "specifications",
    "share_with_claimed_sign", "robustness",
}  # fmt: skip


def pages(judged: Judgement) -> dict[str, str]:
    """Return the Markdown of every page of the section by its place in the docs."""
    records = judged.run.to_dict()["claims"]
    written = {"claims/index.md": _index(judged)}
    for result in judged.run.results:
        card = result.card
        written[f"claims/{card.id}.md"] = _page(card, result, records[card.id])
    for card, reason in judged.left_out:
        written[f"claims/{card.id}.md"] = _page(card, None, {"reason": reason})
    return written


def listing(judged: Judgement, *, folder: str = "") -> str:
    """Return the table of verdicts; `folder` leads from the page it stands on to the claims."""
    rows = [
        (f"[{result.card.id}]({folder}{result.card.id}.md)", result.card.title,
         chip(result.verdict.status))
        for result in judged.run.results
    ]  # fmt: skip
    return table(("", "claim", "verdict"), rows)


def nav(judged: Judgement) -> list[Any]:
    """Return the pages as the nav lists them: the table of verdicts, then theme by theme."""
    cards = [
        *(result.card for result in judged.run.results),
        *(card for card, _ in judged.left_out),
    ]
    themes = []
    for letter, title in THEMES.items():
        held = sorted(card.id for card in cards if card.id.startswith(letter))
        if held:
            themes.append({f"{letter}. {title}": [f"claims/{name}.md" for name in held]})
    return ["claims/index.md", *themes]


def drawn(judged: Judgement, name: str) -> list[str]:
    """Return the pictures of one claim as HTML, each for a page and for a telephone."""
    result = judged.result(name)
    held = () if result is None else pictures(result, panel=judged.panel)
    return [
        f'<figure class="plot" data-search-exclude><div class="wide">{each.wide}</div>'
        f'<div class="narrow">{each.narrow}</div><figcaption>{each.reading}</figcaption></figure>'
        for each in held
    ]


def _index(judged: Judgement) -> str:
    lines = [
        "# Claims",
        "",
        "Every statement under test: a card written before its outcome was read, judged by the",
        "same [rules](../methods/verdict_rules.md). Computed when this page was built, on the",
        f"embedded panel (`{judged.run.data_hash}`), as `altrotation verify` prints it.",
        "",
        table(("verdict", "means"), [(chip(name), text) for name, text in MEANINGS.items()]),
    ]
    for letter, title in THEMES.items():
        rows = [
            (f"[{each.card.id}]({each.card.id}.md)", each.card.title, chip(each.verdict.status))
            for each in judged.run.results
            if each.card.id.startswith(letter)
        ]
        if rows:
            lines += ["", f"## {letter}. {title}", "", table(("", "claim", "verdict"), rows)]
    return "\n".join([*lines, ""])


def _page(card: ClaimCard, result: ClaimResult | None, record: Mapping[str, Any]) -> str:
    status = result.verdict.status if result else "not judged"
    lines = [
        f"# {card.id}: {card.title}",
        "",
        f"{chip(status)} {record['reason'].replace(' %', '&nbsp;%')}",
        "",
        f"> {card.statement}",
        ">",
        f"> {card.source}, {card.source_date}",
        "",
        *_evidence(record),
        *beside(result),
        *_facts(record),
        *_robustness(record.get("robustness") or {}),
        f"<!-- pictures {card.id} -->",
        "",
        "## How it is judged",
        "",
        table(("", ""), list(_terms(card))),
        "",
    ]
    choices = list(chosen(card))
    if choices:
        lines += ["### Choices", "", table(("field", "value"), choices), ""]
    lines += variants(card, result)
    return "\n".join([*lines, *_more(record), *_closing(card)])


def _terms(card: ClaimCard) -> Iterator[tuple[str, str]]:
    yield "kind", f"[{card.kind}](../own_claims.md#fields)"
    for name in ("null", "alternative", "estimand", "family", "note"):
        if getattr(card, name):
            yield name, getattr(card, name)
    if card.kind != "fact":
        sign = "at least +" if card.direction == "greater" else "at most -"
        yield "effect of interest", f"{sign}{card.smallest_effect:g} {card.unit}"
    yield "reads", ", ".join(f"`{name}`" for name in card.needs) or "nothing of the panel"
    yield "seed, card", f"{card.seed}, `{card.digest}`"


def _evidence(record: Mapping[str, Any]) -> Iterator[str]:
    held = record.get("evidence") or []
    if not held:
        return
    yield from ("## Evidence", "")
    if "share_with_claimed_sign" in record:
        share, count = record["share_with_claimed_sign"], record["specifications"]
        yield from (
            "The first row is judged. "
            f"{share:.0%} of {count} specifications agree in sign with the claim.",
            "",
        )
    yield table(_HEADS, [_numbers(each, held[0]) for each in held], right="-r-rrrr")
    numbers = [each for each in held if "unit" in each]
    if numbers:
        first = numbers[0]
        yield from (
            "",
            f"The first row: in {first['unit']}; {first['level']:.0%} interval by the "
            f"{first['method']}; p adjusted over {first['family']}; the smallest p attainable is "
            f"{p_text(first['p_attainable'])}. Detectable: at 80 % power and 5 % size.",
        )
    yield ""


def _numbers(item: Mapping[str, Any], first: Mapping[str, Any]) -> Sequence[str]:
    label = unbroken(re.sub(r" over (\d+ days)", r", \1", item["label"].split(";")[0]))
    if "estimate" not in item:
        return (label, f"none: {item['invalid']}", *[""] * 5)
    if item["unit"] != first.get("unit"):
        label = f"{label} ({item['unit']})"
    low, high = item["interval"]
    return (
        label,
        signed(item["estimate"]),
        unbroken(f"{signed(low)} to {signed(high)}"),
        p_text(item["p"]),
        p_text(item["p_adjusted"]),
        unbroken(f"{item['events']:,} ({item['effective']:,.1f})"),
        f"{item['minimum_detectable_effect']:.3f}",
    )


def _facts(record: Mapping[str, Any]) -> Iterator[str]:
    held = record.get("facts") or []
    if not held:
        return
    rows = [
        (statement(f"**{each['text']}**" if each["primary"] else each["text"]),
         _value(each["measured"]), each["expected"],
         unbroken("holds" if each["holds"] else "does not hold"),
         "" if each["place"] is None else f"{each['place']:.0%}")
        for each in held
    ]  # fmt: skip
    placed = any(row[-1] for row in rows)
    heads = ("statement", "measured", "expected", "", "place")
    counts = any(each["primary"] for each in held)
    yield from (
        "## Facts",
        "",
        f"The verdict depends on {'the statements in bold' if counts else 'none of these'}.",
    )
    if placed:
        yield "Place: the share of all windows of that length in the sample with a lower value."
    wide = len(heads) if placed else len(heads) - 1
    yield from ("", table(heads[:wide], [row[:wide] for row in rows]), "")


def _value(value: float | str) -> str:
    if isinstance(value, str):
        return value
    return f"{value:,.2f}" if abs(value) >= 100 else f"{value:.4g}"


def _robustness(held: Mapping[str, Any]) -> Iterator[str]:
    """Yield controls, curve and ladder of an event claim."""
    rows = []
    if "controls_passed" in held:
        rows.append(
            ("[negative controls](../methods/negative_controls.md) passed",
             f"{held['controls_passed']:.0%}")
        )  # fmt: skip
    curve = held.get("curve") or {}
    if curve:
        rows.append(
            ("[specification curve](../methods/specification_curve.md), claimed sign",
             f"{curve['share_with_claimed_sign']:.0%} of {curve['specifications']:,}")
        )  # fmt: skip
        rows += [(f"curve, {name}: joint p", p_text(value)) for name, value in curve.items()
                 if name not in ("specifications", "share_with_claimed_sign")]  # fmt: skip
    if rows:
        yield from ("## Robustness", "", table(("", ""), rows, right="-r"), "")
    rungs = [(str(rung), p_text(p)) for rung, p in (held.get("ladder") or {}).items()]
    if rungs:
        yield from (
            "The same cell under [tests that respect more and more of the dependence]"
            "(../methods/inference_ladder.md):",
            "",
            table(("rung", "p"), rungs, right="-r"),
            "",
        )
    for reason in held.get("missing") or []:
        yield from (f"Not computed: {reason}", "")


def _more(record: Mapping[str, Any]) -> Iterator[str]:
    """Yield whatever else the record holds, so that a new number is never left out."""
    rest = {name: value for name, value in record.items() if name not in _KNOWN and value}
    plain = [(name.replace("_", " "), _plain(value)) for name, value in rest.items()
             if not isinstance(value, dict | list)]  # fmt: skip
    if plain:
        yield from ("## Beside the verdict", "", table(("", ""), plain), "")
    for name, value in rest.items():
        if isinstance(value, dict | list):
            yield f'??? note "{name.replace("_", " ")}"'
            yield from ("", "    ```json")
            yield from (f"    {line}" for line in json.dumps(value, indent=1).splitlines())
            yield from ("    ```", "")


def _plain(value: object) -> str:
    return _value(value) if isinstance(value, float) else str(value)


def _closing(card: ClaimCard) -> Iterator[str]:
    yield from ("## Again", "", "```sh", f"altrotation verify --only {card.id}", "```", "")
    text = (CATALOGUE / f"{card.id}.toml").read_text(encoding="utf-8")
    yield from ('??? note "The card"', "", "    ```toml")
    yield from (f"    {line}" for line in text.splitlines())
    yield from ("    ```", "")
