"""A student's own lines mended, and the mended lines tried."""
