"""Estimators: one for every kind of claim, each from a card and a panel to a finding."""
