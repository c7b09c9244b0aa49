"""The match tool, the gallery, the state of a search, and labels of accepted hits."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from seisview.data.geometry import Axis, LineNumbers, SectionKey, SurveyGeometry
from seisview.gui.matches.gallery import GalleryItem, MatchGallery
from seisview.gui.matches.match_display import MatchDisplay
from seisview.gui.matches.match_outputs import label_edits
from seisview.gui.matches.match_page import MatchPage
from seisview.gui.matches.match_state import MatchState, picked_patch, search_config
from seisview.gui.tools.match import Match
from seisview.gui.tools.tool import Pointer
from seisview.labels.boxes import Box
from seisview.labels.edits import write_edits
from seisview.labels.facies import FaciesScheme
from seisview.labels.patches import Hit, Patch, Verdict
from seisview.labels.provenance import Provenance
from seisview.labels.store import LabelStore

GEOMETRY = SurveyGeometry(LineNumbers.regular(100, 1, 40), LineNumbers.regular(500, 1, 50), 60, 0.0, 4.0)
LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton


class Host:
    section_shape = (60, 50)
    pixel_scale = (4.0, 4.0)
    patch_size = (16, 8)
    is_slice = False

    def __init__(self):
        self.picked = []

    def pick_patch(self, box, *, unlike):
        self.picked.append((box, unlike))


def patch(line: int, row: int = 0) -> Patch:
    return Patch(SectionKey(Axis.INLINE, line), Box(row, row + 16, 0, 16))


def hits(*lines: int) -> tuple[Hit, ...]:
    return tuple(Hit(patch(line), 0.9 - 0.01 * n, 0.5) for n, line in enumerate(lines))


def test_a_click_picks_the_current_size_moved_inside():
    host, tool = Host(), Match()
    tool.press(host, Pointer(2, 48, LEFT))
    tool.release(host, Pointer(2, 48, LEFT))
    assert host.picked == [(Box(0, 16, 42, 50), False)]


def test_a_drag_picks_its_box_and_the_right_button_what_is_unlike():
    host, tool = Host(), Match()
    tool.press(host, Pointer(30, 40, RIGHT))
    tool.move(host, Pointer(20, 20))
    assert tool.busy
    assert tool.outline(host, None).boundingRect().width() == 21
    tool.release(host, Pointer(10, 20, RIGHT))
    assert host.picked == [(Box(10, 31, 20, 41), True)]
    assert not tool.busy


def test_escape_gives_a_box_up():
    host, tool = Host(), Match()
    tool.press(host, Pointer(30, 40, LEFT))
    assert tool.wants(Qt.Key.Key_Escape)
    tool.key(host, Qt.Key.Key_Escape)
    tool.release(host, Pointer(10, 20, LEFT))
    assert host.picked == []


def test_a_pick_on_a_slice_is_a_patch_of_the_inline_through_it():
    host, tool = Host(), Match()
    host.is_slice, host.section_shape = True, (50, 40)  # crosslines, inlines
    tool.press(host, Pointer(20, 12, LEFT))
    tool.release(host, Pointer(20, 12, LEFT))
    box = host.picked[0][0]
    assert box == Box(16, 24, 8, 16)  # as many traces either way as a patch is wide
    found = picked_patch(GEOMETRY, SectionKey(Axis.SAMPLE, 30), box, 16)
    assert found == Patch(SectionKey(Axis.INLINE, 12), Box(22, 38, 16, 24))
    on_section = Patch(SectionKey(Axis.CROSSLINE, 3), Box(0, 8, 0, 8))
    assert picked_patch(GEOMETRY, on_section.key, on_section.box, 16) == on_section


def test_verdicts_move_hits_and_shape_the_query():
    state = MatchState().picked(patch(1), "new").picked(patch(2), "add").picked(patch(3), "unlike")
    state = MatchState(state.positives, state.negatives, found=hits(10, 11, 12))
    state = state.judged(1, Verdict.ACCEPTED).judged(1, Verdict.REJECTED)
    assert [hit.patch.key.index for hit in state.hits] == [11, 12, 10]
    assert [hit.verdict for hit in state.hits] == [Verdict.ACCEPTED, Verdict.OPEN, Verdict.REJECTED]
    query = state.query()
    assert [p.key.index for p in query.positives] == [1, 2, 11]
    assert [p.key.index for p in query.negatives] == [3, 10]
    back = state.judged(2, Verdict.OPEN)
    assert {hit.patch.key.index for hit in back.found} == {10, 12}
    assert state.picked(patch(7), "new") == MatchState((patch(7),))
    assert MatchState().picked(patch(7), "unlike").is_empty


def test_the_scope_of_a_search():
    state = MatchState((patch(20, 30),))
    depth = search_config(state, GEOMETRY, "depth", False, 10).region
    assert depth.samples == (5, 70)
    lines = search_config(state, GEOMETRY, "lines", True, 10)
    assert lines.region.inlines == (-30, 71)
    assert set(lines.axes) == {Axis.INLINE, Axis.CROSSLINE}
    assert search_config(state, GEOMETRY, "everywhere", False, 10).axes == (Axis.INLINE,)
    across = Patch(SectionKey(Axis.CROSSLINE, 20), Box(0, 16, 0, 16))
    assert search_config(MatchState((across,)), GEOMETRY, "everywhere", False, 10).axes == (Axis.CROSSLINE,)
    accepted = MatchState((across,), accepted=hits(3))
    assert search_config(accepted, GEOMETRY, "everywhere", False, 10).axes == (Axis.CROSSLINE,)


def test_hits_are_drawn_whole_on_their_section_and_as_a_line_where_another_one_cuts_them():
    drawn = {}

    class View:
        def __init__(self, key):
            self.key = key

        def set_matches(self, _heat, boxes):
            drawn[self.key] = [shown.box for shown in boxes]

    along, across = SectionKey(Axis.INLINE, 12), SectionKey(Axis.CROSSLINE, 5)
    views = [
        View(along),
        View(across),
        View(SectionKey(Axis.CROSSLINE, 30)),
        View(SectionKey(Axis.SAMPLE, 4)),
    ]
    marks = SimpleNamespace(set_sections=lambda *_: None, set_points=lambda *_: None)
    display = MatchDisplay(lambda: views, marks, lambda *_: None)
    display.show(MatchState((patch(12, 2),)), None, GEOMETRY)  # crosslines 0..15, samples 2..17
    assert drawn[along] == [Box(2, 18, 0, 16)]
    assert drawn[across] == [Box(2, 18, 12, 13)]
    assert drawn[views[2].key] == []
    assert drawn[views[3].key] == [Box(0, 16, 12, 13)]


@pytest.fixture
def gallery(qtbot):
    made = MatchGallery()
    qtbot.addWidget(made)
    made.set_items([GalleryItem(str(n), f"hit {n}", "open") for n in range(4)])
    made.show()
    return made


def test_keys_judge_the_current_hit_and_arrows_go_on(gallery, qtbot):
    judged, chosen = [], []
    gallery.judged.connect(lambda n, verdict: judged.append((n, verdict)))
    gallery.chosen.connect(chosen.append)
    gallery.select(1)
    for key in (Qt.Key.Key_A, Qt.Key.Key_R, Qt.Key.Key_U):
        qtbot.keyClick(gallery, key)
    assert judged == [(1, "accepted"), (1, "rejected"), (1, "open")]
    qtbot.keyClick(gallery, Qt.Key.Key_Right)
    assert chosen == [2]
    gallery.set_picture(2, np.zeros((8, 8), np.uint8))
    assert gallery.current == 2


def cell_of(gallery, number):
    return gallery.visualRect(gallery.model().index(number, 0))


def test_the_picture_of_the_selected_hit_is_as_grey_as_before(gallery, qtbot):
    grey = np.tile(np.arange(0, 256, 4, np.uint8), (64, 1))
    for number in (0, 1):
        gallery.set_picture(number, grey)
    gallery.setFocus()
    gallery.select(0)
    painter = gallery.itemDelegate()
    shown = gallery.viewport().grab().toImage()

    def pixels(number, area):
        place = area(cell_of(gallery, number)).adjusted(3, 3, -3, -3)
        return shown.copy(place)

    chosen, other = (pixels(number, painter.picture_area) for number in (0, 1))
    assert chosen == other
    colours = {chosen.pixelColor(x, 20).saturation() for x in range(chosen.width())}
    assert colours == {0}
    frames = [shown.copy(painter.picture_area(cell_of(gallery, n)).adjusted(-3, -3, 3, 3)) for n in (0, 1)]
    assert frames[0] != frames[1]  # what keys judge is framed


@pytest.mark.parametrize("height", [110, 140, 168, 200, 260, 400])
def test_texts_of_the_last_row_are_not_cut(qtbot, height):
    made = MatchGallery()
    qtbot.addWidget(made)
    made.set_items([GalleryItem(str(n), f"hit {n}", "open") for n in range(40)])
    made.resize(460, height)
    made.show()
    qtbot.waitUntil(lambda: cell_of(made, 39).isValid())
    seen = made.viewport().rect()
    texts = [made.itemDelegate().text_area(cell_of(made, n)) for n in range(40)]
    pictures = [made.itemDelegate().picture_area(cell_of(made, n)) for n in range(40)]
    assert any(seen.contains(text) for text in texts)
    for picture, text in zip(pictures, texts, strict=True):
        if seen.contains(picture):
            assert seen.contains(text)


def test_the_page_says_why_it_cannot(qtbot):
    page = MatchPage()
    qtbot.addWidget(page)
    page.set_labelling("Label accepted as Sand", "Accept a hit first (A).")
    button = page.findChild(QPushButton, "match_label")
    assert not button.isEnabled()
    assert button.toolTip() == "Accept a hit first (A)."
    page.set_learning("Training is running.")
    assert not page.findChild(QPushButton, "match_learn").isEnabled()
    assert not page.uses_model
    assert not page.findChild(QPushButton, "match_export").isEnabled()


def test_hits_are_drawn_on_their_sections_and_marked():
    sections, points, drawn, described = [], [], [], []
    marks = SimpleNamespace(
        set_sections=lambda _source, found: sections.append(found),
        set_points=lambda _source, found: points.append(found),
    )
    view = SimpleNamespace(
        key=SectionKey(Axis.INLINE, 11), set_matches=lambda heat, boxes: drawn.append((heat, list(boxes)))
    )
    display = MatchDisplay(lambda: [view], marks, lambda *text: described.append(text))
    state = MatchState((patch(11, 40),), found=hits(10, 11, 11))
    display.show(state, None, GEOMETRY)
    assert [(box.kind, box.text) for box in drawn[-1][1]] == [("open", "2"), ("open", "3"), ("query", "")]
    assert [mark.text for mark in sections[-1]] == ["inline 110: match 1", "inline 111: matches 2, 3"]
    assert all(mark.kind == "match" and not mark.on_map for mark in sections[-1])
    assert len(points[-1]) == 3
    assert "take the match tool" in described[-1][2]
    assert "Rank 1: inline 110" in display.items()[0].hover
    view.key = SectionKey(Axis.SAMPLE, 8)
    display.draw(view)  # a slice cuts the hits that reach it, but not the query further down
    assert [(box.kind, box.box) for box in drawn[-1][1]] == [
        ("open", Box(0, 16, line, line + 1)) for line in (10, 11, 11)
    ]


def test_accepted_hits_become_labels_but_never_over_the_hand():
    store = LabelStore(GEOMETRY, FaciesScheme.named(["Mud", "Sand"]))
    key = SectionKey(Axis.INLINE, 5)
    store.apply(key, Box(0, 4, 0, 4), np.ones((4, 4), np.bool_), 1)
    reaching = Hit(Patch(key, Box(50, 66, 44, 60)), 0.5, 0.5, Verdict.ACCEPTED)  # cells reach beyond
    edits = label_edits([Hit(patch(5), 0.9, 0.5, Verdict.ACCEPTED), reaching], 2, GEOMETRY)
    write_edits(store, edits, Provenance.ACCEPTED)
    labels = store.section(key)
    assert (labels[:4, :4] == 1).all()
    assert (labels[4:16, :16] == 2).all()
    assert (labels[50:, 44:] == 2).all()
    store.undo()
    assert (store.section(key) == 2).sum() == 0
    assert (store.section(key) == 1).sum() == 16


def test_hits_that_come_while_proposals_are_reviewed_do_not_hide_them(qtbot):
    page = MatchPage()
    qtbot.addWidget(page)
    page.show()
    page.begin_training()
    page.begin_review()
    page.review.show_proposals("Round 1", ["a", "b", "c"])
    page.set_hits(True, "50 found")
    assert page.review.isVisible()
    gallery = page.review.gallery
    for key in (Qt.Key.Key_R, Qt.Key.Key_R):
        qtbot.keyClick(gallery, key)
    gallery.select(0)
    qtbot.keyClick(gallery, Qt.Key.Key_A)  # kept after all
    assert page.review.kept == (True, False, True)
    with qtbot.waitSignal(page.review.decided):
        page.findChild(QPushButton, "match_review_drop").click()
    assert not any(page.review.kept)
    page.end_review()
    page.end_training()
    assert page.gallery.isVisible()
