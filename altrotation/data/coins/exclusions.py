"""Tokens that follow another asset by design: money, metal, funds, wrapped and staked copies."""

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import pandas as pd

__all__ = ["GROUPS", "exclusion"]

GROUPS = (
    "pegged-money",
    "tokenised-metal-or-fund",
    "wrapped-or-bridged",
    "staked-or-lent",
    "migrated",
)


@dataclass(frozen=True, slots=True)
class _Group:
    ids: frozenset[str]
    names: frozenset[str]
    pattern: re.Pattern[str] | None
    categories: frozenset[str]
    since: dict[str, pd.Timestamp]


def exclusion(tokens: pd.DataFrame) -> pd.Series:
    """Return why each token stands outside the universe; missing for those inside.

    The rule uses what a token *is*, never its price: its id, its full name, a pattern in its name,
    or a vendor's category, as listed in `exclusions.toml`; the list of tokens to keep wins. A
    symbol never decides (FRAX was a dollar, then the share of its protocol).

    Parameters
    ----------
    tokens : DataFrame
        Columns `id`, `name`, `categories` (comma-separated) and `date`; any may be missing in a
        row. Only the group "migrated" looks at the date: a coin leaves when its successor takes
        its place.

    Returns
    -------
    Series
        One of `GROUPS`, or missing; on the index of `tokens`.
    """
    keep = _rules()["keep"]
    verdicts: list[str | None] = []
    for row in tokens[["id", "name", "categories", "date"]].itertuples(index=False):
        coin, name = _text(row[0]), _text(row[1])
        labels = {part.strip() for part in _text(row[2], lower=False).split(",")}
        moved = _rules()["migrated"].since.get(coin)
        if moved is not None and row[3] >= moved:
            verdicts.append("migrated")
            continue
        if coin in keep.ids or name in keep.names:
            verdicts.append(None)
            continue
        verdicts.append(
            next((g for g in GROUPS if _belongs(_rules()[g], coin, name, labels)), None)
        )
    return pd.Series(verdicts, index=tokens.index, name="excluded", dtype=object)


def _text(value: object, *, lower: bool = True) -> str:
    text = value.strip() if isinstance(value, str) else ""
    return text.lower() if lower else text


def _belongs(group: _Group, coin: str, name: str, labels: set[str]) -> bool:
    return (
        coin in group.ids
        or name in group.names
        or bool(group.pattern and name and group.pattern.search(name))
        or bool(group.categories & labels)
    )


@lru_cache(maxsize=1)
def _rules() -> dict[str, _Group]:
    text = files("altrotation.data.coins").joinpath("exclusions.toml").read_text(encoding="utf-8")
    rules = {}
    for name, table in tomllib.loads(text).items():
        patterns = table.get("patterns", [])
        rules[name] = _Group(
            frozenset(table.get("ids", [])),
            frozenset(table.get("names", [])),
            re.compile("|".join(patterns)) if patterns else None,
            frozenset(table.get("categories", [])),
            {coin: pd.Timestamp(day) for coin, day in table.get("since", {}).items()},
        )
    return rules
