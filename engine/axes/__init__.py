"""Shapes against each other, axis by axis: whether they go together, and what would make them."""
