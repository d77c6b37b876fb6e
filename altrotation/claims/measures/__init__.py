"""Measures of a panel that a fact card can name: each a number or a date, none a judgement."""
