"""Errors and warnings: one sentence with what was wrong, the value and the remedy."""

__all__ = [
    "AltrotationError",
    "AltrotationWarning",
    "CardError",
    "DataError",
    "InputError",
    "LookaheadError",
    "SampleStartWarning",
]


class AltrotationError(Exception):
    """Base of every error the library raises on purpose; `code` is stable across versions."""

    code = "ALT000"


class InputError(AltrotationError, ValueError):
    """An argument is unusable: the message states its name, its value and the remedy."""

    code = "ALT100"


class DataError(AltrotationError):
    """A file or table is unusable: the message states which, where in it, and what to do."""

    code = "ALT200"


class LookaheadError(AltrotationError):
    """A computation used, or was about to use, a value not yet known at its label."""

    code = "ALT300"


class CardError(AltrotationError):
    """A claim card or lock file is unusable: the message names the file and the field."""

    code = "ALT400"


class AltrotationWarning(UserWarning):
    """Base of the library's own warnings."""


class SampleStartWarning(AltrotationWarning):
    """What came before the first row of a sample would decide a result; it is not on file."""
