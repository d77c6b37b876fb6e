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
    at = {day + delay: members for day, members in decisions if day + delay < n}
    units: dict[str, float] = {}
    last: dict[str, float] = {}
    missing: dict[str, int] = {}
    previous, cash, running = 0.0, 0.0, False
    for day in range(n):
        if running:
            open_for_business = any(not math.isnan(prices[day]) for prices in close.values())
            for coin in units:
                price = close[coin][day]
                if math.isnan(price):
                    missing[coin] += open_for_business
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
        if day not in at:
            continue
        members = at[day]
        money: dict[str, float] = {}
        for coin, cap in members:
            if coin is None or coin not in close or math.isnan(close[coin][day]):
                continue
            if weighting == "cap" and not cap > 0:
                continue
            money[coin] = cap if weighting == "cap" else 1.0
        enough = members and len(money) / len(members) >= min_coverage and len(money) >= min_held
        if enough:
            units = {coin: amount / close[coin][day] for coin, amount in money.items()}
            last = {coin: close[coin][day] for coin in money}
            missing = dict.fromkeys(money, 0)
            previous, cash, running = sum(money.values()), 0.0, True
        elif len(members) < min_held:
            running = False
    return result
