"""The GPU worker: Newton for many copies of a checked formula in one kernel."""
