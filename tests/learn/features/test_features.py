"""Dense features on disk: what is stored, what is believed, what is made again."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest

from seisview.data.geometry import Axis, LineNumbers, SectionKey, SurveyGeometry
from seisview.errors import GeometryError, ModelError, VolumeError
from seisview.learn.features.config import (
    FeatureConfig,
    FeatureOrigin,
    cell_grid,
    feature_axis,
    feature_bytes,
)
from seisview.learn.features.folder import clean_features, stored_features
from seisview.learn.features.projection import Projection, fit_projection
from seisview.learn.features.volume import FeatureVolume, create_features, matching_features, open_features
from tests.learn.surveys import crossline, inline

GEOMETRY = SurveyGeometry(LineNumbers.regular(1, 1, 7), LineNumbers.regular(1, 1, 20), 30, 0.0, 4.0)
CONFIG = FeatureConfig(dimensions=4, axis=Axis.INLINE)
GRID = (4, 3)  # 30 samples and 20 crosslines in cells of 8


def origin_of(config: FeatureConfig = CONFIG, **changes: object) -> FeatureOrigin:
    values = {"fingerprint": "f", "clip": 700.0, "weights_hash": "w", "config": config.to_dict()}
    return FeatureOrigin(**{**values, **changes})  # type: ignore[arg-type]


def projection(dimensions: int = 4) -> Projection:
    return Projection(np.zeros(6, np.float32), np.ones((6, dimensions), np.float32))


@pytest.fixture
def features(tmp_path: Path) -> FeatureVolume:
    return create_features(tmp_path / "x", GEOMETRY, origin_of(), projection())


def some(seed: int, shape: tuple[int, ...] = (*GRID, 4)) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal(shape).astype(np.float16)


def test_lines_are_read_back_by_any_reader(features: FeatureVolume) -> None:
    for index in (5, 2):
        features.write(inline(index), some(index))
    again = open_features(features.folder)
    assert (again.grid, again.axis, again.dimensions, again.lines) == (GRID, Axis.INLINE, 4, range(7))
    assert again.config == CONFIG
    assert [again.has(inline(i)) for i in range(7)] == [False, False, True, False, False, True, False]
    assert not again.complete
    np.testing.assert_array_equal(again.section(inline(5)), some(5))
    plain = np.load(features.folder / "lines.npy", mmap_mode="r")  # numpy itself
    assert (plain.shape, plain.dtype) == ((7, *GRID, 4), np.float16)
    np.testing.assert_array_equal(plain[2], some(2))
    assert again.array().shape == plain.shape
    with pytest.raises(GeometryError):
        again.section(inline(0))


def test_crossing_sections_are_kept_beside(features: FeatureVolume) -> None:
    key = crossline(11)
    assert features.grid_of(Axis.CROSSLINE) == (4, 1)
    assert not features.has(key)
    features.write(key, some(1, (4, 1, 4)))
    np.testing.assert_array_equal(open_features(features.folder).section(key), some(1, (4, 1, 4)))
    with pytest.raises(GeometryError):
        features.write(crossline(20), some(1, (4, 1, 4)))
    with pytest.raises(ValueError, match="shape"):
        features.write(crossline(2), some(1))


def test_every_third_line_and_the_others_beside(tmp_path: Path) -> None:
    config = FeatureConfig(dimensions=4, axis=Axis.INLINE, every=3)
    features = create_features(tmp_path / "x", GEOMETRY, origin_of(config), projection())
    assert features.array().shape == (3, *GRID, 4)
    assert list(features.lines) == [0, 3, 6]
    for index in (0, 3, 4, 6):
        features.write(inline(index), some(index))
    assert features.complete
    np.testing.assert_array_equal(features.section(inline(4)), some(4))
    np.testing.assert_array_equal(features.array()[2], some(6))
    assert features.n_bytes == feature_bytes(config, GEOMETRY, Axis.INLINE) == 3 * 12 * 4 * 2


def test_a_damaged_line_is_not_believed(features: FeatureVolume) -> None:
    for index in (1, 2):
        features.write(inline(index), some(index))
    lines = features.folder / "lines.npy"
    content = bytearray(lines.read_bytes())
    content[-(5 * 96) + 10] ^= 0xFF  # in line 2 of 7, each 96 bytes
    lines.write_bytes(content)
    again = open_features(features.folder)
    assert again.has(inline(1))
    assert not again.has(inline(2))
    again.write(inline(2), some(9))
    np.testing.assert_array_equal(again.section(inline(2)), some(9))


def test_a_damaged_section_beside_is_not_believed(features: FeatureVolume) -> None:
    key = crossline(3)
    features.write(key, some(1, (4, 1, 4)))
    (path,) = (features.folder / "sections").glob("*.npz")
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)
    assert features.find(key) is None


@pytest.mark.parametrize("file", ["lines.npy", "lines.table", "projection.npz", "features.json"])
@pytest.mark.parametrize("harm", ["cut", "gone", "garbled"])
def test_damaged_files_are_said_to_be(features: FeatureVolume, file: str, harm: str) -> None:
    path = features.folder / file
    if harm == "gone":
        path.unlink()
    else:
        content = path.read_bytes()
        path.write_bytes(content[: len(content) // 2] if harm == "cut" else b"{" * len(content))
    if harm == "garbled" and file == "lines.table":
        assert not open_features(features.folder).done.any()
        return
    with pytest.raises(VolumeError):
        open_features(features.folder)
    assert matching_features(features.folder, GEOMETRY, origin_of()) is None


@pytest.mark.parametrize(
    "other",
    [
        origin_of(fingerprint="other survey"),
        origin_of(weights_hash="other weights"),
        origin_of(clip=710.0),
        origin_of(FeatureConfig(dimensions=4, axis=Axis.INLINE, seed=1)),
    ],
)
def test_features_of_anything_else_do_not_match(features: FeatureVolume, other: FeatureOrigin) -> None:
    assert other.key != origin_of().key
    assert matching_features(features.folder, GEOMETRY, other) is None
    assert matching_features(features.folder, GEOMETRY, origin_of()) is not None


def test_old_features_are_cleaned_away_first(tmp_path: Path) -> None:
    for number, name in enumerate("abc"):
        made = create_features(tmp_path / name, GEOMETRY, origin_of(), projection())
        for index in range(7):
            made.write(inline(index), some(index))
        described = made.folder / "features.json"
        described.touch()

        os.utime(described, (1000 + number, 1000 + number))
    stored = stored_features(tmp_path)
    assert [item.path.name for item in stored] == ["a", "b", "c"]
    keep = frozenset([tmp_path / "a"])
    deleted = clean_features(stored[0].n_bytes + stored[2].n_bytes, tmp_path, keep)
    assert [path.name for path in deleted] == ["b"]
    lock = tmp_path / "b.lock"
    assert lock.exists()  # somebody may be waiting for it
    os.utime(lock, (1000, 1000))
    clean_features(1 << 30, tmp_path)
    assert not lock.exists()
    assert [item.path.name for item in stored_features(tmp_path)] == ["a", "c"]


def test_descriptions_of_newer_programs_are_refused(features: FeatureVolume) -> None:
    path = features.folder / "features.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "version": 99}))
    with pytest.raises(VolumeError, match="version"):
        open_features(features.folder)


@pytest.mark.parametrize(
    "wrong", [{"dimensions": 129}, {"cell": (4, 4)}, {"every": 0}, {"axis": Axis.SAMPLE}]
)
def test_impossible_choices(wrong: dict[str, object]) -> None:
    with pytest.raises(ModelError):
        FeatureConfig(**wrong)  # type: ignore[arg-type]


def test_the_axis_that_is_stored() -> None:
    line = SurveyGeometry(LineNumbers.regular(1, 1, 1), LineNumbers.regular(1, 1, 20), 30, 0.0, 4.0)
    assert feature_axis(FeatureConfig(), GEOMETRY, "crossline") is Axis.CROSSLINE
    assert feature_axis(FeatureConfig(axis=Axis.INLINE), GEOMETRY, "crossline") is Axis.INLINE
    assert feature_axis(FeatureConfig(axis=Axis.CROSSLINE), line) is Axis.INLINE
    assert cell_grid((30, 20)) == (4, 3)


def test_projection_keeps_blocks_apart_and_the_largest_first(tmp_path: Path) -> None:
    generator = np.random.default_rng(0)
    hidden = generator.standard_normal((500, 2)) * (3, 1)
    loud = hidden @ generator.standard_normal((2, 40)) * 100
    quiet = generator.standard_normal((500, 3))
    sample = np.concatenate([loud, quiet], axis=1).astype(np.float32) + 7
    fitted = fit_projection(sample, (40, 3), (2, 3))
    fitted.save(tmp_path / "p.npz")
    features = Projection.load(tmp_path / "p.npz").apply(sample)
    spread = features.std(axis=0)
    np.testing.assert_allclose(features.mean(axis=0), 0, atol=1e-3)
    assert spread[0] > spread[1]
    for block in (spread[:2], spread[2:]):
        assert np.mean(block**2) == pytest.approx(1, rel=0.02)
    # the quiet block is not drowned: it can be read back from its own features
    back, *_ = np.linalg.lstsq(features[:, 2:], quiet - quiet.mean(0), rcond=None)
    np.testing.assert_allclose(features[:, 2:] @ back, quiet - quiet.mean(0), atol=1e-3)
    assert np.abs(np.corrcoef(features[:, 0], features[:, 1])[0, 1]) < 1e-3


def test_projection_of_fewer_channels_than_wanted_gives_zeros() -> None:
    sample = np.random.default_rng(0).standard_normal((50, 3)).astype(np.float32)
    fitted = fit_projection(sample, (3,), (5,))
    assert fitted.apply(sample).shape == (50, 5)
    assert not fitted.apply(sample)[:, 3:].any()


def test_rest_and_deep_part_add_up() -> None:
    sample = np.random.default_rng(1).standard_normal((60, 9)).astype(np.float32)
    fitted = fit_projection(sample, (5, 4), (3, 2))
    rest = fitted.apply_rest(sample[:, 5:], 5)
    np.testing.assert_allclose(rest + sample[:, :5] @ fitted.matrix[:5], fitted.apply(sample), atol=1e-5)


def test_sections_of_the_sample_axis_have_no_features(features: FeatureVolume) -> None:
    key = SectionKey(Axis.SAMPLE, 3)
    assert not features.has(key)
    assert features.find(key) is None
