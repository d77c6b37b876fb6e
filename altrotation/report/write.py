"""Writing the report: whole or not at all."""

from pathlib import Path

from altrotation.claims.results import CatalogueRun
from altrotation.data.panel import Panel
from altrotation.data.store import atomic_write
from altrotation.report.page import render_report

__all__ = ["write_report"]


def write_report(run: CatalogueRun, folder: str | Path, *, panel: Panel | None = None) -> Path:
    """Write ``report.html`` into `folder` (made if missing) and return its path.

    The file stands alone: styles and pictures are inside, it loads nothing. It is written beside
    and then renamed, so an interrupted write leaves the report of the run before.

    Parameters
    ----------
    run : CatalogueRun
    folder : path
    panel : Panel, optional
        The data of the run: adds the pictures of prices and the provenance of the series.
    """
    text = render_report(run, panel=panel)
    place = Path(folder)
    place.mkdir(parents=True, exist_ok=True)
    target = place / "report.html"
    atomic_write(target, text.encode())
    return target
