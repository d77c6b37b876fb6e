"""Causal indicators, one family a file."""
