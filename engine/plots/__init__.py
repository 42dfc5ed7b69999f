"""Pictures, each readable on a phone, on light and on dark."""
