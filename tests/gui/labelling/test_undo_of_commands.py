"""Ctrl+Z in a window takes back what a command did to the labels before it was opened."""

from __future__ import annotations

import warnings

import numpy as np
from PySide6.QtCore import Qt

from seisview.cli.projects import project_to_change
from seisview.data.geometry import Axis, SectionKey
from seisview.data.opening import open_volume
from seisview.labels.boxes import Box
from seisview.project.storage import create_project
from seisview.workflows.derived_labels import merge_classes
from tests.gui.pane_scene import Scene
from tests.gui.survey_fixtures import write_segy

CONTROL = Qt.KeyboardModifier.ControlModifier


def test_a_merge_by_command_is_undone_in_a_window_and_not_in_the_one_after(qtbot, tmp_path) -> None:
    folder, box = tmp_path / "project", Box(0, 10, 0, 16)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        volume = open_volume(write_segy(tmp_path))
    with create_project(folder, volume) as project:
        project.labels.apply(SectionKey(Axis.INLINE, 2), box, np.ones(box.shape, bool), 1)
    volume.close()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with project_to_change(folder) as project:
            first, second = (facies.name for facies in project.labels.scheme.classes[:2])
            merge_classes(project.labels, first, second)
    for can_be_undone in (True, False):
        scene = Scene(qtbot, folder)
        assert scene.window.actions_by_id["undo"].isEnabled() == can_be_undone
        scene.key(Qt.Key.Key_Z, CONTROL)
        scene.wait(lambda scene=scene: scene.app.session.labels.counts().get(1) == 160)
        scene.app.shutdown()
        scene.window.deleteLater()
