"""The ledger of trials: every variant ever evaluated in a study counts against the best of them."""

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from altrotation._guarded import guarded
from altrotation.errors import DataError
from altrotation.variation import resolved

if TYPE_CHECKING:
    from altrotation.backtest.results import Replay

__all__ = ["TrialLedger"]

_FIELDS = (
    "key",
    "study",
    "name",
    "cycle",
    "recipe",
    "holdings",
    "level",
    "delay",
    "days",
    "sharpe",
)


class TrialLedger:
    """Counts the variants evaluated in a study; the same variant on the same data counts once.

    A variant is a signal's recipe with what is held, how it is traded, on which cycle, at which
    delay and cost, at which level, on which prices. Give a file to count across runs: a study
    that forgets its earlier trials deflates nothing.

    Parameters
    ----------
    study : str
        What the variants have in common: the question.
    path : str or Path, optional
        A file of one JSON object a line, read at first and appended to.

    Raises
    ------
    DataError
        If the file holds a line that is no trial.
    """

    def __init__(self, study: str, *, path: str | Path | None = None) -> None:
        self.study = study
        self.path = None if path is None else Path(path)
        self._trials: dict[str, dict[str, object]] = {}
        if self.path is not None and self.path.exists():
            for number, line in enumerate(self.path.read_text().splitlines(), start=1):
                self._read(line, number)

    @guarded
    def add(self, replay: "Replay") -> bool:
        """Count a replay.

        Parameters
        ----------
        replay : Replay

        Returns
        -------
        bool
            Whether it was new.
        """
        log = replay.log_returns.to_numpy()
        excess = log - np.log1p(replay.cash_returns.to_numpy())
        spread = float(excess.std(ddof=1))
        trial: dict[str, object] = {
            "study": self.study,
            "name": replay.strategy.name,
            "cycle": str(replay.cycle),
            "recipe": replay.signal.recipe,
            "holdings": replay.strategy.describe(),
            "level": replay.level,
            "delay": replay.delay,
            "costs": replay.costs.describe(),
            "data": replay.run.data_hash,
        }
        text = json.dumps({k: v for k, v in trial.items() if k != "name"}, sort_keys=True)
        key = hashlib.sha256(text.encode()).hexdigest()[:16]
        if key in self._trials:
            return False
        trial |= {
            "key": key,
            "days": len(log),
            "sharpe": float(excess.mean()) / spread if resolved(spread, 1.0) else 0.0,
        }
        self._trials[key] = trial
        if self.path is not None:
            with self.path.open("a") as file:
                file.write(json.dumps(trial) + "\n")
        return True

    @property
    def sharpes(self) -> np.ndarray:
        """Daily Sharpe ratios over cash of all trials; 0 for one that never moves."""
        return np.array([trial["sharpe"] for trial in self._trials.values()], dtype=np.float64)

    def summary(self) -> pd.DataFrame:
        """Return one row a trial."""
        return pd.DataFrame(self._trials.values(), columns=[*_FIELDS]).set_index("key")

    def _read(self, line: str, number: int) -> None:
        try:
            trial = json.loads(line)
            if trial["study"] == self.study:
                self._trials[str(trial["key"])] = {**trial, "sharpe": float(trial["sharpe"])}
        except (ValueError, KeyError, TypeError) as error:
            raise DataError(
                f"{self.path} line {number} is no trial ({error}); restore the file or start anew."
            ) from error

    def __len__(self) -> int:
        return len(self._trials)

    def __repr__(self) -> str:
        return f"TrialLedger({self.study}: {len(self)} variants tried)"
