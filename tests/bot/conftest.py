"""The application with a fake pool, as the handlers' tests have it."""

from tests.handlers.conftest import pace, pool, talk

__all__ = ["pace", "pool", "talk"]
