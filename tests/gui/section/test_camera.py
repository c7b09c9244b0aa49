"""The camera: fitting, zooming about a point, panning, locked aspect."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seisview.gui.section.camera import MAXIMUM_SCALE, Camera, Frame

FRAME = Frame(rows=500, columns=1000, width=800, height=600)


def screen_x(camera: Camera, frame: Frame, x: float) -> float:
    return (x - camera.center_x) * camera.scale_x + frame.width / 2


def test_a_fitted_section_fills_the_canvas_edge_to_edge() -> None:
    camera = Camera.fitted(FRAME)
    assert screen_x(camera, FRAME, 0) == pytest.approx(0)
    assert screen_x(camera, FRAME, 1000) == pytest.approx(800)
    assert camera.scale_y * 500 == pytest.approx(600)


def test_a_locked_aspect_fits_the_longer_side_and_keeps_the_ratio() -> None:
    camera = Camera.fitted(Frame(500, 1000, 800, 600, exaggeration=2.0))
    assert camera.scale_y == pytest.approx(2 * camera.scale_x)
    assert camera.scale_y * 500 <= 600 + 1e-6
    assert camera.scale_x * 1000 <= 800 + 1e-6


@given(x=st.floats(200, 800), y=st.floats(100, 400), factor=st.floats(1.0, 8.0))
def test_zooming_in_leaves_the_anchor_where_it_is(x: float, y: float, factor: float) -> None:
    before = Camera.fitted(FRAME)
    after = before.zoomed(factor, (x, y), FRAME)
    assert after.scale_x == pytest.approx(before.scale_x * factor)
    assert screen_x(after, FRAME, x) == pytest.approx(screen_x(before, FRAME, x))


@given(factors=st.lists(st.floats(0.01, 100.0), max_size=12))
def test_zoom_stays_between_half_the_fit_and_the_largest_scale(factors: list[float]) -> None:
    fitted = camera = Camera.fitted(FRAME)
    for factor in factors:
        camera = camera.zoomed(factor, (10.0, 490.0), FRAME)
    assert 0.5 * fitted.scale_x <= camera.scale_x * 1.0001
    assert max(camera.scale_x, camera.scale_y) <= MAXIMUM_SCALE * 1.0001
    assert 0 <= camera.center_x <= 1000
    assert 0 <= camera.center_y <= 500


def test_panning_moves_the_picture_with_the_mouse_and_never_loses_it() -> None:
    camera = Camera.fitted(FRAME).zoomed(4, (500, 250), FRAME)
    assert screen_x(camera.panned(30, 0, FRAME), FRAME, 500) == pytest.approx(
        screen_x(camera, FRAME, 500) + 30
    )
    assert camera.panned(1e9, -1e9, FRAME).center_x == 0
    assert camera.panned(1e9, -1e9, FRAME).center_y == 500


def test_a_tiny_section_is_not_forced_below_its_fitted_scale() -> None:
    frame = Frame(2, 3, 900, 600)
    fitted = Camera.fitted(frame)
    assert fitted.zoomed(1.5, (1, 1), frame).scale_x == pytest.approx(fitted.scale_x)
