"""Replays of strategies over dated cycles, net of costs, judged with selection-aware statistics."""
