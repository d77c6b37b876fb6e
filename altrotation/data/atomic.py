"""Writing a file so that readers see the old one or the new one, never half of it."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

__all__ = ["atomic_write", "staged"]


def atomic_write(path: str | Path, content: bytes | Callable[[BinaryIO], object]) -> Path:
    """Write a file beside its place and move it there when it is complete.

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
    """
    place = Path(path)
    staged(place, content).replace(place)
    return place


def staged(path: Path, content: bytes | Callable[[BinaryIO], object]) -> Path:
    """Write `content` beside `path`, to disk, and return where; ``.replace(path)`` publishes it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with beside.open("wb") as file:
            if isinstance(content, bytes):
                file.write(content)
            else:
                content(file)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    return beside
