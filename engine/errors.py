"""Errors of the engine that are a user's or an operator's, never ours."""


class EngineError(Exception):
    """A mistake in what was given to the engine; its text says what and what to do."""


class CannotConfine(EngineError):
    """The host cannot hold untrusted code; nothing may be run."""
