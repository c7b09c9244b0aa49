"""The list of models: one is shown or predicts, several are fused, and some cannot predict."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QPushButton, QTreeWidget

from seisview.gui.docks.model_list import ModelList, ModelRow

ROWS = [
    ModelRow("tuned-2", has_result=True, shown=True),
    ModelRow("tuned-1"),
    ModelRow("pretrained-1", why_not_predict="It knows no facies yet."),
]


@pytest.fixture
def models(qtbot):
    made = ModelList()
    qtbot.addWidget(made)
    made.resize(420, 200)
    made.set_models(ROWS)
    made.show()
    return made


def button(models, name) -> QPushButton:
    return models.findChild(QPushButton, name)


def click(qtbot, models, row, modifier=Qt.KeyboardModifier.NoModifier):
    table = models.findChild(QTreeWidget, "model_table")
    place = table.visualItemRect(table.topLevelItem(row)).center()
    qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, modifier, place)


def test_one_model_predicts_alone(qtbot, models):
    click(qtbot, models, 1)
    assert not models.findChild(QComboBox, "model_fusion").isVisible()
    with qtbot.waitSignal(models.predict_requested) as asked:
        qtbot.mouseClick(button(models, "model_predict"), Qt.MouseButton.LeftButton)
    assert asked.args == ["tuned-1"]


def test_two_models_predict_together_the_older_first(qtbot, models):
    click(qtbot, models, 0)
    click(qtbot, models, 1, Qt.KeyboardModifier.ControlModifier)
    fusion, predict = models.findChild(QComboBox, "model_fusion"), button(models, "model_predict")
    assert fusion.isVisible()
    assert predict.text() == "Predict with both"
    with qtbot.waitSignal(models.fusion_requested) as asked:
        qtbot.mouseClick(predict, Qt.MouseButton.LeftButton)
    assert asked.args == ["tuned-1 + tuned-2", "sum"]
    qtbot.keyClick(fusion, Qt.Key.Key_Down)
    with qtbot.waitSignal(models.fusion_requested) as asked:
        qtbot.mouseClick(predict, Qt.MouseButton.LeftButton)
    assert asked.args == ["tuned-1 + tuned-2", "vote"]
    models.set_busy("Training is running.")
    assert not predict.isEnabled()
    assert predict.toolTip() == "Training is running."


def test_what_cannot_predict_says_why_and_is_not_fused(qtbot, models):
    click(qtbot, models, 2)
    assert not button(models, "model_predict").isEnabled()
    assert button(models, "model_predict").toolTip() == "It knows no facies yet."
    click(qtbot, models, 1, Qt.KeyboardModifier.ControlModifier)
    assert models.chosen == ("tuned-1",)
    assert not models.findChild(QComboBox, "model_fusion").isVisible()


def test_selection_stays_but_follows_what_is_shown(qtbot, models):
    click(qtbot, models, 1)
    models.set_models([ModelRow("tuned-3"), *ROWS])
    assert models.selected == "tuned-1"
    models.set_models([ModelRow("tuned-3", has_result=True, shown=True), *ROWS[1:]])
    assert models.selected == "tuned-3"
