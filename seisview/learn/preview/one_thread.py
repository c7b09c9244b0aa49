"""Linear algebra on one thread, for work of a few milliseconds beside others; free of torch."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any


@contextmanager
def one_thread() -> Iterator[None]:
    """Let numpy use one thread inside, whatever it may use outside.

    Several threads wait for each other whenever something else keeps a core busy: a fit of 8 ms takes 110 ms
    beside a network that trains. Torch is not touched.
    """
    with _controller().limit(limits=1, user_api="blas"):
        yield


@lru_cache(maxsize=1)
def _controller() -> Any:
    from threadpoolctl import ThreadpoolController

    # looks for the libraries that are loaded, which takes milliseconds: once
    return ThreadpoolController()
