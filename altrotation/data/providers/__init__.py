"""Live sources of daily series: the protocol they will follow; none is built in yet."""

from altrotation.data.providers.protocol import Provider

__all__ = ["Provider"]
