"""The template engine of the pages: everything is escaped, an unknown name is an error."""

import re
from collections.abc import Callable, Mapping

from jinja2 import Environment, PackageLoader, StrictUndefined

__all__ = ["environment", "minus"]


def environment(filters: Mapping[str, Callable[..., object]]) -> Environment:
    """Return the environment of the package's templates with `filters` besides jinja's own."""
    made = Environment(
        loader=PackageLoader("altrotation.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(filters)
    return made


def minus(text: str) -> str:
    """Return `text` with true minus signs before its negative numbers; dates stay as they are."""
    return re.sub(r"(?<![\w.,−-])-(?=[\d.])", "−", text)
