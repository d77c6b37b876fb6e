import numpy as np
import pandas as pd
import pytest

from altrotation.errors import InputError, LookaheadError
from altrotation.events.breakouts import breakouts
from altrotation.events.eventset import EventSet
from altrotation.testing import CausalityError, assert_causal

N = 400
DATES = pd.date_range("2020-01-01", periods=N, freq="D", unit="us", name="date")
RNG = np.random.default_rng(0)
PRICE = pd.Series(np.exp(RNG.normal(0, 0.02, N).cumsum()), index=DATES, name="X")
FRAME = pd.DataFrame({"a": PRICE, "b": np.exp(RNG.normal(0, 0.02, N).cumsum())}, index=DATES)
GAPS = PRICE.mask(RNG.random(N) < 0.2)


def zscore(x, n=20):
    window = x.rolling(n, min_periods=5)
    return (x - window.mean()) / window.std()


def events(flags):
    return EventSet(flags.index[flags.fillna(False).astype(bool)], rule="test")


CAUSAL = {
    "rolling z-score": zscore,
    "ewm": lambda x: x.ewm(span=10).mean(),
    "expanding": lambda x: x.expanding(5).mean(),
    "ffill": lambda x: x.ffill(),
    "shift": lambda x: x.shift(3),
    "boolean": lambda x: x > x.rolling(10).mean(),
    "category": lambda x: (x > x.shift(5)).map({True: "up", False: "down"}),
    "breakouts": lambda x: breakouts(x, quiet=5),
    "highs": lambda x: breakouts(x, kind="high", window=20, quiet=5),
    "large offset": lambda x: zscore(x + 1e6),
}

LEAKS = {
    "centred window": lambda x: x.rolling(5, center=True).mean(),
    "full-sample z-score": lambda x: (x - x.mean()) / x.std(),
    "backward fill": lambda x: x.bfill(),
    "backward fill of one row": lambda x: x.bfill(limit=1),
    "interpolation": lambda x: x.interpolate(),
    "shift(-1)": lambda x: x.shift(-1),
    "off by one": lambda x: x.rolling(10).max().shift(-1).where(x > 0),
    "rank over the sample": lambda x: x.rank(),
    "reversed cumulative maximum": lambda x: x[::-1].cummax()[::-1],
    "last row only": lambda x: x.where(x.index < x.index[-1]),
    "normalised by a parameter": lambda x, scale=None: x / (x.max() if scale is None else scale),
    "threshold from the whole sample": lambda x: x > x.quantile(0.9),
    "events at local peaks": lambda x: events((x > x.shift()) & (x > x.shift(-1))),
    "events at the maximum": lambda x: events(x == x.max()),
    "rare events with a confirmation": lambda x: events(
        (x > x.rolling(50, min_periods=9).max().shift()) & (x.shift(-3) > x)
    ),
    "events moved back": lambda x: EventSet(breakouts(x, quiet=5).dates[1:], rule="").shift(-2),
    "smoothed in both directions": lambda x: x.ewm(span=5).mean()[::-1].ewm(span=5).mean()[::-1],
    "number of rows": lambda x: x * 0 + len(x),
    "drops incomplete rows backwards": lambda x: x[x.shift(-1).notna()],
}  # fmt: skip


@pytest.mark.parametrize("name", CAUSAL)
@pytest.mark.parametrize("data", [PRICE, GAPS], ids=["full", "gaps"])
def test_causal_functions_pass(name, data):
    assert_causal(CAUSAL[name], data)


@pytest.mark.parametrize("name", LEAKS)
@pytest.mark.parametrize("data", [PRICE, GAPS], ids=["full", "gaps"])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_leaks_are_caught(name, data, seed):
    with pytest.raises(CausalityError):
        assert_causal(LEAKS[name], data, seed=seed)


def test_the_first_leaking_row_is_named():
    def peeks(x):
        return x.shift(-2)

    with pytest.raises(CausalityError) as caught:
        assert_causal(peeks, PRICE, cuts=[100])
    # Row 97 of the prefix of 100 rows still sees row 99; row 98 is the first that misses one.
    assert caught.value.row == DATES[98]
    assert caught.value.cut == DATES[99]
    assert str(caught.value) == (
        "peeks uses the future: its result at 2020-04-08 changes when the rows after 2020-04-09 "
        "are dropped."
    )
    assert isinstance(caught.value, LookaheadError)
    assert isinstance(caught.value, AssertionError)


def test_frames_of_several_columns():
    assert_causal(lambda f: np.log(f["a"] / f["b"]).rolling(5).mean(), FRAME)
    assert_causal(lambda f: f.rolling(5).mean(), FRAME)
    with pytest.raises(CausalityError):
        assert_causal(lambda f: f.assign(b=f["b"].shift(-1)), FRAME)
    with pytest.raises(CausalityError):
        assert_causal(lambda f: f.dropna(axis=1, how="any"), FRAME)
    with pytest.raises(CausalityError):  # a model fitted on the whole sample
        assert_causal(lambda f: f["a"] - np.polyfit(f["b"], f["a"], 1)[0] * f["b"], FRAME)


def test_a_function_that_needs_rows_states_its_warmup():
    def picky(x):
        if len(x) < 50:
            raise InputError("`x` must have 50 rows.")
        return x.rolling(50).mean()

    assert_causal(picky, PRICE, warmup=49)
    with pytest.raises(InputError, match="raise `warmup`"):
        assert_causal(picky, PRICE, cuts=[20])


def test_refusals_of_perturbed_data_are_passed_over():
    def no_gaps(x):
        if x.isna().any():
            raise InputError("`x` has gaps.")
        return x.rolling(5).mean()

    assert_causal(no_gaps, PRICE)


def test_the_data_are_left_alone():
    before = GAPS.copy()
    assert_causal(lambda x: x.ffill(), GAPS)
    pd.testing.assert_series_equal(GAPS, before)


def test_rounding_is_no_leak():
    def centred(x):  # prefix sums about the mean of the whole: equal but for rounding
        if x.isna().any():
            raise InputError("`x` has gaps.")
        mean = x.mean()
        total = (x - mean).cumsum()
        return (total - total.shift(20)) / 20 + mean

    assert_causal(centred, PRICE + 1000)
    with pytest.raises(CausalityError):
        assert_causal(centred, PRICE + 1000, rtol=0.0)


BAD = [
    (lambda: assert_causal(zscore, [1, 2]), "Series or DataFrame, got list"),
    (lambda: assert_causal(zscore, PRICE, warmup=-1), "`warmup` must be at least 0"),
    (lambda: assert_causal(zscore, PRICE, warmup=399), "longer than warmup"),
    (lambda: assert_causal(zscore, PRICE, cuts=[400]), "between warmup . 1 = 1 and 399, got 400"),
    (lambda: assert_causal(lambda x: x.to_numpy(), PRICE), "got ndarray"),
    (lambda: assert_causal(lambda x: x * np.nan, PRICE), "no event and no value"),
    (lambda: assert_causal(lambda x: EventSet([], rule="none"), PRICE), "no event and no value"),
]


@pytest.mark.parametrize(("call", "message"), BAD)
def test_bad_calls(call, message):
    with pytest.raises(InputError, match=message):
        call()


def erased_if(frame, violent):
    return frame["a"] * (np.nan if violent else 1.0)


def holes(series):
    return series.isna().astype(int).groupby(series.notna().cumsum()).sum().max()


# What leaks only when something violent happens later; milder changes of the future leave it alone.
ERASED = {
    "a crash to nothing": lambda f: erased_if(f, f["a"].min() < 1e-8),
    "a rise by a thousand": lambda f: erased_if(f, f["a"].max() > 400.0),
    "a hole that ends": lambda f: erased_if(f, holes(f["a"]) == 15 and f["a"].notna().iloc[-1]),
    "a death": lambda f: erased_if(f, f.iloc[-1].isna().sum() == 1),
}


def refuses_change(series):
    if not series.equals(PRICE.iloc[: len(series)]):
        raise InputError("changed")
    return series


def test_a_function_that_refuses_every_change_shows_nothing():
    with pytest.raises(InputError, match="refused every change"):
        assert_causal(refuses_change, PRICE)


def test_a_column_that_grows_later_hides_nothing_early():
    growing = PRICE * np.exp(np.arange(N) / 8.0)  # 1e21 times as large at the end
    with pytest.raises(CausalityError, match="uses the future"):
        assert_causal(lambda x: x - 1e-6 * x.iloc[0] * (len(x) < N - 1), growing, cuts=[50])


@pytest.mark.parametrize("name", ERASED)
def test_a_past_that_later_violence_erases_is_caught(name):
    with pytest.raises(CausalityError, match="uses the future"):
        assert_causal(ERASED[name], FRAME)
