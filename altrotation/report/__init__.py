"""The report of a run: one HTML file that stands alone."""

from altrotation.report.page import render_report
from altrotation.report.write import write_report

__all__ = ["render_report", "write_report"]
