import numpy as np
import pandas as pd
import pytest
from statsmodels.regression.linear_model import OLS

from altrotation.errors import InputError
from altrotation.events.calendar_time import calendar_time
from altrotation.events.eventset import EventSet
from altrotation.inference.power import sign_flip_floor
from altrotation.rng import generator

DATES = pd.date_range("2018-01-01", periods=900, freq="D", unit="us")


def world(seed=0, effect=0.0, rows=(100, 130, 500, 760), horizon=40, garch=False):
    rng = generator(7, seed)
    shocks = rng.normal(size=len(DATES))
    if garch:
        variance = np.ones(len(DATES))
        for t in range(1, len(DATES)):
            variance[t] = 0.05 + 0.1 * variance[t - 1] * shocks[t - 1] ** 2 + 0.85 * variance[t - 1]
        shocks = shocks * np.sqrt(variance)
    returns = 0.001 + 0.02 * shocks
    is_open = np.zeros(len(DATES), dtype=bool)
    for row in rows:
        is_open[row + 2 : row + 2 + horizon] = True
    returns = returns + effect / horizon * is_open
    benchmark = rng.normal(0, 0.03, size=len(DATES)).cumsum()
    prices = pd.Series(np.exp(returns.cumsum() + benchmark), index=DATES, name="X")
    return prices, pd.Series(np.exp(benchmark), index=DATES), EventSet(DATES[list(rows)], rule="r")


PRICES, BENCHMARK, EVENTS = world(effect=0.2)


def naive_days(prices, benchmark, events, horizon, delay):
    log = np.log(prices / benchmark) if benchmark is not None else np.log(prices)
    held = set()
    for date in events:
        row = list(prices.index).index(date)
        held |= set(range(row + delay + 1, row + delay + horizon + 1))
    return [(log.iloc[t] - log.iloc[t - 1], t in held) for t in range(1, len(log))]


@pytest.mark.parametrize("covariance", ["ewc", "newey-west"])
@pytest.mark.parametrize("delay", [1, 3])
def test_the_estimate_is_the_difference_of_two_means(covariance, delay):
    found = calendar_time(
        PRICES, EVENTS, horizon=40, benchmark=BENCHMARK, delay=delay, covariance=covariance
    )
    days = naive_days(PRICES, BENCHMARK, EVENTS, 40, delay)
    inside = [value for value, held in days if held]
    outside = [value for value, held in days if not held]
    gain = 40 * (np.mean(inside) - np.mean(outside))
    evidence = found.evidence
    assert evidence.estimate == pytest.approx(gain, rel=1e-9)
    assert found.daily["open"].tolist() == [held for _, held in days]
    assert found.daily["open"].sum() == 150  # two windows of 40 overlap by 10 days
    assert (evidence.n_events, evidence.n_effective) == (4, 150 / 40)
    assert evidence.p_attainable == sign_flip_floor(3)
    reach = evidence.interval.high - evidence.estimate
    assert reach == pytest.approx(
        40 * (found.fit.interval(1).high - found.fit.coefficients[1]), rel=1e-9
    )
    assert evidence.p_value == pytest.approx(found.fit.p_values()[1])


def test_newey_west_equals_statsmodels():
    found = calendar_time(PRICES, EVENTS, horizon=40, covariance="newey-west", bandwidth=5)
    days = naive_days(PRICES, None, EVENTS, 40, 1)
    y, x = np.array([day[0] for day in days]), np.array([[1.0, day[1]] for day in days])
    peer = OLS(y, x).fit(cov_type="HAC", cov_kwds={"maxlags": 5})
    assert found.evidence.p_value == pytest.approx(peer.pvalues[1], rel=1e-9)
    low, high = 40 * peer.conf_int()[1]
    assert (found.evidence.interval.low, found.evidence.interval.high) == pytest.approx((low, high))
    default = calendar_time(PRICES, EVENTS, horizon=40, covariance="newey-west")
    assert default.fit.bandwidth == 6  # floor(4 * 8.99 ** (2 / 9))


def test_repeating_an_event_inside_its_window_changes_little():
    twice = EventSet(sorted([*EVENTS.dates, DATES[101]]), rule="r")
    once = calendar_time(PRICES, EVENTS, horizon=40).evidence
    more = calendar_time(PRICES, twice, horizon=40).evidence
    assert more.n_effective == once.n_effective  # the window 102..141 lies in 101..171
    assert more.estimate == pytest.approx(once.estimate)


def test_windows_that_only_touch_are_two_clusters():
    touching = EventSet(DATES[[100, 140, 179]], rule="r")
    found = calendar_time(PRICES, touching, horizon=40).evidence
    assert found.p_attainable == sign_flip_floor(2)  # 100 | 140 and 179, which share a day
    assert found.n_effective == 119 / 40


def test_days_without_a_price_are_left_out_and_a_cut_window_counts_its_days():
    prices = PRICES.copy()
    prices.iloc[[10, 120]] = np.nan
    late = EventSet([DATES[100], DATES[880]], rule="r")
    found = calendar_time(prices, late, horizon=40)
    assert len(found.daily) == 899 - 4
    assert found.daily["open"].sum() == 38 + 18
    last = EventSet([DATES[100], DATES[899]], rule="r")
    assert calendar_time(PRICES, last, horizon=40).evidence.n_events == 1


def test_the_detectable_effect_follows_from_the_standard_error():
    # z(.975) + z(.8) = 2.8016 for Newey-West; larger for the few degrees of freedom of cosines.
    kernel = calendar_time(PRICES, EVENTS, horizon=40, covariance="newey-west")
    assert kernel.evidence.minimum_detectable_effect == pytest.approx(
        2.8016 * 40 * kernel.fit.standard_errors[1], rel=1e-4
    )
    cosine = calendar_time(PRICES, EVENTS, horizon=40)
    assert 9 < cosine.fit.df[1] < 12
    ratio = cosine.evidence.minimum_detectable_effect / (40 * cosine.fit.standard_errors[1])
    assert 3.05 < ratio < 3.15  # t(10): 2.228 + 0.879 = 3.107


@pytest.mark.validity
@pytest.mark.parametrize("garch", [False, True])
def test_size_and_power(garch):
    # 400 worlds of 900 days, four windows of which two overlap. Binomial(400, .05): sd .0109; four
    # sd: [.006, .094]. (Their size in 3000 worlds: .045 by cosines, .065 by Newey-West.)
    def share(effect, **options):
        hits = 0
        for seed in range(400):
            prices, benchmark, events = world(seed, effect=effect, garch=garch)
            found = calendar_time(prices, events, horizon=40, benchmark=benchmark, **options)
            hits += found.evidence.p_value <= 0.05
        return hits / 400

    assert 0.006 <= share(0.0) <= 0.094
    assert 0.006 <= share(0.0, covariance="newey-west") <= 0.094
    # Standard error of the scaled difference: 40 * .02 * sqrt(1/150 + 1/749) = .0716. An effect of
    # .25 is 3.49 of them: against t(10.2), the degrees of freedom of this design, the power is .88
    # (scipy.stats.nct); four sd (.0162) below: .82. GARCH has the same mean variance, but it
    # varies: no gate there.
    if not garch:
        assert share(0.25) > 0.82


BAD = [
    ({"outcome": PRICES.to_frame()}, "`outcome` must be a pandas Series, got DataFrame"),
    ({"benchmark": BENCHMARK.to_frame()}, "`benchmark` must be a pandas Series"),
    ({"benchmark": BENCHMARK.iloc[1:]}, "must share their dates"),
    ({"horizon": 0}, "`horizon` must be at least 1, got 0"),
    ({"horizon": 5000}, "the sample has only 900 rows"),
    ({"delay": 0}, "`delay` must be at least 1, got 0"),
    ({"covariance": "white"}, "'ewc', 'newey-west'"),
    ({"alternative": "up"}, "'two-sided', 'greater', 'less'"),
    ({"level": 1.0}, "`level` must lie between"),
    ({"bandwidth": -1}, "`cosines` must be at least"),
    ({"events": EventSet(["2010-01-01"], rule="r")}, "2010-01-01 lies outside the sample"),
    ({"events": EventSet([], rule="r")}, "`events` is empty"),
    ({"events": EventSet(DATES[-1:], rule="r")}, "No day with a return lies in a window"),
    ({"events": EventSet(DATES[:899:30], rule="r"), "outcome": PRICES.iloc[2:]}, "outside"),
    ({"events": EventSet([*DATES[:1], *DATES[30::30]], rule="r")}, None),
]


@pytest.mark.parametrize(("call", "message"), BAD)
def test_bad_calls(call, message):
    given = {"outcome": PRICES, "events": EVENTS, "horizon": 40, **call}
    if message is None:  # every day but the first two lies in a window
        prices = given.pop("outcome").copy()
        prices.iloc[0] = np.nan
        given["outcome"], message = prices.where(prices.index > DATES[0]), "outside the sample"
    with pytest.raises(InputError, match=message):
        calendar_time(given.pop("outcome"), given.pop("events"), **given)


def test_no_closed_day_is_refused():
    everywhere = EventSet(DATES[1::30], rule="r")
    prices = PRICES.iloc[1:].copy()
    prices.iloc[1] = np.nan  # the only closed days are those before the first window
    with pytest.raises(InputError, match="Every day with a return lies in a window of 40"):
        calendar_time(prices, everywhere, horizon=40)
