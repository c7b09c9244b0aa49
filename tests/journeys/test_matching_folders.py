"""Folders of images in the window: learn what is alike, find it, look at the answers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QPushButton

from seisview.gui.matches.folder_dialog import FolderMatchDialog
from seisview.gui.matches.folder_matches import RIGHT, WRONG
from seisview.learn.matching.config import MatchTrainConfig, SiameseConfig
from tests.journeys.interpreter import Interpreter
from tests.workflows.matching.test_matching import write_folder


def shown_labels(dialog: FolderMatchDialog) -> list[str]:
    return [item.hover.split(":")[0] for item in dialog.gallery.items[1:]]


@pytest.mark.slow
def test_learn_from_class_folders_and_find_similar_images(interpreter: Interpreter, tmp_path: Path) -> None:
    app, qtbot = interpreter.application, interpreter.qtbot
    write_folder(tmp_path / "corpus", 10)
    write_folder(tmp_path / "queries", 2, (50, 30), 1)
    interpreter.choose_from_menu("match_folders")
    dialog = interpreter.find(FolderMatchDialog, "folder_matches")
    qtbot.waitExposed(dialog)
    find = interpreter.find(QPushButton, "folder_matches_run", dialog)
    assert not find.isEnabled()
    for name in ("queries", "corpus"):
        qtbot.keyClicks(interpreter.find(QLineEdit, f"folder_matches_{name}", dialog), str(tmp_path / name))
    assert find.isEnabled()

    network = SiameseConfig("resnet10", dimensions=16, patch=(32, 32))
    learns = MatchTrainConfig(network, steps=4, batch_size=12, device="cpu")
    app.actions.dialogs.folder_matches.config = learns
    model = tmp_path / "m.safetensors"
    app.prompts.file_to_write = lambda _title, _proposed: model
    interpreter.click("folder_matches_learn", dialog)
    interpreter.wait_until(lambda: model.exists() and app.jobs.busy is None, 60)
    assert interpreter.find(QLineEdit, "folder_matches_model", dialog).text() == str(model)
    status = interpreter.find(QLabel, "folder_matches_status", dialog)
    assert "mAP" in status.text()

    interpreter.click("folder_matches_run", dialog)
    interpreter.wait_until(lambda: app.actions.dialogs.folder_matches.found is not None, 60)
    assert not list(tmp_path.glob("*.json"))  # looking at answers takes no file
    answers = tmp_path / "answers.json"
    app.prompts.file_to_write = lambda _title, _proposed: answers
    interpreter.wait_until(lambda: app.jobs.busy is None)
    assert "P@3" in status.text()
    interpreter.click("folder_matches_views", dialog)
    interpreter.click("folder_matches_save", dialog)
    interpreter.wait_until(lambda: answers.exists() and app.jobs.busy is None, 30)
    written = json.loads(answers.read_text())
    query = interpreter.find(QComboBox, "folder_matches_query", dialog)
    assert [query.itemText(n) for n in range(query.count())] == list(written)
    assert shown_labels(dialog) == [a["label"] for a in written["flat/000.npy"]]
    assert len(dialog.gallery.pictures) == 4  # the query and three answers
    for item, answer in zip(dialog.gallery.items[1:], written["flat/000.npy"], strict=True):
        assert item.text == f"{answer['class']}  {100 * answer['confidence']:.0f} %"
        assert item.color == (RIGHT if answer["class"] == "flat" else WRONG)
    views = {path.name for path in (tmp_path / "answers-views").iterdir()}
    assert views == {"mosaic.png", "histograms.png", "sizes.png"}
    query.setFocus()
    qtbot.keyClick(query, Qt.Key.Key_Down)
    assert shown_labels(dialog) == [a["label"] for a in written["flat/001.npy"]]
    if interpreter.screenshots is not None:
        dialog.grab().save(str(interpreter.screenshots / "matching-7-folders.png"))

    # a folder that cannot be searched: nothing of the one before stays under its name
    told = []
    app.actions.dialogs.folder_matches._show_error = told.append
    corpus = interpreter.find(QLineEdit, "folder_matches_corpus", dialog)
    corpus.setFocus()
    qtbot.keyClicks(corpus, "-gone")
    assert (dialog.gallery.items, query.count(), status.text()) == ((), 0, "")
    assert not interpreter.find(QPushButton, "folder_matches_save", dialog).isEnabled()
    interpreter.click("folder_matches_run", dialog)
    interpreter.wait_until(lambda: bool(told) and app.jobs.busy is None, 30)
    assert dialog.gallery.items == ()
    assert status.text() == told[0].message

    app.prompts.model_to_use = lambda _title: tmp_path / "other.safetensors"
    interpreter.click("folder_matches_model_browse", dialog)
    assert interpreter.find(QLineEdit, "folder_matches_model", dialog).text().endswith("other.safetensors")
    dialog.close()
