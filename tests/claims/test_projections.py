"""Projection claims against the library's regressions, by hand, and where the truth is known."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from altrotation.claims.card import ClaimCard
from altrotation.claims.estimators import projections
from altrotation.claims.estimators.projections import estimate_projection
from altrotation.claims.specs import FactSpec, ProjectionSpec, Regressor
from altrotation.data.cards import SeriesCard
from altrotation.data.panel import Panel
from altrotation.errors import CardError, InputError
from altrotation.inference.ewc import ewc_ols
from altrotation.inference.multiple import holm, step_down
from altrotation.inference.rotation import rotated_regression
from altrotation.leadlag.localproj import local_projection

N = 700
DAYS = pd.date_range("2020-01-01", periods=N, unit="us", name="date")
SPAN = {"start": "2020-01-01", "end": "2021-11-30"}


def make_panel(frame):
    cards = [SeriesCard(name=c, kind="price", unit="USD", calendar="24/7") for c in frame]
    return Panel(frame, cards)


@pytest.fixture(scope="module")
def panel():
    steps = 0.02 * np.random.default_rng(1).standard_normal((N, 5))
    steps[1:, 3] += 0.3 * steps[:-1, 0]
    values = 100.0 * np.exp(steps.cumsum(axis=0))
    return make_panel(pd.DataFrame(values, index=DAYS, columns=["a", "b", "c", "mid", "ETH"]))


def regressor(name, days=10, sign=1, series=None):
    return Regressor(
        name=name,
        feature={"name": "log-change", "series": series or name, "days": days},
        sign=sign,
    )


def card_of(**options):
    spec = ProjectionSpec(**{"regressor": "a", "regressors": (regressor("a"),), **SPAN} | options)
    return ClaimCard(
        id="Z1", title="t", statement="s", source="a", source_date="2026-01-01", kind="projection",
        seed=1, null="n", alternative="a", estimand="e", unit="u", smallest_effect=0.1, family="f",
        design=spec,
    )  # fmt: skip


TWO = {"outcomes": ("mid", "ETH"), "primary": "mid", "horizon": 20, "horizons": (5, 20)}


def test_local_projection_is_that_of_the_library(panel):
    """With a feature known from the first row on, both use the same rows."""
    level = Regressor(name="a", feature={"name": "level", "series": "a"})
    options = {**TWO, "regressors": (level,), "scaled": False, "delay": 1}
    card = card_of(**options, method="local-projection")
    cells = projections._family(panel, replace(card.design, regressor="", primary="", horizon=0))
    moves = np.log(panel.frame).diff().iloc[1:]
    raw = []
    for cell in cells:
        direct = local_projection(
            panel.value("a").iloc[1:], moves[cell.outcome], horizons=20, delay=1, lags=1,
            errors="ewc", replicates=9,
        ).table.loc[cell.horizon]  # fmt: skip
        assert cell.estimate == pytest.approx(direct["estimate"], rel=1e-9)
        assert cell.error == pytest.approx(direct["standard_error"], rel=1e-9)
        assert cell.p == pytest.approx(direct["p"], rel=1e-9)
        assert cell.rows == direct["n"]
        raw.append(cell.p)
    np.testing.assert_allclose([cell.p_adjusted for cell in cells], holm(np.array(raw)))


def outcome_of(panel, name, days, delay=1):
    logs = np.log(panel.value(name))
    return (logs.shift(-delay - days) - logs.shift(-delay)).to_numpy()


def test_each_cell_is_a_regression_with_its_own_rotation(panel):
    regressors = (regressor("a"), regressor("b"), regressor("c", sign=0))
    for together in (False, True):
        card = card_of(**TWO, regressors=regressors, together=together)
        found = estimate_projection(card, panel)
        x = {n: np.log(panel.value(n)).diff(10).to_numpy() for n in "abc"}
        groups = [["a", "b", "c"]] if together else [["a", "c"], ["b", "c"]]
        y = np.column_stack([outcome_of(panel, o, h) for o in TWO["outcomes"] for h in (5, 20)])
        rows, observed, null = [], [], []
        for names in groups:
            design = np.column_stack([x[name] for name in names])
            fit = rotated_regression(y, design)
            p = fit.p_values()
            for j in range(4):
                keep = np.isfinite(y[:, j]) & np.isfinite(design).all(axis=1)
                full = np.column_stack([design[keep], np.ones(keep.sum())])
                days = (5, 20)[j % 2]
                nu = max(
                    full.shape[1], min(round(0.4 * keep.sum() ** (2 / 3)), keep.sum() // (2 * days))
                )
                cosine = ewc_ols(y[keep, j], full, cosines=nu, reference="design")
                for i, name in enumerate(names[:-1]):
                    scale = np.nanstd(x[name])
                    reach = stats.t.isf(0.025, cosine.df[i]) * cosine.standard_errors[i] * scale
                    rows.append((cosine.coefficients[i] * scale, reach, p[i, j]))
                    observed.append(abs(fit.statistics[i, j]))
                    null.append(np.abs(fit.null[:, i, j]))
        orbit = np.vstack([observed, np.column_stack(null)])
        orbit /= np.sqrt(np.square(orbit).mean(axis=0))  # each cell by its own spread
        adjusted = np.maximum(step_down(orbit[0], orbit[1:]), [r[2] for r in rows])
        assert len(found.table) == len(rows) == 8
        np.testing.assert_allclose(found.table["estimate"], [r[0] for r in rows], rtol=1e-9)
        np.testing.assert_allclose(
            (found.table["high"] - found.table["low"]) / 2, [r[1] for r in rows], rtol=1e-9
        )
        np.testing.assert_allclose(found.table["p_value"], [r[2] for r in rows])
        np.testing.assert_allclose(found.table["p_adjusted"], adjusted)


def test_a_shift_that_one_cell_does_not_admit_is_no_draw_of_the_family():
    observed = np.array([6.0, 1.0])
    null = [np.array([4.0, np.nan, 1.0, 1.0]), np.array([1.0, np.nan, np.nan, 2.5])]
    # shifts 0 and 3 remain; by their spreads, 4.20 and 1.66, 6 becomes 1.43 and the maxima .95 and
    # 1.51; then 1 ties with itself at shift 0
    np.testing.assert_allclose(projections._joint(observed, null), [2 / 3, 1.0])
    with pytest.raises(InputError, match="No shift is admissible in all cells"):
        projections._joint(observed, [np.array([np.nan, 1.0]), np.array([1.0, np.nan])])


def test_a_response_is_explained_on_the_same_day(panel):
    response = {"name": "log-change", "series": "mid", "days": 30}
    card = card_of(response=response, overlap=30, scaled=False)
    found = estimate_projection(card, panel)
    y, x = np.log(panel.value("mid")).diff(30), np.log(panel.value("a")).diff(10)
    slope = stats.linregress(x.iloc[30:], y.iloc[30:])
    assert found.evidence.estimate == pytest.approx(slope.slope)
    assert found.evidence.n_effective == pytest.approx((N - 30) / 30)
    assert found.evidence.label == "response on the same day on a"
    alone = rotated_regression(y.to_numpy()[:, None], x.to_numpy()[:, None])
    assert found.evidence.p_value == alone.p_values()[0, 0]
    wide = estimate_projection(card_of(response=response, scaled=False), panel)
    assert wide.evidence.interval.high != found.evidence.interval.high


def test_overlap_never_undercuts_the_horizon(panel):
    one = estimate_projection(card_of(**TWO, overlap=1), panel)
    none = estimate_projection(card_of(**TWO), panel)
    pd.testing.assert_frame_equal(one.table, none.table)


def test_variants_that_judge_another_cell_share_its_numbers(panel, monkeypatch):
    projections._family.cache_clear()
    card = card_of(**TWO, regressors=(regressor("a"), regressor("b")))
    first = estimate_projection(card, panel)
    monkeypatch.setattr(projections, "_sample", None)  # any new computation fails
    for change in ({"regressor": "b"}, {"primary": "ETH"}, {"horizon": 5}):
        other = estimate_projection(
            replace(card, design=replace(card.design, **change)), panel, brief=True
        )
        pd.testing.assert_frame_equal(other.table, first.table)
        assert other.place != first.place
        assert other.evidence.estimate == first.table["estimate"][other.place]
        assert other.others == ()
    assert len(first.others) == len(first.table) - 1


def coverage_world(run):
    """A regressor that is itself a 60-day sum, and a response of .02 a day to it."""
    rng = np.random.default_rng((run, 77))
    n = 1_500
    levels = np.exp(0.01 * rng.standard_normal(n).cumsum())
    signal = pd.Series(np.log(levels)).diff(60).fillna(0.0).to_numpy()
    daily = 0.02 * rng.standard_normal(n)
    daily[2:] += 0.02 * signal[:-2]
    index = pd.date_range("2015-01-01", periods=n, unit="us", name="date")
    return make_panel(pd.DataFrame({"a": levels, "mid": np.exp(daily.cumsum())}, index=index))


def test_cosine_intervals_cover_a_known_coefficient_under_overlap():
    """The estimand: the slope of the sum of the next 60 expected returns on the signal.

    For a 60-day sum of white noise the signal k days later has autocovariance (60 - k) / 60, so the
    slope is .02 times the sum of them over k = 0 .. 59: .02 * 30.5 = .61.
    """
    runs, inside = 150, 0
    for run in range(runs):
        panel = coverage_world(run)
        card = card_of(
            outcomes=("mid",), primary="mid", horizon=60, horizons=(60,), scaled=False,
            regressors=(regressor("a", days=60),), start="2015-01-01", end="2019-02-08",
        )  # fmt: skip
        data = projections._sample(panel, card.design)
        estimate, error, df, _ = projections._cosine_fit(data.y[:, 0], data.x, 60)
        inside += abs(estimate[0] - 0.61) <= stats.t.isf(0.025, df[0]) * error[0]
    # Binomial(150, .95): sd .0178; four of them below .95 is .879
    assert inside / runs > 0.879


BAD = [
    ({"regressors": (regressor("gold"),), "regressor": "gold", **TWO}, InputError, "'gold'"),
    ({**TWO, "end": "2020-01-20"}, InputError, "lengthen the sample"),
    ({**TWO, "regressors": (replace(regressor("a"), feature={"name": "x"}),)}, CardError, "'x' is"),
]


@pytest.mark.parametrize(("options", "error", "message"), BAD)
def test_a_bad_projection_is_refused(panel, options, error, message):
    with pytest.raises(error, match=message):
        estimate_projection(card_of(**options), panel)


def test_another_kind_of_card_is_refused(panel):
    fact = FactSpec(
        text="t", measure={"name": "last-level", "series": "a"}, expect="above", value=1
    )
    with pytest.raises(CardError, match="not a projection"):
        estimate_projection(replace(card_of(**TWO), design=None, facts=(fact,)), panel)


def test_the_unit_is_a_standard_deviation_of_the_regressor(panel):
    for method in ("rotation", "local-projection"):
        one, two = (
            estimate_projection(card_of(**TWO, method=method, scaled=scaled), panel).table
            for scaled in (True, False)
        )
        spread = np.log(panel.value("a")).diff(10).std(ddof=0)
        for column in ("estimate", "low", "high"):
            np.testing.assert_allclose(one[column], two[column] * spread, rtol=1e-9)
        np.testing.assert_array_equal(one["p_value"], two["p_value"])
