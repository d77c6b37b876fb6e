"""Events: dated sets, the rules that make them, and what followed them."""
