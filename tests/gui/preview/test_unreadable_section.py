"""A survey that is cut while it is open: the facies layer speaks of the section that should be on screen."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel

from seisview.data.geometry import SectionKey
from tests.gui.pane_scene import Scene
from tests.gui.survey_fixtures import write_segy


@pytest.fixture
def path(tmp_path):
    return write_segy(tmp_path)


@pytest.fixture
def scene(qtbot, path):
    made = Scene(qtbot, path)
    yield made
    made.app.shutdown()
    made.window.deleteLater()


def said(scene) -> str:
    return scene.window.layers_dock.findChild(QLabel, "layer_facies_description").text()


def test_the_facies_layer_says_that_a_section_cannot_be_read_until_one_can(scene, path) -> None:
    first = scene.app.state.key
    scene.app.preview.describe_tuned("facies", "tuned-1, 14:02", "")
    assert said(scene) == "tuned-1, 14:02"
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 3)
    far = 0 if first.index > 5 else 11
    scene.app.state.set_key(SectionKey(first.axis, far))
    scene.wait(lambda: said(scene).startswith("nothing here, this section cannot be read: small.sgy is"))
    scene.app.state.set_key(first)  # still at hand
    scene.wait(lambda: said(scene) == "tuned-1, 14:02")
