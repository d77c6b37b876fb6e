"""Which state the market is in, and when its mechanics changed."""
