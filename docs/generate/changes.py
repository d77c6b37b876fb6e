"""What changed between two runs of the catalogue, as rows of a table: reasons are added by hand.

Usage, from the root of the repository::

    python -m docs.generate.changes OLD.json NEW.json  # files of `altrotation verify --json`
    python -m docs.generate.changes --freeze           # writes tests/frozen/embedded.json anew

Floats are alike to 1e-9, or not at all: between processors the last bits of a sum differ, and
nothing else may. Verdicts, dates, counts and words are alike or not.
"""

import json
import math
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docs.generate.markdown import table

__all__ = ["FROZEN", "changes", "compact", "rows"]

FROZEN = Path(__file__).resolve().parents[2] / "tests" / "frozen" / "embedded.json"
_ROUNDING = 1e-9
# Words made of the numbers, the digest of the card, and the count of looks in the ledger.
_LEFT_OUT = {"title", "reason", "card", "trials"}


def compact(run: dict[str, Any]) -> dict[str, Any]:
    """Return a run without what is not its result: versions, and sentences made of its numbers."""
    claims = {
        name: {key: value for key, value in claim.items() if key not in _LEFT_OUT}
        for name, claim in run["claims"].items()
    }
    return {"level": run["level"], "data": run["data"], "claims": claims}


def changes(old: Any, new: Any, place: tuple[str, ...] = ()) -> Iterator[tuple[str, Any, Any]]:
    """Yield every place at which two runs differ, with the old and the new value, or None."""
    if isinstance(old, dict) and isinstance(new, dict):
        for name in dict.fromkeys([*old, *new]):
            yield from changes(old.get(name), new.get(name), (*place, str(name)))
    elif isinstance(old, list) and isinstance(new, list):
        for row in range(max(len(old), len(new))):
            a, b = (held[row] if row < len(held) else None for held in (old, new))
            yield from changes(a, b, (*place, str(row + 1)))
    elif not _alike(old, new):
        yield " ".join(place), old, new


def rows(old: dict[str, Any], new: dict[str, Any]) -> str:
    """Return one row for every claim that moved: verdicts first, then the numbers of the first row.

    The last column is for the reason.
    """
    found = []
    for name in dict.fromkeys([*old["claims"], *new["claims"]]):
        before, after = (run["claims"].get(name, {}) for run in (old, new))
        moved = list(changes(compact_claim(before), compact_claim(after)))
        if moved:
            found.append((name, _told(before), _told(after), str(len(moved)), ""))
    return table(("claim", "was", "is", "numbers that moved", "reason"), found)


def compact_claim(claim: dict[str, Any]) -> dict[str, Any]:
    """Return a claim without the sentences made of its numbers."""
    return {key: value for key, value in claim.items() if key not in _LEFT_OUT}


def _told(claim: dict[str, Any]) -> str:
    verdict = str(claim.get("verdict", "absent"))
    first = next(iter(claim.get("evidence", ())), {})
    if "estimate" in first:
        low, high = first["interval"]
        adjusted = first["p_adjusted"]
        return f"{verdict}: {first['estimate']:+.3f} [{low:+.3f}, {high:+.3f}], p {adjusted:.3f}"
    facts = "; ".join(_shown(fact["measured"]) for fact in claim.get("facts", ()))
    return f"{verdict}: {facts}" if facts else verdict


def _shown(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _alike(old: Any, new: Any) -> bool:
    if isinstance(old, float) and isinstance(new, float):
        both = math.isnan(old) and math.isnan(new)
        return both or math.isclose(old, new, rel_tol=_ROUNDING, abs_tol=_ROUNDING * 1e-3)
    return type(old) is type(new) and old == new


def _freeze() -> None:
    from docs.generate.run import judgement

    held = compact(judgement().run.to_dict())
    FROZEN.write_text(json.dumps(held, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(f"{FROZEN}\n")


if __name__ == "__main__":
    if sys.argv[1:] == ["--freeze"]:
        _freeze()
    else:
        old, new = (json.loads(Path(name).read_text(encoding="utf-8")) for name in sys.argv[1:])
        sys.stdout.write(f"{rows(old, new)}\n")
