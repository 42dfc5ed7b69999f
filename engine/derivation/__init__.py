"""Derivatives as a teacher writes them: along every path from an input into the formula."""
