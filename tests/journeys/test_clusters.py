"""Find clusters, lasso the map, merge two, send one to a class, undo, export, read back; cancel; restart."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
import segyio
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QComboBox, QTabWidget

from seisview.data.geometry import Axis, SectionKey
from seisview.data.synthetic import SyntheticConfig, synthesize, write_survey
from tests.journeys.interpreter import CONTROL, Interpreter


@pytest.fixture(scope="module")
def survey_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("survey") / "synthetic.sgy"
    write_survey(synthesize(SyntheticConfig(n_inlines=16, n_crosslines=64, n_samples=96)), path)
    return path


def choose(interpreter: Interpreter, name: str, text: str) -> None:
    """Go through a drop-down list by keys: letters typed shortly after others would belong to those."""
    box = interpreter.find(QComboBox, name)
    box.setFocus()
    way = box.findText(text) - box.currentIndex()
    for _ in range(abs(way)):
        interpreter.qtbot.keyClick(box, Qt.Key.Key_Down if way > 0 else Qt.Key.Key_Up)
    assert box.currentText() == text


def find_clusters(interpreter: Interpreter, count: int | None) -> None:
    tabs = interpreter.find(QTabWidget, "work_tabs")
    page = interpreter.application.clusters.page
    bar = tabs.tabBar()
    number = next(n for n in range(tabs.count()) if tabs.tabText(n) == "Clusters")
    place = bar.tabRect(number).center()
    interpreter.qtbot.mouseClick(bar, Qt.MouseButton.LeftButton, pos=place)
    interpreter.wait_until(page.isVisible)
    if count is not None:
        choose(interpreter, "cluster_count", str(count))
    interpreter.click("cluster_run")
    interpreter.wait_until(lambda: interpreter.application.jobs.busy is not None)


def drag(interpreter: Interpreter, widget, corners: list[QPointF]) -> None:
    interpreter.qtbot.mousePress(widget, Qt.MouseButton.LeftButton, pos=corners[0].toPoint())
    for corner in corners[1:]:
        interpreter.qtbot.mouseMove(widget, corner.toPoint())
    interpreter.qtbot.mouseRelease(widget, Qt.MouseButton.LeftButton, pos=corners[-1].toPoint())


def select_rows(interpreter: Interpreter, rows: tuple[int, ...]) -> None:
    cluster_list = interpreter.application.clusters.page.list
    modifier = Qt.KeyboardModifier.NoModifier
    for row in rows:
        place = cluster_list.visualItemRect(cluster_list.topLevelItem(row)).center()
        place.setX(60)
        interpreter.qtbot.mouseClick(cluster_list.viewport(), Qt.MouseButton.LeftButton, modifier, place)
        modifier = CONTROL


@pytest.mark.slow
@pytest.mark.usefixtures("without_umap")
def test_clusters(interpreter: Interpreter, survey_path: Path, tmp_path: Path) -> None:
    app = interpreter.application
    interpreter.open_survey(survey_path)
    plain = interpreter.section_picture()
    find_clusters(interpreter, 4)
    interpreter.wait_for_job(60)
    clusters = app.clusters
    result, points = clusters.result, clusters.points
    assert result is not None
    assert points is not None
    assert result.complete
    assert len(result.scheme) == 4
    key = app.state.key
    interpreter.wait_until(lambda: clusters.sections.clusters_of(key) is not None)
    interpreter.wait_until(lambda: interpreter.section_picture() != plain)
    assert "4 clusters" in interpreter.text("layer_clusters_description")
    interpreter.picture("clusters-1-found")

    # a lasso around half of the map lights samples up on the section
    scatter = clusters.page.scatter
    assert scatter.n_points == len(points.labels)
    width, height = scatter.width(), scatter.height()
    corners = [QPointF(1, 1), QPointF(width / 2, 1), QPointF(width / 2, height - 2), QPointF(1, height - 2)]
    drag(interpreter, scatter, [*corners, corners[0]])
    assert 0 < scatter.picked.sum() < scatter.n_points
    assert scatter.picked[points.positions[:, 0].argmin()]
    assert not scatter.picked[points.positions[:, 0].argmax()]
    interpreter.wait_until(lambda: clusters.sections.picked_of(key) is not None)
    lit = clusters.sections.picked_of(key)
    on_section = np.flatnonzero(points.places[:, 0] == key.index)
    rows, columns = points.places[on_section, 2], points.places[on_section, 1]
    assert np.array_equal(lit[rows, columns] > 0, scatter.picked[on_section])
    interpreter.picture("clusters-2-lasso")

    # a click on a point goes to its section
    wanted = next(i for i in range(len(points.labels)) if points.places[i, 0] != key.index)
    place = scatter.pixel_of(wanted)
    nearest = int(np.hypot(*(scatter._pixels - np.array([place.x(), place.y()])).T).argmin())
    interpreter.qtbot.mouseClick(scatter, Qt.MouseButton.LeftButton, pos=place.toPoint())
    target = SectionKey(Axis.INLINE, int(points.places[nearest, 0]))
    interpreter.wait_until(lambda: interpreter.section.key == target)

    # hovering over the section rings a point
    interpreter.qtbot.mouseMove(interpreter.section.canvas.viewport(), interpreter.section.pixel_of(40, 30))
    interpreter.wait_until(lambda: scatter._near is not None)

    # merge two
    select_rows(interpreter, (0, 1))
    interpreter.click("cluster_merge")
    assert len(result.scheme) == 3
    interpreter.wait_until(lambda: 2 not in np.unique(clusters.sections.clusters_of(target)))

    # send one to a class, but not over what was painted by hand; undo
    store = app.session.labels
    interpreter.paint(Qt.Key.Key_2, [(40, 10), (40, 50)])
    by_hand = store.section(target).copy()
    interpreter.qtbot.keyClick(interpreter.find(QComboBox, "cluster_color_by"), Qt.Key.Key_Down)
    near = points.places[:, 0] == target.index
    painted = near & (by_hand[points.places[:, 2], points.places[:, 1]] == 2)
    assert painted.any()
    assert (scatter._groups[painted] == 2).all()
    assert not scatter._groups[near & ~painted].any()
    interpreter.key(Qt.Key.Key_1)
    select_rows(interpreter, (0,))
    shown = clusters.page.list.selected_ids
    interpreter.wait_until(lambda: clusters.sections.clusters_of(target) is not None)
    interpreter.click("cluster_send")
    sent = store.section(target)
    member = np.isin(clusters.sections.clusters_of(target), shown)
    assert np.array_equal(sent[by_hand > 0], by_hand[by_hand > 0])
    assert np.array_equal(sent == 1, member & (by_hand == 0))
    interpreter.picture("clusters-3-sent")
    interpreter.undo()
    assert np.array_equal(store.section(target), by_hand)

    # a polygon on the section lights its points up in the map instead of painting
    interpreter.click("cluster_section_lasso")
    viewport = interpreter.section.canvas.viewport()
    corners = [interpreter.section.pixel_of(*place) for place in ((10, 5), (10, 55), (60, 55), (60, 5))]
    for pixel in corners:
        interpreter.qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=pixel)
    interpreter.key(Qt.Key.Key_Return)
    rows, columns = points.places[:, 2], points.places[:, 1]
    inside = (
        (points.places[:, 0] == target.index) & (rows > 12) & (rows < 58) & (columns > 8) & (columns < 52)
    )
    assert inside.any()
    assert scatter.picked[inside].all()
    assert not scatter.picked[rows > 64].any()
    assert np.array_equal(store.section(target), by_hand)
    interpreter.key(Qt.Key.Key_B)

    # export as it is shown, and read back with another reader
    exported = tmp_path / "clusters.sgy"
    interpreter.export("export_clusters_segy", exported)
    with segyio.open(str(exported)) as ours, segyio.open(str(survey_path)) as theirs:
        cube = segyio.tools.cube(ours)
        assert np.array_equal(ours.ilines, theirs.ilines)
        assert np.array_equal(cube[target.index], result.section(target).T)
        assert set(np.unique(cube)) == {1, 3, 4}
        assert "CLUSTERS" in segyio.tools.wrap(ours.text[0]).upper()

    # cancel frees the window at once and leaves everything as it was
    find_clusters(interpreter, 3)
    started = time.monotonic()
    interpreter.click("job_cancel")
    interpreter.wait_for_job(30)
    assert time.monotonic() - started < 2.0
    assert clusters.result is result

    # the clusters are there again after a restart, merged as they were
    folder = app.session.project.folder
    app.surveys.close()
    app.open_path(folder)
    interpreter.wait_until(lambda: app.session is not None and clusters.result is not None, 20)
    assert clusters.result is not result
    assert len(clusters.result.scheme) == 3
    assert scatter.n_points == len(points.labels)
