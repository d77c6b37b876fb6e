import numpy as np
import pandas as pd
import pytest

from altrotation.data.cards import SeriesCard
from altrotation.data.panel import Panel
from altrotation.errors import InputError
from altrotation.regimes.legs import cycle_table, dated_legs
from altrotation.regimes.rules import INPUTS, PhaseRules, panel_inputs, rotation_phases
from altrotation.testing import assert_causal

RULES = PhaseRules(mean=5, rise=2, lead=3, high=6)


def market(n=12, **columns):
    """A market of which the last day alone matters: flat but for the columns given."""
    days = pd.date_range("2020-01-01", periods=n, freq="D", unit="us")
    frame = pd.DataFrame({name: np.ones(n) for name in INPUTS}, index=days)
    frame["breadth"] = 50.0
    for name, last in columns.items():
        frame.loc[days[-1], name] = last
    return frame


def last_phase(frame):
    return rotation_phases(frame, rules=RULES).labels.iloc[-1]


@pytest.mark.parametrize(
    ("columns", "phase"),
    [
        ({}, "neutral"),
        ({"breadth": 75}, "broad alt"),
        ({"breadth": 74.9}, "neutral"),
        ({"breadth": 25}, "bitcoin"),
        ({"breadth": 25.1}, "neutral"),
        ({"breadth": 25, "btc": 0.69}, "risk-off"),
        ({"breadth": 25, "btc": 0.70}, "bitcoin"),  # exactly 30 % is not more than 30 %
        ({"breadth": 80, "btc": 0.5}, "broad alt"),
        ({"breadth": 50, "btc": 0.5}, "neutral"),
        ({"eth_btc": 1.1}, "ether"),
        ({"eth_btc": 1.1, "breadth": 75}, "broad alt"),
        ({"eth_btc": 1.1, "breadth": 20}, "bitcoin"),
        ({"large": 1.1}, "large-cap"),
        ({"large": 1.1, "eth_btc": 1.1}, "ether"),
        ({"large": 1.1, "mid": 1.2}, "neutral"),
        ({"large": 1.1, "small": 1.1}, "neutral"),  # leading means strictly more
    ],
)
def test_each_rule_and_the_order_of_ties(columns, phase):
    assert last_phase(market(**columns)) == phase


def test_above_the_mean_but_falling_is_no_ether_season():
    frame = market()
    frame["eth_btc"] = [1.0] * 8 + [1.0, 3.0, 2.9, 2.8]
    assert last_phase(frame) == "neutral"
    frame.iloc[-1, frame.columns.get_loc("eth_btc")] = 3.1
    assert last_phase(frame) == "ether"


@pytest.mark.parametrize(
    ("missing", "columns", "phase"),
    [
        ("breadth", {}, None),
        ("btc", {"breadth": 80}, "broad alt"),  # risk-off needs narrow breadth: decided without BTC
        ("btc", {"breadth": 20}, None),  # risk-off or bitcoin season
        ("eth_btc", {"breadth": 20}, "bitcoin"),
        ("eth_btc", {"large": 1.1}, None),  # ether season might come first
        ("small", {"eth_btc": 1.1}, "ether"),
        ("small", {"large": 1.1}, None),
        ("small", {"large": 0.9}, "neutral"),  # behind mid already
    ],
)
def test_a_missing_input_blocks_only_what_it_could_change(missing, columns, phase):
    frame = market(**columns)
    if missing == "small":
        frame[missing] = np.nan
    else:
        frame.loc[frame.index[-1], missing] = np.nan
    found = last_phase(frame)
    assert found == phase if phase else pd.isna(found)


def wandering(n=420, seed=0):
    rng = np.random.default_rng(seed)
    days = pd.date_range("2020-01-01", periods=n, freq="D", unit="us")
    frame = pd.DataFrame(
        {name: np.exp(0.15 * rng.normal(size=n).cumsum()) for name in INPUTS}, index=days
    )
    frame["breadth"] = 50 + 50 * np.sin(np.arange(n) / 25)
    return frame


def test_agrees_with_the_rules_written_out_day_by_day():
    frame = wandering()
    regime = rotation_phases(frame, rules=RULES)
    assert set(regime.labels.dropna()) == set(regime.states)  # every phase occurs
    for t in range(len(frame)):
        x = frame.iloc[t]
        if t < 5:
            continue
        past = frame.iloc[: t + 1]
        lead = np.log(x / frame.iloc[t - 3])
        if x["breadth"] <= 25 and x["btc"] < 0.7 * past["btc"].iloc[-6:].max():
            phase = "risk-off"
        elif x["breadth"] >= 75:
            phase = "broad alt"
        elif x["breadth"] <= 25:
            phase = "bitcoin"
        elif (
            x["eth_btc"] > past["eth_btc"].iloc[-5:].mean()
            and x["eth_btc"] > frame["eth_btc"].iloc[t - 2]
        ):
            phase = "ether"
        elif lead["large"] > lead["mid"] and lead["large"] > lead["small"]:
            phase = "large-cap"
        else:
            phase = "neutral"
        assert regime.labels.iloc[t] == phase, t


def test_causal():
    def codes(data):
        clipped = data.assign(breadth=data["breadth"].clip(0, 100))
        regime = rotation_phases(clipped, rules=RULES)
        return pd.Series(regime.codes.astype(float), index=regime.dates)

    assert_causal(codes, wandering(), warmup=8)


def panel_of(frame):
    cards = [
        SeriesCard(
            name=name,
            kind="share" if key == "breadth" else "index",
            unit="percent" if key == "breadth" else "index",
            calendar="24/7",
            source="made up",
        )
        for key, name in INPUTS.items()
    ]
    return Panel(frame.rename(columns=INPUTS), cards)


def test_inputs_from_a_panel():
    frame = wandering(60)
    empty = pd.DataFrame(
        np.nan,
        index=pd.date_range("2019-12-01", "2019-12-31", freq="D", unit="us"),
        columns=frame.columns,
    )
    inputs = panel_inputs(panel_of(pd.concat([empty, frame])))
    pd.testing.assert_frame_equal(inputs, frame, check_names=False, check_freq=False)
    with pytest.raises(InputError, match="the inputs are breadth, eth_btc"):
        panel_inputs(panel_of(frame), names={"dominance": "BTC"})
    with pytest.raises(InputError, match="on the clock 24/7, got XNYS"):
        panel_inputs(panel_of(frame).on("XNYS"))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda f: f.drop(columns="mid"), "lacks the column 'mid'"),
        (lambda f: f.drop(index=f.index[4]), "one is missing before 2020-01-06"),
        (lambda f: f.assign(breadth=f["breadth"] * 3), "must lie in 0..100 percent"),
        (lambda f: f.assign(large=-1.0), "`large` must be positive, got -1"),
    ],
)
def test_bad_input_is_refused(change, message):
    with pytest.raises(InputError, match=message):
        rotation_phases(change(market()))


def test_bad_rules_are_refused():
    for rules, message in (
        ({"broad": 20.0}, "`narrow` must be below `broad`"),
        ({"fall": 1.0}, "`fall` must lie between"),
        ({"mean": 0}, "`mean` must be at least 1"),
    ):
        with pytest.raises(InputError, match=message):
            PhaseRules(**rules)


def test_too_short_a_market_says_so():
    frame = market(3)
    frame["breadth"] = np.nan
    regime = rotation_phases(frame, rules=RULES)
    assert regime.invalid == "no day has the inputs that a phase needs"


# -- legs ------------------------------------------------------------------------------------------


def series(values):
    days = pd.date_range("2020-01-01", periods=len(values), freq="D", unit="us")
    return pd.Series(np.asarray(values, dtype=float), index=days)


def test_legs_are_joined_dated_and_measured():
    inside = series([0, 1, 1, 0, 1, 1, 0, 0, 0, 1, 0, 0])
    measure = series([1, 1, 2, 2, 4, 3, 1, 1, 1, 9, 1, 1])
    breadth = series([10, 80, 90, 60, 85, 80, 20, 20, 20, 99, 5, 5])
    legs = dated_legs(inside, measure=measure, breadth=breadth, bridge=1, least=3)
    assert len(legs) == 1
    leg = legs.iloc[0]
    days = inside.index
    assert (leg["start"], leg["peak"], leg["end"], leg["days"]) == (days[1], days[4], days[5], 5)
    assert leg["depth"] == pytest.approx(np.log(4))
    assert (leg["breadth"], leg["mean_breadth"]) == (90, 79)
    assert not leg["cut"]
    apart = dated_legs(inside, measure=measure, breadth=breadth, bridge=0, least=1)
    assert apart["days"].tolist() == [2, 2, 1]
    all_joined = dated_legs(inside, measure=measure, breadth=breadth, bridge=3, least=1)
    assert all_joined["days"].tolist() == [9]


def test_unknown_days_are_not_bridged_and_cut_a_leg():
    inside = series([1, 1, np.nan, 1, 1, 0])
    flat = inside * 0 + 1
    legs = dated_legs(inside, measure=flat, breadth=flat, bridge=5, least=1)
    assert legs["days"].tolist() == [2, 2]
    assert legs["cut"].tolist() == [True, True]


def test_no_leg_is_an_empty_table():
    zero = series(np.zeros(5))
    assert len(dated_legs(zero, measure=zero + 1, breadth=zero)) == 0


def test_cycle_table_counts_and_measures():
    frame = wandering()
    frame["dominance"] = np.linspace(70, 40, len(frame))
    regime = rotation_phases(frame, rules=RULES)
    legs = dated_legs(regime.indicator("broad alt"), measure=frame["mid"], breadth=frame["breadth"])
    cycles = {"first": ("2020-01-01", "2020-06-30"), "gone": ("2030-01-01", "2030-12-31")}
    table = cycle_table(regime, legs, frame, cycles=cycles)
    part = frame.loc[:"2020-06-30"]
    labels = regime.labels.loc[:"2020-06-30"]
    row = table.loc["first"]
    assert row["days"] == 182
    assert row[list(regime.states)].sum() + row["unknown"] == 182
    assert row["broad alt"] == (labels == "broad alt").sum()
    assert row["broad_days"] == (part["breadth"] >= 75).sum()
    ratio = part["eth_btc"].to_numpy()
    best = max(np.log(ratio[j] / ratio[i]) for i in range(182) for j in range(i, 182))
    assert row["eth_btc_gain"] == pytest.approx(best)
    assert row["dominance_fall"] == pytest.approx(70 - part["dominance"].iloc[-1])
    assert table.loc["gone", "days"] == 0
    assert np.isnan(table.loc["gone", "eth_btc_gain"])


def test_bad_legs_are_refused():
    good = series([0.0, 1.0])
    with pytest.raises(InputError, match="must hold 1, 0 or NaN"):
        dated_legs(good * 0.5, measure=good, breadth=good)
    with pytest.raises(InputError, match="share their dates"):
        dated_legs(good, measure=good.iloc[:1], breadth=good)
    with pytest.raises(InputError, match="ends before it starts"):
        cycle_table(
            rotation_phases(market(), rules=RULES),
            dated_legs(good, measure=good, breadth=good),
            market(),
            cycles={"odd": ("2021-01-01", "2020-01-01")},
        )
