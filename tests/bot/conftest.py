"""The application with a fake pool, as the handlers' tests have it."""

from tests.handlers.conftest import fake_pool, pace, talk

__all__ = ["fake_pool", "pace", "talk"]
