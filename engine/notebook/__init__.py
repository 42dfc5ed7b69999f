"""A session of cells: how they are read, run, shown and explained."""
