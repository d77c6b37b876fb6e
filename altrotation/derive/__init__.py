"""The derived panel: from the raw archive to the series the library works on."""

from altrotation.derive.build import derive_panel

__all__ = ["derive_panel"]
