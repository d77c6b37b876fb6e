"""Do altcoins outperform Bitcoin after a Russell 2000 breakout? Events, evidence, verdicts."""
