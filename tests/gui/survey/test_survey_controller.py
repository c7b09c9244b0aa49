"""Opening and saving with real files and threads: what is open stays open until the new survey is ready."""

from __future__ import annotations

from unittest.mock import Mock

import pytest

from seisview.data.geometry import Axis, LineNumbers, SectionKey, SurveyGeometry
from seisview.data.volume import HeaderBytes
from seisview.errors import SeisviewError
from seisview.gui.jobs.job_runner import JobRunner
from seisview.gui.prompts import Prompts
from seisview.gui.survey.survey_controller import SurveyController
from seisview.labels.boxes import Box
from seisview.preferences import Preferences
from tests.gui.survey_fixtures import GEOMETRY, write_segy

KEY = SectionKey(Axis.INLINE, 5)
BOX = Box(2, 6, 3, 9)


class Scene:
    def __init__(self, qtbot):
        self.qtbot = qtbot
        self.jobs, self.prompts, self.preferences = JobRunner(), Mock(spec=Prompts), Preferences()
        self.errors, self.notes, self.sessions = [], [], []
        self.surveys = SurveyController(
            self.jobs, self.prompts, self.preferences, self.errors.append, self.notes.append
        )
        self.surveys.session_changed.connect(self.sessions.append)

    def open(self, path, header_bytes=None):
        with self.qtbot.waitSignal(self.surveys.opening_ended):
            self.surveys.open_path(path, header_bytes)
        return self.surveys.session

    def paint(self):
        import numpy as np

        self.surveys.session.labels.apply(KEY, BOX, np.ones(BOX.shape, bool), 1)


@pytest.fixture
def scene(qtbot):
    made = Scene(qtbot)
    yield made
    made.surveys.close()
    assert made.jobs.shutdown()


def test_opened_survey_has_geometry_statistics_and_a_project(scene, tmp_path):
    path = write_segy(tmp_path)
    session = scene.open(path)
    assert session.geometry.shape == GEOMETRY.shape
    assert session.statistics.clip_limit(98.0) > 0
    assert session.project.folder.is_dir()
    assert scene.preferences.recent == [str(path.resolve())]
    assert scene.errors == []


def test_failure_keeps_the_old_survey_open(scene, tmp_path):
    session = scene.open(write_segy(tmp_path))
    broken = tmp_path / "broken.sgy"
    broken.write_bytes(b"not a survey" * 400)
    assert scene.open(broken) is session
    assert len(scene.errors) == 1
    assert scene.errors[0].hint
    assert session.volume.read_section(KEY).shape == (40, 16)
    assert str(broken) not in scene.preferences.recent


def test_missing_file_is_an_error_with_a_hint(scene, tmp_path):
    assert scene.open(tmp_path / "nowhere.sgy") is None
    assert isinstance(scene.errors[0], SeisviewError)
    assert scene.errors[0].hint


def test_labels_come_back_when_the_survey_is_opened_again(scene, tmp_path):
    first, second = write_segy(tmp_path), write_segy(tmp_path, "other.sgy", seed=1)
    scene.open(first)
    scene.paint()
    assert scene.open(second).labels.labelled_sections() == ()
    again = scene.open(first)
    assert (again.labels.section(KEY)[BOX.slices] == 1).all()
    assert scene.errors == []


def test_old_survey_is_closed_when_another_is_open(scene, tmp_path):
    old = scene.open(write_segy(tmp_path))
    scene.open(write_segy(tmp_path, "other.sgy", seed=1))
    with pytest.raises(SeisviewError):
        old.volume.read_section(KEY)
    assert old.labels.read_only


def test_opening_what_is_open_changes_nothing(scene, tmp_path):
    path = write_segy(tmp_path)
    session = scene.open(path)
    assert scene.open(path) is session
    assert scene.open(session.project.folder) is session
    assert "open already" in scene.notes[-1]


def test_project_saved_elsewhere_is_worked_on_and_opens_again(scene, tmp_path):
    path, folder = write_segy(tmp_path), tmp_path / "north.seisview"
    old = scene.open(path)
    scene.paint()
    scene.prompts.project_to_save.return_value = folder
    scene.surveys.choose_and_save_as()
    session = scene.surveys.session
    assert session is not old
    assert session.project.folder == folder
    assert (session.labels.section(KEY)[BOX.slices] == 1).all()
    assert session.volume.read_section(KEY).shape == (40, 16)
    assert scene.preferences.recent[0] == str(folder.resolve())
    scene.surveys.close()
    assert (scene.open(folder).labels.section(KEY)[BOX.slices] == 1).all()


def test_save_as_into_a_full_folder_is_refused_and_nothing_changes(scene, tmp_path):
    session = scene.open(write_segy(tmp_path))
    scene.prompts.project_to_save.return_value = tmp_path
    scene.surveys.choose_and_save_as()
    assert scene.surveys.session is session
    assert "not empty" in scene.errors[0].message


def test_moved_survey_of_a_project_can_be_shown(scene, tmp_path):
    path, folder = write_segy(tmp_path), tmp_path / "north.seisview"
    scene.open(path)
    scene.prompts.project_to_save.return_value = folder
    scene.surveys.choose_and_save_as()
    scene.surveys.close()
    (tmp_path / "elsewhere").mkdir()
    moved = path.rename(tmp_path / "elsewhere" / "moved.sgy")
    scene.prompts.survey_to_relink.return_value = moved
    scene.surveys.open_path(folder)
    scene.qtbot.waitUntil(lambda: scene.surveys.session is not None)
    assert scene.prompts.survey_to_relink.call_args.args == (path,)
    assert scene.surveys.session.volume.info.path == moved
    assert scene.errors == []


def test_survey_without_line_numbers_is_looked_at_first(scene, tmp_path, monkeypatch):
    monkeypatch.setattr("seisview.gui.survey.session_loader._LONGEST_LINE", 20)
    line = SurveyGeometry(LineNumbers((1,)), LineNumbers.regular(1, 1, 30), 20, 0.0, 4.0)
    path = write_segy(tmp_path, geometry=line)
    with scene.qtbot.waitSignal(scene.surveys.bytes_doubted) as doubted:
        scene.surveys.open_path(path)
    assert doubted.args == [path]
    assert scene.surveys.session is None
    assert scene.open(path, HeaderBytes()).geometry.is_2d


def test_chosen_bytes_are_remembered_for_the_file(scene, tmp_path):
    path = write_segy(tmp_path)
    scene.open(path, HeaderBytes(inline=9, crossline=21))
    assert scene.surveys.session.volume.info.header_bytes.inline == 9
    scene.surveys.close()
    assert scene.open(path).volume.info.header_bytes.inline == 9


def test_cancelled_opening_keeps_what_was_open(scene, tmp_path, monkeypatch):
    session = scene.open(write_segy(tmp_path))

    def endless(request, current, progress):
        while True:
            progress.report("Opening")

    monkeypatch.setattr("seisview.gui.survey.survey_controller.load", endless)
    with scene.qtbot.waitSignal(scene.jobs.progressed):
        scene.surveys.open_path(tmp_path / "other.sgy")
    with scene.qtbot.waitSignal(scene.surveys.opening_ended):
        scene.jobs.cancel()
    assert scene.surveys.session is session
    assert scene.errors == []


def test_opening_while_something_runs_is_refused(scene, tmp_path):
    session = scene.open(write_segy(tmp_path))
    refusals = []
    scene.jobs.refused.connect(refusals.append)
    scene.jobs.start("Training", lambda p: [p.report("x") for _ in iter(int, 1)], on_result=lambda _: None)
    scene.surveys.open_builtin()
    assert "Training is running" in refusals[0]
    assert scene.surveys.session is session
