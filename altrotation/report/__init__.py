"""Pages of HTML that stand alone: the report of a run, the tear sheet of a replay."""

from altrotation.report.page import render_report
from altrotation.report.sheet import render_sheet
from altrotation.report.write import write_report, write_sheet

__all__ = ["render_report", "render_sheet", "write_report", "write_sheet"]
