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


@pytest.fixture
def without_umap(monkeypatch: pytest.MonkeyPatch) -> None:
    """UMAP compiles itself for half a minute: journeys take the view that shows first."""
    monkeypatch.setattr(
        "seisview.learn.clustering.config.ClusterConfig.needs_umap", property(lambda _s: False)
    )
