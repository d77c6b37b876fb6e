"""Measures of a panel that a fact card can name: each a number or a date, none a judgement."""

from typing import TYPE_CHECKING

from altrotation._lazy import open_doors

if TYPE_CHECKING:
    from altrotation.claims.measures.registry import measure as measure
    from altrotation.claims.measures.registry import place_in_history as place_in_history

open_doors(
    __name__,
    {
        "registry": "measure place_in_history",
    },
)
