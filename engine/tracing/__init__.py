"""The shapes along a cell: its expressions made to tell what they come to, forecast and run."""
