"""Clusters of a folder of patches in the window: find, look at images, see scores, save, apply again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QDialog, QLabel, QLineEdit, QPushButton, QTableWidget

from seisview.gui.clusters.folder_controller import FolderDialog
from seisview.gui.clusters.scatter_view import ScatterView
from tests.journeys.interpreter import Interpreter
from tests.workflows.clustering.test_cluster_folder import write_folder

LEFT = Qt.MouseButton.LeftButton
FILES = {
    "cluster_assignments.npy", "cluster_to_label_mapping.json", "classification_metrics.csv",
    "predictions.csv", "anomaly_scores.csv", "umap_true_labels.png", "umap_kmeans_clusters.png",
    "pipeline", "summary.json",
}  # fmt: skip


def cell(table: QTableWidget, row: int, column: int) -> str:
    return table.item(row, column).text()


@pytest.mark.slow
@pytest.mark.usefixtures("without_umap")
def test_a_folder_of_patches(interpreter: Interpreter, tmp_path: Path) -> None:
    app, qtbot = interpreter.application, interpreter.qtbot
    folder = write_folder(tmp_path / "patches", ("chaos", "layers"), each=12)
    (folder / "chaos" / "broken.npy").write_bytes(b"no image")
    interpreter.choose_from_menu("cluster_folder")
    dialog = interpreter.find(FolderDialog, "patches_dialog")
    qtbot.waitExposed(dialog)
    run = interpreter.find(QPushButton, "patches_run", dialog)
    assert not run.isEnabled()
    line = interpreter.find(QLineEdit, "patches_folder", dialog)
    qtbot.keyClicks(line, str(folder))
    assert run.isEnabled()
    interpreter.click("patches_run", dialog)
    interpreter.wait_until(lambda: app.actions.dialogs.patches.found is not None, 60)
    found = app.actions.dialogs.patches.found

    scatter = interpreter.find(ScatterView, "patches_scatter", dialog)
    assert scatter.n_points == 24 == len(found.files)
    sizes = [int(cell(interpreter.find(QTableWidget, "patches_clusters", dialog), row, 2)) for row in (0, 1)]
    assert sizes == np.bincount(found.found.assignments).tolist()
    scores = interpreter.find(QTableWidget, "patches_scores", dialog)
    classes = {cell(scores, row, 0): [int(cell(scores, row, c)) for c in (1, 2, 3, 4)] for row in (0, 1)}
    for name, (tp, fp, tn, fn) in classes.items():
        number = found.class_names.index(name)
        truth, told = found.truth[found.scored] == number, found.predicted[found.scored] == number
        assert (tp, fp) == (int((truth & told).sum()), int((~truth & told).sum()))
        assert (tn, fn) == (int((~truth & ~told).sum()), int((truth & ~told).sum()))
    left_out = interpreter.find(QTableWidget, "patches_left_out", dialog)
    assert cell(left_out, 0, 0) == "broken.npy"
    assert "ARI" in interpreter.find(QLabel, "patches_status", dialog).text()

    # a click on a point shows its image and what it is
    qtbot.mouseClick(scatter, LEFT, pos=scatter.pixel_of(5).toPoint())
    about = interpreter.find(QLabel, "patches_about", dialog).text().splitlines()
    index = found.files.index(about[0])
    assert scatter._near == index
    assert about[2] == f"is {found.class_names[found.truth[index]]}"
    assert not interpreter.find(QLabel, "patches_picture", dialog).pixmap().isNull()
    by = interpreter.find(QComboBox, "patches_color_by", dialog)
    by.setFocus()
    qtbot.keyClick(by, Qt.Key.Key_Down)
    assert np.array_equal(scatter._groups, found.truth + 1)
    if interpreter.screenshots is not None:
        dialog.grab().save(str(interpreter.screenshots / "patches.png"))

    # save everything, and apply the pipeline to other images
    out = tmp_path / "out"
    app.prompts.folder_for_clusters = lambda: out
    interpreter.click("patches_save", dialog)
    interpreter.wait_until(lambda: out.is_dir() and app.jobs.busy is None, 30)
    assert {path.name for path in out.iterdir()} == FILES
    new = write_folder(tmp_path / "new", ("layers",), each=5)
    line.selectAll()
    qtbot.keyClicks(line, str(new))
    app.prompts.folder_of_patches = lambda _title: out
    dialog.form.ask_folder = app.prompts.folder_of_patches
    interpreter.click("patches_using_browse", dialog)
    interpreter.click("patches_run", dialog)
    interpreter.wait_until(lambda: app.actions.dialogs.patches.found not in (None, found), 30)
    again = app.actions.dialogs.patches.found
    assert {again.class_names[n] for n in again.predicted} == {"layers"}

    # what goes wrong is said, and the window goes on
    line.selectAll()
    qtbot.keyClicks(line, str(tmp_path / "nowhere"))
    interpreter.click("patches_run", dialog)
    interpreter.wait_until(lambda: app.errors.current is not None)
    assert "no folder" in interpreter.find(QLabel, "patches_status", dialog).text()
    assert isinstance(app.errors.current, QDialog)
    app.errors.current.reject()
