"""Unlock claims on a small made-up coin table, against one window at a time."""

from dataclasses import dataclass, replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from altrotation.claims.card import CATALOGUE, ClaimCard, load_card
from altrotation.claims.estimators import unlocks
from altrotation.claims.estimators.unlocks import estimate_unlocks, match_protocols
from altrotation.claims.specs import UnlocksSpec
from altrotation.data.cards import SeriesCard
from altrotation.data.panel import Panel
from altrotation.errors import CardError, InputError
from altrotation.inference.permutation import randomisation_test
from tests.oracle import naive_unlocks as slow

N = 900
DAYS = pd.date_range("2020-01-01", periods=N, unit="us", name="date")
COINS = ("aa", "bb", "cc", "dd")


@dataclass(frozen=True)
class Tiers:
    tiers: dict

    def tier(self, name):
        rows = [(month, coin) for (month, coin), tier in self.tiers.items() if tier == name]
        return SimpleNamespace(members=pd.DataFrame(rows, columns=["decided", "id"]))


@pytest.fixture
def world(monkeypatch):
    rng = np.random.default_rng(0)
    close = pd.DataFrame(
        np.exp(0.05 * rng.standard_normal((N, 4)).cumsum(axis=0)), index=DAYS, columns=list(COINS)
    )
    close.loc[: DAYS[150], "dd"] = np.nan  # not yet born
    close.loc[DAYS[400:405], "bb"] = np.nan
    frame = pd.DataFrame(
        100 * np.exp(0.03 * rng.standard_normal((N, 4)).cumsum(axis=0)),
        index=DAYS,
        columns=["large/BTC", "mid/BTC", "small/BTC", "BTC"],
    )
    cards = [SeriesCard(name=c, kind="index", unit="index", calendar="24/7") for c in frame]
    months = pd.date_range("2020-01-01", DAYS[-1], freq="MS", unit="us")
    tiers = {}
    for i, month in enumerate(months):
        tiers[(month, "aa")] = "large" if i < 12 else "mid"
        tiers[(month, "bb")] = "mid"
        if i < 20:
            tiers[(month, "cc")] = "small"  # leaves the tiers and keeps its last
        if i >= 6:
            tiers[(month, "dd")] = "small"
    rows = []
    for coin, first in zip(COINS, (20, 33, 41, 47), strict=True):
        for k in range(first, N, 61):
            rows.append((coin.upper(), f"coingecko:{coin}", "cliff", DAYS[k], 0.7))
            rows.append((coin.upper(), f"coingecko:{coin}", "cliff", DAYS[k], 0.5))
            rows.append((coin.upper(), f"coingecko:{coin}", "linear", DAYS[k], 9.0))
        rows.append((coin.upper(), f"coingecko:{coin}", "cliff", DAYS[first + 10], 1.5))  # too near
        rows.append((coin.upper(), f"coingecko:{coin}", "cliff", DAYS[first + 40], 0.9))  # small
        rows.append((coin.upper(), f"coingecko:{coin}", "cliff", DAYS[first + 45], 60.0))
    rows.append(("Nobody", "ethereum:0x0", "cliff", DAYS[50], 5.0))
    rows.append(("AA", "coingecko:aa", "cliff", DAYS[-1] + pd.Timedelta(40, "D"), 5.0))
    columns = ["protocol", "token_id", "type", "date", "pct_of_scheduled_total"]
    table = pd.DataFrame(rows, columns=columns)
    coins = SimpleNamespace(
        dates=DAYS, close=close, coins=pd.DataFrame({"name": ["A", "B", "C", "D"]}, index=COINS)
    )
    source = unlocks._Source(coins, Tiers(tiers), table)
    monkeypatch.setattr(unlocks, "_source", lambda folder: source)
    return Panel(frame, cards), close, tiers, table


def card_of(**options):
    spec = UnlocksSpec(
        **{"horizon": 20, "horizons": (5, 20), "start": "2020-01-01", "end": "2023-12-31"} | options
    )
    return ClaimCard(
        id="Z1", title="t", statement="s", source="a", source_date="2026-01-01", kind="unlocks",
        seed=1, null="n", alternative="a", estimand="e", unit="u", smallest_effect=0.05, family="f",
        direction="less", design=spec,
    )  # fmt: skip


@pytest.mark.parametrize(
    "options", [{}, {"before": 20}, {"most": 50.0}, {"share": 1.6, "gap": 0}, {"delay": 3}]
)
def test_equals_one_window_at_a_time(world, options):
    panel, close, tiers, table = world
    card = card_of(**options)
    spec = card.design
    found = estimate_unlocks(card, panel, archive="somewhere")
    ids = {coin.upper(): coin for coin in COINS}
    chosen = slow.qualifying(
        table, ids, tiers, set(DAYS), spec.share, spec.most, spec.gap,
        pd.Timestamp(spec.start), pd.Timestamp(spec.end),
    )  # fmt: skip
    levels = {
        tier: panel.value(f"{tier}/BTC") * panel.value("BTC") for tier in ("large", "mid", "small")
    }
    for j, days in enumerate(spec.horizons):
        windows = [
            slow.window(close, levels, tiers, coin, day, 0, spec.delay, spec.before, days)
            for coin, day in chosen
        ]
        mean, count = slow.mean_of(windows)
        assert count > 2
        assert found.table["n_events"][j] == count
        assert found.table["estimate"][j] == pytest.approx(mean, rel=1e-9)
        months = slow.months_of([day for _, day in chosen])[~np.isnan(windows)]
        if days == spec.horizon:
            assert found.evidence.n_effective == len(set(months))


def test_p_values_are_those_of_every_shift(world):
    panel, close, tiers, table = world
    card = card_of(horizons=(5,), horizon=5, share=50.0)  # eight unlocks at most: quick
    found = estimate_unlocks(card, panel, archive="somewhere")
    ids = {coin.upper(): coin for coin in COINS}
    chosen = slow.qualifying(
        table, ids, tiers, set(DAYS), 50.0, 100.0, 30, DAYS[0], pd.Timestamp("2023-12-31")
    )
    levels = {
        tier: panel.value(f"{tier}/BTC") * panel.value("BTC") for tier in ("large", "mid", "small")
    }
    means, counts = [], []
    for shift in [0, *range(-365, 0), *range(1, 366)]:
        mean, count = slow.mean_of(
            [slow.window(close, levels, tiers, c, d, shift, 1, 0, 5) for c, d in chosen]
        )
        means.append(mean)
        counts.append(count)
    means, counts = np.array(means), np.array(counts)
    fine = counts[1:] >= counts[0] / 2
    assert 300 < fine.sum() < 730
    centre = means[np.concatenate([[True], fine])].mean()
    null = (means[1:] - centre) * np.sqrt(counts[1:] / counts[0])
    test = randomisation_test(means[:1] - centre, null[fine][:, None])
    assert found.evidence.p_value == pytest.approx(test.p_value[0])
    assert found.evidence.p_attainable == pytest.approx(1 / (fine.sum() + 1))


def test_a_variant_brings_its_judged_horizon_alone(world):
    panel = world[0]
    full, brief = (
        estimate_unlocks(card_of(), panel, brief=brief, archive="x") for brief in (False, True)
    )
    assert len(full.others) == 1
    assert brief.others == ()
    assert brief.evidence.estimate == full.evidence.estimate
    assert full.interval90.low > full.evidence.interval.low
    assert full.place == 1


def test_protocols_are_never_matched_by_symbol():
    coins = pd.DataFrame(
        {"name": ["Uniswap", "Twin", "Twin", "Sand Box", None]},
        index=["uniswap", "twin-one", "twin-two", "the-sandbox", "apt"],
    )
    events = pd.DataFrame(
        [
            ("Uni Swap", "ethereum:0x1"),  # the name, letters and digits only
            ("Twin", "ethereum:0x2"),  # two coins share it
            ("Twin", "ethereum:0x3"),
            ("UNI", "ethereum:0x4"),  # a symbol is no name
            ("Aptos", "coingecko:apt"),  # the token id names the coin
            ("Ghost", "coingecko:ghost"),  # no such coin
            ("sandbox!", "x"),
            ("Sand-Box", "x"),
            ("", "x"),
        ],
        columns=["protocol", "token_id"],
    )
    assert match_protocols(events, coins) == {
        "Uni Swap": "uniswap", "Aptos": "apt", "sandbox!": "the-sandbox", "Sand-Box": "the-sandbox",
    }  # fmt: skip


def test_bad_calls(world):
    panel = world[0]
    with pytest.raises(CardError, match="B1 is a fact card, not one of unlocks"):
        estimate_unlocks(load_card(CATALOGUE / "B1.toml"), panel, archive="x")
    with pytest.raises(InputError, match="judge this claim on the raw archive with --archive"):
        estimate_unlocks(card_of(), panel)
    with pytest.raises(InputError, match="No unlock of 90 % from 2020-01-01 is of a coin in"):
        estimate_unlocks(card_of(share=90.0), panel, archive="x")
    late = replace(card_of().design, start="2022-06-01", horizon=400, horizons=(400,))
    with pytest.raises(InputError, match="Fewer than two unlocks"):
        estimate_unlocks(replace(card_of(), design=late), panel, archive="x")
