"""A line drawn with the mouse on the base map or a slice, and the section along it, in the whole window."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt

from seisview.data.geometry import Axis, SectionKey
from seisview.gui.panes.line_display import NO_LINE
from seisview.gui.panes.line_drawing import HOW_TO_DRAW
from seisview.gui.panes.line_reading import picture_of
from seisview.gui.panes.pane import PaneKind
from seisview.labels.boxes import Box
from seisview.workflows.bricks import build_bricks
from tests.gui.pane_scene import LEFT, Scene
from tests.gui.survey_fixtures import write_segy


@pytest.fixture
def scene(qtbot, tmp_path):
    made = Scene(qtbot, write_segy(tmp_path))
    yield made
    made.app.shutdown()
    made.window.deleteLater()


def chart(scene):
    return next(p.base_map for p in scene.panes if p.kind is PaneKind.MAP)


def draw(scene, *corners):
    scene.key(Qt.Key.Key_K)
    for corner in corners:
        scene.qtbot.mouseClick(chart(scene), LEFT, pos=chart(scene).pixel_of(*corner).toPoint())
    scene.qtbot.mouseDClick(chart(scene), LEFT, pos=chart(scene).pixel_of(*corners[-1]).toPoint())


def show_slice(scene):
    scene.key(Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    scene.wait(lambda: scene.window.section_view.key.axis is Axis.SAMPLE and scene.drawn())
    return scene.window.section_view


def draw_on_slice(scene, view, *corners):
    """Clicks at (inline, crossline) corners; a double click ends the line."""
    scene.key(Qt.Key.Key_K)
    places = [view.pixel_of(crossline, inline) for inline, crossline in corners]
    for place in places:
        scene.qtbot.mouseClick(view.canvas.viewport(), LEFT, pos=place)
    scene.qtbot.mouseDClick(view.canvas.viewport(), LEFT, pos=places[-1])


def line_view(scene):
    return next(p.line_view for p in scene.panes if p.kind is PaneKind.LINE)


def layer_of(scene, name):
    return line_view(scene)._layers._layers[name]


def wait_for_line(scene):
    scene.wait(lambda: scene.app.line._data is not None and scene.app.line._data.is_exact)
    return scene.app.line._data.path


def amplitudes_along(scene, path):
    return scene.app.session.volume.read_traces(path.inlines, path.crosslines).T


def test_section_along_a_drawn_line_is_shown_in_a_pane(scene):
    keys = scene.app.state.key
    draw(scene, (1, 2), (9, 13))
    path = wait_for_line(scene)
    assert scene.app.state.key == keys  # drawing goes nowhere
    assert (path.inlines[0], path.crosslines[0]) == (1, 2)
    assert (path.inlines[-1], path.crosslines[-1]) == (9, 13)
    np.testing.assert_array_equal(line_view(scene)._picture.amplitude, amplitudes_along(scene, path))
    assert line_view(scene).isVisible()
    assert chart(scene)._line == [(1, 2), (9, 13)]
    assert scene.app.state.tool == "brush"
    assert scene.window.actions_by_id["tool_brush"].isChecked()


def test_line_is_drawn_on_a_slice_too_and_shown_there_and_beside_it(scene):
    view = show_slice(scene)
    draw_on_slice(scene, view, (1, 2), (9, 13))
    path = wait_for_line(scene)
    assert (path.inlines[0], path.crosslines[0]) == (1, 2)
    assert (path.inlines[-1], path.crosslines[-1]) == (9, 13)
    np.testing.assert_array_equal(line_view(scene)._picture.amplitude, amplitudes_along(scene, path))
    assert [pane.kind for pane in scene.panes] == [PaneKind.SAMPLE, PaneKind.LINE]
    drawn = scene.panes[0].crosshair._drawn
    assert drawn.isVisible()
    ends = [drawn.path().elementAt(i) for i in (0, drawn.path().elementCount() - 1)]
    # within a sample of the clicks: pixels are coarser than places here
    np.testing.assert_allclose([(e.x, e.y) for e in ends], [(1.5, 2.5), (9.5, 13.5)], atol=0.6)
    assert scene.app.state.tool == "brush"
    assert sum(scene.app.session.labels.counts().values()) == 0


def test_slice_pane_beside_others_takes_a_line_and_keeps_showing_the_slice(scene):
    scene.four()
    view = scene.panes[2].section_view
    draw_on_slice(scene, view, (2, 3), (8, 10))
    wait_for_line(scene)
    kinds = [pane.kind for pane in scene.panes]
    assert kinds == [PaneKind.INLINE, PaneKind.LINE, PaneKind.SAMPLE, PaneKind.MAP]
    assert scene.panes[2].crosshair._drawn.isVisible()
    assert not scene.panes[0].crosshair._drawn.isVisible()  # an inline is not crossed along a line
    assert len(chart(scene)._line) == 2


def test_line_tool_does_nothing_on_an_inline_and_says_where_to_click(scene):
    scene.four()
    scene.key(Qt.Key.Key_K)
    view = scene.panes[0].section_view
    assert view.canvas.viewport().cursor().shape() is Qt.CursorShape.ForbiddenCursor
    for place in ((5, 3), (20, 12)):
        scene.qtbot.mouseClick(view.canvas.viewport(), LEFT, pos=view.pixel_of(*place))
    scene.key(Qt.Key.Key_Return)
    assert scene.app.line._path is None
    assert scene.window.status_line._note.text() == HOW_TO_DRAW
    scene.key(Qt.Key.Key_K)
    assert scene.app.state.tool == "brush"


def test_escape_and_other_tools_give_the_line_on_a_slice_up(scene):
    view = show_slice(scene)
    scene.key(Qt.Key.Key_K)
    scene.qtbot.mouseClick(view.canvas.viewport(), LEFT, pos=view.pixel_of(3, 3))
    scene.key(Qt.Key.Key_Escape)
    assert scene.app.state.tool == "brush"
    scene.key(Qt.Key.Key_K)
    scene.qtbot.mouseClick(view.canvas.viewport(), LEFT, pos=view.pixel_of(3, 3))
    scene.key(Qt.Key.Key_E)
    assert scene.app.state.tool == "eraser"
    assert scene.app.line._path is None


def test_right_button_takes_a_corner_back_and_enter_ends_the_line(scene):
    view = show_slice(scene)
    scene.key(Qt.Key.Key_K)
    port = view.canvas.viewport()
    scene.qtbot.mouseClick(port, LEFT, pos=view.pixel_of(1, 1))
    scene.qtbot.mouseClick(port, LEFT, pos=view.pixel_of(14, 2))
    scene.qtbot.mouseClick(port, Qt.MouseButton.RightButton, pos=view.pixel_of(14, 2))
    scene.qtbot.mouseClick(port, LEFT, pos=view.pixel_of(4, 8))
    scene.key(Qt.Key.Key_Return)
    path = wait_for_line(scene)
    assert (path.inlines[-1], path.crosslines[-1]) == (8, 4)


def test_prediction_is_drawn_along_the_line_and_can_be_swiped(scene):
    shape = scene.app.session.geometry.shape
    facies = np.random.default_rng(1).integers(1, 4, shape).astype(np.uint8)
    draw(scene, (1, 2), (9, 13))
    path = wait_for_line(scene)
    assert scene.app.line._data.facies is None
    scene.app.line.set_facies(lambda *where: (np.ascontiguousarray(facies[where].T),) * 2)
    scene.wait(lambda: scene.app.line._data.facies is not None)
    layer = layer_of(scene, "facies")
    np.testing.assert_array_equal(layer.values, facies[path.inlines, path.crosslines].T)
    scene.app.state.set_swipe_on(True)
    assert line_view(scene)._swipe.at == 0.5
    port = line_view(scene).canvas.viewport()
    middle = port.rect().center()
    scene.qtbot.mousePress(port, LEFT, pos=middle)
    scene.qtbot.mouseMove(port, middle - port.rect().center() / 2)
    scene.qtbot.mouseRelease(port, LEFT, pos=middle - port.rect().center() / 2)
    assert scene.app.state.swipe_at == pytest.approx(0.25, abs=0.02)
    assert scene.panes[0].section_view._swipe.at == line_view(scene)._swipe.at
    scene.app.line.set_facies(None)
    scene.wait(lambda: layer.values is None)


def test_the_distance_along_the_line_has_a_unit(scene):
    draw(scene, (1, 2), (9, 13))
    wait_for_line(scene)
    picture = picture_of(scene.app.line._data, scene.app.session.geometry)
    assert picture.x_axis.title == "distance from A (m or ft)"


def test_labels_are_drawn_along_the_line_and_follow_painting(scene):
    store, geometry = scene.app.session.labels, scene.app.session.geometry
    draw(scene, (1, 2), (9, 13))
    path = wait_for_line(scene)
    rows, columns = geometry.section_shape(Axis.INLINE)
    box = Box(10, 20, 0, columns)
    inline = int(path.inlines[3])
    scene.app.labels.edit(
        lambda s: s.apply(SectionKey(Axis.INLINE, inline), box, np.ones(box.shape, bool), 2)
    )
    depth = SectionKey(Axis.SAMPLE, 30)
    flat = Box.whole(geometry.section_shape(Axis.SAMPLE))
    scene.app.labels.edit(lambda s: s.apply(depth, flat, np.ones(flat.shape, bool), 3))
    layer = layer_of(scene, "labels")
    scene.wait(lambda: layer.values is not None and (layer.values[30] == 3).all())
    expected = np.zeros((rows, len(path)), np.uint8)
    expected[10:20, path.inlines == inline] = 2
    expected[30] = 3
    np.testing.assert_array_equal(layer.values, expected)
    scene.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    scene.wait(lambda: layer.values is not None and not (layer.values == 3).any())
    assert store.counts()[2] > 0


def test_pointer_on_the_line_reads_out_and_shows_in_the_other_panes(scene):
    draw(scene, (1, 2), (9, 13))
    path = wait_for_line(scene)
    view = line_view(scene)
    scene.qtbot.mouseMove(view.canvas.viewport(), view.pixel_of(25, 4))
    geometry = scene.app.session.geometry
    inline, crossline = int(path.inlines[4]), int(path.crosslines[4])
    cells = scene.window.status_line._cells
    assert cells["inline"].text() == f"inline {geometry.inlines.number_at(inline)}"
    assert cells["crossline"].text() == f"crossline {geometry.crosslines.number_at(crossline)}"
    assert cells["amplitude"].text().startswith("amp ")
    assert chart(scene)._cursor == (inline, crossline)
    assert scene.panes[0].crosshair.cursor_place == (25, crossline)


def test_fast_copy_answers_first_and_the_survey_has_the_last_word(scene):
    session = scene.app.session
    build_bricks(session.volume, session.statistics)
    from seisview.data.bricks.opening import open_bricks

    session.fast.use_bricks(open_bricks(session.volume))
    seen = []
    scene.app.line._worker.answered.connect(lambda data: seen.append(data))
    draw(scene, (1, 2), (9, 13))
    path = wait_for_line(scene)
    scene.wait(lambda: len(seen) == 2)
    assert [data.is_exact for data in seen] == [False, True]
    exact = amplitudes_along(scene, path)
    np.testing.assert_array_equal(line_view(scene)._picture.amplitude, exact)
    clip = session.fast.bricks.clip
    np.testing.assert_allclose(seen[0].amplitude, np.clip(exact, -clip, clip), atol=clip / 120)


def test_brush_does_not_paint_on_the_line(scene):
    draw(scene, (1, 2), (9, 13))
    wait_for_line(scene)
    scene.key(Qt.Key.Key_1)
    view = line_view(scene)
    scene.qtbot.mouseClick(view.canvas.viewport(), LEFT, pos=view.pixel_of(10, 4))
    assert sum(scene.app.session.labels.counts().values()) == 0


def test_escape_gives_the_line_up_and_clicks_go_there_again(scene):
    scene.key(Qt.Key.Key_K)
    scene.qtbot.mouseClick(chart(scene), LEFT, pos=chart(scene).pixel_of(2, 2).toPoint())
    scene.qtbot.keyClick(chart(scene), Qt.Key.Key_Escape)
    assert scene.app.line._data is None
    scene.qtbot.mouseClick(chart(scene), LEFT, pos=chart(scene).pixel_of(2, 2).toPoint())
    assert scene.app.state.key.index == 2


def test_line_is_forgotten_with_its_survey_and_a_pane_without_one_says_how(scene, tmp_path):
    draw(scene, (1, 2), (9, 13))
    wait_for_line(scene)
    scene.app.open_path(write_segy(tmp_path, "other.sgy", seed=4))
    scene.wait(lambda: scene.app.session.volume.info.path.stem == "other" and scene.drawn())
    assert scene.app.line._data is None
    assert not any(pane.kind is PaneKind.LINE for pane in scene.panes)
    scene.four()
    scene.app.panes.choose_kind(scene.panes[1], PaneKind.LINE)
    assert line_view(scene).canvas._message == NO_LINE
