"""Masks of brush, polygon and fill, each against a slow and obvious version."""

import itertools
import time
from collections import deque

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from seisview.labels.boxes import Box
from seisview.labels.strokes import brush_mask, fill_region, polygon_mask, similar_region

SHAPE = (40, 60)
_coordinate = st.floats(-20, 80, allow_nan=False)
_points = st.lists(st.tuples(_coordinate, _coordinate), min_size=1, max_size=6)


def _spread(box: Box, mask: np.ndarray, shape: tuple[int, int] = SHAPE) -> np.ndarray:
    whole = np.zeros(shape, bool)
    whole[box.slices] = mask
    return whole


def _distance_to_path(points: np.ndarray, radii: np.ndarray) -> np.ndarray:
    grid = np.stack(np.meshgrid(*(np.arange(n) for n in SHAPE), indexing="ij"), -1) / radii
    path = points / radii
    best = np.full(SHAPE, np.inf)
    for a, b in itertools.pairwise(path) if len(path) > 1 else [(path[0], path[0])]:
        length2 = max(float((b - a) @ (b - a)), 1e-300)
        t = np.clip(((grid - a) @ (b - a)) / length2, 0, 1)
        best = np.minimum(best, np.linalg.norm(grid - a - t[..., None] * (b - a), axis=-1))
    return best


@given(_points, st.floats(0, 12), st.floats(0, 12))
def test_brush_covers_what_lies_within_its_radii_of_the_path(points, radius_rows, radius_columns) -> None:
    box, mask = brush_mask(points, radius_rows, radius_columns, SHAPE)
    radii = np.maximum([radius_rows, radius_columns], 0.5**0.5)
    distance = _distance_to_path(np.asarray(points), radii)
    painted = _spread(box, mask)
    assert painted[distance < 1 - 1e-6].all()
    assert not painted[distance > 1 + 1e-6].any()
    assert Box.around(painted) == box or box.is_empty


def test_brush_is_round_in_screen_terms() -> None:
    box, _ = brush_mask([(20, 30)], 5, 10, SHAPE)
    assert box == Box(15, 26, 20, 41)


@given(st.tuples(st.floats(0, 39), st.floats(0, 59)), st.tuples(st.floats(0, 39), st.floats(0, 59)))
def test_the_thinnest_fast_stroke_has_no_gaps(start, end) -> None:
    box, mask = brush_mask([start, end], 0.1, 0.1, SHAPE)
    painted = _spread(box, mask)
    steps = max(abs(end[0] - start[0]), abs(end[1] - start[1]))
    assert painted.sum() >= int(steps)
    for axis in (0, 1):
        hit = np.flatnonzero(painted.any(axis=1 - axis))
        assert np.array_equal(hit, np.arange(hit[0], hit[-1] + 1))


@pytest.mark.parametrize("points", [[], [(-50, -50)], [(float("nan"), 3)]])
def test_brush_outside_the_section_paints_nothing(points) -> None:
    box, mask = brush_mask(points, 5, 5, SHAPE)
    assert box.is_empty
    assert mask.shape == (0, 0)


def _winding(vertices: np.ndarray, row: float, column: float) -> int:
    total = 0
    for (r0, c0), (r1, c1) in zip(vertices, np.roll(vertices, -1, axis=0), strict=True):
        if (r0 <= row) != (r1 <= row) and c0 + (row - r0) * (c1 - c0) / (r1 - r0) <= column:
            total += 1 if r1 > r0 else -1
    return total


# To a thousandth of a sample: between finer ones lie slivers narrower than the distance that is probed at.
_fine = _coordinate.map(lambda value: round(value, 3))


@settings(max_examples=60)
@given(st.lists(st.tuples(_fine, _fine), min_size=3, max_size=9))
def test_polygon_is_what_the_outline_winds_around(vertices) -> None:
    box, mask = polygon_mask(vertices, SHAPE)
    painted = _spread(box, mask)
    corners = np.asarray(vertices)
    rng = np.random.default_rng(0)
    for _ in range(60):
        row, column = int(rng.integers(SHAPE[0])), int(rng.integers(SHAPE[1]))
        nearby = {bool(_winding(corners, row + 1e-9, column + d)) for d in (-1e-6, 1e-6)}
        exact = {bool(_winding(corners, row, column + d)) for d in (-1e-6, 1e-6)}
        if nearby == exact and len(exact) == 1:
            assert {bool(painted[row, column])} == exact


def test_a_lasso_that_crosses_itself_has_no_hole() -> None:
    star = [(20 + 15 * np.cos(a), 30 + 15 * np.sin(a)) for a in np.arange(5) * 4 * np.pi / 5]
    painted = _spread(*polygon_mask(star, SHAPE))
    assert painted[20, 30]
    bow_tie = [(5, 5), (35, 55), (35, 5), (5, 55)]
    painted = _spread(*polygon_mask(bow_tie, SHAPE))
    assert painted[8, 30] == painted[33, 30] != painted[20, 10]


def test_neighbouring_polygons_share_no_sample_and_leave_none() -> None:
    left = _spread(*polygon_mask([(5, 5), (5, 20), (30, 20), (30, 5)], SHAPE))
    right = _spread(*polygon_mask([(5, 20), (5, 40), (30, 40), (30, 20)], SHAPE))
    assert not (left & right).any()
    assert (left | right)[5:30, 5:40].all()


def test_a_line_encloses_nothing() -> None:
    assert polygon_mask([(5, 5), (30, 30)], SHAPE)[0].is_empty


def _flood(labels: np.ndarray, seed: tuple[int, int], barrier: np.ndarray) -> np.ndarray:
    filled = np.zeros(labels.shape, bool)
    queue = deque([seed] if not barrier[seed] else [])
    while queue:
        r, c = queue.popleft()
        inside = 0 <= r < labels.shape[0] and 0 <= c < labels.shape[1]
        if not inside or filled[r, c] or barrier[r, c] or labels[r, c] != labels[seed]:
            continue
        filled[r, c] = True
        queue.extend([(r + 1, c), (r - 1, c), (r, c + 1), (r, c - 1)])
    return filled


@settings(max_examples=80)
@given(
    hnp.arrays(np.uint8, hnp.array_shapes(min_dims=2, max_dims=2, max_side=14), elements=st.integers(0, 2)),
    st.data(),
)
def test_fill_floods_as_a_queue_would(labels, data) -> None:
    seed = tuple(data.draw(st.integers(0, n - 1)) for n in labels.shape)
    barrier = data.draw(hnp.arrays(bool, labels.shape)) & data.draw(st.booleans())
    box, mask = fill_region(labels, seed, barrier)
    assert np.array_equal(_spread(box, mask, labels.shape), _flood(labels, seed, barrier))


def test_fill_is_held_by_a_diagonal_line_and_follows_a_spiral() -> None:
    labels = np.eye(20, dtype=np.uint8)
    box, mask = fill_region(labels, (0, 10))
    assert mask.sum() == 190
    spiral = np.zeros((41, 41), np.uint8)
    row, column, step, turn = 20, 20, 2, 0
    while 0 < row < 40 and 0 < column < 40:
        dr, dc = [(0, 1), (1, 0), (0, -1), (-1, 0)][turn % 4]
        for _ in range(step):
            spiral[row, column] = 1
            row, column = row + dr, column + dc
        step, turn = step + 2 * (turn % 2), turn + 1
    box, mask = fill_region(spiral, (20, 20))
    assert np.array_equal(_spread(box, mask, spiral.shape), spiral == 1)
    assert fill_region(spiral, (99, 0))[0].is_empty


def test_a_brush_dab_on_a_large_section_takes_under_a_millisecond() -> None:
    rng = np.random.default_rng(0)
    times = []
    for _ in range(50):
        start = rng.uniform(100, 600, 2)
        began = time.perf_counter()
        brush_mask([start, start + rng.normal(0, 10, 2)], 12, 12, (700, 900))
        times.append(time.perf_counter() - began)
    assert np.median(times) < 1e-3


def test_similar_samples_are_connected_and_stay_out_of_a_barrier() -> None:
    values = np.zeros((6, 9), np.float32)
    values[2:4] = 1.0
    values[2:4, 4] = 1.3
    box, mask = similar_region(values, (2, 1), 0.2)
    assert (box.row0, box.row1, box.column0, box.column1) == (2, 4, 0, 4)
    assert mask.all()
    box, mask = similar_region(values, (2, 1), 0.31)
    assert box.shape == (2, 9)
    barrier = np.zeros(values.shape, bool)
    barrier[:, 7] = True
    box, mask = similar_region(values, (2, 1), 0.31, barrier)
    assert box.shape == (2, 7)
    for outside in ((-1, 0), (6, 0), (2, 7)):
        assert similar_region(values, outside, 0.2, barrier)[0].is_empty
