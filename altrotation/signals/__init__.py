"""Signals: dated instructions that know when they are known, their algebra and ready rules."""
