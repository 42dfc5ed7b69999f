"""The application with a fake pool, as the handlers' tests have it."""

from tests.handlers.conftest import (
    fake_pool,
    file_with_readers,
    pace,
    settings,
    store,
    talk,
)

__all__ = ["fake_pool", "file_with_readers", "pace", "settings", "store", "talk"]
