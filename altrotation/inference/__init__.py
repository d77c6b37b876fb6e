"""Inference on arrays: evidence, intervals, permutation, bootstrap, multiplicity, power."""
