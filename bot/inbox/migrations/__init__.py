"""The numbered steps from an empty file to the newest schema, each run once."""
