"""Work in processes of its own: they end with the one that began them, and need no main guard."""

import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing.connection import Connection
from threading import Thread
from types import ModuleType
from typing import TypeVar

from threadpoolctl import threadpool_limits

from altrotation.errors import AltrotationError

__all__ = ["in_processes"]

# What judging and drawing read, some seconds of it.
_HEAVY = ("altrotation.report.write", "altrotation.claims.runner", "vectorbt")

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


def in_processes(
    work: Callable[[_Item], _Result], items: Sequence[_Item], jobs: int
) -> Generator[tuple[int, _Result], None, None]:
    """Yield the place of each item and what `work` makes of it, as they are done.

    The processes are fresh and their linear algebra uses one thread each; where the system can,
    they are copies of one process that has read the libraries once. However the iterator ends, by
    an error, an interrupt or the death of this process, they end too.

    Parameters
    ----------
    work : callable
        Of a module, not of the script that runs: the processes do not read that.
    items : sequence
    jobs : int
        Processes.

    Returns
    -------
    generator of (int, object)

    Raises
    ------
    AltrotationError
        If a process was ended from outside.
    """
    served = "forkserver" in multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("forkserver" if served else "spawn")
    if served:
        context.set_forkserver_preload(list(_HEAVY))
    ear, mouth = context.Pipe(duplex=False)
    pool = ProcessPoolExecutor(jobs, mp_context=context, initializer=_begin, initargs=(ear,))
    try:
        with _without_main():
            places = {pool.submit(work, item): place for place, item in enumerate(items)}
        for task in as_completed(places):
            yield places[task], task.result()
        pool.shutdown()
    except BrokenProcessPool as error:
        raise AltrotationError(
            "A worker process was ended from outside, perhaps for want of memory; run with fewer "
            "`jobs`."
        ) from error
    finally:
        mouth.close()  # whoever still works hears it
        ear.close()
        pool.shutdown(cancel_futures=True)


def _begin(ear: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent is told, and says so once
    threadpool_limits(1)  # by now the module has loaded the libraries that this limits
    Thread(target=_end_with_parent, args=(ear,), daemon=True).start()


def _end_with_parent(ear: Connection) -> None:
    try:
        ear.recv()
    except (EOFError, OSError):
        os._exit(1)


@contextmanager
def _without_main() -> Iterator[None]:
    """Begin processes that do not read the running script: it would begin processes in turn."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main
