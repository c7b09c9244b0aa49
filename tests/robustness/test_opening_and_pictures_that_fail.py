"""An exception in opening a survey or writing a picture, in the real window: told, and nothing is lost."""

from __future__ import annotations

import errno
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from seisview.data.geometry import Axis, SectionKey
from seisview.data.segy.volume import SegyVolume
from seisview.errors import VolumeError
from seisview.export.content import ContentKind
from seisview.gui.application import Application, build
from seisview.gui.dialogs.export_request import ExportFormat, ExportRequest
from seisview.labels.boxes import Box
from tests.gui.survey_fixtures import write_segy

VISIBLE = SectionKey(Axis.INLINE, 6)
ERRORS = [
    (OSError(errno.EIO, "Input/output error"), "Input/output error"),
    (MemoryError(), "memory"),
    (ZeroDivisionError("a bug"), "a bug"),
    (VolumeError("The disk was unplugged.", "Plug it in."), "unplugged"),
]
WITH_ERRORS = pytest.mark.parametrize(("error", "said"), ERRORS, ids=["disk", "memory", "bug", "survey"])


class Window:
    def __init__(self, qtbot: QtBot, folder: Path) -> None:
        self.qtbot, self.folder = qtbot, folder
        self.app: Application = build()
        self.app.show()
        self.open(write_segy(folder, "first.sgy"))
        assert self.app.session is not None
        self.app.session.labels.apply(VISIBLE, Box(0, 4, 0, 4), np.ones((4, 4), np.bool_), 1)

    def open(self, path: Path) -> None:
        self.app.open_path(path)
        self.qtbot.waitUntil(lambda: self.app.jobs.busy is None and self.shown_path == path, timeout=10_000)

    @property
    def shown_path(self) -> Path | None:
        return None if self.app.session is None else self.app.session.volume.info.path

    def told(self) -> str:
        """Wait for the error box, read it and close it."""
        self.qtbot.waitUntil(lambda: self.app.errors.current is not None, timeout=10_000)
        box = self.app.errors.current
        assert box is not None
        texts = [label.text() for label in box.findChildren(QLabel)]
        box.done(0)
        self.qtbot.waitUntil(lambda: self.app.errors.current is None)
        return " ".join(texts)

    def n_labelled(self) -> int:
        assert self.app.session is not None
        return sum(self.app.session.labels.counts().values())


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> Iterator[Window]:
    made = Window(qtbot, tmp_path)
    yield made
    made.app.shutdown()
    made.app.window.deleteLater()


def failing(error: Exception) -> Callable[..., object]:
    def fail(*_args: object, **_more: object) -> object:
        raise error

    return fail


STAGES: list[tuple[object, str]] = [
    ("seisview.gui.survey.session_loader", "open_volume"),
    ("seisview.gui.survey.session_loader", "open_working_project"),
    ("seisview.gui.survey.session_loader", "measure_amplitudes"),
    ("seisview.gui.survey.session_loader", "SectionCache"),
    (SegyVolume, "read_traces"),
]


@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage[1])
@WITH_ERRORS
def test_an_exception_while_opening_keeps_what_is_open(
    window: Window, monkeypatch: pytest.MonkeyPatch, stage: tuple[object, str], error: Exception, said: str
) -> None:
    second = write_segy(window.folder, "second.sgy", seed=1)
    before, threads = window.app.session, threading.active_count()
    place, name = stage
    with monkeypatch.context() as broken:
        if isinstance(place, str):
            broken.setattr(f"{place}.{name}", failing(error))
        else:
            broken.setattr(place, name, failing(error))
        window.app.open_path(second)
        assert said in window.told()
    assert window.app.session is before
    assert window.n_labelled() == 16
    assert window.app.jobs.busy is None
    assert threading.active_count() == threads
    # nothing was left open or locked: the same survey opens now, to work on
    window.open(second)
    assert window.app.session is not None
    assert not window.app.session.project.read_only


PLACES: list[tuple[object, str]] = [
    (SegyVolume, "read_section"),
    ("seisview.export.images", "draw_section"),
    (Image.Image, "save"),
]


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place[1])
@WITH_ERRORS
def test_an_exception_while_writing_a_picture_leaves_the_one_before(
    window: Window, monkeypatch: pytest.MonkeyPatch, place: tuple[object, str], error: Exception, said: str
) -> None:
    (window.folder / "out").mkdir()
    out = window.folder / "out" / "section.png"
    out.write_bytes(b"the one before")
    request = ExportRequest(ContentKind.LABELS, ExportFormat.PNG, out)
    owner, name = place
    with monkeypatch.context() as broken:
        if isinstance(owner, str):
            broken.setattr(f"{owner}.{name}", failing(error))
        else:
            broken.setattr(owner, name, failing(error))
        window.app.exports.write(request)
        assert said.lower() in window.told().lower()
    assert {path.name: path.read_bytes() for path in out.parent.iterdir()} == {
        "section.png": b"the one before"
    }
    assert window.n_labelled() == 16
    window.app.exports.write(request)
    window.qtbot.waitUntil(lambda: window.app.jobs.busy is None, timeout=10_000)
    with Image.open(out) as image:
        image.load()
