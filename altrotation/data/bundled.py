"""The reference panels that travel with the library."""

from functools import lru_cache
from pathlib import Path

from altrotation._guarded import guarded
from altrotation.data.panel import Panel
from altrotation.data.store import CARD_FILE, card_digest, read_card, read_panel
from altrotation.errors import DataError, InputError
from altrotation.validate import require_count

__all__ = ["load_reference", "reference_folder", "reference_versions"]

_CURRENT = 2  # the version that is loaded when none is asked for

# Version 1 was published before cards stated the digest of what they say.
_FIRST = "c6cd9874243c39f3837063f529df76406154d62ef86090a1d8b13e8a04624e56"
_HERE = Path(__file__).parent
# In an installed package beside this file; in a checkout at the root of the repository.
_PLACES = (_HERE / "_reference", _HERE.parents[1] / "datasets" / "reference")


@guarded
def load_reference(version: int = _CURRENT) -> Panel:
    """Return the embedded reference panel: derived daily series on the 24/7 clock.

    Parameters
    ----------
    version : int, default 2
        A version, once published, is never edited.

    Returns
    -------
    Panel
        A fresh object for each call; the files are read and verified once a process.

    Raises
    ------
    InputError
        If there is no such version; the message lists those there are.
    DataError
        If the files are damaged, or none was installed.
    """
    held = _read(reference_folder(version))
    return Panel(held.frame, held.cards, clock=held.clock, repairs=held.repairs)


def reference_versions() -> tuple[int, ...]:
    """Return the versions of the reference panel that are installed, ascending."""
    return tuple(sorted(_folders()))


@guarded
def reference_folder(version: int = _CURRENT) -> Path:
    """Return the folder of a version, with panel.parquet, card.toml and README.md.

    Parameters
    ----------
    version : int, default 2
        One of `reference_versions`.

    Raises
    ------
    DataError
        If no reference panel is installed.
    InputError
        If there is no such version.
    """
    require_count(version, 0, "version")
    folders = _folders()
    if not folders:
        raise DataError(
            "No reference panel is installed; reinstall altrotation, or build it with "
            "`altrotation data build --archive PATH`."
        )
    if version not in folders:
        listed = ", ".join(str(number) for number in sorted(folders))
        raise InputError(f"`version` must be one of {listed}, got {version!r}.")
    return folders[version]


def _folders() -> dict[int, Path]:
    found: dict[int, Path] = {}
    for place in reversed(_PLACES):  # the installed one wins
        for card in place.glob(f"v*/{CARD_FILE}"):
            number = card.parent.name.removeprefix("v")
            if number.isdecimal():
                found[int(number)] = card.parent
    return found


@lru_cache(maxsize=4)
def _read(folder: Path) -> Panel:
    panel = read_panel(folder)
    card = read_card(folder)
    if (card.format, card.version) == (1, 1) and card_digest(folder) != _FIRST:
        raise DataError(
            f"{folder / CARD_FILE} was edited: it is not the card of version 1 as published; "
            "reinstall altrotation."
        )
    return panel
