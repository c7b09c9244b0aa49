"""Pretraining in the window: offered once, run as the compute job, gone on with, kept, started from."""

from __future__ import annotations

from pathlib import Path
from unittest.mock import Mock

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLabel, QMessageBox, QPushButton, QToolButton

from seisview.data.amplitude import measure_amplitudes
from seisview.data.cache import SectionCache
from seisview.data.geometry import Axis, SectionKey
from seisview.data.opening import open_volume
from seisview.errors import ModelError
from seisview.events import TrainingStep
from seisview.gui.docks.start_choice import KnownStarts
from seisview.gui.docks.train_dock import TrainDock
from seisview.gui.jobs.job_runner import JobRunner
from seisview.gui.pretraining import pretrain_controller
from seisview.gui.pretraining.pretrain_controller import PretrainController
from seisview.gui.pretraining.pretrain_offer import PretrainOffer, PretrainRequest
from seisview.gui.survey.session import Session
from seisview.project.storage import create_project, open_project
from seisview.workflows.pretrain import PretrainedBackbone, UnfinishedRun

HELD = SectionKey(Axis.INLINE, 2)
REQUEST = PretrainRequest(3.0, ("masked",))


class Scene:
    def __init__(self, qtbot, folder, monkeypatch):
        self.qtbot, self.folder = qtbot, folder
        np.save(folder / "s.npy", np.random.default_rng(0).normal(size=(6, 20, 30)).astype(np.float32))
        self.session = self.opened(create_project)
        self.offer, self.dock, self.jobs = PretrainOffer(), Mock(spec=TrainDock), JobRunner()
        qtbot.addWidget(self.offer)
        self.errors, self.notes, self.starts, self.calls = [], [], [], []
        self.stopped: UnfinishedRun | None = None
        self.ending = lambda progress: None
        monkeypatch.setattr(pretrain_controller, "pretrain", self.pretrain)
        monkeypatch.setattr(pretrain_controller, "unfinished_run", lambda _path: self.stopped)
        self.control = PretrainController(
            self.offer, self.dock, self.jobs, self.errors.append, self.notes.append
        )
        self.control.starts_changed.connect(self.starts.append)

    def opened(self, make):
        volume = open_volume(self.folder / "s.npy")
        project = make(self.folder / "project", volume)
        return Session(volume, project, measure_amplitudes(volume), SectionCache(volume))

    def pretrain(self, volumes, statistics, config, out, progress, holdout):
        self.calls.append((config, out, holdout))
        progress.emit(TrainingStep(1, 10, 0.7, {"validation_masked_explained": 0.2}))
        self.ending(progress)
        Path(out).write_bytes(b"weights")
        metrics = {"validation_loss": 0.5, "validation_masked_explained": 0.4}
        return PretrainedBackbone(out, config.backbone, config.tasks, (), metrics, 10, 8, 61.0)

    def run(self, request=REQUEST):
        with self.qtbot.waitSignal(self.jobs.finished, timeout=10_000):
            self.control.start(request)

    def close(self):
        self.control.set_session(None)
        self.session.project.close()
        self.session.volume.close()


@pytest.fixture
def scene(qtbot, tmp_path, monkeypatch):
    made = Scene(qtbot, tmp_path, monkeypatch)
    yield made
    assert made.jobs.shutdown()
    made.close()


def test_it_is_offered_when_a_survey_is_opened_and_can_be_dismissed(scene):
    assert scene.offer.isHidden()
    scene.control.set_session(scene.session)
    assert not scene.offer.isHidden()
    assert "without labels" in scene.offer.findChild(QLabel, "pretrain_text").text()
    scene.qtbot.mouseClick(scene.offer.findChild(QToolButton, "pretrain_dismiss"), Qt.MouseButton.LeftButton)
    assert scene.offer.isHidden()
    scene.control.set_session(None)
    scene.control.set_session(scene.session)
    assert scene.offer.isHidden()
    scene.control.show_offer()  # the menu still offers it
    assert not scene.offer.isHidden()


def test_the_button_asks_for_what_is_set(scene):
    scene.control.set_session(scene.session)
    scene.offer.findChild(QComboBox, "pretrain_task").setCurrentText("rotation and jigsaw")
    with scene.qtbot.waitSignal(scene.offer.start_requested) as asked:
        scene.qtbot.mouseClick(
            scene.offer.findChild(QPushButton, "pretrain_start"), Qt.MouseButton.LeftButton
        )
    assert asked.args == [PretrainRequest(10.0, ("rotation", "jigsaw"), False)]
    scene.qtbot.waitUntil(lambda: scene.jobs.busy is None)


def test_what_was_learned_is_kept_and_trainings_start_from_it(scene):
    scene.session.labels.set_holdout(HELD)
    scene.control.set_session(scene.session)
    assert scene.starts[-1].survey is None
    scene.run()
    config, out, holdout = scene.calls[0]
    assert (config.tasks, config.minutes, config.resume) == (("masked",), 3.0, False)
    assert holdout == [frozenset({HELD})]
    (kept,) = scene.session.project.backbones
    assert (kept.name, kept.kind, kept.details["tasks"]) == ("pretrained-1", "backbone", "masked")
    assert scene.session.project.models == ()
    assert scene.session.project.current_model is None
    assert isinstance(scene.starts[-1], KnownStarts)
    assert scene.starts[-1].survey == out == scene.session.project.model_path(kept)
    assert "pretrained-1 learned this survey in 1:01 min" in scene.dock.end.call_args.args[0]
    assert [call.args[0].step for call in scene.dock.add_step.call_args_list] == [1]
    assert scene.offer.isHidden()
    scene.close()
    scene.session = scene.opened(lambda folder, _volume: open_project(folder, open_volume))
    scene.control.set_session(scene.session)
    assert scene.starts[-1].survey == out


def test_a_stopped_run_is_gone_on_with(scene):
    scene.control.set_session(scene.session)
    stopped = UnfinishedRun(Path("x"), 120, 200.0, ("jigsaw",), "resnet18")

    def cancel(progress):
        scene.stopped = stopped
        progress.cancel()
        progress.check()

    scene.ending = cancel
    scene.run()
    assert "stopped" in scene.dock.end.call_args.args[0]
    assert scene.session.project.backbones == ()
    assert not scene.offer.isHidden()
    assert (
        scene.offer.findChild(QLabel, "pretrain_text")
        .text()
        .endswith("(jigsaw) was stopped after 120 steps, 3:20 min.")
    )
    scene.ending = lambda _progress: None
    with scene.qtbot.waitSignal(scene.jobs.finished, timeout=10_000):
        scene.qtbot.mouseClick(
            scene.offer.findChild(QPushButton, "pretrain_resume"), Qt.MouseButton.LeftButton
        )
    config, _, _ = scene.calls[-1]
    assert config.resume
    assert config.tasks == ("jigsaw",)
    assert len(scene.session.project.backbones) == 1


def answer(scene, name):
    box = scene.offer.window().findChild(QMessageBox, "give_up_question")
    assert box is not None, "it did not ask"
    scene.qtbot.mouseClick(box.findChild(QPushButton, name), Qt.MouseButton.LeftButton)
    scene.qtbot.waitUntil(lambda: scene.offer.window().findChild(QMessageBox) is None)


def begin_anew(scene):
    button = scene.offer.findChild(QPushButton, "pretrain_start")
    assert button.text() == "Begin anew"
    scene.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_a_stopped_run_is_not_given_up_without_a_word(scene):
    scene.stopped = UnfinishedRun(Path("x"), 120, 200.0, ("jigsaw",), "resnet18")
    scene.control.set_session(scene.session)
    begin_anew(scene)
    box = scene.offer.window().findChild(QMessageBox, "give_up_question")
    assert box.text() == "Give up 120 steps (3:20 min) of pretraining on this survey?"
    answer(scene, "give_up_cancel")
    assert scene.calls == []
    assert scene.jobs.busy is None
    begin_anew(scene)
    with scene.qtbot.waitSignal(scene.jobs.finished, timeout=10_000):
        answer(scene, "give_up_begin_anew")
    config, _, _ = scene.calls[-1]
    assert (config.resume, config.tasks) == (False, ("masked",))


def test_the_question_also_offers_to_go_on(scene):
    scene.stopped = UnfinishedRun(Path("x"), 1, 200.0, ("jigsaw",), "resnet18")
    scene.control.set_session(scene.session)
    assert "stopped after 1 step, " in scene.offer.findChild(QLabel, "pretrain_text").text()
    begin_anew(scene)
    with scene.qtbot.waitSignal(scene.jobs.finished, timeout=10_000):
        answer(scene, "give_up_go_on")
    config, _, _ = scene.calls[-1]
    assert (config.resume, config.tasks) == (True, ("jigsaw",))


def test_what_a_stop_leaves_is_said_as_it_is(scene):
    scene.control.set_session(scene.session)

    def cancel(progress):
        progress.cancel()
        progress.check()

    scene.ending = cancel
    scene.run()
    assert scene.dock.end.call_args.args == ("Pretraining was stopped; nothing of it was kept.",)


def test_a_failure_is_shown_and_nothing_is_kept(scene):
    scene.control.set_session(scene.session)

    def fail(_progress):
        raise ModelError("Training diverged.", "Use a smaller learning rate.")

    scene.ending = fail
    scene.run()
    assert [error.message for error in scene.errors] == ["Training diverged."]
    assert scene.session.project.backbones == ()
    assert scene.dock.end.call_args.args == ("Training diverged.",)


def test_while_something_runs_it_cannot_be_started(scene):
    scene.control.set_session(scene.session)
    done = []
    scene.jobs.start("Export", lambda progress: done.append(progress), on_result=lambda _r: None)
    start = scene.offer.findChild(QPushButton, "pretrain_start")
    assert not start.isEnabled()
    assert "Export is running" in start.toolTip()
    scene.control.start(REQUEST)
    assert "Export is running" in scene.notes[-1]
    scene.qtbot.waitUntil(start.isEnabled)
