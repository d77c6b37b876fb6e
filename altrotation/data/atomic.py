"""Writing a file so that readers see the old one or the new one, never half of it."""

import glob
import os
import re
import stat
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from altrotation.errors import InputError

__all__ = ["atomic_write", "check_writable", "held", "staged"]

_Content = bytes | Callable[[BinaryIO], object]
_STREAM = re.compile(r"/(?:dev|proc/self)/fd/(\d+)")
_STREAMS = {"/dev/stdout": 1, "/dev/stderr": 2}


def atomic_write(path: str | Path, content: _Content) -> Path:
    """Write a file beside its place and move it there when it is complete.

    A link is followed and stays one; a file that is replaced keeps its mode. What is no file but a
    device or a pipe, such as /dev/stdout, is written to as it is.

    Parameters
    ----------
    path : str or Path
        The file to write; its folder is made if needed.
    content : bytes or callable
        The bytes, or a function that writes them to the open file it is given.

    Returns
    -------
    Path
        `path`. Whatever fails or is killed before the move leaves an existing file whole.

    Raises
    ------
    InputError
        If the system does not let the file be written.
    """
    try:
        if _is_stream(path):
            with _opened(path) as file:
                _fill(file, content)
        else:
            place = Path(os.path.realpath(path))
            staged(place, content).replace(place)
    except OSError as error:
        raise InputError(_refusal(path, error)) from error
    return Path(path)


def staged(path: Path, content: _Content) -> Path:
    """Write `content` beside `path`, to disk, and return where; ``.replace(path)`` publishes it.

    What a process that no longer lives left beside this file is swept away.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    _sweep(path)
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with beside.open("wb") as file:
            _fill(file, content)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            beside.chmod(stat.S_IMODE(path.stat().st_mode))
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    return beside


def check_writable(path: str | Path, name: str) -> None:
    """Raise InputError unless `atomic_write` could write `path` now; nothing is left behind.

    To be asked before minutes are spent on what is to be written.

    Parameters
    ----------
    path : str or Path
    name : str
        What to call it in the message.

    Raises
    ------
    InputError
        If it is a folder, lies under a file, is read-only, or its disk is full or read-only.
    """
    try:
        if _is_stream(path):
            _opened(path).close()
            return
        place = Path(os.path.realpath(path))
        if place.is_dir():
            raise InputError(f"`{name}` must be a file, {path} is a folder; name a file in it.")
        home = next(each for each in place.parents if each.exists())
        if not home.is_dir():
            raise InputError(f"`{name}` lies in {home}, which is a file; name a folder.")
        if place.exists() and not os.access(place, os.W_OK):
            raise InputError(f"{path} is read-only; name another place or make it writable.")
        with tempfile.TemporaryFile(dir=home) as probe:
            probe.write(bytes(4096))
            probe.flush()
            os.fsync(probe.fileno())
    except OSError as error:
        raise InputError(_refusal(path, error)) from error


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold a file for this process alone while it is read and replaced; others wait.

    It is made, empty, if it is not there. Where the system has no such locks nothing is held.
    """
    try:
        import fcntl
    except ImportError:  # Windows
        yield
        return
    place = Path(os.path.realpath(path))
    place.parent.mkdir(parents=True, exist_ok=True)
    while True:
        file = place.open("ab")
        fcntl.flock(file, fcntl.LOCK_EX)
        # Whoever held it before may have put another file in its place.
        if place.exists() and os.path.samestat(os.fstat(file.fileno()), place.stat()):
            break
        file.close()
    with file:
        yield


def _fill(file: BinaryIO, content: _Content) -> None:
    if isinstance(content, bytes):
        file.write(content)
    else:
        content(file)


def _is_stream(path: str | Path) -> bool:
    """Return whether what is at `path` is neither a file nor a folder, or an open stream."""
    if _number(path) is not None:
        return True
    place = Path(path)
    return place.exists() and not (place.is_file() or place.is_dir())


def _opened(path: str | Path) -> BinaryIO:
    number = _number(path)
    if number is None:
        return Path(path).open("wb")
    sys.stdout.flush()  # what was printed before comes first
    return os.fdopen(os.dup(number), "wb")


def _number(path: str | Path) -> int | None:
    """Return which stream of this process a path means: opened anew it would start at its top."""
    text = os.fspath(path)
    found = _STREAM.fullmatch(text)
    return int(found[1]) if found else _STREAMS.get(text)


def _sweep(path: Path) -> None:
    for part in path.parent.glob(f".{glob.escape(path.name)}.*.part"):
        writer = part.name.split(".")[-2]
        if writer.isdecimal() and not _lives(int(writer)):
            part.unlink(missing_ok=True)


def _lives(process: int) -> bool:
    if os.name != "posix":  # elsewhere the question would end the process
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OverflowError, OSError):
        return True
    return True


def _refusal(path: str | Path, error: OSError) -> str:
    reason = error.strerror or str(error)
    return f"{path} cannot be written ({reason}); name another place."
