"""Pages of HTML that stand alone: the report of a run, the tear sheet of a replay."""

from typing import TYPE_CHECKING

from altrotation._lazy import open_doors

if TYPE_CHECKING:
    from altrotation.report.page import render_report as render_report
    from altrotation.report.sheet import render_sheet as render_sheet
    from altrotation.report.write import write_report as write_report
    from altrotation.report.write import write_sheet as write_sheet

open_doors(
    __name__,
    {
        "page": "render_report",
        "sheet": "render_sheet",
        "write": "write_report write_sheet",
    },
)
