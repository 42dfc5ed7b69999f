"""Three independent witnesses of a gradient, and which of them to believe."""
