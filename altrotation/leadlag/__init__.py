"""Lead and lag: who moves first, with inference that holds.

A positive lag always means that the first series leads the second.
"""
