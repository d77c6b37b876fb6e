"""Pictures: free functions that take a result and return matplotlib Axes."""
