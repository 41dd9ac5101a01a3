"""What the tests of the web room share: one real server for each file, and evenings of its own for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.web.house import Evening, Web


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    """A web room for the tests of one file."""
    running = Web(tmp_path_factory.mktemp("house"))
    yield running
    running.close()


@pytest.fixture
def evening(web: Web) -> Evening:
    """An open evening of its own, in Chinese."""
    return web.evening()
