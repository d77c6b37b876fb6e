"""Breakouts as a person would find them with a ruler: loops over a list of closes."""

import math


def levels(closes, kind, window=252, level=None):
    """The level each close must beat, or None where it cannot be known."""
    found = []
    for row in range(len(closes)):
        before = closes[:row]
        if kind == "record":
            found.append(max(before) if before else None)
        elif kind == "high":
            found.append(max(before[-window:]) if len(before) >= window else None)
        else:
            found.append(level if before else None)
    return found


def breakout_rows(closes, kind, window=252, level=None, buffer=0.0, quiet=60):
    to_beat = levels(closes, kind, window, level)
    days = []
    for row, line in enumerate(to_beat):
        if line is None:
            days.append(None)
            continue
        beats = closes[row] > line * (1 + buffer)
        if kind == "level":
            beats = beats and not closes[row - 1] > line * (1 + buffer)
        days.append(beats)
    events = []
    for row, day in enumerate(days):
        if day is not True or row < quiet:
            continue
        spell = [days[earlier] for earlier in range(row - quiet, row)]
        if all(state is False for state in spell):
            events.append(row)
    return events


def failure(closes, row, line, within):
    """(failed, sessions until that is known); failed is None while it is open."""
    for ahead in range(1, within + 1):
        if row + ahead >= len(closes):
            return None, None
        if closes[row + ahead] < line:
            return True, ahead
    return False, within


def drop_missing(dates, closes):
    kept = [(d, c) for d, c in zip(dates, closes, strict=True) if not math.isnan(c)]
    return [d for d, _ in kept], [c for _, c in kept]
