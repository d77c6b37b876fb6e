"""Live sources of daily series: the protocol they will follow; none is built in yet."""

from typing import TYPE_CHECKING

from altrotation._lazy import open_doors

if TYPE_CHECKING:
    from altrotation.data.providers.protocol import Provider as Provider

open_doors(
    __name__,
    {
        "protocol": "Provider",
    },
)
