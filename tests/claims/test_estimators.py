"""Contrast, clock, cascade, break and strategy claims against the library called directly."""

from dataclasses import replace
from math import ceil

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from altrotation.backtest.costs import Costs
from altrotation.backtest.family import judge_family
from altrotation.backtest.performance import gain_over
from altrotation.backtest.ready import benchmark, confirmation, confluence_strategy, russell_only
from altrotation.backtest.replay import replay
from altrotation.claims.card import CATALOGUE, ClaimCard, load_card
from altrotation.claims.checking import check_effect
from altrotation.claims.estimators import clocks, strategies
from altrotation.claims.estimators.breaks import estimate_break
from altrotation.claims.estimators.cascades import estimate_cascade
from altrotation.claims.estimators.clocks import estimate_clocks
from altrotation.claims.estimators.contrasts import estimate_contrast
from altrotation.claims.estimators.effects import (
    estimate_events,
    find_events,
    outcome_levels,
    specs_of,
)
from altrotation.claims.estimators.joint import adjusted_jointly
from altrotation.claims.estimators.moves import session_moves
from altrotation.claims.estimators.strategies import estimate_strategy
from altrotation.claims.runner import check_claim
from altrotation.claims.specs import (
    BreakSpec,
    CascadeSpec,
    ClocksSpec,
    EventsSpec,
    FactSpec,
    Regressor,
    Rival,
    StrategySpec,
    StudySpec,
    Variant,
)
from altrotation.data.bundled import load_reference
from altrotation.data.calendar import labels
from altrotation.data.cards import SeriesCard
from altrotation.data.panel import Panel
from altrotation.errors import CardError, InputError
from altrotation.events.contrast import contrast
from altrotation.inference.permutation import randomisation_test
from altrotation.leadlag.cascade import cascade
from altrotation.regimes.known_break import known_break

N = 1_200
DAYS = pd.date_range("2018-01-01", periods=N, unit="us", name="date")


def make_panel(frame):
    cards = [SeriesCard(name=c, kind="price", unit="USD", calendar="24/7") for c in frame]
    return Panel(frame, cards)


def card_of(kind, **options):
    return ClaimCard(
        id="Z1", title="t", statement="s", source="a", source_date="2026-01-01", kind=kind, seed=3,
        null="n", alternative="a", estimand="e", unit="u", smallest_effect=0.05, family="f",
        **options,
    )  # fmt: skip


FACT = FactSpec(
    text="It is low.", measure={"name": "last-level", "series": "BTC"}, expect="below", value=0.0,
    primary=True,
)  # fmt: skip


# -- contrasts and events ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def panel():
    steps = 0.02 * np.random.default_rng(2).standard_normal((N, 6))
    levels = 100.0 * np.exp(steps.cumsum(axis=0))
    names = ["RUT", "SPX", "QQQ", "mid/BTC", "ETH/BTC", "BTC"]
    return make_panel(pd.DataFrame(levels, index=DAYS, columns=names))


EVENTS = EventsSpec(
    series="RUT", kind="high", window=50, quiet=20, start="2018-03-01", end="2020-12-31"
)
STUDY = StudySpec(
    outcomes=("mid/BTC", "mid"), primary="mid/BTC", horizon=20, horizons=(5, 20),
    start="2018-01-01", end="2021-04-14",
)  # fmt: skip


def contrast_card(**options):
    rivals = tuple(Rival(name=n, events=replace(EVENTS, series=n)) for n in ("SPX", "QQQ"))
    return card_of("contrast", **{"events": EVENTS, "study": STUDY, "rivals": rivals} | options)


@pytest.mark.parametrize("direction", ["greater", "less"])
def test_a_contrast_is_judged_by_the_rival_that_comes_closest(panel, direction):
    found = estimate_contrast(contrast_card(direction=direction), panel)
    levels = outcome_levels(panel, STUDY.outcomes)
    np.testing.assert_allclose(levels["mid"], panel.value("mid/BTC") * panel.value("BTC"))
    own = find_events(panel, EVENTS)
    direct = {
        name: contrast(
            levels, own, find_events(panel, replace(EVENTS, series=name)), horizons=(5, 20), seed=3
        ).table.loc[("mid/BTC", 20)]
        for name in ("SPX", "QQQ")
    }
    side = 1.0 if direction == "greater" else -1.0
    closest = min(direct, key=lambda name: side * direct[name]["estimate"])
    assert closest in found.evidence.label
    place = 1 + sum(side * row["estimate"] < 0 for row in direct.values())
    assert f"(RUT ranks {place} of 3)" in found.evidence.label
    assert f"mid/BTC over 20 days, less {closest}" == found.evidence.label.split(" (")[0]
    assert found.evidence.estimate == direct[closest]["estimate"]
    assert found.evidence.interval.low == direct[closest]["low"]
    assert found.evidence.p_adjusted == max(row["p_value"] for row in direct.values())
    assert found.table["estimate"][found.place] == direct[closest]["estimate"]
    assert found.table["outcome"][found.place] == f"mid/BTC, less {closest}"
    assert found.interval90.low > found.evidence.interval.low
    assert (found.table["claimed"] == side).all()
    assert found.halts is None


def test_a_rival_that_cannot_be_compared_halts_the_claim(panel):
    late = panel.frame.assign(SPX=np.linspace(100.0, 50.0, N))
    late.loc[DAYS[-12] :, "SPX"] = 200.0  # a break with windows of 5 days, none of 20
    rivals = (
        Rival(name="late", events=replace(EVENTS, series="SPX", end="2021-04-14")),
        Rival(name="QQQ", events=replace(EVENTS, series="QQQ")),
    )
    card = contrast_card(rivals=rivals)
    found = estimate_contrast(card, make_panel(late))
    assert found.halts.startswith("late could not be compared: ")
    assert "less QQQ" in found.evidence.label
    assert found.table["outcome"][found.place] == "mid/BTC, less QQQ"
    nothing = check_claim(replace(card, rivals=rivals[:1]), make_panel(late))
    assert nothing.verdict.status == "untestable"
    none = replace(rivals[0].events, end="2018-03-02")
    empty = check_claim(replace(card, rivals=(Rival(name="x", events=none),)), make_panel(late))
    assert (empty.verdict.status, "is empty" in empty.verdict.reason) == ("untestable", True)


def test_dollar_tiers_are_outcomes_of_a_contrast_too(panel):
    study = replace(STUDY, outcomes=("mid",), primary="mid")
    result = check_claim(contrast_card(study=study), panel)
    assert result.verdict.status != "untestable"


def test_an_event_card_with_rivals_shows_the_contrast_beside(panel):
    card = replace(contrast_card(), kind="event")
    found = estimate_events(card, panel)
    assert found.others[0].estimate == pytest.approx(
        contrast(
            outcome_levels(panel, STUDY.outcomes),
            find_events(panel, EVENTS),
            find_events(panel, replace(EVENTS, series="SPX")),
            horizons=(5, 20),
            seed=3,
        ).table.loc[("mid/BTC", 20), "estimate"]
    )
    assert estimate_events(card, panel, brief=True).others == ()


# -- joint adjustment ----------------------------------------------------------------------------


def test_joint_adjustment_is_that_of_one_stacked_table(panel):
    """Three sets of events, one table of all cells; a draw moves all by the same rows."""
    specs = [replace(EVENTS, quiet=quiet, window=window) for quiet, window in
             ((20, 50), (40, 50), (20, 100))]  # fmt: skip
    cards = [card_of("event", events=spec, study=STUDY) for spec in specs]
    studies = [estimate_events(card, panel).study for card in cards]
    by_shift = []
    for study in studies:
        table = {}
        for rows, means in zip(study.placebo_rows, study.null_means, strict=True):
            table[int((rows[0] - study.rows[0]) % N)] = means.ravel()
            assert ((rows - study.rows) % N == (rows[0] - study.rows[0]) % N).all()
        by_shift.append(table)
    shared = sorted(set.intersection(*(set(table) for table in by_shift)))
    assert len(shared) > 200
    draws = np.array([np.concatenate([table[s] for table in by_shift]) for s in shared])
    observed = np.concatenate([study.table["estimate"] for study in studies])
    expected = randomisation_test(observed, draws).p_adjusted
    found = np.concatenate([part.ravel() for part in adjusted_jointly(studies)])
    np.testing.assert_allclose(found, expected)
    # through a card: the judged p is that of the joint family
    variants = tuple(
        Variant(name=str(i), role="specification", events=spec, study=replace(STUDY, jointly=True))
        for i, spec in enumerate(specs[1:])
    )
    card = replace(cards[0], study=replace(STUDY, jointly=True), variants=variants)
    place = list(studies[0].table.index).index(("mid/BTC", 20))
    judged = check_effect(card, panel).evidence[0]
    assert judged.p_adjusted == pytest.approx(max(expected[place], judged.p_value))


BAD_JOINT = [
    (replace(STUDY, null="matched"), "Only studies under the rotation null"),
    (replace(STUDY, end="2020-12-31"), "must share one sample"),
]


@pytest.mark.parametrize(("study", "message"), BAD_JOINT)
def test_studies_that_cannot_be_shifted_together_are_refused(panel, study, message):
    one, two = (
        estimate_events(card_of("event", events=EVENTS, study=s), panel).study
        for s in (STUDY, study)
    )
    with pytest.raises(InputError, match=message):
        adjusted_jointly([one, two])


def test_studies_without_a_shift_in_common_are_refused(panel):
    study = estimate_events(card_of("event", events=EVENTS, study=STUDY), panel).study
    odd, even = (
        replace(study, placebo_rows=study.placebo_rows[i::2], null_means=study.null_means[i::2])
        for i in (0, 1)
    )
    with pytest.raises(InputError, match="No shift is admissible in all studies"):
        adjusted_jointly([odd, even])


# -- clocks --------------------------------------------------------------------------------------


def two_markets(lead, same, n=1_500, seed=4):
    """A leader in sessions, a follower that moves with it and `lead` one session later."""
    rng = np.random.default_rng(seed)
    days = pd.date_range("2018-01-01", periods=n, unit="us", name="date")
    sessions = labels("XNYS", days[0], days[-1])
    moves = rng.standard_normal(len(sessions))
    equity = pd.Series(np.exp(0.01 * moves.cumsum()), index=sessions).reindex(days)
    daily = pd.Series(0.03 * rng.standard_normal(n), index=days)
    daily[sessions] += 0.03 * same * moves
    daily[sessions[1:]] += 0.03 * lead * moves[:-1]
    frame = pd.DataFrame({"RUT": equity, "x": np.exp(daily.cumsum()), "y": np.nan}, index=days)
    frame["y"] = np.exp(0.03 * rng.standard_normal(n).cumsum())
    return make_panel(frame)


def clocks_card(**options):
    spec = ClocksSpec(
        leader="RUT", followers=("x", "y"), primary="x", start="2018-01-01", end="2022-02-08",
        replicates=299, **options,
    )  # fmt: skip
    return card_of("clocks", design=spec)


def test_a_world_that_moves_together_is_supported_for_the_one_that_does():
    market = two_markets(lead=0.0, same=0.6)
    found = estimate_clocks(clocks_card(), market)
    assert found.halts is None
    assert found.evidence.estimate > 0.3
    assert found.evidence.p_adjusted < 0.02
    raw = found.table["p_value"].to_numpy()
    order = np.argsort(raw)
    expected = np.empty(2)
    expected[order] = np.maximum.accumulate(np.minimum(raw[order] * [2, 1], 1.0))  # Holm
    np.testing.assert_allclose(found.table["p_adjusted"], expected)
    assert raw[1] > 0.05  # y has nothing to do with it
    other = replace(clocks_card(), design=replace(clocks_card().design, primary="y"))
    judged = estimate_clocks(other, market, brief=True)
    assert judged.place == 1
    assert judged.others == ()
    assert judged.evidence.estimate == found.table["estimate"][1]


def test_a_lead_under_all_three_clocks_halts_the_claim():
    found = estimate_clocks(clocks_card(), two_markets(lead=0.6, same=0.6))
    assert found.halts == "RUT leads x under all three clocks"


def test_the_excess_is_that_of_a_slow_bootstrap():
    """Products of whitened returns resampled by hand in blocks of geometric length."""
    market, card = two_markets(lead=0.0, same=0.12), clocks_card()
    fast = clocks._excess(market, card.design, "x", 3)
    moves = session_moves(market, ("RUT", "x"))
    white = []
    orders = [clocks.bic_order(moves[c].to_numpy(), None, max_order=10) for c in moves]
    for column, order in zip(moves, orders, strict=True):
        w = clocks.whitened(moves[column].to_numpy(), None, order=order, first=max(orders))
        white.append((w - w.mean()) / w.std())
    n = len(white[0]) - 5
    products = np.array([[white[0][t] * white[1][t + k] for k in range(6)] for t in range(n)])
    mean = products.mean(axis=0)
    assert fast.same == pytest.approx(mean[0])
    assert fast.estimate == pytest.approx(mean[0] - np.abs(mean[1:]).max())
    rng = np.random.default_rng(0)
    length = ceil(
        max(clocks.block_length(v) for v in (products[:, 0], white[0] ** 2, white[1] ** 2))
    )
    draws = []
    for _ in range(800):
        row, rows = rng.integers(n), []
        for _ in range(n):
            rows.append(row)
            row = rng.integers(n) if rng.random() < 1 / length else (row + 1) % n
        draws.append(products[rows].mean(axis=0))
    draws = np.array(draws)
    error = (draws[:, [0]] - np.sign(mean[1:]) * draws[:, 1:]).std(axis=0)
    z = (mean[0] - np.abs(mean[1:])) / error
    slow = stats.norm.sf(z).max()
    # the standard errors rest on 299 and 800 draws: sd 4 % and 2.5 %, four sd of both 19 % of z
    assert 0.01 < fast.p < 0.5
    assert stats.norm.isf(fast.p) == pytest.approx(stats.norm.isf(slow), rel=0.19)
    worst = int(np.argmin(z))
    assert fast.noise.std() == pytest.approx(error[worst], rel=0.19) or worst != np.argmax(
        np.abs(mean[1:])
    )


def test_session_moves_begin_after_the_last_hole():
    market = two_markets(0.0, 0.0)
    frame = market.frame.copy()
    frame.loc["2020-03-04", "x"] = np.nan
    frame.loc["2021-12-20":, "y"] = np.nan
    moves = session_moves(make_panel(frame), ("RUT", "x", "y"))
    assert moves.index[0] == pd.Timestamp("2020-03-06")  # from the fifth to the sixth
    assert moves.index[-1] == pd.Timestamp("2021-12-17")
    expected = np.log(frame.loc["2020-03-09", "x"] / frame.loc["2020-03-06", "x"])
    assert moves.loc["2020-03-09", "x"] == pytest.approx(expected)  # over the weekend
    assert not moves.isna().any().any()


def test_moves_without_two_sessions_are_refused():
    market = two_markets(0.0, 0.0)
    with pytest.raises(InputError, match="no series 'z'"):
        session_moves(market, ("RUT", "z"))
    empty = market.frame.assign(x=np.nan)
    with pytest.raises(InputError, match="No two sessions in a row have RUT, x"):
        session_moves(make_panel(empty), ("RUT", "x"))


# -- cascades ------------------------------------------------------------------------------------


def cascade_world():
    rng = np.random.default_rng(6)
    first = rng.standard_normal(N)
    moves = np.column_stack([np.roll(first, k) + rng.standard_normal(N) for k in range(3)])
    levels = np.exp(0.01 * moves.cumsum(axis=0))
    frame = pd.DataFrame(levels, index=DAYS, columns=["BTC", "ETH", "mid/BTC"])
    frame["mid/BTC"] = levels[:, 2] / levels[:, 0]  # so that mid in dollars is the third
    return make_panel(frame), moves


def test_a_cascade_is_that_of_the_library_in_dollars():
    market, _ = cascade_world()
    spec = CascadeSpec(
        order=("BTC", "ETH", "mid"), start="2018-01-01", end="2021-04-14", window=10, replicates=199
    )
    card = card_of("cascade", design=spec)
    found = estimate_cascade(card, market)
    frame = outcome_levels(market, ("BTC", "ETH", "mid"))
    direct = cascade(
        np.log(frame).diff().iloc[1:], ["BTC", "ETH", "mid"], window=10, replicates=199, seed=3
    )
    assert found.evidence.estimate == direct.score.estimate > 0
    assert found.evidence.p_value == direct.score.p_value <= 0.05
    assert (found.evidence.unit, found.evidence.family) == ("u", "f")  # the card's words
    assert found.interval90.low > found.evidence.interval.low
    assert list(found.table["outcome"][1:]) == ["BTC before ETH", "ETH before mid"]
    np.testing.assert_array_equal(found.table["p_value"][1:], direct.links["p"])
    assert found.study is None
    beside = replace(card, events=replace(EVENTS, series="ETH"), study=replace(
        STUDY, outcomes=("mid/BTC",)))  # fmt: skip
    assert estimate_cascade(beside, market).study is not None
    assert estimate_cascade(beside, market, brief=True).study is None


# -- breaks --------------------------------------------------------------------------------------


def break_world(change, seed=7):
    """The response of the outcome to yesterday's move of `a` goes from .5 to .5 + change."""
    rng = np.random.default_rng(seed)
    moves = rng.standard_normal((N, 3))
    later = np.arange(N) >= N // 2
    moves[1:, 2] += (0.5 + change * later[1:]) * moves[:-1, 0]
    levels = np.exp(0.01 * moves.cumsum(axis=0))
    return make_panel(pd.DataFrame(levels, index=DAYS, columns=["a", "b", "out"]))


def break_card(**options):
    regressors = tuple(
        Regressor(name=n, feature={"name": "log-change", "series": n, "days": 1}) for n in "ab"
    )
    spec = BreakSpec(
        date=str(DAYS[N // 2].date()), outcome="out", horizon=1, delay=0, regressors=regressors,
        start="2018-01-01", end="2021-04-14", **options,
    )  # fmt: skip
    return card_of("break", design=spec)


def test_a_break_is_that_of_the_library_without_its_constant():
    market, card = break_world(0.8), break_card()
    found = estimate_break(card, market)
    logs = np.log(market.frame)
    whole = pd.DataFrame({
        "y": logs["out"].shift(-1) - logs["out"], "a": logs["a"].diff(), "b": logs["b"].diff()
    }).dropna()  # fmt: skip
    x = whole[["a", "b"]] / whole[["a", "b"]].std()
    direct = known_break(whole["y"], x, date=DAYS[N // 2], overlap=1)
    assert found.evidence.p_value == direct.responses_p < 0.001
    assert found.evidence.estimate == pytest.approx(abs(direct.table.loc["a", "change"]))
    assert found.place == 0
    low, high = direct.table.loc["a", ["low", "high"]]
    assert (found.evidence.interval.low, found.evidence.interval.high) == pytest.approx((low, high))
    assert "sup-Wald, rotated" in found.table["outcome"].iloc[-1]
    assert len(estimate_break(card, market, brief=True).table) == 3
    down = estimate_break(card, break_world(-0.8))
    assert down.evidence.estimate > 0
    assert down.evidence.interval.low > 0


def test_the_three_verdicts_on_a_break():
    card = break_card()
    assert check_claim(card, break_world(0.8)).verdict.status == "supported"
    # changes of a standard deviation of .01 a day are known to within .002: far below .05
    assert check_claim(card, break_world(0.0)).verdict.status == "contradicted"
    small = replace(card, smallest_effect=1e-4)
    assert check_claim(small, break_world(0.0)).verdict.status == "undecided"


def test_a_primary_fact_that_fails_halts_a_break():
    fact = replace(FACT, measure={"name": "last-level", "series": "out"})
    result = check_claim(replace(break_card(), facts=(fact,)), break_world(0.8))
    assert result.verdict.status == "undecided"
    assert "but It is low." in result.verdict.reason


# -- strategies ----------------------------------------------------------------------------------


def strategy_card(**options):
    spec = StrategySpec(
        **{"strategy": "russell", "family": ("russell", "eth-btc"), "cycle": "2020-2021",
           "most": 60} | options
    )  # fmt: skip
    return card_of("strategy", design=spec)


def test_a_strategy_is_the_replay_and_the_family_of_the_library(monkeypatch):
    market = load_reference()
    found = estimate_strategy(strategy_card(), market)
    rules = [russell_only(on={"mid": 1.0}), confirmation(on={"mid": 1.0})]
    made = replay(rules[0], market, cycle="2020-2021")
    base = replay(benchmark("btc"), market, cycle="2020-2021")
    gain, narrow = (gain_over(made, base, level=level, seed=3) for level in (0.95, 0.90))
    family = judge_family(rules, market, cycle="2020-2021", against="btc", most=60, seed=3)
    timing = family.timing[0].evidence
    assert found.evidence.estimate == pytest.approx(gain.estimate)
    assert found.evidence.interval.low == pytest.approx(gain.interval.low)
    assert found.evidence.p_value == timing.p_value
    assert found.evidence.p_adjusted == timing.p_adjusted
    assert found.interval90 == narrow.interval
    assert (found.table["claimed"].iloc[1:] == 0).all()  # descriptions do not count
    assert found.table["outcome"].iloc[found.place] == "russell over btc"
    monkeypatch.setattr(strategies, "_family", None)  # a variant does not judge a family
    brief = estimate_strategy(strategy_card(), market, brief=True)
    # the p of the gain is another test's than the timing p of the judged row
    assert brief.table[["p_value", "p_adjusted"]].isna().all(axis=None)
    assert brief.evidence.estimate == found.evidence.estimate
    assert len(brief.table) == 1
    dear = estimate_strategy(strategy_card(costs=20.0), market, brief=True)
    assert dear.evidence.estimate < brief.evidence.estimate
    assert Costs().times(1.0) == Costs()
    assert not any(Costs().times(0.0).fees.values())
    need = strategies._strategy(strategy_card(strategy="confluence", need=2).design, "confluence")
    assert need.name == confluence_strategy(on={"mid": 1.0}, need=2).name


# -- bad calls -----------------------------------------------------------------------------------

FACT_CARD = load_card(CATALOGUE / "B1.toml")


def test_an_estimator_refuses_another_kind_of_card(panel):
    with pytest.raises(CardError, match="B1 is a fact card; it has no events"):
        specs_of(FACT_CARD)
    with pytest.raises(CardError, match="B1 is a fact card; it has no events"):
        estimate_events(FACT_CARD, panel)
    with pytest.raises(CardError, match="B1 is a fact card; it has no events"):
        estimate_contrast(FACT_CARD, panel)
    with pytest.raises(CardError, match="B1 is a fact card, not one of clocks"):
        estimate_clocks(FACT_CARD, panel)
    with pytest.raises(CardError, match="B1 is a fact card, not a cascade"):
        estimate_cascade(FACT_CARD, panel)
    with pytest.raises(CardError, match="B1 is a fact card, not one of a break"):
        estimate_break(FACT_CARD, panel)
    with pytest.raises(CardError, match="B1 is a fact card, not a strategy"):
        estimate_strategy(FACT_CARD, panel)
    with pytest.raises(CardError, match=r"strategy.cycle must be one of 2016-2017, .* got '1999'"):
        estimate_strategy(strategy_card(cycle="1999"), panel)
    with pytest.raises(CardError, match=r"strategy.against must be one of .* got 'gold'"):
        estimate_strategy(strategy_card(against="gold"), panel)


def test_an_estimator_names_the_series_the_panel_lacks(panel):
    poor = panel.select(["RUT", "BTC"])
    event = card_of("event", events=EVENTS, study=STUDY)
    with pytest.raises(InputError, match="no series 'mid/BTC'"):
        outcome_levels(poor, ["mid/BTC"])
    with pytest.raises(InputError, match="no series 'mid/BTC'"):
        estimate_events(event, poor)
    with pytest.raises(InputError, match="no series 'mid/BTC'"):
        check_effect(event, poor)
    with pytest.raises(InputError, match="no series"):
        estimate_contrast(contrast_card(), poor)
    with pytest.raises(InputError, match="no series 'x'"):
        estimate_clocks(clocks_card(), poor)
    with pytest.raises(InputError, match="no series 'out'"):
        estimate_break(break_card(), poor)
    spec = CascadeSpec(order=("BTC", "ETH", "mid"), start="2018-01-01", end="2021-04-14")
    with pytest.raises(InputError, match="no series 'ETH'"):
        estimate_cascade(card_of("cascade", design=spec), poor)
    with pytest.raises(InputError):
        estimate_strategy(strategy_card(), poor)
    with pytest.raises(CardError, match="'x' is unknown"):
        check_effect(replace(event, facts=(replace(FACT, measure={"name": "x"}),)), panel)
