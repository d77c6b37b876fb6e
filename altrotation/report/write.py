"""Writing a page: whole or not at all."""

import re
from pathlib import Path

from altrotation._guarded import guarded
from altrotation.backtest.study import ReplayStudy
from altrotation.claims.results import CatalogueRun
from altrotation.data.atomic import atomic_write
from altrotation.data.panel import Panel
from altrotation.report.page import render_report
from altrotation.report.sheet import render_sheet

__all__ = ["write_report", "write_sheet"]


@guarded
def write_report(
    run: CatalogueRun, folder: str | Path, *, panel: Panel | None = None, jobs: int = 1
) -> Path:
    """Write ``report.html`` into `folder` (made if missing) and return its path.

    The file stands alone: styles and pictures are inside, it loads nothing. It is written beside
    and then renamed, so an interrupted write leaves the report of the run before.

    Parameters
    ----------
    run : CatalogueRun
    folder : path
    panel : Panel, optional
        The data of the run: adds the pictures of prices and the provenance of the series.
    jobs : int, default 1
        Processes that draw; the page does not depend on it.
    """
    page = render_report(run, panel=panel, jobs=jobs)
    return atomic_write(Path(folder) / "report.html", page.encode())


@guarded
def write_sheet(study: ReplayStudy, folder: str | Path) -> Path:
    """Write the tear sheet of a replay into `folder` (made if missing) and return its path.

    The file is named by cycle, strategy and level, such as
    ``replay-2020-2021-confluence-baskets.html``, and stands alone like the report.

    Parameters
    ----------
    study : ReplayStudy
    folder : path
    """
    made = study.replay
    words = f"replay {made.cycle.name} {made.strategy.name} {made.level}".lower()
    name = re.sub(r"[^a-z0-9]+", "-", words).strip("-")
    return atomic_write(Path(folder) / f"{name}.html", render_sheet(study).encode())
