"""What several archive tests share: the coins and the universe, loaded once."""

from typing import NamedTuple

import pytest

from altrotation.data.coins.table import CoinTable, load_coins
from altrotation.data.coins.universe import Universe, load_universe
from altrotation.data.raw.archive import Archive, open_archive


class CoinMarket(NamedTuple):
    """The archive, its coins and its universe."""

    archive: Archive
    coins: CoinTable
    universe: Universe


@pytest.fixture(scope="session")
def coin_market(archive_path):
    archive = open_archive(archive_path)
    coins = load_coins(archive)
    return CoinMarket(archive, coins, load_universe(archive, coins))
