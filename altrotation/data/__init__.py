"""Data: panels that know when each value became known, archives, universes and baskets."""
