"""Robustness of an event claim: specification curve, negative controls, inference ladder."""
