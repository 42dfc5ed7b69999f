"""The autograd graph of a value: its nodes as torch names them, and what flows through it."""
