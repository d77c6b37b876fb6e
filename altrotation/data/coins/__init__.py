"""Coins: identities across vendors, the point-in-time universe, and tier baskets."""
