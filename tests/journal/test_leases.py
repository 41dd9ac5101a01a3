"""Leases: the right to do one thing for a while, held by one process at a time."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from salon.journal import Store, store_at


@pytest.fixture
def stores(database_url: str) -> Iterator[tuple[Store, Store]]:
    """The same database, opened by two who know nothing of each other."""
    two = store_at(database_url), store_at(database_url)
    yield two
    for store in two:
        store.close()


def test_two_ask_and_one_holds(stores: tuple[Store, Store]) -> None:
    ann, ben = stores
    assert ann.lease("e", "host", "ann", 60)
    assert not ben.lease("e", "host", "ben", 60)
    assert ben.leases("e") == {"host": "ann"}
    assert ben.lease("e", "report", "ben", 60)
    assert ben.lease("other", "host", "ben", 60)
    assert ann.leases("e") == {"host": "ann", "report": "ben"}


def test_a_holder_prolongs_what_it_holds(stores: tuple[Store, Store]) -> None:
    ann, ben = stores
    assert ann.lease("e", "host", "ann", 0.2)
    assert ann.lease("e", "host", "ann", 60)
    time.sleep(0.3)
    assert not ben.lease("e", "host", "ben", 60)


def test_a_lease_runs_out(stores: tuple[Store, Store]) -> None:
    ann, ben = stores
    assert ann.lease("e", "host", "ann", 0.1)
    time.sleep(0.2)
    assert ben.leases("e") == {}
    assert ben.lease("e", "host", "ben", 60)
    assert not ann.lease("e", "host", "ann", 60)


def test_only_the_holder_gives_it_back(stores: tuple[Store, Store]) -> None:
    ann, ben = stores
    ann.lease("e", "host", "ann", 60)
    ben.release("e", "host", "ben")
    assert ben.leases("e") == {"host": "ann"}
    ann.release("e", "host", "ann")
    ann.release("e", "host", "ann")
    assert ben.lease("e", "host", "ben", 60)
