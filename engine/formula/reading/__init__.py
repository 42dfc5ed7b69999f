"""A text, token by token, into the tree of a formula; what is wrong with it, and where."""
