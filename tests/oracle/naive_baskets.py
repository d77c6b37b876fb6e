"""A slow and obvious basket: one coin and one day at a time, in plain Python."""

import math

__all__ = ["naive_basket"]


def naive_basket(
    close: dict[str, list[float]],
    decisions: list[tuple[int, list[tuple[str | None, float]]]],
    *,
    weighting: str = "equal",
    delay: int = 1,
    covered_to: dict[str, int] | None = None,
    delisting: float = -0.55,
    patience: int = 7,
    min_coverage: float = 0.5,
    min_held: int = 3,
) -> list[float]:
    """Return the simple daily returns of a basket.

    `close[coin][day]` is a price or NaN; `decisions` are (day, members) with members (coin, cap).
    No rule about the share of the basket priced on a day is applied.
    """
    n = len(next(iter(close.values())))
    result = [math.nan] * n
    schedule = [(day + delay, members) for day, members in decisions if day + delay < n]
    for k, (start, members) in enumerate(schedule):
        stop = schedule[k + 1][0] if k + 1 < len(schedule) else n - 1
        money: dict[str, float] = {}
        for coin, cap in members:
            if coin is None or coin not in close or math.isnan(close[coin][start]):
                continue
            if weighting == "cap" and not cap > 0:
                continue
            money[coin] = cap if weighting == "cap" else 1.0
        if not members or len(money) / len(members) < min_coverage or len(money) < min_held:
            continue
        units = {coin: amount / close[coin][start] for coin, amount in money.items()}
        last = {coin: close[coin][start] for coin in money}
        missing = dict.fromkeys(money, 0)
        previous, cash = sum(money.values()), 0.0
        for day in range(start + 1, stop + 1):
            for coin in units:
                price = close[coin][day]
                if math.isnan(price):
                    missing[coin] += 1
                else:
                    missing[coin], last[coin] = 0, price
            for coin in [c for c in units if missing[c] > patience]:
                dead = covered_to is None or day <= covered_to.get(coin, -1)
                cash += units.pop(coin) * last[coin] * (1.0 + (delisting if dead else 0.0))
            rest = sum(units[coin] * last[coin] for coin in units)
            total = rest + cash
            if rest > 0:
                for coin in units:
                    units[coin] *= 1.0 + cash / rest
                cash = 0.0
            if previous > 0:
                result[day] = total / previous - 1.0
            previous = total
    return result
