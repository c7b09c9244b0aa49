"""A time slice lies as the base map does, and everything on it is where it is drawn, driven by the mouse."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt

from seisview.data.geometry import Axis, LineNumbers, SectionKey, SurveyGeometry
from seisview.data.map_transform import MapTransform
from seisview.data.segy.write import create_segy
from seisview.gui.section.orientation import UPRIGHT, Orientation, orientation_of
from tests.gui.pane_scene import LEFT, SHIFT, Scene

BOTH = Qt.KeyboardModifier.ControlModifier | SHIFT
N_INLINES, N_CROSSLINES = 10, 14
PLAIN = SurveyGeometry(
    LineNumbers.regular(1000, 2, N_INLINES), LineNumbers.regular(400, 1, N_CROSSLINES), 20, 100.0, 4.0
)


def mapped(inline: tuple[float, float], crossline: tuple[float, float]) -> SurveyGeometry:
    return replace(PLAIN, transform=MapTransform(450_000.0, 6_700_000.0, *inline, *crossline))


SURVEYS = {
    "no coordinates": PLAIN,
    "numbers that decrease": replace(
        PLAIN,
        inlines=LineNumbers.regular(1018, -2, N_INLINES),
        crosslines=LineNumbers.regular(413, -1, N_CROSSLINES),
    ),
    "inlines go east": mapped((25.0, 0.0), (0.0, 25.0)),
    "inlines go north": mapped((0.0, 25.0), (25.0, 0.0)),
    "inlines go west, crosslines south": mapped((-25.0, 0.0), (0.0, -25.0)),
    "turned by 30 degrees": mapped((-12.5, 21.65), (-21.65, -12.5)),
}


def test_vertical_sections_are_upright() -> None:
    for geometry in SURVEYS.values():
        assert orientation_of(Axis.INLINE, geometry) == orientation_of(Axis.CROSSLINE, geometry) == UPRIGHT


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("no coordinates", Orientation(flips_y=True)),
        ("inlines go east", Orientation(flips_y=True)),
        ("inlines go north", Orientation(swapped=True, flips_y=True)),
        ("inlines go west, crosslines south", Orientation(flips_x=True)),
        ("turned by 30 degrees", Orientation(swapped=True, flips_x=True, flips_y=True)),
    ],
)
def test_slices_lie_as_the_map(name: str, expected: Orientation) -> None:
    assert orientation_of(Axis.SAMPLE, SURVEYS[name]) == expected


def amplitudes() -> np.ndarray:
    """Another value in each quarter of the survey: -3, -1, 1, 3 from the first corner to the last."""
    quarters = np.array([[-3.0, -1.0], [1.0, 3.0]], np.float32)
    half = (np.arange(N_INLINES) >= N_INLINES // 2).astype(int)
    other = (np.arange(N_CROSSLINES) >= N_CROSSLINES // 2).astype(int)
    return np.repeat(quarters[half][:, other][:, :, None], PLAIN.n_samples, axis=2)


@pytest.fixture(params=SURVEYS, ids=list(SURVEYS))
def scene(qtbot, tmp_path, request):
    path = tmp_path / "corners.sgy"
    create_segy(path, amplitudes(), SURVEYS[request.param])
    made = Scene(qtbot, path)
    made.four()
    yield made
    made.app.shutdown()
    made.window.deleteLater()


def view(scene):
    return scene.panes[2].section_view


def chart(scene):
    return scene.panes[3].base_map


def on_slice(scene, inline, crossline) -> QPoint:
    return view(scene).pixel_of(crossline, inline)


CORNERS = [(0, 0), (0, N_CROSSLINES - 1), (N_INLINES - 1, 0), (N_INLINES - 1, N_CROSSLINES - 1)]


def test_everything_is_where_it_is_drawn(scene):
    """One window for all of it: starting one takes longer than the checks."""
    compare_with_the_map(scene)
    look_at_colours(scene)
    read_out_and_point(scene)
    read_rulers(scene)
    paint_and_pick(scene)
    zoom_and_move(scene)
    swipe(scene)


def compare_with_the_map(scene):
    """From one corner to another is the same way on both, up to what right angles leave."""
    for one in CORNERS:
        for other in CORNERS:
            if (one[0] == other[0]) == (one[1] == other[1]):
                continue  # along an edge of the survey; diagonals depend on how it is stretched
            step = on_slice(scene, *other) - on_slice(scene, *one)
            far = chart(scene).pixel_of(*other) - chart(scene).pixel_of(*one)
            cosine = (step.x() * far.x() + step.y() * far.y()) / (
                math.hypot(step.x(), step.y()) * math.hypot(far.x(), far.y())
            )
            assert cosine > math.cos(math.radians(46))


def look_at_colours(scene):
    image = view(scene).canvas.viewport().grab().toImage()
    shades = [image.pixelColor(on_slice(scene, i, j) + QPoint(3, 3)).lightness() for i, j in inner_corners()]
    assert shades == sorted(shades, reverse=shades[0] > shades[-1])
    assert len(set(shades)) == 4


def inner_corners():
    """A trace inside of each corner, where no cross-hair is."""
    return [(i + (1 if i == 0 else -1), j + (1 if j == 0 else -1)) for i, j in CORNERS]


def read_out_and_point(scene):
    geometry = scene.app.session.geometry
    cells = scene.window.status_line._cells
    port = view(scene).canvas.viewport()
    for inline, crossline in CORNERS:
        scene.qtbot.mouseMove(port, on_slice(scene, inline, crossline))
        wanted = {
            "inline": f"inline {geometry.inlines.number_at(inline)}",
            "crossline": f"crossline {geometry.crosslines.number_at(crossline)}",
        }
        scene.wait(lambda wanted=wanted: all(cells[name].text() == text for name, text in wanted.items()))
        assert cells["amplitude"].text() == f"amp {amplitudes()[inline, crossline, 0]:g}"
        assert chart(scene)._cursor == (inline, crossline)
        assert scene.panes[0].crosshair.cursor_place == (10, crossline)
    scene.qtbot.mouseMove(chart(scene), chart(scene).pixel_of(2, 11).toPoint())
    scene.wait(lambda: scene.panes[2].crosshair.cursor_place == (11, 2))
    # cross-hairs lie where the other panes cut: inline 5 and crossline 7 of the middle
    cuts = scene.panes[2].crosshair._cuts
    to_pixels = view(scene).canvas.viewportTransform()
    for axis, place in ((Axis.INLINE, (5, 3)), (Axis.CROSSLINE, (3, 7))):
        line, pixel = to_pixels.map(cuts[axis].line()), on_slice(scene, *place)
        along_x = abs(line.dx()) > abs(line.dy())
        assert (line.y1() - pixel.y() if along_x else line.x1() - pixel.x()) == pytest.approx(0, abs=1.5)


def read_rulers(scene):
    geometry, section = scene.app.session.geometry, view(scene)
    swapped = section.canvas.orientation.swapped
    names = ("crossline", "inline") if swapped else ("inline", "crossline")
    assert (section.top_ruler._scale.title, section.left_ruler._scale.title) == names
    for ruler, name in ((section.top_ruler, names[0]), (section.left_ruler, names[1])):
        lines = geometry.lines(Axis(name))
        assert len(ruler.visible_ticks) >= 2
        for tick in ruler.visible_ticks:
            index = lines.index_of(int(tick.text), name)
            place = on_slice(scene, *((index, 0) if name == "inline" else (0, index)))
            at = place.x() if ruler is section.top_ruler else place.y()
            assert ruler.position_of(tick.position) == pytest.approx(at, abs=1)
    section.mark_cursor(None)


def paint_and_pick(scene):
    scene.key(Qt.Key.Key_1)
    scene.app.state.set_brush_diameter(1)
    depth = scene.panes[2].section_view.key.index
    scene.qtbot.mouseClick(view(scene).canvas.viewport(), LEFT, pos=on_slice(scene, 2, 12))
    painted = scene.app.session.labels.section(SectionKey(Axis.SAMPLE, depth))
    assert np.argwhere(painted).tolist() == [[12, 2]]  # crosslines are the rows of the array
    scene.qtbot.mouseClick(view(scene).canvas.viewport(), LEFT, SHIFT, on_slice(scene, 8, 1))
    scene.wait(scene.drawn)
    assert scene.keys()[:2] == [SectionKey(Axis.INLINE, 8), SectionKey(Axis.CROSSLINE, 1)]


def zoom_and_move(scene):
    canvas = view(scene).canvas
    place = on_slice(scene, 3, 4)
    before = canvas.scene_position(place)
    canvas.zoom(2.0, place)
    after = canvas.scene_position(place)
    assert (after.x(), after.y()) == pytest.approx((before.x(), before.y()), abs=0.1)
    middle = canvas.viewport().rect().center()
    view(scene).center_on(9, 6)
    assert (on_slice(scene, 6, 9) - middle).manhattanLength() <= 4
    view(scene).center_on(3, None)
    assert (on_slice(scene, 6, 3) - middle).manhattanLength() <= 4
    canvas.setFocus()
    scene.qtbot.keyClick(canvas, Qt.Key.Key_Right, BOTH)
    pointer = view(scene)._keyboard
    for key, way in ((Qt.Key.Key_Right, QPoint(1, 0)), (Qt.Key.Key_Up, QPoint(0, -1))):
        start = view(scene).pixel_of(*pointer.place)
        scene.qtbot.keyClick(canvas, key, BOTH)
        gone = view(scene).pixel_of(*pointer.place) - start
        assert QPoint.dotProduct(gone, way) > 0
        assert QPoint.dotProduct(gone, QPoint(way.y(), way.x())) == 0
    canvas.fit()


def swipe(scene):
    scene.predict()
    scene.app.state.set_swipe_on(True)
    canvas = view(scene).canvas
    section = canvas.viewportTransform().mapRect(canvas.scene().itemsBoundingRect())
    assert section.isValid()
    image = canvas.viewport().grab().toImage()
    scene.app.state.set_layer("facies", visible=False)
    bare = canvas.viewport().grab().toImage()
    y = image.height() // 2 + 5
    colored = [image.pixelColor(x, y) != bare.pixelColor(x, y) for x in (10, image.width() - 10)]
    assert colored == [False, True]
    divider = canvas.viewportTransform().map(view(scene)._swipe._divider.line())
    assert divider.dx() == pytest.approx(0, abs=0.1)
    assert abs(divider.dy()) > 50
