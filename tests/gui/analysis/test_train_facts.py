"""The training page says which device computes, how full its memory is, and what the network learns from."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLabel, QToolButton
from pytestqt.qtbot import QtBot

from seisview.data.display_filters import OFF
from seisview.errors import ModelError
from seisview.events import DeviceChosen
from seisview.gui.analysis import train_facts
from seisview.gui.analysis.learning_events import show_learning_event
from seisview.gui.analysis.train_facts import TrainFacts
from seisview.gui.docks.train_dock import TrainDock
from seisview.gui.jobs.job_runner import JobRunner
from seisview.gui.view.view_state import ViewState
from seisview.learn.device import Device, memory_in_use

GIGABYTE = 10**9


class Page:
    def __init__(self, qtbot: QtBot) -> None:
        self.dock, self.state, self.jobs = TrainDock(), ViewState(), JobRunner()
        self.in_use: tuple[int, int] | None = None
        qtbot.addWidget(self.dock)
        self.facts = TrainFacts(self.dock, self.jobs, self.state, lambda _name: self.in_use)

    def text(self, name: str) -> str:
        label = self.dock.findChild(QLabel, name)
        assert label is not None
        return label.text() if not label.isHidden() else ""


@pytest.fixture
def page(qtbot: QtBot) -> Iterator[Page]:
    made = Page(qtbot)
    yield made
    made.jobs.shutdown()
    assert made.facts.shutdown()


@pytest.fixture
def chosen(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Devices that were asked for; torch counts as loaded."""
    asked: list[str] = []

    def choose(name: str) -> Device:
        asked.append(name)
        if name == "cuda":
            raise ModelError("No CUDA device was found.", "Choose the device cpu or auto.")
        return Device(
            "cpu", "bfloat16", "the installed torch is built without CUDA, so the processor computes"
        )

    monkeypatch.setitem(sys.modules, "torch", sys.modules[__name__])
    monkeypatch.setattr(train_facts, "choose_device", choose)
    return asked


def test_the_device_is_known_before_anything_is_trained(qtbot: QtBot, page: Page, chosen: list[str]) -> None:
    assert page.text("train_device") == "Computes on a GPU if there is one, else on the CPU."
    for _ in range(3):
        page.facts.find_out()
    qtbot.waitUntil(lambda: page.dock.device == "cpu")
    assert page.text("train_device") == "CPU, bfloat16: the installed torch is built without CUDA"
    assert chosen == ["auto"]


def test_torch_is_not_loaded_to_find_out(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "torch", raising=False)
    monkeypatch.setattr(train_facts, "choose_device", lambda name: pytest.fail(name))
    page.facts.find_out()
    assert page.text("train_device") == "Computes on a GPU if there is one, else on the CPU."


def test_a_device_that_is_not_here_is_told_where_it_is_chosen(
    qtbot: QtBot, page: Page, chosen: list[str]
) -> None:
    qtbot.mouseClick(page.dock.findChild(QToolButton, "train_settings_fold"), Qt.MouseButton.LeftButton)
    box = page.dock.findChild(QComboBox, "train_device_choice")
    assert box is not None
    for _ in range(2):
        qtbot.keyClick(box, Qt.Key.Key_Down)
    assert box.currentText() == "NVIDIA GPU (CUDA)"
    qtbot.waitUntil(lambda: page.text("train_device").startswith("No CUDA device was found. Choose"))
    qtbot.keyClick(box, Qt.Key.Key_Up)
    qtbot.waitUntil(lambda: page.dock.device == "cpu")


def test_memory_of_a_gpu_is_shown_while_a_job_runs(qtbot: QtBot, page: Page) -> None:
    ended = threading.Event()
    show_learning_event(page.dock, DeviceChosen("cuda", "bfloat16", "NVIDIA H200 was found"), str)
    assert page.text("train_device") == "CUDA, bfloat16: NVIDIA H200 was found"
    page.in_use = (12_340_000_000, 150 * GIGABYTE)
    page.jobs.start("Training", lambda _progress: ended.wait(20), on_result=lambda _done: None)
    expected = "CUDA, bfloat16: NVIDIA H200 was found; 12.3 of 150.0 GB of its memory in use"
    qtbot.waitUntil(lambda: page.text("train_device") == expected, timeout=5000)
    ended.set()
    qtbot.waitUntil(lambda: page.jobs.busy is None)


def test_a_display_filter_is_said_not_to_be_learnt(page: Page) -> None:
    assert page.text("train_input") == ""
    page.state.set_display(filter="agc_250")
    expected = "Learns from the amplitudes of the file: AGC 250 ms is for display only."
    assert page.text("train_input") == expected
    page.state.set_display(filter=OFF.name)
    assert page.text("train_input") == ""


def test_memory_in_use_counts_what_is_not_free(monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda: (30 * GIGABYTE, 80 * GIGABYTE))
    assert memory_in_use("cuda") == (50 * GIGABYTE, 80 * GIGABYTE)
    assert memory_in_use("cpu") is None
    assert memory_in_use("mps") is None
