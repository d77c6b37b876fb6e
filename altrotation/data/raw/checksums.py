"""SHA256SUMS: the list of files a folder must hold, and their hashes."""

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from altrotation.errors import DataError
from altrotation.validate import require_path

__all__ = ["SUMS_FILE", "file_sha256", "listed_sums", "verify_sums"]

SUMS_FILE = "SHA256SUMS"


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file in hex.

    Parameters
    ----------
    path : Path

    Raises
    ------
    InputError
        If `path` is no path.
    DataError
        If the file cannot be read.
    """
    require_path(path, "path")
    try:
        with Path(path).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise DataError(f"There is no readable file {path}; restore it.") from error


def listed_sums(folder: Path) -> Mapping[str, str]:
    """Return file name -> SHA-256 as listed in the folder's SHA256SUMS.

    Parameters
    ----------
    folder : Path
        Holds SHA256SUMS, as sha256sum writes it.

    Returns
    -------
    mapping of str to str
        Read only, in the order of the list; hashes in lower-case hex.

    Raises
    ------
    InputError
        If `folder` is no path.
    DataError
        If the list is absent, no readable file, or not UTF-8.
    DataError
        If a line is not a hash followed by a file name.
    """
    require_path(folder, "folder")
    listing = Path(folder) / SUMS_FILE
    try:
        lines = listing.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise DataError(
            f"{listing} is not UTF-8 text; write the list again with sha256sum."
        ) from error
    except FileNotFoundError as error:
        raise DataError(
            f"{folder} has no {SUMS_FILE}; write it with `sha256sum *.parquet *.csv > {SUMS_FILE}` "
            "or open the archive with verify=False."
        ) from error
    except OSError as error:
        raise DataError(
            f"{listing} cannot be read ({error.strerror}); write the list again with sha256sum."
        ) from error
    sums = {}
    for number, line in enumerate(lines, start=1):
        digest, _, name = line.strip().partition(" ")
        name = name.lstrip(" *")
        if len(digest) != 64 or not name or set(digest) - set("0123456789abcdef"):
            raise DataError(
                f"{listing.name} line {number} must be a SHA-256 and a file name, got {line!r}; "
                "write the list again with sha256sum."
            )
        sums[name] = digest
    return MappingProxyType(sums)


def verify_sums(folder: Path, sums: Mapping[str, str]) -> None:
    """Check that every listed file is there with the listed hash.

    A file whose size and times did not change is hashed once a process.

    Parameters
    ----------
    folder : Path
    sums : mapping of str to str
        File name -> SHA-256, from `listed_sums`.

    Raises
    ------
    DataError
        If a listed file is absent.
    DataError
        If a file has another hash than the list.
    """
    for name, digest in sums.items():
        path = folder / name
        try:
            state = path.stat()
        except OSError as error:
            raise DataError(
                f"There is no file {path}, which {SUMS_FILE} lists; restore it."
            ) from error
        found = _once(path, state.st_size, state.st_mtime_ns, state.st_ctime_ns)
        if found != digest:
            raise DataError(
                f"{folder / name} differs from {SUMS_FILE} (found {found[:12]}..., listed "
                f"{digest[:12]}...); restore the file, or list its hash if the change is meant."
            )


@lru_cache(maxsize=256)
def _once(path: Path, _size: int, _modified: int, _changed: int) -> str:
    return file_sha256(path)
