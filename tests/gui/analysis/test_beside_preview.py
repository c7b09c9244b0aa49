"""After a training the page says how the network does beside the preview, which is one click away."""

from __future__ import annotations

import os

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton

from seisview.data.geometry import Axis, SectionKey
from seisview.events import Note
from seisview.gui.analysis.beside_preview import (
    PreviewCompared,
    beside_preview_text,
    compared_after_first,
)
from seisview.gui.analysis.learning_events import show_learning_event
from seisview.gui.application import build
from seisview.labels.boxes import Box
from seisview.labels.facies import FaciesScheme
from seisview.learn.config import PredictConfig, TrainConfig
from seisview.learn.features.config import FeatureConfig
from seisview.progress import Progress
from seisview.workflows.facies.beside_preview import PreviewComparison
from seisview.workflows.facies.predict_resumably import Prediction

SHAPE = (16, 64, 64)
LEFT = Qt.MouseButton.LeftButton
LONG_MS = 40_000
WORSE = PreviewComparison(0.624, 0.781, 0.7, 0.9, 2391, 2)


class Scene:
    """A survey that is calm above sample 32 and chaotic below, two inlines of it labelled."""

    def __init__(self, qtbot, folder):
        rng = np.random.default_rng(0)
        quiet = np.sin(np.arange(64) / 1.5) + 0.1 * rng.standard_normal(SHAPE)
        rough = 2.0 * rng.standard_normal(SHAPE)
        np.save(folder / "s.npy", np.where(np.arange(64) < 32, quiet, rough).astype(np.float32))
        self.qtbot, self.app = qtbot, build()
        self.app.features.config = FeatureConfig(backbone="resnet10", dimensions=16, device="cpu")
        self.window = self.app.window
        self.window.resize(1366, 768)
        self.app.show()
        self.app.open_path(folder / "s.npy")
        self.wait(lambda: self.app.session is not None and self.window.section_view.key is not None)
        upper = np.repeat(np.arange(64)[:, None] < 32, 64, axis=1)
        for index in (3, 12):
            for class_id, mask in ((1, upper), (2, ~upper)):
                key, box = SectionKey(Axis.INLINE, index), Box.whole((64, 64))
                self.app.session.labels.apply(key, box, mask, class_id)
        self.app.labels.labels_changed.emit()

    @property
    def layer(self):
        return self.text("layer_facies_description")

    @property
    def said(self):
        """What is said beside the preview; nothing while it is hidden."""
        label = self.window.findChild(QLabel, "train_beside_preview")
        return label.text() if label.isVisible() else ""

    @property
    def show_preview(self):
        return self.window.findChild(QPushButton, "train_show_preview")

    def text(self, name):
        return self.window.findChild(QLabel, name).text()

    def wait(self, condition):
        self.qtbot.waitUntil(condition, timeout=LONG_MS)

    def click(self, name):
        button = self.window.findChild(QPushButton, name)
        assert button.isVisible()
        assert button.isEnabled(), button.toolTip()
        self.qtbot.mouseClick(button, LEFT)

    def picture(self, name):
        if folder := os.environ.get("SEISVIEW_SCREENSHOTS"):
            self.window.grab().save(f"{folder}/{name}.png")


@pytest.fixture
def scene(qtbot, tmp_path):
    made = Scene(qtbot, tmp_path)
    yield made
    made.app.shutdown()
    made.window.deleteLater()


def test_a_network_worse_than_the_preview_is_told_and_the_preview_is_one_click_away(scene, monkeypatch):
    short = TrainConfig(
        mode="scratch", backbone="resnet10", steps=1, crop=(32, 64), batch_size=1, device="cpu", carry=False
    )
    monkeypatch.setattr("seisview.gui.docks.train_settings.TrainSettings.config", lambda _settings: short)
    scene.wait(lambda: scene.layer == "preview, 2 labelled sections")
    assert scene.said == ""
    scene.click("train_start")
    scene.wait(lambda: scene.app.jobs.busy is not None)
    scene.wait(lambda: scene.app.jobs.busy is None)
    assert scene.app.errors.current is None
    assert scene.layer.startswith("scratch-1, ")  # the network replaces the preview all the same
    assert scene.said.startswith("On the validation block: network 0.")
    assert scene.said.endswith("The preview is better so far: train longer, or show it again.")
    scene.picture("beside-1-worse")
    scene.click("train_show_preview")
    scene.wait(lambda: scene.layer == "preview, 2 labelled sections")
    assert not scene.show_preview.isVisible()  # it is on screen
    scene.picture("beside-2-preview")
    scene.click("train_discard")
    assert scene.said == ""


def test_it_is_said_calmly_who_is_better():
    said = "On the validation block: network 0.62, preview 0.78 mean IoU. "
    assert (
        beside_preview_text(WORSE) == f"{said}The preview is better so far: train longer, or show it again."
    )
    better = PreviewComparison(0.84, 0.78, 0.9, 0.9, 2391, 2)
    assert beside_preview_text(better).endswith("network 0.84, preview 0.78 mean IoU. The network is better.")
    equal = PreviewComparison(0.79, 0.78, 0.9, 0.9, 2391, 2)
    assert beside_preview_text(equal).endswith("Both are about as good.")


def test_the_next_job_takes_back_what_was_said(qtbot, scene):
    dock = scene.window.train_dock
    for begin in (dock.begin, lambda: dock.begin_prediction("Predicting"), lambda: dock.finish("Trained")):
        show_learning_event(dock, PreviewCompared(WORSE), print)
        assert scene.said == beside_preview_text(WORSE)
        assert not scene.show_preview.isVisible()  # no facies hide the preview
        begin()
        assert scene.said == ""


@pytest.mark.parametrize(("n_sections", "order"), [(3, [0, "compared", 1, 2]), (1, [0, "compared"])])
def test_the_section_on_screen_does_not_wait_for_the_comparison(n_sections, order):
    done = []

    class Sink:
        def write_section(self, key, facies, confidence):
            done.append(key.index)

    def predict(volume, sink, progress, **_how):
        for index in range(n_sections):
            sink.write_section(SectionKey(Axis.INLINE, index), None, None)
            progress.emit(Note(f"{index} is on screen"))

    prediction = Prediction(("m",), 1, FaciesScheme.named(["A", "B"]), Axis.INLINE, predict)
    compared = compared_after_first(prediction, lambda: done.append("compared"))
    compared.predict(None, Sink(), Progress(), first=None, config=PredictConfig(), done=())
    assert done == order
