"""Data: panels that know when each value became known, archives, universes and baskets."""

from typing import TYPE_CHECKING

from altrotation._lazy import open_doors

if TYPE_CHECKING:
    from altrotation.data.align import align as align
    from altrotation.data.align import last_known as last_known
    from altrotation.data.align import sample_on as sample_on
    from altrotation.data.bundled import load_reference as load_reference
    from altrotation.data.bundled import reference_folder as reference_folder
    from altrotation.data.bundled import reference_versions as reference_versions
    from altrotation.data.calendar import days as days
    from altrotation.data.calendar import labels as labels
    from altrotation.data.calendar import release_dates as release_dates
    from altrotation.data.calendar import sessions as sessions
    from altrotation.data.cards import SeriesCard as SeriesCard
    from altrotation.data.coins.basket_result import BasketResult as BasketResult
    from altrotation.data.coins.baskets import basket as basket
    from altrotation.data.coins.matching import MatchRule as MatchRule
    from altrotation.data.coins.matching import match_by_price as match_by_price
    from altrotation.data.coins.table import CoinTable as CoinTable
    from altrotation.data.coins.table import load_coins as load_coins
    from altrotation.data.coins.universe import Membership as Membership
    from altrotation.data.coins.universe import Universe as Universe
    from altrotation.data.coins.universe import load_universe as load_universe
    from altrotation.data.csv import read_csv_panel as read_csv_panel
    from altrotation.data.panel import Panel as Panel
    from altrotation.data.providers.protocol import Provider as Provider
    from altrotation.data.raw.archive import Archive as Archive
    from altrotation.data.raw.archive import open_archive as open_archive
    from altrotation.data.raw.quality import quality_report as quality_report
    from altrotation.data.rounding import round_significant as round_significant
    from altrotation.data.store import PanelCard as PanelCard
    from altrotation.data.store import read_card as read_card
    from altrotation.data.store import read_panel as read_panel
    from altrotation.data.store import write_panel as write_panel

open_doors(
    __name__,
    {
        "align": "align last_known sample_on",
        "bundled": "load_reference reference_folder reference_versions",
        "calendar": "days labels release_dates sessions",
        "cards": "SeriesCard",
        "coins.basket_result": "BasketResult",
        "coins.baskets": "basket",
        "coins.matching": "MatchRule match_by_price",
        "coins.table": "CoinTable load_coins",
        "coins.universe": "Membership Universe load_universe",
        "csv": "read_csv_panel",
        "panel": "Panel",
        "providers.protocol": "Provider",
        "raw.archive": "Archive open_archive",
        "raw.quality": "quality_report",
        "rounding": "round_significant",
        "store": "PanelCard read_card read_panel write_panel",
    },
)
