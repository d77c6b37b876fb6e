"""Bad calls of leads and lags: a row for each condition that has none beside its module."""

import numpy as np
import pandas as pd
import pytest

from altrotation.errors import InputError
from altrotation.leadlag.asynchronous import hayashi_yoshida
from altrotation.leadlag.cascade import cascade
from altrotation.leadlag.clocks import close_instants
from altrotation.leadlag.crosscorr import cross_correlation
from altrotation.leadlag.entropy import transfer_entropy
from altrotation.leadlag.granger import granger, toda_yamamoto
from altrotation.leadlag.grouped import cross_correlation_by
from altrotation.leadlag.inputs import aligned, require_stationary
from altrotation.leadlag.levy import levy_area, unit_residuals
from altrotation.leadlag.localproj import local_projection
from altrotation.leadlag.network import lead_matrix, pair_blocks
from altrotation.leadlag.predictive import predictive_content
from altrotation.leadlag.rolling import rolling_cross_correlation
from altrotation.leadlag.sensitivity import clock_sensitivity
from altrotation.leadlag.streams import in_chunks, sign_draws
from altrotation.leadlag.whiten import bic_order

N = 300
DAYS = pd.date_range("2020-01-01", periods=N, freq="D", unit="us")
RNG = np.random.default_rng(0)
X = pd.Series(RNG.normal(size=N), index=DAYS, name="x")
Y = pd.Series(RNG.normal(size=N), index=DAYS, name="y")
HOLE = X.where(X.index != DAYS[50])
STILL = X.where((X.index < DAYS[80]) | (X.index > DAYS[140]), 0.0)
PAIR = pd.DataFrame({"x": X, "y": Y})
ALL = pd.Series("all", index=DAYS)
SPAN = {"all": (DAYS[0], DAYS[-1])}
COIN = pd.Series(np.exp(RNG.normal(0, 0.02, N).cumsum()), index=DAYS)
STOCK = COIN.where(DAYS.isin(pd.bdate_range("2020-01-02", "2020-01-17")))


def by_span(x, y, groups=SPAN, **options):
    return cross_correlation_by(x, y, groups, lags=2, **options)


def rolling(x, y, **options):
    return rolling_cross_correlation(x, y, **{"window": 60, **options})


def blocks(frame, *, window=20, max_order=2):
    return pair_blocks(frame, window=window, max_order=max_order)


def ordered(*, lags=2, **options):
    return cascade(PAIR.assign(z=X.shift(1).fillna(0.0)), ["x", "y", "z"], **options)


# -- what every estimator asks of its series -----------------------------------------------------


def test_bad_days_that_differ():
    for estimate in (
        cross_correlation,
        transfer_entropy,
        granger,
        toda_yamamoto,
        by_span,
        levy_area,
        local_projection,
        predictive_content,
        rolling,
    ):
        with pytest.raises(InputError, match="`x` and `y` must share their dates"):
            estimate(X.iloc[1:], Y)


def test_bad_holes():
    for estimate in (
        cross_correlation,
        transfer_entropy,
        granger,
        toda_yamamoto,
        by_span,
        levy_area,
        local_projection,
        predictive_content,
        rolling,
    ):
        with pytest.raises(InputError, match="`x` is missing on 2020-02-20, between days"):
            estimate(HOLE, Y)


def test_bad_constants():
    for estimate in (
        cross_correlation,
        transfer_entropy,
        granger,
        toda_yamamoto,
        by_span,
        levy_area,
        local_projection,
        predictive_content,
        rolling,
    ):
        with pytest.raises(InputError, match="`x` is constant over the shared days"):
            estimate(X * 0.0 + 3.0, Y)


def test_bad_levels():
    for estimate in (
        cross_correlation,
        granger,
        by_span,
        levy_area,
        predictive_content,
        rolling,
    ):
        with pytest.raises(InputError, match="`x` looks like a level, not a change"):
            estimate(X.cumsum(), Y)


def test_bad_controls():
    for estimate in (cross_correlation, granger, toda_yamamoto, local_projection):
        with pytest.raises(InputError, match="`controls` must be a pandas DataFrame, got Series"):
            estimate(X, Y, controls=X)
        with pytest.raises(InputError, match="`x` and `controls` must share their dates"):
            estimate(X, Y, controls=PAIR.iloc[1:])


def test_bad_orders():
    for estimate in (cross_correlation, by_span, levy_area, rolling):
        with pytest.raises(InputError, match="`max_order` must be at least 0, got -1"):
            estimate(X, Y, max_order=-1)


def test_bad_levels_of_confidence():
    for estimate in (
        cross_correlation,
        transfer_entropy,
        granger,
        by_span,
        levy_area,
        local_projection,
        predictive_content,
        rolling,
    ):
        with pytest.raises(InputError, match=r"`level` must lie between .* got 1\.0"):
            estimate(X, Y, level=1.0)


def test_bad_replicates():
    for estimate in (cross_correlation, transfer_entropy, by_span, local_projection, rolling):
        with pytest.raises(InputError, match="`replicates` must be at least 1, got 0"):
            estimate(X, Y, replicates=0)


# -- one by one ----------------------------------------------------------------------------------

BAD = [
    (lambda: aligned({"x": X.to_numpy()}), "`x` must be a pandas Series, got ndarray"),
    (lambda: aligned({"x": X, "y": Y.iloc[1:]}), "`x` and `y` must share their dates"),
    (lambda: aligned({"x": X, "y": HOLE}), "`y` is missing on 2020-02-20"),
    (lambda: aligned({"x": X, "y": Y}, least=301), "all series share` must be at least 301"),
    (lambda: aligned({"x": X, "y": Y * 0.0}), "`y` is constant"),
    (lambda: aligned({"x": X, "y": Y * np.nan}), "all series share` must be at least 40, got 0"),
    (lambda: require_stationary(X.cumsum().to_numpy(), "x", order=0), "`x` looks like a level"),
    (lambda: unit_residuals(PAIR, max_order=-1), "`max_order` must be at least 0"),
    (lambda: unit_residuals(PAIR.cumsum(), max_order=2), "`x` looks like a level"),
    (lambda: bic_order(X.to_numpy(), None, max_order=-1), "`max_order` must be at least 0"),
    (
        lambda: bic_order(X.to_numpy()[:31], PAIR.to_numpy()[:31], max_order=7),
        "`max_order` 7 leaves 24 rows for 24 coefficients; lower it",
    ),
    (lambda: blocks(PAIR, window=1), "`window` must be at least 2"),
    (lambda: blocks(PAIR[["x"]]), "number of columns of `frame`"),
    (lambda: blocks(PAIR.assign(x=HOLE)), "`x` is missing on 2020-02-20"),
    (lambda: blocks(PAIR.cumsum()), "looks like a level"),
    (lambda: blocks(PAIR, window=131), "at least 302, got 300"),
    (lambda: blocks(PAIR, max_order=-1), "`max_order` must be at least 0"),
    (lambda: lead_matrix(PAIR.assign(x=HOLE)), "`x` is missing on 2020-02-20"),
    (lambda: lead_matrix(PAIR * 0.0), "`x` is constant"),
    (lambda: lead_matrix(PAIR, window=131), "at least 302, got 300"),
    (lambda: lead_matrix(PAIR, max_order=-1), "`max_order` must be at least 0"),
    (lambda: lead_matrix(PAIR, replicates=0), "`replicates` must be at least 1"),
    (lambda: lead_matrix(PAIR, workers=0), "`workers` must be at least 1"),
    (lambda: lead_matrix(PAIR, level=0.0), "`level` must lie between"),
    (lambda: ordered(level=0.0), "`level` must lie between"),
    (lambda: ordered(window=1), "`window` must be at least 2"),
    (lambda: cascade(None, "xyz"), "`frame` must be a pandas DataFrame, got NoneType"),
    (lambda: in_chunks(None, 0, seed=0), "`replicates` must be at least 1, got 0"),
    (lambda: in_chunks(None, 9, seed=0, workers=0), "`workers` must be at least 1, got 0"),
    (lambda: sign_draws(PAIR.to_numpy(), 0, seed=0), "`replicates` must be at least 1"),
    (lambda: sign_draws(PAIR.to_numpy(), 9, seed=0, workers=0), "`workers` must be at least 1"),
    (lambda: close_instants(DAYS[::-1], "24/7"), "`index` has unsorted dates"),
    (lambda: hayashi_yoshida(X, Y, replicates=0), "`replicates` must be at least 1"),
    (lambda: hayashi_yoshida(X, Y, workers=0), "`workers` must be at least 1"),
    (lambda: levy_area(X, Y, window=131), "at least 302, got 300"),
    (
        lambda: by_span(X, Y, groups=["all"]),
        "`groups` must be a pandas Series or a mapping .* got",
    ),
    (lambda: by_span(X, Y, groups=ALL.reset_index(drop=True)), "`groups` must be indexed by UTC"),
    (lambda: by_span(X.iloc[:43], Y.iloc[:43]), "at least 44, got 43"),
    (lambda: rolling(STILL, Y, window=30), "does not move within some window"),
    (lambda: rolling(X, Y, null="none"), "`null` must be one of"),
    (lambda: granger(X.iloc[:48], Y.iloc[:48], lags=3), "at least 49, got 48"),
    (lambda: granger(X, Y, lags=1, max_lags=0), "`max_lags` must be at least 1"),
    (lambda: local_projection(X, Y, max_lags=-1), "`max_lags` must be at least 0"),
    (lambda: local_projection(X, Y, errors="newey-west", bandwidth=-1), "`bandwidth` must be"),
    (lambda: local_projection(X, Y, errors="hansen-hodrick", bandwidth=400), "`bandwidth` must be"),
    (lambda: local_projection(X, Y, errors="ewc", bandwidth=0), "`cosines` must be"),
    (lambda: predictive_content(X, Y, max_lags=-1), "`max_lags` must be at least 0"),
    (lambda: predictive_content(X, Y, controls=X), "`controls` must be a pandas DataFrame"),
    (lambda: clock_sensitivity(STOCK, COIN, lags=0), "`lags` must be at least 1"),
    (lambda: clock_sensitivity(STOCK * -1.0, COIN), "`equity` must be positive"),
    (lambda: clock_sensitivity(STOCK, COIN.iloc[1:]), "must share their labels"),
    (lambda: clock_sensitivity(COIN, COIN), "2020-01-01 is no session"),
    (lambda: clock_sensitivity(STOCK, COIN, closes=DAYS), "one instant a session, got 300 for 12"),
    (lambda: clock_sensitivity(STOCK, COIN), "at least 50"),
]


@pytest.mark.parametrize(("call", "message"), BAD)
def test_bad_calls(call, message):
    with pytest.raises(InputError, match=message):
        call()


def test_bad_crypto_of_a_session():
    sessions = pd.bdate_range("2020-01-02", "2020-10-26").as_unit("us")
    closed = pd.to_datetime(
        ["2020-01-20", "2020-02-17", "2020-04-10", "2020-05-25", "2020-07-03", "2020-09-07"]
    )
    stock = COIN.where(DAYS.isin(sessions.difference(closed)))
    lacking = COIN.drop(pd.Timestamp("2020-03-04")).reindex(DAYS)
    with pytest.raises(InputError, match="is missing on 2020-03-0"):
        clock_sensitivity(stock, lacking, replicates=9)


def test_an_order_that_leaves_too_few_rows_is_refused():
    short = PAIR.iloc[:80]
    for order, rows in ((40, 40), (78, 2), (99, 0)):
        with pytest.raises(InputError, match=f"`max_order` {order} leaves {rows} rows for"):
            levy_area(short["x"], short["y"], max_order=order)
    assert np.isfinite(levy_area(short["x"], short["y"], max_order=39).estimate)
