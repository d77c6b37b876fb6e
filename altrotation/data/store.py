"""A panel on disk: panel.parquet with the values, card.toml with what they are and their hash."""

import datetime
import hashlib
import json
import tomllib
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO

import pandas as pd

from altrotation._guarded import guarded
from altrotation.data.atomic import atomic_write, staged
from altrotation.data.cards import SeriesCard
from altrotation.data.csv import latest_day
from altrotation.data.panel import Panel
from altrotation.data.raw.checksums import SUMS_FILE, file_sha256
from altrotation.data.rounding import round_significant
from altrotation.data.toml import dump_toml
from altrotation.errors import AltrotationError, DataError, InputError
from altrotation.validate import require_count, require_flag, require_path, require_text, to_day

__all__ = [
    "CARD_FILE",
    "PANEL_FILE",
    "PanelCard",
    "atomic_write",
    "card_digest",
    "read_card",
    "read_panel",
    "write_panel",
]

PANEL_FILE, CARD_FILE = "panel.parquet", "card.toml"
_FORMAT = 2  # the first one had no digest
_SEAL = ("format", "digest")
_WHOLE = ("version", "rows", "series", "format")
_ROWS_A_GROUP = 1 << 20  # one row group: the file does not depend on the writer's default


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelCard:
    """The head of a card.toml: which panel this is.

    Parameters
    ----------
    name : str
    version : int
        A version, once published, is never edited.
    licence : str
        Terms under which the values may be used.
    note : str
        How the panel was made.
    clock, start, end : str
        The labels of the rows, the first and the last day.
    rows, series : int
    data_hash, sha256 : str
        Hash of the panel (labels, values, cards) and of the parquet file.
    format : int
        2; 1 where the card states no digest.
    digest : str
        Hash of all that the card says, repairs and head included, but the digest itself.
    """

    name: str
    version: int
    licence: str
    note: str
    clock: str
    start: str
    end: str
    rows: int
    series: int
    data_hash: str
    sha256: str
    format: int = 1
    digest: str = ""


@guarded
def write_panel(
    panel: Panel,
    folder: str | Path,
    *,
    name: str = "panel",
    version: int = 1,
    licence: str = "",
    note: str = "",
    digits: int | None = 8,
    sealed: bool = True,
) -> Panel:
    """Write panel.parquet and card.toml into a folder, the same bytes for the same panel.

    Both files are complete beside their places before either is moved there; should the machine
    stop between the two moves, `read_panel` refuses the pair, since the card states the hash.

    Parameters
    ----------
    panel : Panel
    folder : str or Path
        Made if needed; other files in it are left alone.
    name, version, licence, note : str, int, str, str
        What the card says of the whole panel: see `PanelCard`.
    digits : int or None, default 8
        Significant digits that are kept; None keeps the last bit.
    sealed : bool, default True
        Whether the card states a digest of all it says, so that no word of it can be edited.
        Version 1 of the reference panel was published without.

    Returns
    -------
    Panel
        The panel as stored, equal to what `read_panel` returns.

    Raises
    ------
    InputError
        If the panel has no rows or `digits` is out of range.
    InputError
        If an argument is of another type.
    DataError
        If the folder cannot be written to.
    """
    require_path(folder, "folder")
    if not isinstance(panel, Panel):
        raise InputError(f"`panel` must be a Panel, got {type(panel).__name__}.")
    require_text(name, "name")
    require_count(version, 0, "version")
    for part, text in (("licence", licence), ("note", note)):
        if text != "":
            require_text(text, part)
    require_flag(sealed, "sealed")
    if not len(panel):
        raise InputError("A panel without rows cannot be written; give it at least one day.")
    values = panel.frame if digits is None else round_significant(panel.frame, digits=digits)
    stored = Panel(values, panel.cards, clock=panel.clock, repairs=panel.repairs)
    place = Path(folder)
    try:
        data = staged(place / PANEL_FILE, lambda file: _write_values(stored, file))
    except OSError as error:
        raise DataError(
            f"{place} cannot be written to ({error.strerror}); name another."
        ) from error
    try:
        card = PanelCard(
            name=name,
            version=version,
            licence=licence,
            note=note,
            clock=stored.clock,
            start=f"{stored.dates[0]:%Y-%m-%d}",
            end=f"{stored.dates[-1]:%Y-%m-%d}",
            rows=len(stored),
            series=len(stored.names),
            data_hash=stored.data_hash,
            sha256=file_sha256(data),
            format=_FORMAT if sealed else 1,
        )
        head = staged(place / CARD_FILE, _card_text(stored, card).encode())
    except BaseException:
        data.unlink(missing_ok=True)
        raise
    data.replace(place / PANEL_FILE)
    head.replace(place / CARD_FILE)
    return stored


@guarded
def read_panel(folder: str | Path) -> Panel:
    """Return the panel in a folder written by `write_panel`.

    Parameters
    ----------
    folder : str or Path
        Holds panel.parquet and card.toml.

    Returns
    -------
    Panel
        Values, cards and repairs as they were written; NaN where missing.

    Raises
    ------
    InputError
        If `folder` is no path.
    DataError
        If a file is absent or unreadable.
    DataError
        If the parquet file is not the one the card describes.
    DataError
        If cards and columns differ, or the card was edited.
    DataError
        If a date is unsorted, doubled, beyond the card's end or in the future.
    """
    require_path(folder, "folder")
    place = Path(folder)
    head, facts = _read_toml(place / CARD_FILE)
    found = file_sha256(place / PANEL_FILE)
    if found != head.sha256:
        raise DataError(
            f"{place / PANEL_FILE} is not the file its {CARD_FILE} describes (found "
            f"{found[:12]}..., listed {head.sha256[:12]}...); restore both or write them again."
        )
    frame = _read_values(place / PANEL_FILE)
    last = min(latest_day(), _day(head.end, place / CARD_FILE))
    late = frame.index[frame.index > last]
    if len(late):
        raise DataError(
            f"{place / PANEL_FILE} has {late[0]:%Y-%m-%d}, the latest day possible is "
            f"{last:%Y-%m-%d}; restore the file (or correct this machine's clock)."
        )
    try:
        repairs = pd.DataFrame(facts.get("repairs", []))
        if "date" in repairs:
            days = [to_day(day, "date of a repair") for day in repairs["date"]]
            repairs["date"] = pd.DatetimeIndex(days).as_unit("us")
        cards = [SeriesCard(**card) for card in facts.get("series_cards", [])]
        panel = Panel(frame, cards, clock=head.clock, repairs=repairs)  # type: ignore[arg-type]
    except (AltrotationError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise DataError(f"{place} holds no valid panel: {error}") from error
    stated = (head.data_hash, head.rows, head.series, head.start, head.end)
    ends = [f"{day:%Y-%m-%d}" for day in panel.dates[[0, -1]]]
    if stated != (panel.data_hash, len(panel), len(panel.names), *ends):
        raise DataError(
            f"{place / CARD_FILE} was edited: it states data {head.data_hash}, the values and "
            f"cards are {panel.data_hash}; restore the card or write the panel again."
        )
    if "digest" in facts and head.digest != _digest(facts):
        raise DataError(
            f"{place / CARD_FILE} was edited: what it says is no longer what its digest "
            f"{head.digest[:12]}... was made of; restore the card or write the panel again."
        )
    return panel


@guarded
def read_card(folder: str | Path) -> PanelCard:
    """Return the head of the card.toml in a folder.

    Parameters
    ----------
    folder : str or Path
        As for `read_panel`.

    Raises
    ------
    InputError
        If `folder` is no path.
    DataError
        If the card is absent, or is no TOML with the fields of a head.
    """
    require_path(folder, "folder")
    return _read_toml(Path(folder) / CARD_FILE)[0]


def card_digest(folder: str | Path) -> str:
    """Return the SHA-256 of all that the card.toml in a folder says, but for a stated digest.

    Parameters
    ----------
    folder : str or Path
        As for `read_panel`.

    Raises
    ------
    InputError
        If `folder` is no path.
    DataError
        If the card is absent, or is no TOML with the fields of a head.
    """
    require_path(folder, "folder")
    return _digest(_read_toml(Path(folder) / CARD_FILE)[1])


def _write_values(panel: Panel, file: BinaryIO) -> None:
    import pyarrow as pa  # slow to import, and only files need it
    import pyarrow.parquet as pq

    days = pa.array(panel.dates.to_numpy().astype("datetime64[D]"), type=pa.date32())
    columns = [pa.array(panel.frame[name].to_numpy(), from_pandas=True) for name in panel.names]
    pq.write_table(
        pa.Table.from_arrays([days, *columns], names=["date", *panel.names]),
        file,
        row_group_size=_ROWS_A_GROUP,
        version="2.6",
        data_page_version="1.0",
        compression="zstd",
        compression_level=19,
        use_dictionary=False,
        write_statistics=False,
        store_schema=False,
    )


def _read_values(path: Path) -> pd.DataFrame:
    import pyarrow
    import pyarrow.parquet

    try:
        content = pyarrow.parquet.read_table(path).replace_schema_metadata(None)
        if "date" not in content.column_names:
            raise DataError(f"{path} has no column 'date'; write it with write_panel.")
        stamps = content.column("date").cast("timestamp[us]").to_numpy()
        names = [name for name in content.column_names if name != "date"]
        columns = {name: content.column(name).to_numpy() for name in names}
    except (pyarrow.ArrowException, OSError, KeyError, ValueError, TypeError) as error:
        reason = " ".join(str(error).split())[:200].rstrip(". ")
        raise DataError(f"{path} is no complete parquet file ({reason}); copy it again.") from error
    if not len(stamps):
        raise DataError(f"{path} has no rows; restore the file.")
    return pd.DataFrame(columns, index=pd.DatetimeIndex(stamps, name="date"))


def _card_text(panel: Panel, card: PanelCard) -> str:
    head = {name: value for name, value in asdict(card).items() if name != "digest"}
    if card.format == 1:
        del head["format"]
    tables = {
        "series_cards": [held.to_dict() for held in panel.cards],
        "repairs": [
            {str(key): _plain(value) for key, value in row.items()}
            for row in panel.repairs.to_dict(orient="records")
        ],
    }
    if card.format > 1:
        head["digest"] = _digest(tomllib.loads(dump_toml(head, tables)))
    return dump_toml(head, tables)


def _digest(facts: dict[str, Any]) -> str:
    said = {name: value for name, value in facts.items() if name != "digest"}
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=repr).encode()).hexdigest()


def _plain(value: object) -> str | int | float | bool | datetime.date:
    if isinstance(value, pd.Timestamp):
        return value.date()
    if isinstance(value, (str, bool, int, float)):
        return value
    return str(value)


def _read_toml(path: Path) -> tuple[PanelCard, dict[str, Any]]:
    try:
        facts = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        if (path.parent / SUMS_FILE).is_file():
            raise DataError(
                f"{path.parent} is a raw archive, not the folder of a panel; read it with "
                "`--archive FOLDER` on the command line, with open_archive(path) in Python."
            ) from error
        raise DataError(
            f"There is no {path}; name a folder written by write_panel, or restore the file."
        ) from error
    except (OSError, ValueError, RecursionError) as error:
        reason = " ".join(str(error).split())[:200]
        raise DataError(f"{path} cannot be read ({reason}); restore the file.") from error
    head = PanelCard.__dataclass_fields__
    sealed = facts.get("format", 1) != 1
    absent = [name for name in head if name not in facts and (sealed or name not in _SEAL)]
    if absent:
        raise DataError(f"{path} does not state {absent[0]!r}; write it with write_panel.")
    for name in head:
        wanted = int if name in _WHOLE else str
        if name in facts and type(facts[name]) is not wanted:
            raise DataError(
                f"{path} states {name} = {facts[name]!r}, which is no "
                f"{'whole number' if wanted is int else 'text'}; restore the file."
            )
    if facts.get("format", 1) not in (1, _FORMAT):
        raise DataError(
            f"{path} is of format {facts['format']}, this version reads 1 and {_FORMAT}; "
            "use a newer altrotation, or restore the file."
        )
    return PanelCard(**{name: facts[name] for name in head if name in facts}), facts


def _day(text: str, card: Path) -> pd.Timestamp:
    try:
        return to_day(text, "end")
    except InputError as error:
        raise DataError(f"{card} was edited: {error}") from error
