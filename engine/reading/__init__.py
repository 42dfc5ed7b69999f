"""What people type, read as data: shapes, tracebacks, ordinary language."""
