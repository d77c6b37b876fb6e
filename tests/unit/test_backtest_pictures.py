import numpy as np
import pandas as pd
import pytest
from matplotlib.dates import date2num
from matplotlib.figure import Figure

from altrotation.backtest.performance import performance
from altrotation.backtest.placebo import random_entry
from altrotation.backtest.ready import benchmark
from altrotation.backtest.replay import replay
from altrotation.backtest.rotation import rotation_leg
from altrotation.backtest.strategy import Strategy
from altrotation.errors import InputError
from altrotation.plot.backtest import equity, holdings, underwater
from altrotation.plot.backtest_sheet import profit_sources, random_timing, tear_sheet
from altrotation.plot.backtest_timeline import timeline
from altrotation.signals.signal import Signal
from tests.unit.backtest_worlds import days, toy_panel

PANEL = toy_panel(200)
CYCLE = ("2020-02-01", "2020-06-30")
VALUES = pd.Series([0.0] * 80 + [1.0] * 50 + [0.0] * 70, index=days(200))
STRATEGY = Strategy(name="once", rule=Signal(VALUES), on={"mid": 1.0})
MADE = replay(STRATEGY, PANEL, cycle=CYCLE)


def test_equity_shows_both_paths_and_shades_the_spell():
    ax = equity(MADE)
    lines = {line.get_label(): line.get_ydata() for line in ax.get_lines()}
    assert lines["once"][-1] == pytest.approx(MADE.equity.iloc[-1] / 1e6)
    assert lines["BTC"][-1] == pytest.approx(MADE.benchmark.iloc[-1] / 1e6)
    assert ax.get_yscale() == "log"
    shaded = [patch for patch in ax.patches if patch.get_alpha() == 0.10]
    assert len(shaded) == 1
    assert shaded[0].get_width() == pytest.approx(50)


def test_underwater_states_the_deepest_fall():
    ax = underwater(MADE)
    assert f"{100 * MADE.drawdown.min():.0f}".replace("-", "−") in ax.get_title(loc="left")


def test_holdings_stack_to_one():
    ax = holdings(MADE)
    assert ax.get_ylim() == (0.0, 100.0)
    assert {text.get_text() for text in ax.get_legend().get_texts()} == {"mid", "BTC"}
    cash = holdings(replay(benchmark("cash"), PANEL, cycle=CYCLE))
    assert {text.get_text() for text in cash.get_legend().get_texts()} == {"cash"}


def test_profit_sources_add_up():
    ax = profit_sources(MADE)
    widths = sum(bar.get_width() for bar in ax.patches)
    assert widths == pytest.approx((MADE.equity.iloc[-1] - 1e6) / 1e6)


def test_tear_sheet():
    timing = random_entry(STRATEGY, PANEL, cycle=CYCLE, most=40)
    ax = random_timing(timing)
    assert sum(bar.get_height() for bar in ax.patches) == len(timing.draws)
    assert f"{timing.percentile:.0f} %" in ax.get_title(loc="left")
    figure = tear_sheet(MADE, performance=performance(MADE, replicates=100), timing=timing)
    assert isinstance(figure, Figure)
    assert len(figure.axes) == 6
    figure.draw_without_rendering()
    assert len(tear_sheet(MADE).axes) == 3


def test_timeline_shows_the_days_on_under_the_leg():
    relative = PANEL.value("mid/BTC").rename("mid/BTC")
    leg = rotation_leg(relative, MADE.cycle)
    never = replay(benchmark("cash"), PANEL, cycle=CYCLE)
    upper, lower = timeline([MADE, never], relative, leg)
    path = upper.get_lines()[0].get_ydata()
    assert path[0] == 0.0
    assert path[-1] == pytest.approx(np.log(relative[CYCLE[1]] / relative[CYCLE[0]]))
    spans = {bars.get_gid(): bars.get_paths() for bars in lower.collections}
    (bar,) = spans["on 0"]
    low, high = bar.vertices[:, 0].min(), bar.vertices[:, 0].max()
    on = MADE.degrees.index[MADE.degrees > 0]
    assert (low, high) == (date2num(on[0]), date2num(on[-1]) + 1)
    assert [text.get_text() for text in lower.get_yticklabels()] == ["once", "always cash"]
    for ax in (upper, lower):
        (shaded,) = [patch for patch in ax.patches if patch.get_gid() == "leg"]
        assert shaded.get_x() == date2num(leg.start)
    upper.get_figure().draw_without_rendering()


RATIO = PANEL.value("mid/BTC")
LEG = rotation_leg(RATIO, MADE.cycle)
LATER = replay(STRATEGY, PANEL, cycle=("2020-02-02", "2020-06-30"))
BAD = [
    (lambda: timeline([], RATIO, LEG), "at least one Replay"),
    (lambda: timeline([MADE, LATER], RATIO, LEG), "same days"),
    (lambda: timeline([MADE], RATIO - 1e6, LEG), "positive"),
    (lambda: timeline([MADE], RATIO.loc[:"2020-01-15"], LEG), "no value"),
]


@pytest.mark.parametrize(("call", "message"), BAD)
def test_refused(call, message):
    with pytest.raises(InputError, match=message):
        call()
