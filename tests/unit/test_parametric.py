import numpy as np
import pandas as pd
import pytest
from scipy import stats

from altrotation.errors import InputError
from altrotation.events.eventset import EventSet
from altrotation.events.parametric import kolari_pynnonen_factor, parametric_tests
from tests.oracle import naive_parametric as naive

OPTIONS = {"estimation": 60, "delay": 1, "horizon": 10}


def world(n=420, m=5, seed=0, common=0.5):
    rng = np.random.default_rng(seed)
    dates = pd.date_range("2020-01-01", periods=n, freq="D", unit="us")
    market = rng.normal(0.001, 0.02, size=n)
    noise = rng.normal(size=(n, m)) * np.sqrt(1 - common) + rng.normal(size=(n, 1)) * np.sqrt(
        common
    )
    returns = 0.8 * market[:, None] + 0.03 * noise
    prices = pd.DataFrame(np.exp(returns.cumsum(axis=0)), index=dates, columns=list("ABCDE")[:m])
    return prices, pd.Series(np.exp(market.cumsum()), index=dates, name="M")


PRICES, MARKET = world()
EVENTS = EventSet(PRICES.index[[80, 150, 200, 300, 380]], rule="by hand")
MODELS = [("difference", MARKET), ("difference", None), ("constant-mean", None), ("market", MARKET)]


def naive_windows(prices, benchmark, model):
    factor = None if benchmark is None else benchmark.to_numpy()
    rows = prices.index.get_indexer(EVENTS.dates)
    return [
        [
            naive.window(prices[name].to_numpy(), factor, row, model=model, **OPTIONS)
            for name in prices
        ]
        for row in rows
    ]


@pytest.mark.parametrize(("model", "base"), MODELS)
def test_by_asset_equals_the_loop(model, base):
    found = parametric_tests(PRICES, EVENTS, model=model, benchmark=base, **OPTIONS)
    grid = naive_windows(PRICES, base, model)
    dof = 60 - {"difference": 1, "constant-mean": 1, "market": 2}[model]
    scar = np.array([[cell[2] for cell in row] for row in grid])
    np.testing.assert_allclose(found.scar, scar, rtol=1e-9)
    units = [sum(scar[:, i]) / np.sqrt(len(EVENTS)) for i in range(5)]
    rhos = [
        np.corrcoef(row[i][0], row[j][0])[0, 1] for row in grid for i in range(5) for j in range(i)
    ]
    assert found.correlation == pytest.approx(np.mean(rhos))
    r, t = np.mean(rhos), naive.bmp(units)
    factor = np.sqrt((1 - r) / (1 + 4 * r))
    expected = {
        "Patell": naive.patell(units, dof),
        "BMP": t,
        "Kolari-Pynnonen": t * factor,
        "Corrado rank": naive.rank_statistic([cell[:2] for row in grid for cell in row]),
        "sign": sum(sum(grid[e][i][3] for e in range(5)) > 0 for i in range(5)),
    }
    for test, statistic in expected.items():
        assert found.table.loc[test, "statistic"] == pytest.approx(statistic, rel=1e-9), test
    positive = np.concatenate([cell[0] for row in grid for cell in row]) > 0
    w, share = expected["sign"], positive.mean()
    assert found.table.loc["generalised sign", "statistic"] == pytest.approx(
        (w - 5 * share) / np.sqrt(5 * share * (1 - share))
    )
    assert (found.table["n"] == 5).all()
    assert found.table.loc["BMP", "p_value"] == pytest.approx(2 * stats.t(4).sf(abs(t)))
    corrected = found.table.loc["Kolari-Pynnonen"]
    assert corrected["factor"] == pytest.approx(factor)
    assert corrected["p_value"] == pytest.approx(2 * stats.t(4).sf(abs(t * factor)))


def test_by_event_equals_the_loop_on_the_mean_asset():
    found = parametric_tests(PRICES, EVENTS, unit="event", benchmark=MARKET, **OPTIONS)
    mean = pd.DataFrame({"mean": np.exp(np.log(PRICES).mean(axis=1))})
    grid = naive_windows(mean, MARKET, "difference")
    scar = [row[0][2] for row in grid]
    assert found.table.loc["BMP", "statistic"] == pytest.approx(naive.bmp(scar))
    assert found.table.loc["Kolari-Pynnonen", "statistic"] == pytest.approx(naive.bmp(scar))
    assert (found.table["n"] == 5).all()


def test_an_asset_counts_once_however_many_events():
    one = EventSet(EVENTS.dates[:1], rule="one")
    for events in (one, EVENTS):
        found = parametric_tests(PRICES, events, benchmark=MARKET, **OPTIONS)
        assert (found.table["n"] == 5).all()


def test_copies_of_an_asset_add_nothing_by_event():
    single = parametric_tests(PRICES[["A"]], EVENTS, unit="event", benchmark=MARKET, **OPTIONS)
    copies = pd.concat([PRICES["A"].rename(f"A{i}") for i in range(9)], axis=1)
    many = parametric_tests(copies, EVENTS, unit="event", benchmark=MARKET, **OPTIONS)
    pd.testing.assert_frame_equal(single.table, many.table)


def test_overlapping_windows_are_one_cluster():
    close = EventSet(PRICES.index[[150, 155, 200, 210, 300]], rule="close")
    found = parametric_tests(PRICES, close, unit="event", benchmark=MARKET, **OPTIONS)
    assert (found.table["n"] == 4).all()  # 150 and 155 share days; 200 and 210 do not


def test_incomplete_windows_are_left_out():
    prices = PRICES.copy()
    prices.iloc[205, 0] = np.nan
    events = EventSet([*EVENTS.dates, PRICES.index[415]], rule="one too late")
    found = parametric_tests(prices, events, benchmark=MARKET, **OPTIONS)
    assert found.scar.iloc[5].isna().all()
    assert np.isnan(found.scar.loc[EVENTS.dates[2], "A"])
    assert found.scar.loc[EVENTS.dates[2], "B"] == pytest.approx(
        parametric_tests(PRICES, EVENTS, benchmark=MARKET, **OPTIONS).scar.loc[EVENTS.dates[2], "B"]
    )


def test_an_estimation_window_ends_before_its_event():
    row = 200
    events = EventSet(PRICES.index[[row]], rule="one")
    before = parametric_tests(PRICES, events, benchmark=MARKET, model="market", **OPTIONS)
    moved = PRICES.copy()
    moved.iloc[row : row + 2] *= 1.7  # the event row and the row of entry are in neither window
    moved.iloc[row + 2 :] *= 1.7
    after = parametric_tests(moved, events, benchmark=MARKET, model="market", **OPTIONS)
    pd.testing.assert_frame_equal(before.car, after.car)


@pytest.mark.parametrize(
    ("n", "r", "factor"), [(5, 0.1, 0.8018), (5, 0.5, 0.4082), (6, 0.5, 0.3780), (10, 0.3, 0.4350)]
)
def test_the_published_factors(n, r, factor):
    assert kolari_pynnonen_factor(n, r) == pytest.approx(factor, abs=5e-5)


def test_one_sided_p_values_share_the_statistic():
    tables = {
        side: parametric_tests(PRICES, EVENTS, benchmark=MARKET, alternative=side, **OPTIONS).table[
            "p_value"
        ]
        for side in ("two-sided", "greater", "less")
    }
    smooth = tables["two-sided"].index.drop("sign")
    smaller = np.minimum(tables["greater"], tables["less"])
    np.testing.assert_allclose(tables["two-sided"][smooth], 2 * smaller[smooth])


BAD = [
    ({"unit": "row"}, "'asset', 'event'"),
    ({"alternative": "up"}, "'two-sided', 'greater', 'less'"),
    ({"horizon": 0}, "`horizon` must be at least 1, got 0"),
    ({"model": "capm"}, "'difference', 'constant-mean', 'market'"),
    ({"model": "market", "benchmark": None}, "needs a `benchmark`"),
    ({"outcome": PRICES[["A"]]}, "At least two assets with complete windows .* got 1"),
    ({"events": EventSet(["2020-01-10"], rule="early")}, "At least two assets .* got 0"),
    ({"unit": "event", "events": EventSet(EVENTS.dates[:1], rule="one")}, "two events .* got 1"),
    ({"unit": "event", "events": EventSet(["2020-01-10"], rule="early")}, "two events .* got 0"),
    ({"events": EventSet(["2019-01-10"], rule="early")}, "outside the sample"),
]


@pytest.mark.parametrize(("call", "message"), BAD)
def test_bad_calls(call, message):
    given = {"outcome": PRICES, "events": EVENTS, "benchmark": MARKET, **OPTIONS, **call}
    with pytest.raises(InputError, match=message):
        parametric_tests(given.pop("outcome"), given.pop("events"), **given)


@pytest.mark.parametrize(("n", "r"), [(1, 0.1), (5, 1.0), (5, -0.25)])
def test_bad_factors(n, r):
    with pytest.raises(InputError):
        kolari_pynnonen_factor(n, r)
