"""Clusters get a name of their own, are kept under it, and are deleted after a question."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QMenu, QMessageBox, QPushButton, QToolButton

from seisview.data.synthetic import SyntheticConfig, synthesize, write_survey
from seisview.project.cluster_record import read_cluster_record
from seisview.project.clusters import ClusterResult
from tests.journeys.interpreter import Interpreter
from tests.journeys.test_clusters import find_clusters

LEFT = Qt.MouseButton.LeftButton
NAME, DELETE = 0, 1


@pytest.fixture(scope="module")
def survey_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("survey") / "synthetic.sgy"
    write_survey(synthesize(SyntheticConfig(n_inlines=8, n_crosslines=48, n_samples=64)), path)
    return path


@pytest.fixture
def interpreter(interpreter: Interpreter, survey_path: Path, without_umap: None) -> Interpreter:
    interpreter.open_survey(survey_path)
    find_clusters(interpreter, 3)
    interpreter.wait_for_job(60)
    return interpreter


def shown(interpreter: Interpreter) -> ClusterResult:
    result = interpreter.application.clusters.result
    assert result is not None
    return result


def choose(interpreter: Interpreter, place: int) -> None:
    menu = interpreter.find(QMenu, "cluster_kept_actions")
    interpreter.click("cluster_kept_menu")
    interpreter.wait_until(menu.isVisible)
    interpreter.qtbot.mouseClick(menu, LEFT, pos=menu.actionGeometry(menu.actions()[place]).center())


def name(interpreter: Interpreter, text: str, last_key: Qt.Key) -> None:
    choose(interpreter, NAME)
    field = interpreter.find(QLineEdit, "cluster_kept_name")
    interpreter.wait_until(field.isVisible)
    interpreter.qtbot.keyClicks(field, text)
    interpreter.qtbot.keyClick(field, last_key)
    assert not field.isVisible()


def answer(interpreter: Interpreter, button: str) -> str:
    choose(interpreter, DELETE)
    question = interpreter.find(QMessageBox, "cluster_delete_question")
    text: str = question.text()
    interpreter.qtbot.mouseClick(question.findChild(QPushButton, button), LEFT)
    interpreter.wait_until(
        lambda: interpreter.window.findChild(QMessageBox, "cluster_delete_question") is None
    )
    return text


@pytest.mark.slow
def test_clusters_are_named_kept_and_deleted(interpreter: Interpreter) -> None:
    clusters = interpreter.application.clusters
    first = shown(interpreter)
    name(interpreter, "Slope", Qt.Key.Key_Escape)
    assert shown(interpreter).record.name == ""
    name(interpreter, "Turbidites", Qt.Key.Key_Return)
    assert read_cluster_record(first.folder).name == "Turbidites"
    assert interpreter.text("layer_clusters_description").startswith("Turbidites, 3 clusters, ")
    name(interpreter, "Fans", Qt.Key.Key_Return)  # the old name is selected: it is written over
    assert read_cluster_record(first.folder).name == "Fans"

    find_clusters(interpreter, 4)
    interpreter.wait_for_job(60)
    second = shown(interpreter)
    kept = interpreter.find(QComboBox, "cluster_kept")
    assert kept.isVisible()
    assert kept.itemText(1).startswith("Fans, 3 clusters, ")

    assert answer(interpreter, "cluster_delete_no").startswith("Delete 4 clusters, ")
    assert second.folder.exists()
    assert clusters.result is second
    answer(interpreter, "cluster_delete_yes")
    assert not second.folder.exists()
    assert shown(interpreter).folder == first.folder
    assert not kept.isVisible()
    interpreter.wait_until(lambda: "Fans, 3 clusters" in interpreter.text("layer_clusters_description"))

    answer(interpreter, "cluster_delete_yes")
    assert not clusters.result
    assert not list(first.folder.parent.glob("[!.]*"))
    assert not interpreter.find(QToolButton, "cluster_kept_menu").isVisible()
    assert clusters.page.list.topLevelItemCount() == 0
    assert interpreter.application.errors.current is None


@pytest.mark.slow
def test_nothing_is_deleted_while_a_job_may_read_it(interpreter: Interpreter) -> None:
    app, ended, before = interpreter.application, threading.Event(), shown(interpreter)
    choose(interpreter, DELETE)
    question = interpreter.find(QMessageBox, "cluster_delete_question")
    app.jobs.start("Exporting", lambda _progress: ended.wait(20), on_result=lambda _done: None)
    interpreter.wait_until(lambda: app.jobs.busy is not None)
    more = interpreter.find(QToolButton, "cluster_kept_menu")
    assert not more.isEnabled()
    assert "Exporting" in more.toolTip()
    interpreter.qtbot.mouseClick(question.findChild(QPushButton, "cluster_delete_yes"), LEFT)
    assert before.folder.exists()
    assert shown(interpreter) is before
    assert "Exporting" in interpreter.find(QLabel, "status_note").text()
    ended.set()
    interpreter.wait_for_job(20)
    assert more.isEnabled()
