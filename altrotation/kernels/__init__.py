"""Array kernels: numpy and numba, no labels."""

import os
import tempfile
from pathlib import Path

import numba
from numba.core.dispatcher import Dispatcher


def _cache_somewhere() -> None:
    """Let compiled kernels be kept in a folder of temporary files where numba finds no place.

    A user without a writable home cannot write into an installed package either; numba then refuses
    to compile. Where nothing can be written at all, each run compiles anew.
    """
    try:
        numba.njit(cache=True)(_cache_somewhere)  # looks for a place, compiles nothing
        return
    except RuntimeError:
        pass
    try:
        place = _own_folder()
    except OSError:
        setattr(Dispatcher, "enable_caching", lambda _: None)  # noqa: B010
        return
    setattr(numba.config, "CACHE_DIR", str(place))  # noqa: B010
    os.environ["NUMBA_CACHE_DIR"] = str(place)  # for the processes this one starts


def _own_folder() -> Path:
    """Return a folder that nobody else can write to: what is cached there is run."""
    if os.name != "posix":
        return Path(tempfile.mkdtemp(prefix="altrotation-"))
    place = Path(tempfile.gettempdir()) / f"altrotation-{os.getuid()}"
    place.mkdir(mode=0o700, exist_ok=True)
    held = place.lstat()
    if held.st_uid == os.getuid() and held.st_mode & 0o170077 == 0o040000:  # ours, a folder, alone
        with tempfile.TemporaryFile(dir=place):
            return place
    return Path(tempfile.mkdtemp(prefix="altrotation-"))


_cache_somewhere()
