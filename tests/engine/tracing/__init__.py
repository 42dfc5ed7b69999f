"""Tests of what makes a trace."""
