"""Indexed overlays: persistent buffers, partial repaints, colour tables, outlines."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QRegion
from PySide6.QtWidgets import QApplication

from seisview.gui.section.outlined_image import EnlargedOutlines, OutlinedImage
from seisview.gui.section.outlines import OUTLINE, edge_lines, ringed
from seisview.labels.strokes import Box
from tests.gui.section_pictures import (
    BLUE,
    GREEN,
    RED,
    color_at,
    differing,
    drawn_anew,
    on_screen,
    palette,
    plain,
    shown,
)

SHAPE = (40, 60)


class PaintedArea(QObject):
    """Collects what of a widget is repainted."""

    def __init__(self, widget) -> None:
        super().__init__(widget)
        self.region = QRegion()
        widget.installEventFilter(self)

    def eventFilter(self, watched, event) -> bool:  # noqa: N802
        if event.type() == QEvent.Type.Paint:
            self.region += event.region()
        return False

    def area(self) -> int:
        return sum(r.width() * r.height() for r in self.region)


def labels(**boxes) -> np.ndarray:
    array = np.zeros(SHAPE, np.uint8)
    for class_id, rows, columns in boxes.values():
        array[rows, columns] = class_id
    return array


def test_labels_are_solid_and_predictions_let_the_section_through(view) -> None:
    view.set_facies(labels(a=(1, slice(0, 20), slice(0, 30))))
    view.set_labels(labels(a=(2, slice(5, 15), slice(40, 55))))
    grey = color_at(view, 35, 10)
    assert grey[0] == grey[1] == grey[2]
    tinted = color_at(view, 10, 10)
    expected = [round(0.45 * c + 0.55 * g) for c, g in zip(RED, grey, strict=True)]
    assert np.abs(np.subtract(tinted, expected)).max() <= 3
    assert color_at(view, 10, 47) == GREEN


def test_rows_run_down_and_columns_to_the_right(view) -> None:
    view.set_labels(
        labels(top_right=(3, slice(0, 8), slice(50, 60)), bottom_left=(1, slice(32, 40), slice(0, 10)))
    )
    image = shown(view)
    width, height = image.width(), image.height()
    assert image.pixelColor(width - 20, 15).getRgb()[:3] == BLUE
    assert image.pixelColor(20, height - 15).getRgb()[:3] == RED
    top, bottom = view.pixel_of(0, 0), view.pixel_of(39, 59)
    assert top.y() < bottom.y()
    assert top.x() < bottom.x()


def test_none_clears_a_layer(view) -> None:
    before = color_at(view, 10, 10)
    view.set_labels(np.full(SHAPE, 2, np.uint8))
    assert color_at(view, 10, 10) == GREEN
    view.set_labels(None)
    assert color_at(view, 10, 10) == before


def test_a_patch_changes_its_box_and_repaints_little_more(view, qtbot) -> None:
    view.set_labels(labels())
    shown(view)
    painted = PaintedArea(view.canvas.viewport())
    view.patch_labels(Box(10, 16, 20, 26), np.full((6, 6), 3, np.uint8))
    qtbot.waitUntil(lambda: not painted.region.isEmpty())
    QApplication.processEvents()
    viewport = view.canvas.viewport()
    whole = viewport.width() * viewport.height()
    assert painted.area() < 0.06 * whole  # the box itself is 1.5 %
    assert color_at(view, 13, 23) == BLUE
    assert color_at(view, 13, 30) != BLUE


@pytest.mark.parametrize(
    ("shape", "zoom"), [((40, 60), 1.0), ((40, 60), 4.0), ((165, 215), 1.0), ((900, 900), 1.0)]
)
def test_patches_leave_the_screen_as_a_full_repaint_would(view, shape, zoom) -> None:
    view.set_section(plain(shape))
    view.fit()
    view.zoom(zoom)
    view.set_labels(np.zeros(shape, np.uint8))
    on_screen(view)
    rng = np.random.default_rng(5)
    height, width = shape[0] // 8, shape[1] // 12
    for _ in range(15):
        row, column = int(rng.integers(0, shape[0] - height)), int(rng.integers(0, shape[1] - width))
        box = Box(row, row + height, column, column + width)
        view.patch_labels(box, np.full(box.shape, rng.integers(0, 4), np.uint8))
        on_screen(view)
    assert differing(on_screen(view), drawn_anew(view)) < 0.0005


def test_a_patch_on_an_empty_layer_starts_from_unlabelled(view) -> None:
    view.patch_labels(Box(0, 40, 0, 20), np.full((40, 20), 1, np.uint8))
    assert color_at(view, 20, 10) == RED
    assert color_at(view, 20, 40) != RED


def test_the_palette_recolours_what_is_drawn(view) -> None:
    view.set_labels(np.full(SHAPE, 1, np.uint8))
    colors = palette()
    colors[1] = (12, 200, 99)
    view.set_palette(colors)
    assert color_at(view, 20, 30) == (12, 200, 99)


def test_opacity_and_visibility(view) -> None:
    bare = color_at(view, 20, 30)
    view.set_facies(np.full(SHAPE, 1, np.uint8))
    view.set_layer("facies", True, 1.0)
    assert color_at(view, 20, 30) == RED
    view.set_layer("facies", False, 1.0)
    assert color_at(view, 20, 30) == bare
    view.set_layer("facies", True, 0.0)
    assert color_at(view, 20, 30) == bare


def test_confidence_darkens_what_is_unsure_only(view) -> None:
    bare = color_at(view, 20, 50)
    confidence = np.zeros(SHAPE, np.uint8)
    confidence[:, :20], confidence[:, 20:40] = 60, 255
    view.set_layer("confidence", True, 0.8)
    view.set_confidence(confidence)
    assert max(color_at(view, 20, 10)) < 0.6 * min(bare)
    assert color_at(view, 20, 30) == bare  # certain
    assert color_at(view, 20, 50) == bare  # not predicted


@pytest.mark.parametrize("setter", ["set_facies", "set_confidence", "set_labels"])
def test_layers_of_another_shape_are_refused(view, setter) -> None:
    with pytest.raises(ValueError, match="do not fit"):
        getattr(view, setter)(np.zeros((40, 61), np.uint8))
    view.clear()
    with pytest.raises(ValueError, match="do not fit"):
        getattr(view, setter)(np.zeros(SHAPE, np.uint8))


@pytest.mark.parametrize("box", [Box(0, 5, 0, 6), Box(38, 42, 0, 5), Box(-1, 3, 0, 5)])
def test_patches_that_do_not_fit_are_refused(view, box) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        view.patch_labels(box, np.zeros((4, 5), np.uint8))


def test_unknown_layers_and_bad_palettes_are_refused(view) -> None:
    with pytest.raises(ValueError, match="horizons"):
        view.set_layer("horizons", True, 1.0)
    with pytest.raises(ValueError, match="palette"):
        view.set_palette(np.zeros((8, 3), np.uint8))


def test_labels_that_let_the_section_through_are_not_mixed_with_the_facies(view) -> None:
    labelled = labels(a=(2, slice(5, 35), slice(10, 50)))
    view.set_layer("labels", True, 0.7)
    view.set_labels(labelled)
    alone = color_at(view, 20, 30)
    view.set_facies(np.full(SHAPE, 1, np.uint8))
    view.set_layer("facies", True, 1.0)
    assert color_at(view, 20, 30) == alone
    assert color_at(view, 2, 30) == RED
    view.patch_labels(Box(15, 25, 25, 35), np.zeros((10, 10), np.uint8))
    assert color_at(view, 20, 30) == RED
    view.patch_labels(Box(15, 25, 25, 35), np.full((10, 10), 2, np.uint8))
    assert color_at(view, 20, 30) == alone
    view.set_layer("labels", False, 0.7)
    assert color_at(view, 20, 30) == RED
    view.set_layer("labels", True, 0.7)
    assert color_at(view, 20, 30) == alone
    view.set_labels(None)
    assert color_at(view, 20, 30) == RED


def test_the_view_keeps_its_own_copy_of_labels(view) -> None:
    mine = np.full(SHAPE, 1, np.uint8)
    view.set_labels(mine)
    mine[:] = 3
    view.set_layer("labels", True, 1.0)
    assert color_at(view, 20, 30) == RED


def test_enlarged_labels_have_hairlines_between_samples(view) -> None:
    view.set_labels(labels(a=(2, slice(10, 30), slice(20, 40))))
    view.zoom(3.0)
    edge = view.pixel_of(20, 20)
    scale = view.canvas.transform().m11()
    image = shown(view)
    border = round(edge.x() - scale / 2)
    dark = [image.pixelColor(x, edge.y()).lightness() < 60 for x in range(border - 3, border + 4)]
    assert 1 <= sum(dark) <= 3
    assert image.pixelColor(edge).getRgb()[:3] == GREEN  # the sample itself is not inked


def test_shrunk_labels_keep_an_unbroken_outline(view) -> None:
    view.set_section(plain((1400, 2100)))
    area = np.zeros((1400, 2100), np.uint8)
    area[300:1100, 500:1500] = 2
    view.set_labels(area)
    image = shown(view)
    left, right = view.pixel_of(700, 500), view.pixel_of(700, 1499)
    top, bottom = view.pixel_of(300, 1000), view.pixel_of(1099, 1000)
    for y in range(top.y() + 4, bottom.y() - 4):
        for x in (left.x(), right.x()):
            assert min(image.pixelColor(x + d, y).lightness() for d in (-1, 0, 1)) < 60
    for x in range(left.x() + 4, right.x() - 4):
        for y in (top.y(), bottom.y()):
            assert min(image.pixelColor(x, y + d).lightness() for d in (-1, 0, 1)) < 60


@pytest.mark.parametrize("width", [1, 2])
def test_thin_labels_keep_their_colour(view, width) -> None:
    """A section painted on a crossing line is one sample wide there."""
    array = labels(
        line=(2, slice(8, 30), slice(20, 20 + width)), flat=(3, slice(35, 35 + width), slice(5, 50))
    )
    for zoom in (1.0, 0.15):
        view.fit()
        view.zoom(zoom)
        view.set_labels(array)
        assert color_at(view, 19, 20)[1] > 200
        assert color_at(view, 35, 30)[2] > 200
    ring = ringed(array, Box.whole(SHAPE))
    assert (ring[9:29, 20] == 2).all()
    assert (ring[35, 6:49] == 3).all()


def test_lines_of_single_samples_are_shown_however_small(view) -> None:
    array = np.zeros((900, 3000), np.uint8)
    array[100:800, 100::100] = 2
    image = OutlinedImage(array, (300, 700), [0] * 256)
    shown_columns = (image.buffer.pixels[100:200] == 2).all(axis=0).nonzero()[0]
    assert len(shown_columns) == 29


def test_outlines_stay_crisp_over_labels_that_let_the_section_through(view) -> None:
    view.set_labels(labels(a=(2, slice(10, 30), slice(20, 40))))
    view.set_layer("labels", True, 0.6)
    view.zoom(3.0)
    edge, scale = view.pixel_of(20, 20), view.canvas.transform().m11()
    border = round(edge.x() - scale / 2)
    image = shown(view)
    assert min(image.pixelColor(x, edge.y()).lightness() for x in range(border - 3, border + 4)) < 30
    assert image.pixelColor(edge).red() > 40


def test_an_anisotropic_section_has_thin_outlines(view) -> None:
    """Traces are often three times as wide on screen as samples are high."""
    view.set_section(plain((300, 60)))
    array = np.zeros((300, 60), np.uint8)
    array[50:250, 20:40] = 2
    view.set_labels(array)
    edge = view.pixel_of(150, 20)
    image = shown(view)
    assert view.canvas.transform().m11() > 6
    assert image.pixelColor(edge).getRgb()[:3] == GREEN


@pytest.mark.parametrize("scale", [(0.7, 2.8), (2.2, 2.2), (1.0, 0.4), (0.5, 6.5)])
def test_outlines_are_one_pixel_thin_and_patches_keep_them_so(scale) -> None:
    rng = np.random.default_rng(4)
    array = np.zeros(SHAPE, np.uint8)
    array[5:30, 10:40] = 2
    image = EnlargedOutlines(array, scale, [0] * 256)
    pixels = image.buffer.pixels
    middle = pixels[pixels.shape[0] // 2]
    runs = np.diff(np.flatnonzero(np.diff(np.pad(middle == OUTLINE, 1).astype(np.int8))))[::2]
    assert runs.tolist() == [1, 1]
    for _ in range(20):
        row, column = int(rng.integers(0, 30)), int(rng.integers(0, 50))
        box = Box(row, row + 7, column, column + 6)
        array[box.slices] = rng.integers(0, 3)
        area = image.refresh(box)
        assert area.left() <= box.column0
        assert area.bottom() >= box.row1 - 1e-9
        assert image.fits(scale)
        np.testing.assert_array_equal(
            image.buffer.pixels, EnlargedOutlines(array.copy(), scale, [0] * 256).buffer.pixels
        )


def test_edge_lines_leave_thin_areas_alone() -> None:
    array = labels(thin=(1, slice(10, 30), slice(5, 7)), thick=(2, slice(10, 30), slice(20, 23)))
    found = edge_lines(array, Box.whole(SHAPE), (3, 3))
    upright = sorted({e.x1() for e in found if e.x1() == e.x2()})
    assert upright == [20, 23]
    assert {e.y1() for e in found if e.y1() == e.y2()} == {10, 30}


def test_edge_lines_of_a_box_equal_that_part_of_all() -> None:
    array = np.random.default_rng(2).integers(0, 2, SHAPE).astype(np.uint8)
    box = Box(11, 22, 30, 45)

    def drawn(lines) -> set:
        dots = set()
        for e in lines:
            if e.y1() == e.y2():
                dots |= {("-", e.y1(), x) for x in np.arange(e.x1(), e.x2())}
            else:
                dots |= {("|", y, e.x1()) for y in np.arange(e.y1(), e.y2())}
        return dots

    inside = {
        (kind, y, x)
        for kind, y, x in drawn(edge_lines(array, Box.whole(SHAPE), (3, 2)))
        if (11 <= y <= 22 and 30 <= x < 45 if kind == "-" else 11 <= y < 22 and 30 <= x <= 45)
    }
    assert drawn(edge_lines(array, box, (3, 2))) == inside


def test_rings_lie_on_the_border_of_areas_and_not_on_the_edge_of_the_section() -> None:
    array = labels(a=(1, slice(0, 10), slice(0, 10)), b=(2, slice(0, 10), slice(10, 20)))
    ring = ringed(array, Box.whole(SHAPE))
    assert (ring[:9, 9] == OUTLINE).all()
    assert (ring[:9, 10] == OUTLINE).all()
    assert (ring[9, :20] == OUTLINE).all()
    assert (ring[0, 1:9] == 1).all()
    assert (ring[10:] == 0).all()


def test_ringing_a_box_equals_that_part_of_ringing_everything() -> None:
    array = np.random.default_rng(1).integers(0, 3, SHAPE).astype(np.uint8)
    whole = ringed(array, Box.whole(SHAPE))
    for box in (Box(0, 7, 0, 9), Box(11, 12, 30, 60), Box(30, 40, 50, 60)):
        np.testing.assert_array_equal(ringed(array, box), whole[box.slices])


@pytest.mark.parametrize("shape", [(40, 60), (20, 60), (17, 23), (1, 1)])
def test_refreshing_a_box_equals_building_anew(shape) -> None:
    rng = np.random.default_rng(3)
    array = np.zeros(SHAPE, np.uint8)
    image = OutlinedImage(array, shape, [0] * 256)
    for _ in range(20):
        row0, column0 = int(rng.integers(0, 35)), int(rng.integers(0, 55))
        box = Box(row0, row0 + int(rng.integers(1, 6)), column0, column0 + int(rng.integers(1, 6)))
        array[box.slices] = rng.integers(0, 3)
        area = image.refresh(array, box)
        expected = OutlinedImage(array.copy(), shape, [0] * 256).buffer.pixels
        np.testing.assert_array_equal(image.buffer.pixels, expected)
        if shape == SHAPE:
            assert area.left() <= max(0, box.column0 - 1)
            assert area.bottom() >= min(40, box.row1 + 1)


def test_edge_lines_join_runs() -> None:
    array = labels(a=(1, slice(10, 20), slice(30, 50)))
    found = {(e.x1(), e.y1(), e.x2(), e.y2()) for e in edge_lines(array, Box.whole(SHAPE))}
    assert found == {(30, 10, 50, 10), (30, 20, 50, 20), (30, 10, 30, 20), (50, 10, 50, 20)}
