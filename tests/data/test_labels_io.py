from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from seisview.data.geometry import Axis, LineNumbers, SectionKey, SurveyGeometry
from seisview.data.geometry_io import write_npy_geometry
from seisview.data.labels_io import read_label_volume, read_mask_folder
from seisview.errors import LabelError
from tests.data.segy.raw_segy import survey

INLINES, CROSSLINES = [10, 12, 14], [-2, -1, 0, 1]
GEOMETRY = SurveyGeometry(LineNumbers(tuple(INLINES)), LineNumbers(tuple(CROSSLINES)), 6, 0.0, 4.0)


def classes() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 7, (3, 4, 6)).astype(np.uint8)


@pytest.mark.parametrize("code", [1, 5, 8, 16])
@pytest.mark.parametrize("sorting", ["inline", "crossline"])
def test_labels_from_segy(tmp_path: Path, code: int, sorting: str) -> None:
    path = survey(classes(), INLINES, CROSSLINES, sorting, code=code).write(tmp_path / "a.sgy")
    labels = read_label_volume(path, GEOMETRY)
    assert labels.dtype == np.uint8
    np.testing.assert_array_equal(labels, classes())


def test_labels_whose_lines_run_the_other_way_are_turned(tmp_path: Path) -> None:
    raw = survey(classes()[::-1, ::-1], INLINES[::-1], CROSSLINES[::-1])
    np.testing.assert_array_equal(read_label_volume(raw.write(tmp_path / "a.sgy"), GEOMETRY), classes())


def test_labels_of_other_lines_are_refused(tmp_path: Path) -> None:
    path = survey(classes(), [11, 13, 15], CROSSLINES).write(tmp_path / "a.sgy")
    with pytest.raises(LabelError, match=r"inlines of a.sgy are numbered 11 to 15.*10 to 14"):
        read_label_volume(path, GEOMETRY)


def test_labels_from_npy_with_and_without_geometry(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", classes())
    np.testing.assert_array_equal(read_label_volume(tmp_path / "a.npy", GEOMETRY), classes())
    write_npy_geometry(tmp_path / "a.npy", GEOMETRY)
    np.testing.assert_array_equal(read_label_volume(tmp_path / "a.npy", GEOMETRY), classes())


def test_labels_of_another_shape_are_refused_with_both_shapes(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", classes()[:, :3])
    with pytest.raises(LabelError, match=r"\(3, 3, 6\).*\(3, 4, 6\)"):
        read_label_volume(tmp_path / "a.npy", GEOMETRY)


@pytest.mark.parametrize("value", [0.5, -1, 256])
def test_values_that_are_no_classes_are_refused(tmp_path: Path, value: float) -> None:
    labels = classes().astype(np.float32)
    labels[1, 1, 1] = value
    np.save(tmp_path / "a.npy", labels)
    with pytest.raises(LabelError, match=f"holds {value:g}"):
        read_label_volume(tmp_path / "a.npy", GEOMETRY)


def test_a_folder_of_masks(tmp_path: Path) -> None:
    Image.fromarray(classes()[1].T).save(tmp_path / "inline_12.png")
    palette = Image.fromarray(classes()[2].T, mode="L").convert("P")
    palette.putdata(classes()[2].T.ravel().tolist())
    palette.save(tmp_path / "Inline_14.PNG")
    np.save(tmp_path / "crossline_-2.npy", classes()[:, 0].T.astype(np.int64))
    (tmp_path / "notes.txt").write_text("not a mask")
    masks = read_mask_folder(tmp_path, GEOMETRY)
    assert set(masks) == {
        SectionKey(Axis.INLINE, 1),
        SectionKey(Axis.INLINE, 2),
        SectionKey(Axis.CROSSLINE, 0),
    }
    np.testing.assert_array_equal(masks[SectionKey(Axis.INLINE, 1)], classes()[1].T)
    np.testing.assert_array_equal(masks[SectionKey(Axis.INLINE, 2)], classes()[2].T)
    np.testing.assert_array_equal(masks[SectionKey(Axis.CROSSLINE, 0)], classes()[:, 0].T)
    assert all(mask.dtype == np.uint8 for mask in masks.values())


@pytest.mark.parametrize(
    ("name", "shape", "said"),
    [
        ("inline_11.png", (6, 4), "does not have"),
        ("inline_12.png", (4, 6), r"\(4, 6\).*\(6, 4\)"),
        ("section12.png", (6, 4), "does not say which section"),
        ("inline_12.png", (6, 4, 3), "colour image"),
    ],
)
def test_masks_that_do_not_fit(tmp_path: Path, name: str, shape: tuple[int, ...], said: str) -> None:
    Image.fromarray(np.zeros(shape, np.uint8)).save(tmp_path / name)
    with pytest.raises(LabelError, match=said) as caught:
        read_mask_folder(tmp_path, GEOMETRY)
    assert caught.value.hint


def test_unreadable_and_missing_masks(tmp_path: Path) -> None:
    with pytest.raises(LabelError, match="holds no masks"):
        read_mask_folder(tmp_path, GEOMETRY)
    with pytest.raises(LabelError, match="There is no folder"):
        read_mask_folder(tmp_path / "missing", GEOMETRY)
    (tmp_path / "inline_10.png").write_bytes(b"no image")
    with pytest.raises(LabelError, match="cannot be read"):
        read_mask_folder(tmp_path, GEOMETRY)
