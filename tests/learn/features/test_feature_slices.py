"""A time slice out of the features of vertical sections: which sections, where, how deep, and how quickly."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from seisview.data.geometry import Axis, LineNumbers, SectionKey, SurveyGeometry
from seisview.learn.features import slices as feature_slices
from seisview.learn.features.config import FeatureConfig, FeatureOrigin
from seisview.learn.features.projection import Projection
from seisview.learn.features.slices import chosen_lines, cut_slice
from seisview.learn.features.volume import FeatureVolume, create_features
from seisview.learn.preview.cells import cell_counts
from seisview.learn.preview.config import PreviewConfig
from seisview.learn.preview.head import PreviewHead, fit_head

SHAPE = (12, 40, 64)


def made_features(
    folder: Path, shape: tuple[int, int, int], axis: Axis, sections: dict[int, npt.NDArray[np.float32]]
) -> FeatureVolume:
    """A survey of which these sections have features."""
    inlines, crosslines = (LineNumbers.regular(1, 1, n) for n in shape[:2])
    geometry = SurveyGeometry(inlines, crosslines, shape[2], 0.0, 4.0)
    n_dimensions = next((section.shape[-1] for section in sections.values()), 4)
    config = FeatureConfig(dimensions=n_dimensions, axis=axis)
    origin = FeatureOrigin(fingerprint="f", clip=1.0, weights_hash="w", config=config.to_dict())
    projection = Projection(np.zeros(6, np.float32), np.ones((6, n_dimensions), np.float32))
    volume = create_features(folder / "features", geometry, origin, projection)
    for index, section in sections.items():
        volume.write(SectionKey(axis, index), section)
    return volume


def layered(axis: Axis, n_dimensions: int = 4) -> npt.NDArray[np.float32]:
    """Features of a section whose upper half differs from its lower half: (8, cells, n_dimensions)."""
    n_traces = SHAPE[1] if axis is Axis.INLINE else SHAPE[0]
    cells = np.ones((8, -(-n_traces // 8), n_dimensions), np.float32)
    cells[4:, :, 1] = -1.0
    return cells


def head_of(section: npt.NDArray[np.float32], n_traces: int) -> PreviewHead:
    mask = np.ones((SHAPE[2], n_traces), np.uint8)
    mask[32:] = 2
    return fit_head({"a": section}, {"a": cell_counts(mask, (1, 2))}, (1, 2), PreviewConfig())


@pytest.mark.parametrize("axis", [Axis.INLINE, Axis.CROSSLINE])
def test_a_slice_shows_what_the_sections_show(tmp_path: Path, axis: Axis) -> None:
    section = layered(axis)
    n_sections = SHAPE[0 if axis is Axis.INLINE else 1]
    volume = made_features(tmp_path, SHAPE, axis, dict.fromkeys(range(n_sections), section))
    head = head_of(section, section.shape[1] * 8)
    for sample, expected in ((6, 1), (57, 2)):
        cut = cut_slice(volume, sample, *chosen_lines(volume))
        assert cut is not None
        assert cut.share == 1.0
        facies, confidence = head.predict_slice(cut)
        assert facies.shape == confidence.shape == (SHAPE[1], SHAPE[0])
        assert (facies == expected).all()
        assert (confidence > 0.5).all()


def test_only_sections_that_are_there_are_shown(tmp_path: Path) -> None:
    section = layered(Axis.INLINE)
    volume = made_features(tmp_path, SHAPE, Axis.INLINE, {2: section, 7: section})
    cut = cut_slice(volume, 6, *chosen_lines(volume))
    assert cut is not None
    assert cut.share == pytest.approx(2 / 12)
    facies, _confidence = head_of(section, 40).predict_slice(cut)
    assert np.flatnonzero(facies.any(axis=0)).tolist() == [2, 7]
    assert (facies[:, 2] == 1).all()


def test_nothing_there_is_no_slice(tmp_path: Path) -> None:
    volume = made_features(tmp_path, SHAPE, Axis.INLINE, {})
    assert cut_slice(volume, 6, *chosen_lines(volume)) is None


def test_cells_without_a_live_trace_stay_clear(tmp_path: Path) -> None:
    section = layered(Axis.INLINE)
    section[:, 4] = 0
    volume = made_features(tmp_path, SHAPE, Axis.INLINE, dict.fromkeys(range(12), section))
    cut = cut_slice(volume, 6, *chosen_lines(volume))
    assert cut is not None
    facies, _confidence = head_of(layered(Axis.INLINE), 40).predict_slice(cut)
    assert (facies[:32] == 1).all()
    assert not facies[32:].any()


def test_many_sections_share_a_column(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feature_slices, "_MOST_CELLS", 20)  # 12 inlines of 5 cells
    section = layered(Axis.INLINE)
    volume = made_features(tmp_path, SHAPE, Axis.INLINE, dict.fromkeys((0, 3, 5, 10, 11), section))
    chosen, block = chosen_lines(volume)
    assert (chosen, block) == ((0, 5, 10), 4)
    cut = cut_slice(volume, 6, chosen, block)
    assert cut is not None
    assert cut.features.shape[:2] == (5, 3)
    assert (head_of(section, 40).predict_slice(cut)[0] == 1).all()


def test_depth_and_features_change_smoothly_between_rows_of_cells(tmp_path: Path) -> None:
    section = layered(Axis.INLINE)
    volume = made_features(tmp_path, SHAPE, Axis.INLINE, dict.fromkeys(range(12), section))
    chosen = chosen_lines(volume)
    cuts = [cut_slice(volume, sample, *chosen) for sample in range(SHAPE[2])]
    values = np.array([cut.features[0, 0, 1] for cut in cuts if cut is not None], np.float32)
    assert (np.diff(values) <= 0).all()
    assert np.abs(np.diff(values)).max() <= 0.26
    depths = np.array([cut.depth for cut in cuts if cut is not None])
    assert (depths[0], depths[-1]) == (-1.0, 1.0)
    assert (np.diff(depths) >= 0).all()


def test_a_slice_of_a_large_survey_is_instant(tmp_path: Path) -> None:
    shape = (600, 896, 32)
    rng = np.random.default_rng(0)
    section = rng.standard_normal((4, 112, 64)).astype(np.float32)
    volume = made_features(tmp_path, shape, Axis.INLINE, dict.fromkeys(range(4, 600, 8), section))
    mask = np.ones((32, 896), np.uint8)
    mask[16:] = 2
    head = fit_head({"a": section}, {"a": cell_counts(mask, (1, 2))}, (1, 2), PreviewConfig())
    chosen = chosen_lines(volume)
    cut = cut_slice(volume, 10, *chosen)
    assert cut is not None
    head.predict_slice(cut)
    durations = []
    for _ in range(5):
        before = time.process_time()
        head.predict_slice(cut)
        durations.append(time.process_time() - before)
    print(f"preview of a slice of 896 x 600: {1e3 * min(durations):.1f} ms")
    assert min(durations) < 0.030
