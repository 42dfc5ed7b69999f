"""Catalogues of words, one folder per language."""
