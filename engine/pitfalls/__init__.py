"""Mistakes that students make with torch: how each is recognised, and its way out."""
