"""Tests of the rules about mistakes."""
