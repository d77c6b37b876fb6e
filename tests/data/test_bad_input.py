"""A user's own files: every refusal is one sentence with the value and the remedy."""

import numpy as np
import pandas as pd
import pytest

from altrotation.data.cards import SeriesCard
from altrotation.data.csv import read_csv_panel
from altrotation.errors import AltrotationError, DataError, InputError

CARDS = (
    SeriesCard(name="RUT", kind="index", unit="points", calendar="XNYS"),
    SeriesCard(name="DGS3MO", kind="yield", unit="percent", calendar="XNYS", release="1b"),
)
GOOD = "date,RUT,DGS3MO\n2024-01-02,2000.5,5.1\n2024-01-03,,-0.1\n2024-01-05,2010.25,5.3\n"


def test_a_good_file_is_read_and_nothing_is_filled(tmp_path):
    file = tmp_path / "own.csv"
    file.write_text(GOOD)
    panel = read_csv_panel(file, CARDS)
    assert [f"{day:%m-%d}" for day in panel.dates] == ["01-02", "01-03", "01-04", "01-05"]
    assert panel.close("RUT").to_list() == pytest.approx(
        [2000.5, np.nan, np.nan, 2010.25], nan_ok=True
    )
    assert panel.value("DGS3MO").iloc[1] == -0.1
    assert panel.card("DGS3MO").release == "1b"
    assert len(read_csv_panel(file, CARDS, clock="XNYS")) == 4
    assert read_csv_panel(str(file), CARDS).data_hash == panel.data_hash


def test_a_byte_order_mark_and_windows_lines_are_read(tmp_path):
    file = tmp_path / "own.csv"
    file.write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert len(read_csv_panel(file, CARDS)) == 4


TOMORROW = pd.Timestamp.now("UTC").tz_localize(None).normalize() + pd.Timedelta(2, "D")
BAD = {
    "unsorted dates": (
        "date,RUT,DGS3MO\n2024-01-03,1,1\n2024-01-02,1,1\n",
        r"own\.csv line 3: 2024-01-02 follows 2024-01-03; sort the rows by date",
    ),
    "duplicate day": (
        "date,RUT,DGS3MO\n2024-01-02,1,1\n2024-01-02,1,1\n",
        r"own\.csv line 3: 2024-01-02 stands twice; keep one row a day",
    ),
    "negative price": (
        "date,RUT,DGS3MO\n2024-01-02,1,1\n2024-01-03,-5.5,1\n",
        r"line 3: RUT must be positive \(its kind is index\), got -5\.5 on 2024-01-03; correct it",
    ),
    "price of zero": (
        "date,RUT,DGS3MO\n2024-01-02,0,1\n",
        r"must be positive .*, got 0 on 2024-01-02",
    ),
    "future date": (
        f"date,RUT,DGS3MO\n2024-01-02,1,1\n{TOMORROW:%Y-%m-%d},1,1\n",
        f"line 3: {TOMORROW:%Y-%m-%d} lies in the future, the latest day possible is .*; correct",
    ),
    "missing column": (
        "date,RUT\n2024-01-02,1\n",
        "has no column 'DGS3MO', it holds date, RUT; add it or correct the header",
    ),
    "missing date column": (
        "day,RUT,DGS3MO\n2024-01-02,1,1\n",
        "has no column 'date', it holds day",
    ),
    "column without a card": (
        "date,RUT,DGS3MO,SPX\n2024-01-02,1,1,1\n",
        "column 'SPX' of own.csv has no card; add a SeriesCard or drop it",
    ),
    "column named twice": (
        "date,RUT,RUT,DGS3MO\n2024-01-02,1,1,1\n",
        "names the column 'RUT' twice; keep one",
    ),
    "text for a number": (
        "date,RUT,DGS3MO\n2024-01-02,1,1\n2024-01-03,n/a,1\n",
        r"own\.csv line 3: RUT must be a number, got 'n/a'; write a decimal number",
    ),
    "sign of thousands": (
        'date,RUT,DGS3MO\n2024-01-02,"2,000.5",1\n',
        "line 2: RUT must be a number, got '2,000.5'; .*signs of thousands",
    ),
    "infinite": ("date,RUT,DGS3MO\n2024-01-02,inf,1\n", "line 2: RUT must be finite, got 'inf'"),
    "NaN in words": ("date,RUT,DGS3MO\n2024-01-02,nan,1\n", "RUT must be finite, got 'nan'; leave"),
    "unreadable date": (
        "date,RUT,DGS3MO\n02/01/2024,1,1\n",
        "line 2: date must be a day such as 2025-09-18, got '02/01/2024'; write dates as year",
    ),
    "empty date": (
        "date,RUT,DGS3MO\n,1,1\n",
        "line 2: date must be a day such as 2025-09-18, got nan",
    ),
    "no rows": ("date,RUT,DGS3MO\n", r"own\.csv has a header line and no rows; add the data"),
    "empty file": ("", r"own\.csv is empty; write a header line"),
    "ragged": (
        "date,RUT,DGS3MO\n2024-01-02,1,1\n2024-01-03,1,1,1\n",
        r"own\.csv is no regular table \(.*line 3.*\); mend that line",
    ),
    "bad encoding": (
        "date,RUT,DGS3MO\n2024-01-02,1,1\n2024-01-03,1 €,1\n".encode("cp1252"),
        r"own\.csv is not UTF-8 text \(byte 0x80\); save it as UTF-8",
    ),
    "binary": (b"PAR1\x00\x00\x15\x04\xff\xfe\n", "own.csv"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_refused_in_one_sentence(name, tmp_path):
    content, message = BAD[name]
    file = tmp_path / "own.csv"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises((DataError, InputError), match=message) as caught:
        read_csv_panel(file, CARDS)
    text = str(caught.value)
    assert "\n" not in text
    assert ";" in text
    assert text.endswith(".")


def test_an_absent_file_is_refused(tmp_path):
    with pytest.raises(DataError, match=r"no file .*nothing\.csv; correct the path"):
        read_csv_panel(tmp_path / "nothing.csv", CARDS)
    with pytest.raises(AltrotationError, match="correct the path"):
        read_csv_panel(tmp_path, CARDS)


def test_a_day_off_the_clock_is_refused(tmp_path):
    file = tmp_path / "own.csv"
    file.write_text("date,RUT,DGS3MO\n2024-01-05,1,1\n2024-01-06,1,1\n2024-01-08,1,1\n")
    with pytest.raises(InputError, match="2024-01-06, which is no label of the clock XNYS; drop"):
        read_csv_panel(file, CARDS, clock="XNYS")
    with pytest.raises(InputError, match="`clock` must be one of"):
        read_csv_panel(file, CARDS, clock="weekdays")
