import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from altrotation.data.raw.archive import Archive, open_archive
from altrotation.data.raw.ledger import QualityLedger, blank_rows
from altrotation.errors import DataError, InputError


@pytest.fixture(scope="module")
def corrected(archive_path) -> Archive:
    return open_archive(archive_path)


@pytest.fixture(scope="module")
def raw(archive_path) -> Archive:
    return open_archive(archive_path, corrections=False)


def prices(closes, series="RUT"):
    dates = pd.date_range("2024-01-01", periods=len(closes), freq="D", unit="us")
    return pd.DataFrame(
        {"series": series, "date": dates, "close": closes, "low": [0.5 * c for c in closes]}
    )


def repair(**changes):
    row = {
        "table": "market_daily",
        "series": "RUT",
        "date": "2024-01-02",
        "field": "close",
        "old": 20.0,
        "new": 21.0,
        "reason": "a reason",
        "evidence": "some evidence",
    }
    return row | changes


def ledger(*rows):
    return QualityLedger(pd.DataFrame(list(rows)))


def test_apply_changes_what_the_ledger_names_and_nothing_else():
    frame = prices([10.0, 20.0, 30.0])
    before = frame.copy()
    repairs = ledger(repair(), repair(field="low", date="2024-01-03", old=15.0, new=np.nan))
    made = repairs.apply(frame, "market_daily")
    assert made["close"].to_list() == [10.0, 21.0, 30.0]
    assert made["low"].iloc[:2].to_list() == [5.0, 10.0]
    assert np.isnan(made["low"].iloc[2])
    assert frame.equals(before)
    assert repairs.revert(made, "market_daily").equals(frame)


values = st.floats(min_value=0.0, max_value=1e9) | st.just(float("nan"))


@settings(derandomize=True, deadline=None, max_examples=60)
@given(data=st.data(), size=st.integers(1, 8))
def test_revert_is_the_exact_inverse_of_apply(data, size):
    """Bit for bit, over several series, both columns, and NaN as old or as new value."""
    draw = data.draw
    frame = pd.concat(
        [
            prices(draw(st.lists(values, min_size=size, max_size=size)), series=name)
            for name in ("RUT", "SPX")
        ],
        ignore_index=True,
    )
    frame["low"] = draw(st.lists(values, min_size=2 * size, max_size=2 * size))
    rows = []
    for place in range(2 * size):
        for field in ("close", "low"):
            new = draw(values)
            old = frame[field].iloc[place]
            if draw(st.booleans()) and not (old == new or (np.isnan(old) and np.isnan(new))):
                cell = frame.iloc[place]
                rows.append(
                    repair(series=cell["series"], date=cell["date"], field=field, old=old, new=new)
                )
    repairs = ledger(*rows) if rows else QualityLedger()
    made = repairs.apply(frame, "market_daily")
    changed = 0
    for field in ("close", "low"):
        a, b = made[field].to_numpy(), frame[field].to_numpy()
        changed += int((~((a == b) | (np.isnan(a) & np.isnan(b)))).sum())
    assert changed == len(rows)
    undone = repairs.revert(made, "market_daily")
    for field in ("close", "low"):
        assert undone[field].to_numpy().tobytes() == frame[field].to_numpy().tobytes()


def test_another_old_value_means_the_archive_changed():
    repairs = ledger(repair(old=19.0))
    with pytest.raises(
        DataError, match=r"RUT 2024-01-02: close is 20 .* expects 19; the archive ch"
    ):
        repairs.apply(prices([10.0, 20.0]), "market_daily")
    with pytest.raises(DataError, match="the archive changed"):  # made already
        ledger(repair()).apply(prices([10.0, 21.0]), "market_daily")


def test_an_absent_row_means_the_archive_changed():
    with pytest.raises(DataError, match=r"no row RUT on 2024-01-02"):
        ledger(repair()).apply(prices([10.0]), "market_daily")
    with pytest.raises(DataError, match=r"no row RUT on 2024-01-02"):
        ledger(repair()).apply(prices([10.0, 20.0], series="SPX"), "market_daily")
    with pytest.raises(DataError, match="no column 'close'"):
        ledger(repair()).apply(prices([10.0, 20.0]).drop(columns="close"), "market_daily")


def test_unusable_ledgers_are_refused():
    with pytest.raises(InputError, match="repaired twice"):
        ledger(repair(), repair(new=22.0))
    with pytest.raises(InputError, match="changes nothing"):
        ledger(repair(new=20.0))
    with pytest.raises(InputError, match="changes nothing"):
        ledger(repair(old=np.nan, new=np.nan))
    with pytest.raises(InputError, match="`table of a repair` must be one of"):
        ledger(repair(table="prices"))
    with pytest.raises(InputError, match="column 'reason'"):
        QualityLedger(pd.DataFrame([repair()]).drop(columns="reason"))


def test_a_ledger_cannot_be_changed_from_outside():
    repairs = ledger(repair())
    frame = repairs.frame
    frame.loc[0, "new"] = 99.0
    assert repairs.frame["new"].to_list() == [21.0]
    with pytest.raises(AttributeError):
        repairs._rows = frame


def test_blank_rows_name_each_value_by_its_keys():
    frame = pd.DataFrame(
        {
            "source": ["a", "a", "b"],
            "coin_id": ["x/y", "z", "x/y"],
            "date": pd.to_datetime(["2024-01-01"] * 3),
            "value": [0.0, 0.0, np.nan],
        }
    )
    rows = blank_rows(frame, "coin_close", "value", np.full(3, True), reason="r", evidence="e")
    assert rows["series"].to_list() == ["a/x/y", "a/z"]  # the NaN has nothing to lose
    made = QualityLedger(rows).apply(frame, "coin_close")
    assert made["value"].isna().all()
    assert QualityLedger(rows).revert(made, "coin_close").equals(frame)


# -- the real archive ------------------------------------------------------------------------------


@pytest.mark.archive
def test_every_table_reverts_to_its_raw_values(corrected, raw):
    found = QualityLedger(corrected.repairs)
    assert found.summary()["values"].to_dict() == {
        ("btc_dominance", "btc_d", "a share above 100 percent"): 3,
        ("btc_dominance", "btc_d", "a spike"): 184,
        ("coin_close", "value", "BNB to 2017-10-29 comes from a market with next to no trade"): 42,
        ("coin_close", "value", "a price of zero: the vendor rounded a micro-price down"): 1110,
        ("coin_close", "value", "the value stamped 2018-02-21 is that of the next day"): 75,
        (
            "coin_market_cap",
            "value",
            "BNB to 2017-10-29 comes from a market with next to no trade",
        ): 42,
        ("coin_market_cap", "value", "the value stamped 2018-02-21 is that of the next day"): 71,
        (
            "coin_top200_snapshots",
            "price",
            "a price of zero: the vendor rounded a micro-price down",
        ): 13,
        ("coin_volume", "value", "BNB to 2017-10-29 comes from a market with next to no trade"): 42,
        (
            "market_daily",
            "close",
            "the main vendor's close is wrong; the second vendor's is used",
        ): 11,
        (
            "market_daily",
            "low",
            "the vendor's low lies above the corrected close, so the true low is unknown",
        ): 3,
    }
    for name in found.tables:
        undone = corrected.ledger(name).revert(corrected.table(name), name)
        assert undone.equals(raw.table(name)), name
    assert len(raw.repairs) == 0


@pytest.mark.archive
def test_repaired_closes_follow_from_the_two_vendors_and_the_fund(corrected):
    """The fund's return is nearer to the second vendor on the day and on the next."""
    table = corrected.table("index_close_conflicts").set_index(["symbol", "date"])
    closes = corrected.ledger("market_daily").frame.query("field == 'close'")
    named = {
        f"2019-{day}" for day in ("06-06", "06-26", "07-01", "08-12", "09-10", "10-21", "10-24")
    }
    named |= {"2020-11-06", "2021-08-16", "2024-02-16"}
    rut = closes[closes["series"] == "RUT"]
    assert {f"{date:%Y-%m-%d}" for date in rut["date"]} == named
    for made in closes.itertuples():
        row = table.loc[(made.series, made.date)]
        assert made.old == pytest.approx(row["close_yahoo"], abs=5e-5)
        assert made.new == row["close_ibkr"]
        fund, then = row["ret_etf_adj_pct"], row["next_ret_etf_pct"]
        same_day = abs(row["ret_ibkr_pct"] - fund) < abs(row["ret_yahoo_pct"] - fund)
        next_day = abs(row["next_ret_if_ibkr_pct"] - then) < abs(row["next_ret_yahoo_pct"] - then)
        assert next_day
        assert same_day == ("both days" in made.evidence)


@pytest.mark.archive
def test_after_repairs_lows_and_closes_agree(corrected):
    rut, low = corrected.market("RUT"), corrected.market("RUT", "low")
    high = corrected.market("RUT", "high")
    held = low.notna()
    assert (rut[held] >= low[held] * (1 - 1e-9)).all()
    assert (rut[held] <= high[held] * (1 + 1e-9)).all()


@pytest.mark.archive
def test_dominance_is_a_share_after_repairs(corrected, raw):
    assert corrected.table("btc_dominance")["btc_d"].max() <= 100.0
    assert raw.table("btc_dominance")["btc_d"].max() > 100.0


@pytest.mark.archive
def test_no_repair_moves_a_record_breakout_of_rut(corrected, raw):
    """Slow loop: first close above every earlier one after 60 sessions without such a close."""

    def dates(close):
        best, quiet, found = -np.inf, 0, []
        for day, value in close.items():
            if value > best:
                if quiet >= 60:
                    found.append(f"{day:%Y-%m-%d}")
                best, quiet = value, 0
            else:
                quiet += 1
        return [day for day in found if day >= "2013"]

    known = [
        "2013-01-02",
        "2014-12-26",
        "2016-11-14",
        "2018-05-16",
        "2020-11-13",
        "2021-11-02",
        "2025-09-18",
    ]
    assert dates(raw.market("RUT")) == known
    assert dates(corrected.market("RUT")) == known


@pytest.mark.archive
def test_a_changed_archive_is_refused(archive_path, tmp_path):
    frame = pd.read_parquet(archive_path / "market_daily.parquet")
    rut = (frame["series"] == "RUT") & (frame["date"] == "2019-06-06")
    frame.loc[rut, "close"] += 0.01
    frame.to_parquet(tmp_path / "market_daily.parquet")
    with pytest.raises(DataError, match=r"RUT 2019-06-06: close is 1499\.3 .*the archive changed"):
        open_archive(tmp_path, verify=False).table("market_daily")
    open_archive(tmp_path, verify=False, corrections=False).table("market_daily")


@pytest.mark.archive
def test_remarks_name_tables_of_the_archive(corrected):
    assert set(corrected.remarks["table"]) <= set(corrected.tables)
