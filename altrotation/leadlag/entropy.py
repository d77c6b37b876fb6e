"""Transfer entropy: directed dependence of any shape, with the bias of small samples taken off."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from altrotation._guarded import guarded
from altrotation.aliases import FloatArray, Seed
from altrotation.errors import InputError
from altrotation.inference.bootstrap import block_length
from altrotation.inference.ewc import ewc_mean
from altrotation.inference.results import Evidence, Interval, RunInfo
from altrotation.inference.ties import tail_share
from altrotation.kernels.entropy import entropy_of_resamples, local_transfer_entropy
from altrotation.kernels.resample import stationary_rows
from altrotation.leadlag.inputs import aligned, named
from altrotation.leadlag.results import LeadLagResult, detectable, row_of
from altrotation.leadlag.streams import in_chunks
from altrotation.printing import p_text
from altrotation.validate import require_at_least, require_between, require_choice, require_count
from altrotation.variation import above, size_of

__all__ = ["TransferEntropy", "transfer_entropy"]

_ROWS = ("forth", "back", "net")


@dataclass(frozen=True, slots=True, eq=False, kw_only=True, repr=False)
class TransferEntropy(LeadLagResult):
    """Transfer entropy from leader to follower, back, and the difference, in nats.

    Parameters
    ----------
    leader, follower : str
    table : DataFrame with rows forth, back, net
        raw (plug-in); effective (less the mean of the surrogates: Marschinski & Kantz 2002); low,
        high (interval of the effective value); p; p_adjusted (Bonferroni over the two directions;
        the net row is its own question).
    replicates : int
    """

    leader: str
    follower: str
    table: pd.DataFrame
    replicates: int

    def summary(self) -> pd.DataFrame:
        """Return the table."""
        return self.table.copy()

    def findings(self) -> dict[str, str]:
        """Return both directions and their difference in words."""
        names = {
            "forth": f"{self.leader} to {self.follower}",
            "back": f"{self.follower} to {self.leader}",
            "net": f"net from {self.leader}",
        }
        found = {}
        for row, name in names.items():
            v = row_of(self.table, row)
            found[name] = (
                f"{v['effective']:+.4f} nats [{v['low']:+.4f}, {v['high']:+.4f}], p "
                f"{p_text(v['p'])}"
            )
        return found

    @guarded
    def evidence(self, row: str = "forth") -> Evidence:
        """Return one row of the table as Evidence.

        Parameters
        ----------
        row : {"forth", "back", "net"}, default "forth"
            From leader to follower, from follower to leader, or the first less the second.

        Returns
        -------
        Evidence
            In nats.

        Raises
        ------
        InputError
            If `row` is unknown.
        """
        require_choice(row, _ROWS, "row")
        v = row_of(self.table, row)
        spread = (v["high"] - v["low"]) / (2 * stats.norm.isf((1 - self.level) / 2))
        return Evidence(
            label=f"effective transfer entropy, {self.leader} and {self.follower}, {row}",
            null=self.null,
            alternative=self.alternative,
            estimate=v["effective"],
            unit="nats",
            interval=Interval(v["low"], v["high"], self.level, "local values, cosine variance"),
            p_value=v["p"],
            p_adjusted=v["p_adjusted"],
            family="net difference" if row == "net" else "two directions, Bonferroni",
            p_attainable=1.0 / (self.replicates + 1),
            n_events=self.n,
            n_effective=float(self.n),
            minimum_detectable_effect=detectable(spread),
            run=self.run,
        )


@guarded
def transfer_entropy(
    x: pd.Series,
    y: pd.Series,
    *,
    lag: int = 1,
    symbols: int = 3,
    mean_block: float | None = None,
    level: float = 0.95,
    replicates: int = 999,
    seed: Seed = 0,
    workers: int = 1,
) -> TransferEntropy:
    """Estimate what x `lag` rows ago tells about y beyond y one row ago (Schreiber 2000).

    Values become symbols by quantiles. The plug-in estimate is biased upwards; surrogates, in which
    the leader is resampled in blocks and so cut from the follower, give the bias and the p-value.
    Shared volatility is information too: large moves of one foretell large moves of the other. A
    significant value is therefore dependence with a lag, not yet a lead in direction.

    Parameters
    ----------
    x, y : Series of shape (n,)
        Changes (log returns) on the same days, without holes between the ends.
    lag : int, default 1
        Rows between the leader and the follower.
    symbols : int, default 3
        Equally frequent classes: falls, little moves, rises.
    mean_block : float, optional
        Mean block length of the surrogates, in rows; the Politis-White length of the leader's
        squares or values when left out, whichever is larger.
    level : float, default .95
    replicates : int, default 999
    seed : int or Generator, default 0
    workers : int, default 1

    Returns
    -------
    TransferEntropy

    Raises
    ------
    InputError
        If the days of the series differ.
    InputError
        If a value is missing between the first and the last shared day.
    InputError
        If a series is constant.
    InputError
        If the series move as one.
    InputError
        If there are fewer than ten rows for each of the symbols**3 cells.
    InputError
        If a series repeats a value so often that its classes are not equally frequent.
    InputError
        If `lag` < 1.
    InputError
        If `symbols` < 2.
    InputError
        If `mean_block` < 1.
    InputError
        If `replicates` or `workers` < 1.
    InputError
        If `level` does not lie between 0 and 1.
    """
    require_count(lag, 1, "lag")
    require_count(symbols, 2, "symbols")
    require_between(level, 0.0, 1.0, "level")
    frame, _ = aligned({"x": x, "y": y}, least=10 * symbols**3)
    values = {name: frame[name].to_numpy() for name in frame.columns}
    classes = {name: _classes(column, symbols, name) for name, column in values.items()}
    rows: dict[str, dict[str, float]] = {}
    local, null = {}, {}
    for place, (row, first, second) in enumerate((("forth", "x", "y"), ("back", "y", "x"))):
        block = _block(values[first], mean_block)
        parts = _parts(classes[first], classes[second], lag)
        local[row] = local_transfer_entropy(*parts, symbols)
        null[row] = _surrogates(parts, symbols, block, replicates, seed, place, workers)
        rows[row] = _row(local[row], null[row], level, tail="greater")
    rows["net"] = _row(local["forth"] - local["back"], null["forth"] - null["back"], level, "both")
    for row, tests in (("forth", 2), ("back", 2), ("net", 1)):
        rows[row]["p_adjusted"] = min(1.0, tests * rows[row]["p"])
    table = pd.DataFrame(rows).T
    leader, follower = named(x, "x"), named(y, "y")
    return TransferEntropy(
        label=f"{leader} and {follower}: transfer entropy",
        null=f"given its own last row, neither series depends on the other {lag} rows before",
        alternative="it does, in level or in size of moves",
        method=f"plug-in entropy of {symbols} symbols less the mean of {replicates} block "
        "surrogates of the leader",
        n=len(frame) - lag,
        first=frame.index[lag],
        last=frame.index[-1],
        level=level,
        run=RunInfo.capture(seed, frame),
        leader=leader,
        follower=follower,
        table=table,
        replicates=replicates,
    )


def _classes(values: FloatArray, symbols: int, name: str) -> NDArray[np.int64]:
    edges, size = np.quantile(values, np.arange(1, symbols) / symbols), size_of(values)
    if not above(edges[1:], edges[:-1], size=size).all():
        raise InputError(f"`{name}` repeats a value too often for {symbols} classes; use fewer.")
    return np.asarray(above(values[:, None], edges, size=size).sum(axis=1), dtype=np.int64)


def _parts(
    source: NDArray[np.int64], target: NDArray[np.int64], lag: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    return source[:-lag], target[lag - 1 : -1], target[lag:]


def _block(values: FloatArray, given: float | None) -> float:
    if given is None:
        return max(block_length(values), block_length(values * values))
    require_at_least(given, 1, "mean_block")
    return float(given)


def _surrogates(
    parts: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]],
    symbols: int,
    block: float,
    replicates: int,
    seed: Seed,
    place: int,
    workers: int,
) -> FloatArray:
    def draw(count: int, rng: np.random.Generator) -> FloatArray:
        chosen = stationary_rows(parts[0].size, block, count, rng)
        return np.asarray(entropy_of_resamples(*parts, symbols, chosen)[:, None])

    return in_chunks(draw, replicates, seed=seed, path=(place,), workers=workers)[:, 0]


def _row(local: FloatArray, null: FloatArray, level: float, tail: str) -> dict[str, float]:
    raw = float(local.mean())
    effective = raw - float(null.mean())
    held = ewc_mean(local).interval(level=level)
    reach = (held.high - held.low) / 2
    away = null if tail == "greater" else np.abs(null - null.mean())
    seen = raw if tail == "greater" else abs(effective)
    return {
        "raw": raw,
        "effective": effective,
        "low": effective - reach,
        "high": effective + reach,
        "p": float(tail_share(seen, away)),
    }
