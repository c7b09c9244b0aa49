"""What every journey shares: an interpreter at the window, who takes pictures where they are wanted."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.journeys.interpreter import Interpreter


@pytest.fixture
def interpreter(qtbot: QtBot) -> Iterator[Interpreter]:
    """Pictures of each stage go to the folder ``$SEISVIEW_SCREENSHOTS``."""
    folder = os.environ.get("SEISVIEW_SCREENSHOTS")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
    made = Interpreter(qtbot, Path(folder) if folder else None)
    yield made
    made.leave()
