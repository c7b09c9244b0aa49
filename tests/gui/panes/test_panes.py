"""One, two and four linked panes in the whole window, driven by mouse and keys on a real file."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QComboBox, QToolButton

from seisview.data.geometry import Axis, LineNumbers, SectionKey, SurveyGeometry
from seisview.gui.panes.pane import PaneKind
from tests.gui.pane_scene import LEFT, SHIFT, Scene
from tests.gui.survey_fixtures import write_segy


@pytest.fixture
def scene(qtbot, tmp_path):
    made = Scene(qtbot, write_segy(tmp_path))
    yield made
    made.app.shutdown()
    made.window.deleteLater()


def test_four_panes_show_all_directions_and_the_map(scene):
    scene.four()
    assert [p.kind for p in scene.panes] == [
        PaneKind.INLINE,
        PaneKind.CROSSLINE,
        PaneKind.SAMPLE,
        PaneKind.MAP,
    ]
    assert [p.title for p in scene.panes] == ["inline 1012", "crossline 408", "180 ms", ""]
    assert scene.panes[3].base_map.isVisible()
    assert scene.panes[3].base_map.sections == (
        SectionKey(Axis.SAMPLE, 20),
        SectionKey(Axis.CROSSLINE, 8),
        SectionKey(Axis.INLINE, 6),
    )
    assert scene.window.actions_by_id["panes_4"].isChecked()


def test_buttons_beside_the_section_bar_choose_the_number(scene):
    assert [scene.window.button_of(f"panes_{n}").text() for n in (1, 2, 4)] == ["1", "2", "4"]
    button = scene.window.button_of("panes_2")
    assert isinstance(button, QToolButton)
    scene.qtbot.mouseClick(button, LEFT)
    assert [p.kind for p in scene.panes] == [PaneKind.INLINE, PaneKind.MAP]
    scene.qtbot.mouseClick(scene.window.button_of("panes_1"), LEFT)
    assert len(scene.panes) == 1
    assert not scene.window.actions_by_id["next_pane"].isEnabled()
    assert "only one pane" in scene.window.actions_by_id["next_pane"].toolTip()


def test_lines_show_where_the_other_panes_cut(scene):
    scene.four()
    assert scene.panes[0].crosshair.cut_axes == (Axis.CROSSLINE, Axis.SAMPLE)
    assert scene.panes[2].crosshair.cut_axes == (Axis.INLINE, Axis.CROSSLINE)
    line = scene.panes[0].crosshair._cuts[Axis.CROSSLINE].line()
    assert (line.x1(), line.x2(), line.y1(), line.y2()) == (8.5, 8.5, 0, 40)
    line = scene.panes[2].crosshair._cuts[Axis.CROSSLINE].line()
    assert (line.y1(), line.y2(), line.x2()) == (8.5, 8.5, 12)
    scene.key(Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)
    assert scene.panes[0].crosshair.cut_axes == ()


def test_click_makes_a_pane_active_and_keys_step_there(scene):
    scene.four()
    scene.key(Qt.Key.Key_X)  # a click paints nothing that this test looks at
    scene.click(1, 10, 3)
    assert scene.app.state.key == SectionKey(Axis.CROSSLINE, 8)
    assert scene.window.section_view is scene.panes[1].section_view
    assert [bool(p.property("active")) for p in scene.panes] == [False, True, False, False]
    assert scene.window.findChild(QComboBox, "section_axis").currentText() == "crossline"
    scene.key(Qt.Key.Key_D)
    scene.wait(lambda: scene.panes[1].section_view.key == SectionKey(Axis.CROSSLINE, 9))
    assert scene.panes[0].section_view.key == SectionKey(Axis.INLINE, 6)
    assert scene.panes[0].crosshair._cuts[Axis.CROSSLINE].line().x1() == 9.5


def test_f6_goes_round_the_sections(scene):
    scene.four()
    seen = []
    for _ in range(3):
        scene.key(Qt.Key.Key_F6)
        seen.append(scene.app.state.key.axis)
    assert seen == [Axis.CROSSLINE, Axis.SAMPLE, Axis.INLINE]


def test_stroke_in_any_pane_shows_in_all_that_it_crosses(scene):
    scene.four()
    section = scene.panes[1].section_view
    scene.key(Qt.Key.Key_2)
    viewport = section.canvas.viewport()
    scene.qtbot.mousePress(viewport, LEFT, pos=section.pixel_of(20, 6))
    scene.qtbot.mouseMove(viewport, section.pixel_of(22, 7))
    scene.qtbot.mouseRelease(viewport, LEFT, pos=section.pixel_of(22, 7))
    store = scene.app.session.labels
    assert store.labelled_sections() == (SectionKey(Axis.CROSSLINE, 8),)
    assert store.section(SectionKey(Axis.CROSSLINE, 8))[20, 6] == 2
    inline, time_slice = scene.labels_on(0), scene.labels_on(2)
    assert inline[20, 8] == 2
    assert set(np.flatnonzero(inline.any(axis=0))) == {8}
    assert time_slice[8, 6] == 2
    assert set(np.flatnonzero(time_slice.any(axis=1))) == {8}
    scene.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert not scene.labels_on(0).any()
    assert not scene.labels_on(2).any()
    assert scene.app.state.key == SectionKey(Axis.CROSSLINE, 8)


def test_stroke_repaints_only_the_crossing_line_elsewhere(scene):
    scene.four()
    scene.key(Qt.Key.Key_1)
    layer = scene.panes[0].section_view._layers._layers["labels"]
    layer.set_values(np.zeros((40, 16), np.uint8))
    boxes = []
    real = layer.patch
    layer.patch = lambda box, values: (boxes.append(box), real(box, values))
    whole = []
    layer.set_values = whole.append
    scene.click(1, 20, 6)
    assert whole == []
    assert boxes
    assert all((box.column0, box.column1) == (8, 9) for box in boxes)


def test_shift_click_shows_the_point_in_the_other_panes_and_paints_nothing(scene):
    scene.four()
    scene.key(Qt.Key.Key_1)
    scene.click(0, 5, 11, SHIFT)
    scene.wait(scene.drawn)
    assert scene.keys()[:3] == [
        SectionKey(Axis.INLINE, 6),
        SectionKey(Axis.CROSSLINE, 11),
        SectionKey(Axis.SAMPLE, 5),
    ]
    assert sum(scene.app.session.labels.counts().values()) == 0
    assert scene.app.state.key == SectionKey(Axis.INLINE, 6)


def test_key_h_shows_the_point_under_the_cursor_elsewhere(scene):
    scene.four()
    section = scene.panes[0].section_view
    scene.qtbot.mouseMove(section.canvas.viewport(), section.pixel_of(30, 2))
    scene.key(Qt.Key.Key_H)
    scene.wait(scene.drawn)
    assert scene.keys()[1:3] == [SectionKey(Axis.CROSSLINE, 2), SectionKey(Axis.SAMPLE, 30)]


def test_cursor_is_mirrored_in_all_panes(scene):
    scene.four()
    section = scene.panes[1].section_view
    scene.qtbot.mouseMove(section.canvas.viewport(), section.pixel_of(30, 2))
    scene.wait(lambda: scene.panes[0].crosshair.cursor_place == (30, 8))
    assert scene.panes[2].crosshair.cursor_place == (8, 2)
    assert scene.panes[1].crosshair.cursor_place is None
    assert scene.panes[3].base_map._cursor == (2, 8)


def test_click_on_the_map_goes_there(scene):
    scene.four()
    chart = scene.panes[3].base_map
    scene.qtbot.mouseClick(chart, LEFT, pos=chart.pixel_of(2, 13).toPoint())
    scene.wait(scene.drawn)
    assert scene.keys()[:3] == [
        SectionKey(Axis.INLINE, 2),
        SectionKey(Axis.CROSSLINE, 13),
        SectionKey(Axis.SAMPLE, 20),
    ]
    scene.qtbot.mouseMove(chart, chart.pixel_of(3, 4).toPoint())
    scene.wait(lambda: scene.panes[0].crosshair.cursor_place == (20, 4))


def test_labels_and_hold_outs_are_marked_on_the_map(scene):
    scene.four()
    scene.key(Qt.Key.Key_1)
    scene.click(0, 20, 6)
    scene.window.actions_by_id["hold_out"].trigger()
    assert [m.text for m in scene.panes[3].base_map.marks] == ["inline 1012: held out"]


def test_kind_of_a_pane_is_chosen_in_its_header(scene):
    scene.four()
    combo = scene.window.findChild(QComboBox, "pane_4_kind")
    assert [combo.itemText(i) for i in range(combo.count())] == [
        "inline",
        "crossline",
        "time slice",
        "base map",
        "arbitrary line",
    ]
    scene.qtbot.keyClick(combo, Qt.Key.Key_Home)
    combo.activated.emit(0)
    scene.wait(scene.drawn)
    assert scene.panes[3].section_view.key.axis is Axis.INLINE
    assert "base map" not in [c.itemText(3) for c in scene.window.findChildren(QComboBox, "pane_1_kind")]


def test_axis_of_the_active_pane_follows_the_section_bar(scene):
    scene.four()
    scene.key(Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    scene.wait(scene.drawn)
    assert scene.panes[0].kind is PaneKind.SAMPLE
    assert scene.panes[0].section_view.key.axis is Axis.SAMPLE


def test_going_back_to_one_pane_keeps_the_active_section(scene):
    scene.four()
    scene.click(2, 3, 3)
    scene.key(Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)
    scene.wait(scene.drawn)
    assert scene.keys() == [SectionKey(Axis.SAMPLE, 20)]
    scene.four()
    assert [p.kind for p in scene.panes] == [
        PaneKind.SAMPLE,
        PaneKind.CROSSLINE,
        PaneKind.INLINE,
        PaneKind.MAP,
    ]


def test_panes_are_remembered(scene, qtbot, tmp_path):
    scene.four()
    scene.app.shutdown()
    again = Scene(qtbot, tmp_path / "small.sgy")
    assert len(again.panes) == 4
    assert again.panes[3].kind is PaneKind.MAP
    again.app.shutdown()


def test_prediction_is_drawn_in_all_panes(scene):
    scene.four()

    scene.predict()
    for pane in scene.panes[:3]:
        assert (pane.section_view._layers._layers["facies"].values == 2).all()


class Paints(QObject):
    """Counts the pixels that a viewport was asked to repaint."""

    def __init__(self, viewport):
        super().__init__(viewport)
        self.pixels = 0
        viewport.installEventFilter(self)

    def eventFilter(self, _watched, event):  # noqa: N802 - Qt's name
        if event.type() is QEvent.Type.Paint:
            self.pixels += sum(r.width() * r.height() for r in event.region())
        return False


def test_a_step_in_one_pane_repaints_no_more_than_lines_in_the_others(scene):
    scene.four()
    paints = [Paints(p.section_view.canvas.viewport()) for p in scene.panes[:3]]
    for _ in range(2):  # the first time, what was not painted since the panes were made is in it
        for paint in paints:
            paint.pixels = 0
        scene.key(Qt.Key.Key_D)
        scene.wait(scene.drawn)
        scene.wait(lambda: all(p.pixels for p in paints))
    areas = [p.parent().width() * p.parent().height() for p in paints]
    assert paints[0].pixels >= areas[0]
    assert paints[1].pixels < 0.2 * areas[1]
    assert paints[2].pixels < 0.2 * areas[2]


def test_garbled_memory_is_ignored(scene):
    before = scene.app.panes.stored
    for text in (
        "",
        "7 inline",
        "x y",
        "2 map map inline map map map",
        "4 inline map map crossline sample map",
    ):
        scene.app.panes.restore(text)
        assert scene.app.panes.stored == before


def test_another_survey_of_another_size_opens_in_all_panes(scene, tmp_path):
    scene.four()
    scene.key(Qt.Key.Key_1)
    scene.click(1, 20, 6)
    large = SurveyGeometry(LineNumbers.regular(1, 1, 30), LineNumbers.regular(1, 1, 45), 70, 0.0, 2.0)
    scene.app.open_path(write_segy(tmp_path, "large.sgy", geometry=large))
    scene.wait(lambda: scene.app.session.volume.geometry.shape == large.shape and scene.drawn())
    assert [p.title for p in scene.panes] == ["inline 16", "crossline 23", "70 ms", ""]
    assert scene.panes[3].base_map.marks == ()
    assert not scene.labels_on(1).any()
    scene.app.open_path(tmp_path / "small.sgy")
    scene.wait(lambda: scene.app.session.volume.geometry.shape != large.shape and scene.drawn())
    assert [m.text for m in scene.panes[3].base_map.marks] == ["crossline 408: labelled"]


def test_line_has_one_pane_and_a_volume_after_it_as_many_as_before(scene, tmp_path):
    scene.four()
    line = SurveyGeometry(LineNumbers((7,)), LineNumbers.regular(1, 1, 45), 70, 0.0, 2.0)
    scene.app.open_path(write_segy(tmp_path, "line.sgy", geometry=line))
    scene.wait(lambda: scene.app.session.volume.geometry.is_2d and scene.drawn())
    assert len(scene.panes) == 1
    assert not scene.window.actions_by_id["panes_4"].isEnabled()
    scene.app.open_path(tmp_path / "small.sgy")
    scene.wait(lambda: not scene.app.session.volume.geometry.is_2d and scene.drawn())
    assert len(scene.panes) == 4


def test_cursor_of_a_pane_that_is_gone_goes_too(scene):
    scene.four()
    section = scene.panes[1].section_view
    scene.qtbot.mouseMove(section.canvas.viewport(), section.pixel_of(20, 4))
    scene.wait(lambda: scene.panes[0].crosshair.cursor_place is not None)
    scene.key(Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)
    assert scene.panes[0].crosshair.cursor_place is None


def test_one_colour_bar_is_shown_whatever_the_panes_show(scene):
    def bars():
        views = [view for pane in scene.panes for view in (pane.section_view, pane.line_view)]
        return [view.color_bar.isVisible() for view in views].count(True)

    assert bars() == 1
    scene.four()
    assert bars() == 1
    assert scene.panes[1].section_view.color_bar.isVisible()
    for kind in (PaneKind.MAP, PaneKind.LINE, PaneKind.CROSSLINE):
        scene.app.panes.choose_kind(scene.panes[1], kind)
        scene.wait(scene.drawn)
        assert bars() == 1


def test_map_says_the_unit_of_its_coordinates(scene):
    scene.four()
    assert scene.panes[3].base_map._xy_unit == "m"
