"""The rules themselves, a file per kind of mistake."""
