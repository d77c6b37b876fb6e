"""Features against loops over what was known each day; no look-ahead; bad fields in words."""

import numpy as np
import pandas as pd
import pytest

from altrotation.claims.estimators.features import FEATURES, check_feature, feature
from altrotation.data.bundled import load_reference
from altrotation.data.cards import SeriesCard
from altrotation.data.panel import Panel
from altrotation.errors import CardError, InputError
from altrotation.indicators.liquidity_composite import liquidity_components, liquidity_composite
from altrotation.indicators.volume import volume_expansion, volume_stability
from tests.oracle import naive_features as slow

N = 260
DAYS = pd.date_range("2020-01-01", periods=N, unit="us", name="date")


@pytest.fixture(scope="module")
def panel():
    rng = np.random.default_rng(0)
    paths = 100.0 * np.exp(0.03 * rng.standard_normal((N, 5)).cumsum(axis=0))
    frame = pd.DataFrame(paths, index=DAYS, columns=["coin", "index", "other", "late", "volume"])
    frame.loc[DAYS.day_of_week >= 5, ["index", "other", "late"]] = np.nan
    frame.loc[DAYS[100:112], "index"] = np.nan  # longer than anything is carried
    frame.loc[DAYS[50], "coin"] = np.nan
    cards = [
        SeriesCard(
            name=name,
            kind="price",
            unit="USD",
            calendar="XNYS" if name in ("index", "other", "late") else "24/7",
            release="1d" if name == "late" else "0d",
        )
        for name in frame
    ]
    return Panel(frame, cards)


CASES = [
    ({"name": "level", "series": "index"}, slow.level),
    ({"name": "level", "series": "late", "carry": 1}, slow.level),
    ({"name": "change", "series": "late", "days": 5}, slow.change),
    ({"name": "change", "series": "index", "days": 9, "carry": 0}, slow.change),
    ({"name": "log-change", "series": "coin", "days": 7}, slow.log_change),
    ({"name": "log-change", "series": "index", "over": "late", "days": 7}, slow.log_change),
    ({"name": "log-change", "series": "index", "over": "other", "sessions": 5}, slow.log_change),
    ({"name": "log-change", "series": "late", "sessions": 3, "carry": 2}, slow.log_change),
    ({"name": "above-mean", "series": "index", "window": 10}, slow.above_mean),
    ({"name": "above-mean", "series": "late", "window": 10}, slow.above_mean),
    ({"name": "days-above-mean", "series": "coin", "window": 20}, slow.days_above_mean),
    ({"name": "gap-to-low", "series": "coin", "window": 15}, slow.gap_to_low),
]
INSIDE = [{"name": "above-mean", "series": name, "window": 10} for name in ("index", "late")]
DERIVED = [
    {"name": "product", "of": INSIDE},
    {"name": "negative", "of": INSIDE[0]},
    {"name": "not", "of": INSIDE[0]},
    {"name": "mean-score", "of": [CASES[0][0], CASES[4][0]], "history": 30},
    {"name": "breakout-within", "series": "index", "days": 12, "window": 20, "quiet": 5},
    {"name": "volume-expansion", "series": "volume", "short": 5, "long": 20},
    {"name": "volume-stability", "series": "volume", "over": "coin", "carry": 20},
    {"name": "volume-stability", "series": "volume", "over": "coin"},
    {"name": "above", "level": 0.01, "of": {"name": "log-change", "series": "coin", "days": 7}},
]


@pytest.mark.parametrize(("spec", "oracle"), CASES, ids=[str(spec) for spec, _ in CASES])
def test_equals_a_loop_over_what_was_known(panel, spec, oracle):
    options = {key: value for key, value in spec.items() if key != "name"}
    expected = oracle(panel, **options)
    assert np.isfinite(expected).mean() > 0.3
    np.testing.assert_allclose(feature(panel, spec), expected, rtol=1e-10, atol=1e-12)


def test_made_of_other_features(panel):
    one, two = (np.array(slow.above_mean(panel, s, 10)) for s in ("index", "late"))
    np.testing.assert_array_equal(feature(panel, DERIVED[0]), one * two)
    np.testing.assert_array_equal(feature(panel, DERIVED[1]), -one)
    np.testing.assert_array_equal(feature(panel, DERIVED[2]), 1.0 - one)
    moves = np.array(slow.log_change(panel, "coin", days=7))
    above = np.where(np.isnan(moves), np.nan, moves > 0.01)
    assert 0.1 < np.nanmean(above) < 0.9
    np.testing.assert_array_equal(feature(panel, DERIVED[8]), above)
    parts = [slow.level(panel, "index"), slow.log_change(panel, "coin", days=7)]
    expected = slow.mean_score(parts, 30)
    np.testing.assert_allclose(feature(panel, DERIVED[3]), expected, rtol=1e-9, atol=1e-12)


def test_a_breakout_counts_for_its_days(panel):
    rows = slow.breakouts(panel, "index", window=20, quiet=5)
    assert len(rows) >= 2
    found = feature(panel, DERIVED[4])
    expected = np.array([any(0 <= row - event < 12 for event in rows) for row in range(N)])
    told = found.notna().to_numpy()
    assert told.mean() > 0.7
    np.testing.assert_array_equal(found[told], expected[told].astype(float))


def test_volumes_are_the_indicators(panel):
    volume, coin = panel.value("volume"), panel.value("coin")
    expected = np.log(volume_expansion(volume, short=5, long=20))
    np.testing.assert_allclose(feature(panel, DERIVED[5]), expected)
    kept = volume_stability(volume, coin)
    assert 5 < kept.notna().sum() < N - 5
    np.testing.assert_allclose(feature(panel, DERIVED[7]), kept)
    carried = [slow.last_known(list(kept), row, 20) for row in range(N)]
    np.testing.assert_allclose(feature(panel, DERIVED[6]), carried)


@pytest.mark.parametrize("spec", [*(spec for spec, _ in CASES), *DERIVED], ids=str)
def test_no_feature_looks_ahead(panel, spec):
    full = feature(panel, spec)
    for row in range(7, N, 31):
        known = panel.known_at(DAYS[row])
        np.testing.assert_allclose(
            feature(known, spec).loc[DAYS[row]], full.iloc[row], rtol=1e-9, atol=1e-12
        )


def test_the_composite_of_liquidity_respects_release_days():
    panel = load_reference().between("2014-01-01", "2018-06-30")
    spec = {"name": "liquidity-composite"}
    full = feature(panel, spec)
    expected = liquidity_composite(liquidity_components(panel))["composite"]
    np.testing.assert_array_equal(full, expected)
    assert full.notna().mean() > 0.3
    for day in ("2017-03-09", "2018-02-14"):
        then = feature(panel.known_at(day), spec).loc[day]
        assert then == pytest.approx(full.loc[day])


def test_every_feature_has_a_case():
    named = {spec["name"] for spec, _ in CASES} | {spec["name"] for spec in DERIVED}
    assert named | {"liquidity-composite"} == FEATURES.keys()


BAD = [
    ("level", "the feature must be a table with a `name`, got 'level'"),
    ({}, "the feature: None is unknown; known are level, change"),
    ({"name": ["level"]}, r"\['level'\] is unknown"),
    ({"name": "luck"}, "'luck' is unknown"),
    ({"name": "level"}, "lacks the field `series`"),
    ({"name": "level", "series": "coin", "lag": 3}, "the unknown field 'lag'; known are series"),
    ({"name": "change", "series": "coin", "days": "5"}, "the feature.days must be int, got '5'"),
    ({"name": "change", "series": "coin", "days": -5}, "the feature.days must be at least 1"),
    ({"name": "change", "series": "coin", "days": 5, "carry": -1}, "carry must be at least 0"),
    ({"name": "log-change", "series": "coin"}, "needs either `days` or `sessions`"),
    ({"name": "log-change", "series": "coin", "days": 3, "sessions": 3}, "either `days` or"),
    ({"name": "log-change", "series": "coin", "sessions": -3}, "sessions must be at least 1"),
    ({"name": "gap-to-low", "series": "coin", "window": 1}, "window must be at least 2, got 1"),
    ({"name": "not", "of": "x"}, "the feature.of must be dict|the feature.of must be"),
    ({"name": "product", "of": [{"name": "level", "series": 3}]}, r"of\[1\].series must be str"),
    ({"name": "product", "of": []}, "the feature.of must not be empty"),
    ({"name": "mean-score", "of": [{"name": "luck"}]}, r"the feature.of\[1\]: 'luck' is unknown"),
]


@pytest.mark.parametrize(("spec", "message"), BAD)
def test_a_bad_feature_names_the_field(spec, message):
    with pytest.raises(CardError, match=message):
        check_feature(spec, "the feature")


@pytest.mark.parametrize(("spec", "message"), BAD)
def test_a_bad_feature_is_not_computed(panel, spec, message):
    with pytest.raises(CardError, match=message):
        feature(panel, spec)


BAD_DATA = [
    ({"name": "level", "series": "gold"}, "no series 'gold'"),
    ({"name": "log-change", "series": "below", "days": 3}, "below"),
]


@pytest.mark.parametrize(("spec", "message"), BAD_DATA)
def test_a_series_that_is_absent_or_has_no_log_is_refused(panel, spec, message):
    frame = panel.frame.assign(below=-1.0)
    card = SeriesCard(name="below", kind="share", unit="percent", calendar="24/7")
    with pytest.raises(InputError, match=message):
        feature(Panel(frame, [*panel.cards, card]), spec)
    with pytest.raises(InputError, match=r"use panel.on\('24/7'\)"):
        feature(panel.on("XNYS"), CASES[0][0])
