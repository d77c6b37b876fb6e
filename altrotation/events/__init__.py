"""Events: dated sets, the rules that make them, and what followed them."""

from typing import TYPE_CHECKING

from altrotation._lazy import open_doors

if TYPE_CHECKING:
    from altrotation.events.breakouts import breakouts as breakouts
    from altrotation.events.breakouts import label_failures as label_failures
    from altrotation.events.calendar_time import CalendarTime as CalendarTime
    from altrotation.events.calendar_time import calendar_time as calendar_time
    from altrotation.events.contrast import contrast as contrast
    from altrotation.events.contrast_results import EventContrast as EventContrast
    from altrotation.events.eventset import EventSet as EventSet
    from altrotation.events.parametric import ParametricTests as ParametricTests
    from altrotation.events.parametric import kolari_pynnonen_factor as kolari_pynnonen_factor
    from altrotation.events.parametric import parametric_tests as parametric_tests
    from altrotation.events.results import EventStudy as EventStudy
    from altrotation.events.study import event_study as event_study

open_doors(
    __name__,
    {
        "breakouts": "breakouts label_failures",
        "calendar_time": "CalendarTime calendar_time",
        "contrast": "contrast",
        "contrast_results": "EventContrast",
        "eventset": "EventSet",
        "parametric": "ParametricTests kolari_pynnonen_factor parametric_tests",
        "results": "EventStudy",
        "study": "event_study",
    },
)
