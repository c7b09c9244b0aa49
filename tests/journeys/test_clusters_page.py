"""The Clusters page by mouse and keys: names, colours, sizes, anomalies, numbers, many sections."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QDoubleSpinBox,
    QLineEdit,
    QListWidget,
    QPushButton,
    QSlider,
    QToolButton,
)

from seisview.data.geometry import Axis, SectionKey
from seisview.data.synthetic import SyntheticConfig, synthesize, write_survey
from seisview.gui.clusters.cluster_list import EYE, NAME, SHARE
from seisview.labels.facies import DEFAULT_PALETTE
from seisview.labels.provenance import Provenance
from seisview.learn.clustering import embedding
from seisview.learn.clustering import pipeline as clustering
from seisview.learn.clustering.count import CountScore, CountSuggestion
from seisview.project.clusters import ANOMALOUS, ClusterResult
from tests.journeys.interpreter import CONTROL, Interpreter
from tests.journeys.test_clusters import drag, find_clusters, select_rows

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture(scope="module")
def survey_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("survey") / "synthetic.sgy"
    write_survey(synthesize(SyntheticConfig(n_inlines=12, n_crosslines=64, n_samples=96)), path)
    return path


@pytest.fixture
def interpreter(interpreter: Interpreter, survey_path: Path) -> Interpreter:
    interpreter.open_survey(survey_path)
    return interpreter


@pytest.fixture
def found(interpreter: Interpreter, without_umap: None) -> ClusterResult:
    find_clusters(interpreter, 4)
    interpreter.wait_for_job(60)
    result = interpreter.application.clusters.result
    assert result is not None
    return result


def cube(result: ClusterResult) -> np.ndarray:
    return np.stack([result.section(SectionKey(Axis.INLINE, i)).T for i in range(result.shape[0])])


def row_text(interpreter: Interpreter, row: int, column: int) -> str:
    return str(interpreter.application.clusters.page.list.topLevelItem(row).text(column))


def click_cell(interpreter: Interpreter, row: int, column: int) -> None:
    shown = interpreter.application.clusters.page.list
    rect = shown.visualRect(shown.model().index(row, column))
    interpreter.qtbot.mouseClick(shown.viewport(), LEFT, pos=rect.center())


def colour_at(interpreter: Interpreter, place: tuple[int, int]) -> tuple[int, int, int]:
    pixel = interpreter.section.pixel_of(*place)
    colour = interpreter.section_picture().pixelColor(
        interpreter.section.canvas.viewport().mapToParent(pixel)
    )
    return colour.red(), colour.green(), colour.blue()


def place_of(values: np.ndarray, wanted: int) -> tuple[int, int]:
    """Row and column in the middle of a cell of some value."""
    rows, columns = np.nonzero(values[4::8, 4::8] == wanted)
    return 4 + 8 * int(rows[len(rows) // 2]), 4 + 8 * int(columns[len(rows) // 2])


@pytest.mark.slow
def test_clusters_are_sized_renamed_coloured_hidden_and_parted_again(
    interpreter: Interpreter, found: ClusterResult
) -> None:
    clusters, key = interpreter.application.clusters, interpreter.application.state.key
    counts = np.bincount(cube(found).ravel(), minlength=5)[1:]
    for row, count in enumerate(counts):
        assert row_text(interpreter, row, SHARE) == f"{100 * count / counts.sum():.0f} %"

    click_cell(interpreter, 1, NAME)
    interpreter.qtbot.keyClick(clusters.page.list, Qt.Key.Key_F2)
    editor = clusters.page.list.viewport().findChild(QLineEdit)
    interpreter.qtbot.keyClicks(editor, "Bright")
    interpreter.qtbot.keyClick(editor, Qt.Key.Key_Return)
    interpreter.wait_until(lambda: found.scheme.name_of(2) == "Bright")
    assert row_text(interpreter, 1, NAME) == "Bright"

    interpreter.wait_until(lambda: clusters.sections.clusters_of(key) is not None)
    place = place_of(clusters.sections.clusters_of(key), 2)
    before = colour_at(interpreter, place)
    select_rows(interpreter, (1,))
    interpreter.click("cluster_color")
    popup, was = QApplication.activePopupWidget(), found.scheme.get(2).color
    interpreter.qtbot.mouseClick(popup.findChild(QToolButton, "color_3"), LEFT)
    assert found.scheme.get(2).color == DEFAULT_PALETTE[2] != was
    interpreter.wait_until(lambda: colour_at(interpreter, place) != before)

    weak = colour_at(interpreter, place)
    opacity = interpreter.find(QSlider, "layer_clusters_opacity")
    opacity.setFocus()
    interpreter.qtbot.keyClick(opacity, Qt.Key.Key_PageUp)
    interpreter.wait_until(lambda: colour_at(interpreter, place) != weak)

    coloured = colour_at(interpreter, place)
    click_cell(interpreter, 1, EYE)
    assert found.record.hidden == [2]
    interpreter.wait_until(lambda: colour_at(interpreter, place) != coloured)
    red, green, blue = colour_at(interpreter, place)
    assert red == green == blue, "a hidden cluster leaves the plain section"
    click_cell(interpreter, 1, EYE)
    interpreter.wait_until(lambda: colour_at(interpreter, place) == coloured)

    select_rows(interpreter, (0, 1))
    interpreter.click("cluster_merge")
    assert row_text(interpreter, 0, SHARE) == f"{100 * counts[:2].sum() / counts.sum():.0f} %"
    interpreter.click("cluster_unmerge")
    assert row_text(interpreter, 1, NAME) == "Bright"
    assert len(found.scheme) == 4


@pytest.mark.slow
def test_what_is_unusual_is_ranked_drawn_from_a_share_on_and_gone_to(
    interpreter: Interpreter, found: ClusterResult
) -> None:
    app, listed = interpreter.application, interpreter.find(QListWidget, "cluster_anomalies")
    n_before = listed.count()
    share = interpreter.find(QDoubleSpinBox, "cluster_unusual_share")
    assert share.value() == pytest.approx(100 * np.mean(found.anomaly_volume() >= ANOMALOUS), abs=0.05)
    share.setFocus()
    share.selectAll()
    interpreter.qtbot.keyClicks(share, "10")
    interpreter.qtbot.keyClick(share, Qt.Key.Key_Return)
    level = found.record.unusual_from
    unusual = found.anomaly_volume() >= round(level * ANOMALOUS)
    assert 0.08 < unusual.mean() <= 0.1
    assert share.value() == pytest.approx(100 * unusual.mean(), abs=0.05)
    assert listed.count() > n_before
    scores = [float(listed.item(row).text().split()[0]) for row in range(listed.count())]
    assert scores == sorted(scores, reverse=True)
    said = interpreter.text("layer_anomaly_description")
    assert f"{100 * unusual.mean():.1f} %" in said

    rect = listed.visualItemRect(listed.item(2))
    interpreter.qtbot.mouseClick(listed.viewport(), LEFT, pos=rect.center())
    line = int(listed.item(2).text().split()[1].split("/")[0])
    geometry = app.session.geometry
    interpreter.wait_until(lambda: geometry.number_of(app.state.key) == line)

    # the layer is drawn where, and only where, the anomaly reaches the threshold
    key = app.state.key
    interpreter.key(Qt.Key.Key_Y, Qt.KeyboardModifier.ShiftModifier)
    there = unusual[key.index].T
    high, low = place_of(there, True), place_of(there, False)
    interpreter.wait_until(lambda: len(set(colour_at(interpreter, high))) > 1)
    assert len(set(colour_at(interpreter, low))) == 1, "grey: neither clusters nor anomaly are drawn there"


@pytest.mark.slow
@pytest.mark.usefixtures("without_umap")
def test_the_number_is_suggested_and_others_are_a_click_away(
    interpreter: Interpreter, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = (
        CountScore(2, 0.4, 0.9),
        CountScore(3, 0.3, 0.87),
        CountScore(4, 0.3, 0.6),
        CountScore(5, 0.3, 0.8),
    )
    monkeypatch.setattr(clustering, "suggest_count", lambda *_rest: CountSuggestion(3, tried))
    find_clusters(interpreter, None)
    interpreter.wait_for_job(60)
    clusters = interpreter.application.clusters
    first = clusters.result
    assert len(first.scheme) == 3
    tries = [b for b in clusters.page.findChildren(QPushButton) if b.objectName().startswith("cluster_try_")]
    assert [int(button.text()) for button in tries] == [3, 2, 5]
    assert "found again in other samples 80 %" in tries[2].toolTip()
    interpreter.qtbot.mouseClick(tries[2], LEFT)
    interpreter.wait_until(lambda: clusters.result is not first and clusters.result is not None, 60)
    assert len(clusters.result.scheme) == 5
    assert interpreter.find(QComboBox, "cluster_count").currentText() == "5"
    assert interpreter.find(QPushButton, "cluster_try_3").isVisible(), "the others are still there to try"


@pytest.mark.slow
def test_windows_of_a_chosen_size_are_what_is_clustered(interpreter: Interpreter) -> None:
    window = interpreter.find(QComboBox, "cluster_window")
    source = interpreter.find(QComboBox, "cluster_source")
    requests = []
    page = interpreter.application.clusters.page
    page.settings.run_requested.disconnect()
    page.settings.run_requested.connect(requests.append)
    interpreter.choose_from_menu("show_clusters")
    interpreter.wait_until(page.isVisible)
    assert not window.isVisible()
    source.setFocus()
    interpreter.qtbot.keyClick(source, Qt.Key.Key_Down)
    interpreter.qtbot.keyClick(source, Qt.Key.Key_Down)
    assert window.isVisible()
    window.setFocus()
    interpreter.qtbot.keyClick(window, Qt.Key.Key_Down)
    interpreter.click("cluster_run")
    assert requests[0].survey.source == "windows"
    assert requests[0].survey.window == (96, 96)


@pytest.mark.slow
@pytest.mark.usefixtures("without_umap")
def test_dense_features_serve_on_inlines_and_crosslines(interpreter: Interpreter) -> None:
    app = interpreter.application
    source = interpreter.find(QComboBox, "cluster_source")
    interpreter.window.show_page(app.clusters.page)
    source.setFocus()
    interpreter.qtbot.keyClick(source, Qt.Key.Key_Down)
    find_clusters(interpreter, 4)
    interpreter.wait_for_job(60)
    assert app.clusters.result.record.settings["features"]["source"] == "features"
    interpreter.section.canvas.setFocus()
    interpreter.key(Qt.Key.Key_2, CONTROL)
    interpreter.wait_until(lambda: app.state.key.axis is Axis.CROSSLINE)
    scatter = app.clusters.page.scatter
    width, height = scatter.width(), scatter.height()
    corners = [QPointF(1, 1), QPointF(width / 2, 1), QPointF(width / 2, height - 2), QPointF(1, height - 2)]
    drag(interpreter, scatter, [*corners, corners[0]])
    assert 0 < scatter.picked.sum() < scatter.n_points
    interpreter.wait_until(lambda: app.clusters.sections.picked_of(app.state.key) is not None)
    lit = app.clusters.sections.picked_of(app.state.key)
    assert lit.shape == (96, 12)


def send_to_lines(interpreter: Interpreter, scope: str) -> None:
    box = interpreter.find(QComboBox, "cluster_send_scope")
    box.setFocus()
    assert box.isEnabled()
    steps = box.findText(scope) - box.currentIndex()
    for _ in range(abs(steps)):
        interpreter.qtbot.keyClick(box, Qt.Key.Key_Down if steps > 0 else Qt.Key.Key_Up)
    assert box.currentText() == scope
    interpreter.click("cluster_send")


@pytest.mark.slow
def test_a_cluster_becomes_labels_on_many_sections_in_one_step(
    interpreter: Interpreter, found: ClusterResult
) -> None:
    app = interpreter.application
    store, volume = app.session.labels, cube(found)
    held, crossing = SectionKey(Axis.INLINE, 5), SectionKey(Axis.CROSSLINE, 20)
    store.set_holdout(held)
    store.set_holdout(crossing)
    interpreter.go_to_line(1000)
    interpreter.section.canvas.setFocus()
    interpreter.paint(Qt.Key.Key_2, [(40, 10), (40, 50)])
    by_hand = store.section(SectionKey(Axis.INLINE, 0)).copy()
    assert (by_hand == 2).any()
    interpreter.key(Qt.Key.Key_3)
    select_rows(interpreter, (0, 2))
    shown = app.clusters.page.list.selected_ids

    send_to_lines(interpreter, "on every line")
    interpreter.wait_until(lambda: app.jobs.busy is None, 30)
    for index in range(12):
        labels = store.section(SectionKey(Axis.INLINE, index))
        hand = by_hand if index == 0 else np.zeros_like(by_hand)
        wanted = np.isin(volume[index].T, shown) & (hand == 0)
        wanted[:, 20] = False
        if index != held.index:
            assert np.array_equal(labels == 3, wanted)
        assert np.array_equal(labels[hand > 0], hand[hand > 0])
    assert not store.section(held).any()
    assert not store.section(crossing)[:, 1:].any()
    interpreter.undo()
    assert np.array_equal(store.section(SectionKey(Axis.INLINE, 0)), by_hand)
    assert store.provenance_counts()[Provenance.ACCEPTED] == 0
    interpreter.redo()
    assert store.provenance_counts()[Provenance.ACCEPTED] > 0
    interpreter.undo()

    # places like the points of a lasso, on every fifth line
    scatter = app.clusters.page.scatter
    width, height = scatter.width(), scatter.height()
    corners = [QPointF(1, 1), QPointF(width / 2, 1), QPointF(width / 2, height - 2), QPointF(1, height - 2)]
    drag(interpreter, scatter, [*corners, corners[0]])
    picked, points = scatter.picked, app.clusters.points
    send_to_lines(interpreter, "on every 5th line")
    interpreter.wait_until(lambda: app.jobs.busy is None, 30)
    assert {key.index for key in store.labelled_sections()} == {0, 10}
    on_line = np.flatnonzero((points.places[:, 0] == 10) & (points.places[:, 1] != 20))
    labels = store.section(SectionKey(Axis.INLINE, 10))
    at = points.places[on_line, 2], points.places[on_line, 1]
    assert np.array_equal(labels[at] == 3, picked[on_line])


@pytest.mark.slow
def test_sending_can_be_stopped_and_holds_two_sections_at_most(
    interpreter: Interpreter, found: ClusterResult, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = interpreter.application
    store, asked, go_on = app.session.labels, [], threading.Event()
    read = ClusterResult.stored_section

    def slow(self: ClusterResult, key: SectionKey) -> np.ndarray:
        written = len({k for k in store.labelled_sections() if k.axis is Axis.INLINE})
        asked.append((key.index, written))
        if key.index == 7:
            go_on.wait(10)
        return read(self, key)

    monkeypatch.setattr(ClusterResult, "stored_section", slow)
    select_rows(interpreter, (0, 1, 2, 3))
    send_to_lines(interpreter, "on every line")
    interpreter.wait_until(lambda: len(store.labelled_sections()) == 7)
    assert app.jobs.state.fraction == pytest.approx(7 / 12)
    interpreter.click("job_cancel")
    go_on.set()
    interpreter.wait_until(lambda: app.jobs.busy is None)
    assert len(store.labelled_sections()) == 7
    assert max(index - written for index, written in asked) <= 3, "what is not written yet stays few"
    interpreter.section.canvas.setFocus()
    interpreter.undo()
    assert not store.labelled_sections()


@pytest.mark.slow
def test_principal_components_show_at_once_and_umap_replaces_them(
    interpreter: Interpreter, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready = threading.Event()

    def as_umap(_task: str, arrays: dict, _options: dict, _progress: object) -> dict:
        ready.wait(20)
        angle = np.linspace(0, 6, len(arrays["points"]))
        return {"positions_2": np.stack([np.cos(angle), np.sin(angle)], axis=1).astype(np.float32)}

    monkeypatch.setattr(embedding, "run_apart", as_umap)
    find_clusters(interpreter, 3)
    scatter = interpreter.application.clusters.page.scatter
    interpreter.wait_until(lambda: scatter.n_points > 0 and bool(scatter._groups.any()))
    assert scatter._message == "Principal components (more follows)"
    assert interpreter.application.jobs.busy is not None
    first = scatter._positions.copy()
    ready.set()
    interpreter.wait_for_job(30)
    assert scatter._message == "UMAP"
    assert not np.allclose(scatter._positions, first)
    assert np.allclose(np.hypot(*scatter._positions.T), 1.0)
    assert set(np.unique(scatter._groups)) == {1, 2, 3}


@pytest.mark.slow
def test_a_real_umap_is_ended_by_cancel_and_its_answer_dropped(interpreter: Interpreter) -> None:
    find_clusters(interpreter, 3)
    jobs, clusters = interpreter.application.jobs, interpreter.application.clusters
    interpreter.wait_until(lambda: jobs.state is not None and "UMAP" in jobs.state.message, 20)
    interpreter.click("job_cancel")
    interpreter.wait_until(lambda: jobs.busy is None, 2.0)
    assert clusters.result is None
    assert clusters.page.scatter.n_points == 0
    folder = interpreter.application.session.project.folder / "clusters"
    assert not folder.exists() or not list(folder.iterdir())


def test_a_click_beside_the_points_forgets_what_was_picked(
    interpreter: Interpreter, found: ClusterResult
) -> None:
    scatter = interpreter.application.clusters.page.scatter
    scatter.set_picked(np.ones(scatter.n_points, bool))
    interpreter.qtbot.mouseClick(scatter, LEFT, pos=QPoint(1, scatter.height() - 1))
    assert not scatter.picked.any()


@pytest.mark.slow
def test_a_lasso_lights_up_time_slices_too(interpreter: Interpreter, found: ClusterResult) -> None:
    clusters, scatter = interpreter.application.clusters, interpreter.application.clusters.page.scatter
    interpreter.key(Qt.Key.Key_3, CONTROL)
    interpreter.wait_until(lambda: interpreter.section.key.axis is Axis.SAMPLE)
    key = interpreter.section.key
    interpreter.wait_until(lambda: clusters.sections.clusters_of(key) is not None)
    assert clusters.sections.picked_of(key) is None
    plain = interpreter.section_picture()
    width, height = scatter.width(), scatter.height()
    corners = [QPointF(1, 1), QPointF(width / 2, 1), QPointF(width / 2, height - 2), QPointF(1, height - 2)]
    drag(interpreter, scatter, [*corners, corners[0]])
    interpreter.wait_until(lambda: clusters.sections.picked_of(key) is not None, 30)
    lit = clusters.sections.picked_of(key)
    assert 0 < lit.mean() < 1
    interpreter.wait_until(lambda: interpreter.section_picture() != plain)
    interpreter.picture("clusters-6-lasso-on-slice")
    drag(interpreter, scatter, [QPointF(width - 3, 2), QPointF(width - 3, 3)])  # a click beside all points
    interpreter.wait_until(lambda: clusters.sections.picked_of(key) is None)
    interpreter.wait_until(lambda: interpreter.section_picture() == plain)


@pytest.mark.slow
def test_clusters_that_were_named_are_kept_when_others_are_found(
    interpreter: Interpreter, found: ClusterResult
) -> None:
    clusters, kept = interpreter.application.clusters, interpreter.find(QComboBox, "cluster_kept")
    assert not kept.isVisible()
    find_clusters(interpreter, 3)
    interpreter.wait_for_job(60)
    assert not found.folder.exists()  # nothing had been done with those
    assert not kept.isVisible()

    named = clusters.result
    cluster_list = clusters.page.list
    cluster_list.setFocus()
    interpreter.qtbot.keyClick(cluster_list, Qt.Key.Key_Down)
    interpreter.qtbot.keyClick(cluster_list, Qt.Key.Key_F2)
    editor = cluster_list.viewport().findChild(QLineEdit)
    interpreter.qtbot.keyClicks(editor, "Canyon")
    interpreter.qtbot.keyClick(editor, Qt.Key.Key_Return)
    interpreter.wait_until(lambda: "Canyon" in {c.name for c in named.scheme.classes})
    section = named.section(SectionKey(Axis.INLINE, 5))

    find_clusters(interpreter, 5)
    interpreter.wait_for_job(60)
    newest = clusters.result
    assert len(newest.scheme) == 5
    assert kept.isVisible()
    assert "Canyon" in kept.itemText(1)
    interpreter.picture("clusters-7-kept")
    kept.setFocus()
    interpreter.qtbot.keyClick(kept, Qt.Key.Key_Down)
    interpreter.wait_until(lambda: clusters.result.folder == named.folder)
    assert "Canyon" in {c.name for c in clusters.result.scheme.classes}
    assert np.array_equal(clusters.result.section(SectionKey(Axis.INLINE, 5)), section)
    assert len({row_text(interpreter, row, NAME) for row in range(3)} & {"Canyon"}) == 1

    folder = interpreter.application.session.project.folder
    interpreter.application.surveys.close()
    interpreter.application.open_path(folder)
    interpreter.wait_until(
        lambda: interpreter.application.session is not None and clusters.result is not None
    )
    assert clusters.result.folder == named.folder  # what was chosen is what is shown, and exported
    assert newest.folder.exists()
