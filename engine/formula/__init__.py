"""A student's formula: read from text into a checked tree, and written out in every language."""
