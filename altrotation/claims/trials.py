"""The trial ledger: every specification that was ever put to data, kept beside the lock."""

import tomllib
from pathlib import Path

from altrotation._guarded import guarded
from altrotation.claims.results import CatalogueRun, Trial
from altrotation.data.atomic import atomic_write
from altrotation.errors import CardError

__all__ = ["read_trials", "record_trials", "trials_path"]


@guarded
def trials_path(lock: Path) -> Path:
    """Return where the ledger of a lock lies: "embedded.trials.toml" beside "embedded.toml"."""
    return Path(lock).with_suffix(".trials.toml")


@guarded
def read_trials(path: Path) -> tuple[Trial, ...]:
    """Return the looks recorded at `path`, none if there is no file.

    Parameters
    ----------
    path : Path

    Returns
    -------
    tuple of Trial
        In the order they were recorded.

    Raises
    ------
    CardError
        If the file is unreadable.
    """
    try:
        rows = tomllib.loads(Path(path).read_text()).get("trials", [])
        return tuple(
            Trial(
                claim=str(row["claim"]),
                card=str(row["card"]),
                data=str(row["data"]),
                specifications=int(row["specifications"]),
                verdict=str(row["verdict"]),
            )
            for row in rows
        )
    except FileNotFoundError:
        return ()
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise CardError(f"The trial ledger {path} is unreadable: {error}; restore it.") from error


@guarded
def record_trials(run: CatalogueRun, path: Path) -> tuple[Trial, ...]:
    """Add the looks of `run` that are new to the ledger at `path`, and return all of it.

    A look is new if its card, its data or its verdict is: the same card on the same data, run
    again, is the same look. Nothing is ever taken out.

    Parameters
    ----------
    run : CatalogueRun
    path : Path

    Returns
    -------
    tuple of Trial
        The ledger as it now stands.

    Raises
    ------
    CardError
        If the file is unreadable.
    """
    known = read_trials(path)
    known += tuple(look for look in run.looks() if look not in known)
    lines = ["# Every look at the data; added to by altrotation verify --update-lock, never cut."]
    for look in known:
        lines += [
            "",
            "[[trials]]",
            f'claim = "{look.claim}"',
            f'card = "{look.card}"',
            f'data = "{look.data}"',
            f"specifications = {look.specifications}",
            f'verdict = "{look.verdict}"',
        ]
    atomic_write(Path(path), ("\n".join(lines) + "\n").encode())
    return known
