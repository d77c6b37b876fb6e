import dataclasses

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from altrotation.data.calendar import days, sessions
from altrotation.data.cards import SeriesCard
from altrotation.data.panel import Panel
from altrotation.errors import DataError, InputError

DAYS = days("2023-12-27", "2024-01-16")
OPEN = sessions("2023-12-27", "2024-01-16")
CARDS = [
    SeriesCard(name="RUT", kind="index", unit="points", calendar="XNYS"),
    SeriesCard(name="BTC", kind="price", unit="USD", calendar="24/7"),
    SeriesCard(name="BTC.volume", kind="amount", unit="USD", calendar="24/7"),
    SeriesCard(name="BTC.cap", kind="amount", unit="USD", calendar="24/7"),
    SeriesCard(name="DGS10", kind="yield", unit="percent", calendar="XNYS", release="1b"),
    SeriesCard(name="WALCL", kind="amount", unit="USD", calendar="weekly", release="1d"),
]


def frame():
    rng = np.random.default_rng(0)
    table = pd.DataFrame({card.name: rng.uniform(1, 2, len(DAYS)) for card in CARDS}, index=DAYS)
    for name in ("RUT", "DGS10"):
        table.loc[~DAYS.isin(OPEN), name] = np.nan
    table.loc[DAYS.day_of_week != 2, "WALCL"] = np.nan
    return table


PANEL = Panel(frame(), CARDS)


def test_series_and_cards():
    pd.testing.assert_series_equal(PANEL.close("RUT"), frame()["RUT"], check_freq=False)
    pd.testing.assert_series_equal(PANEL.volume("BTC"), frame()["BTC.volume"], check_freq=False)
    pd.testing.assert_series_equal(PANEL.cap("BTC"), frame()["BTC.cap"], check_freq=False)
    assert PANEL.value("DGS10").equals(frame()["DGS10"])
    assert PANEL.names == tuple(card.name for card in CARDS)
    assert PANEL.assets == ("RUT", "BTC")
    assert PANEL.card("WALCL").release == "1d"
    assert PANEL.card("BTC.cap").asset == "BTC"
    assert "RUT" in PANEL
    assert "IWM" not in PANEL
    assert len(PANEL) == len(DAYS)
    table = PANEL.describe()
    assert table.loc["RUT", "values"] == len(OPEN)
    assert table.loc["RUT", "first"] == OPEN[0]


def test_nothing_given_or_taken_is_shared():
    source = frame()
    panel = Panel(source, CARDS)
    source.iloc[0, 0] = 99.0
    taken = panel.close("BTC")
    taken.iloc[:] = -1.0
    assert panel.data_hash == PANEL.data_hash
    with pytest.raises(dataclasses.FrozenInstanceError):
        panel.clock = "XNYS"


def test_until_and_between():
    cut = PANEL.until("2024-01-05")
    assert cut.dates[-1] == pd.Timestamp("2024-01-05")
    assert cut.frame.equals(frame().loc[:"2024-01-05"])
    inside = PANEL.between("2024-01-02", "2024-01-05")
    assert len(inside) == 4
    assert inside.names == PANEL.names


# -- what was known when, by a loop over single values ------------------------------------------


def known_day(name, stamp):
    if name == "WALCL":
        return stamp + pd.Timedelta(1, "D")
    if name == "DGS10":  # next weekday that is not New Year or Martin Luther King day
        day = stamp + pd.Timedelta(1, "D")
        while day.day_of_week >= 5 or f"{day:%m-%d}" in ("01-01", "01-15"):
            day += pd.Timedelta(1, "D")
        return day
    return stamp


@given(row=st.integers(0, len(DAYS) - 1))
@settings(deadline=None, max_examples=21)
def test_known_at_holds_back_what_was_not_published(row):
    day = DAYS[row]
    seen = PANEL.known_at(day)
    assert seen.dates[-1] == day
    table = frame()
    for name in table:
        for stamp in seen.dates:
            expected = table.loc[stamp, name]
            if known_day(name, stamp) > day:
                assert np.isnan(seen.frame.loc[stamp, name]), (name, stamp)
            else:
                np.testing.assert_equal(seen.frame.loc[stamp, name], expected)


def test_known_moves_values_to_their_release():
    table, expected = frame(), {}
    for stamp, value in table["DGS10"].dropna().items():
        expected[known_day("DGS10", stamp)] = value
    found = PANEL.known("DGS10").dropna()
    assert found.to_dict() == {day: value for day, value in expected.items() if day <= DAYS[-1]}
    assert PANEL.known("BTC").equals(PANEL.value("BTC"))


def test_known_on_the_session_clock_waits_for_the_next_session():
    panel = Panel(
        pd.DataFrame({"M": np.arange(1.0, len(OPEN) + 1)}, index=OPEN),
        [SeriesCard(name="M", kind="amount", unit="USD", calendar="24/7", release="1d")],
        clock="XNYS",
    )
    found = panel.known("M")
    # The value of Friday 2023-12-29 is released on Saturday and known on Tuesday 2024-01-02.
    assert found["2024-01-02"] == panel.value("M")["2023-12-29"]
    assert found["2024-01-03"] == panel.value("M")["2024-01-02"]
    assert np.isnan(found.iloc[0])


def test_known_never_uses_a_later_value():
    for row in range(5, len(DAYS)):
        earlier = PANEL.until(DAYS[row])
        for name in PANEL.names:
            pd.testing.assert_series_equal(
                PANEL.known(name).loc[: DAYS[row]], earlier.known(name), check_freq=False
            )


# -- clocks --------------------------------------------------------------------------------------


def test_on_sessions_keeps_sessions_only():
    found = PANEL.on("XNYS")
    assert found.clock == "XNYS"
    assert found.dates.equals(OPEN)
    assert found.close("BTC").equals(frame()["BTC"].reindex(OPEN))
    # Monday 2024-01-08 over Friday: the crypto return spans the weekend.
    btc = found.close("BTC")
    assert btc["2024-01-08"] / btc["2024-01-05"] == pytest.approx(
        frame()["BTC"]["2024-01-08"] / frame()["BTC"]["2024-01-05"]
    )


def test_on_every_day_fills_nothing_unless_told():
    back = PANEL.on("XNYS").on("24/7")
    assert back.close("RUT").dropna().index.equals(OPEN)
    assert back.close("BTC").isna().sum() == len(DAYS) - len(OPEN)
    filled = PANEL.on("24/7", fill="last-known")
    assert filled.close("RUT")["2024-01-07"] == frame()["RUT"]["2024-01-05"]
    assert filled.card("DGS10").release == "0d"
    # The yield of Friday the 5th is known on Monday the 8th; at the weekend Thursday's is.
    assert filled.value("DGS10")["2024-01-07"] == frame()["DGS10"]["2024-01-04"]
    assert filled.value("DGS10")["2024-01-08"] == frame()["DGS10"]["2024-01-05"]
    assert np.isnan(filled.value("DGS10").iloc[0])


def test_select_and_join():
    left, right = PANEL.select(["BTC", "RUT"]), PANEL.select(["DGS10"])
    assert left.names == ("BTC", "RUT")
    both = left.join(right.until("2024-01-10"))
    assert both.names == ("BTC", "RUT", "DGS10")
    assert both.dates.equals(DAYS)
    assert both.value("DGS10").loc["2024-01-11":].isna().all()
    with pytest.raises(InputError, match="Both panels hold 'BTC'"):
        left.join(PANEL)
    with pytest.raises(InputError, match=r"share a clock, got 24/7 and XNYS; use \.on"):
        left.join(right.on("XNYS"))


def test_repairs_travel_with_the_panel():
    ledger = pd.DataFrame({"series": ["RUT"], "old": [1.0], "new": [1.1]})
    panel = Panel(frame(), CARDS, repairs=ledger)
    assert panel.until("2024-01-05").on("XNYS").repairs.equals(ledger)
    assert len(panel.select(["RUT"]).join(PANEL.select(["BTC"])).repairs) == 1


def test_the_hash_follows_values_labels_and_cards():
    changed = frame()
    changed.iloc[3, 1] += 1e-12
    other = [dataclasses.replace(CARDS[0], note="another"), *CARDS[1:]]
    hashes = {
        PANEL.data_hash,
        Panel(changed, CARDS).data_hash,
        Panel(frame(), other).data_hash,
        PANEL.until("2024-01-10").data_hash,
        Panel(frame().set_axis(days("2023-12-28", "2024-01-17")), CARDS).data_hash,
    }
    assert len(hashes) == 5
    assert Panel(frame(), reversed(CARDS)).data_hash == PANEL.data_hash


def test_repr():
    assert repr(PANEL).startswith("Panel(2023-12-27 to 2024-01-16, 21 rows, 6 series, clock 24/7")
    assert "no rows" in repr(PANEL.until("2020-01-01"))


def test_an_empty_panel_can_be_asked():
    empty = PANEL.until("2020-01-01")
    assert len(empty) == 0
    assert len(empty.close("RUT")) == 0


def with_value(name, value):
    table = frame()
    table.loc["2024-01-03", name] = value
    return table


BAD = [
    (lambda: Panel(frame().drop(index=DAYS[3]), CARDS), InputError, "2023-12-30 is missing"),
    (lambda: Panel(frame().iloc[::-1], CARDS), InputError, "unsorted dates"),
    (lambda: Panel(pd.concat([frame(), frame()]).sort_index(), CARDS), InputError, "twice"),
    (lambda: Panel(frame(), CARDS, clock="XNYS"), InputError, "no label of the clock XNYS"),
    (lambda: Panel(frame(), CARDS, clock="UTC"), InputError, "'24/7', 'XNYS', got 'UTC'"),
    (lambda: Panel(frame(), CARDS[1:]), InputError, "The column 'RUT' has no card"),
    (lambda: Panel(frame()[["BTC"]], CARDS), InputError, "The card 'RUT' has no column"),
    (lambda: Panel(with_value("BTC", 0.0), CARDS), DataError, "must be positive, got 0 on 2024"),
    (
        lambda: Panel(with_value("BTC.cap", -1.0), CARDS),
        DataError,
        "BTC.cap is an amount and must not",
    ),
    (lambda: Panel(with_value("BTC", np.inf), CARDS), InputError, "infinite in 'BTC'"),
    (lambda: PANEL.value("IWM"), InputError, "no series 'IWM'; it holds RUT, BTC"),
    (lambda: PANEL.card("IWM"), InputError, "no series 'IWM'"),
    (lambda: PANEL.volume("RUT"), InputError, "no series 'RUT.volume'"),
    (lambda: PANEL.close("DGS10"), InputError, "DGS10 is a yield; use `value`"),
    (lambda: PANEL.select(["IWM"]), InputError, "no series 'IWM'"),
    (lambda: PANEL.on("LSE"), InputError, "'24/7', 'XNYS', got 'LSE'"),
    (lambda: PANEL.on("24/7", fill="ffill"), InputError, "'last-known', got 'ffill'"),
    (lambda: PANEL.until("2024-13-01"), InputError, "must be a date"),
    (lambda: PANEL.known_at("yesterday-ish"), InputError, "must be a date"),
]


@pytest.mark.parametrize(("call", "error", "message"), BAD)
def test_bad_calls(call, error, message):
    with pytest.raises(error, match=message):
        call()


GOOD_CARD = {"name": "X", "kind": "price", "unit": "USD", "calendar": "24/7"}
BAD_CARDS = [
    ({"name": ""}, "needs a `name`"),
    ({"kind": "stock"}, "`kind of X` must be one of 'price'"),
    ({"calendar": "LSE"}, "`calendar of X` must be one of '24/7'"),
    ({"release": "soon"}, "`release` must be like"),
    ({"base_date": "2013-01-02"}, "`base_date` and `base_level` go together"),
    ({"base_level": 3.0}, "`base_date` and `base_level` go together"),
    ({"base_date": "2013-99-02", "base_level": 3.0}, "`base_date of X` must be a date"),
]


@pytest.mark.parametrize(("change", "message"), BAD_CARDS)
def test_bad_cards(change, message):
    with pytest.raises(InputError, match=message):
        SeriesCard(**{**GOOD_CARD, **change})


def test_a_card_survives_a_round_trip():
    card = SeriesCard(**GOOD_CARD, release="1b", base_date="2013-01-02", base_level=872.6)
    assert SeriesCard(**card.to_dict()) == card
    assert card.to_dict().keys() == {*GOOD_CARD, "release", "base_date", "base_level"}


def test_nobody_writes_into_a_panel():
    dates = pd.date_range("2020-01-01", periods=3, unit="us")
    card = SeriesCard(name="X", kind="price", unit="USD", calendar="24/7")
    source = pd.DataFrame({"X": [1.0, 2.0, 3.0]}, index=dates)
    panel = Panel(source, [card])
    before = panel.data_hash
    source.loc["2020-01-01", "X"] = 9.0
    frame, close, repairs = panel.frame, panel.close("X"), panel.repairs
    frame.loc["2020-01-02", "X"] = 9.0
    close.loc["2020-01-03"] = 9.0
    repairs["new"] = 1
    assert panel.data_hash == before
    assert panel.close("X").tolist() == [1.0, 2.0, 3.0]
    assert panel.repairs.empty
