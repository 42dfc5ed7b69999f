"""Confined processes in which everything that depends on user input is computed."""
