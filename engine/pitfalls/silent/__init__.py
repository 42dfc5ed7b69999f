"""Mistakes that raise nothing, and slips of the seminar's own text."""
