"""Coins: identities across vendors, the point-in-time universe, and tier baskets."""

from typing import TYPE_CHECKING

from altrotation._lazy import open_doors

if TYPE_CHECKING:
    from altrotation.data.coins.basket_result import BasketResult as BasketResult
    from altrotation.data.coins.baskets import basket as basket
    from altrotation.data.coins.matching import MatchRule as MatchRule
    from altrotation.data.coins.matching import match_by_price as match_by_price
    from altrotation.data.coins.table import CoinTable as CoinTable
    from altrotation.data.coins.table import load_coins as load_coins
    from altrotation.data.coins.universe import Membership as Membership
    from altrotation.data.coins.universe import Universe as Universe
    from altrotation.data.coins.universe import load_universe as load_universe

open_doors(
    __name__,
    {
        "basket_result": "BasketResult",
        "baskets": "basket",
        "matching": "MatchRule match_by_price",
        "table": "CoinTable load_coins",
        "universe": "Membership Universe load_universe",
    },
)
