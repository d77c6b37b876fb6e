"""The raw tables of the archive: one declaration each."""

from collections.abc import Mapping
from types import MappingProxyType

from altrotation.data.raw.schema import Table
from altrotation.data.raw.tables.aggregates import AGGREGATES
from altrotation.data.raw.tables.coins import COINS
from altrotation.data.raw.tables.flows import FLOWS
from altrotation.data.raw.tables.market import MARKET

__all__ = ["TABLES"]

TABLES: Mapping[str, Table] = MappingProxyType(
    {table.name: table for table in (*MARKET, *COINS, *AGGREGATES, *FLOWS)}
)
