"""The derived panel: from the raw archive to the series the library works on."""

from typing import TYPE_CHECKING

from altrotation._lazy import open_doors

if TYPE_CHECKING:
    from altrotation.derive.build import derive_panel as derive_panel

open_doors(
    __name__,
    {
        "build": "derive_panel",
    },
)
