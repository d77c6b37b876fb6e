"""Array kernels: numpy and numba, no labels."""
