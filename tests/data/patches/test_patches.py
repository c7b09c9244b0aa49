from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from scipy.io import savemat

from seisview.data.patches.collection import PatchScale, is_patch_folder, open_patches, per_image_scale
from seisview.errors import VolumeError


def write_mat(path: Path, image: np.ndarray, key: str = "img") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    savemat(path, {key: image})
    return path


def test_every_kind_of_image_is_read_with_its_amplitudes(tmp_path: Path) -> None:
    image = np.random.default_rng(0).normal(0, 300, (12, 9)).astype(np.float32)
    write_mat(tmp_path / "fault/flat.mat", image)
    write_mat(tmp_path / "fault/one.mat", image[..., None])
    write_mat(tmp_path / "fault/three.mat", np.repeat(image[..., None], 3, axis=2))
    (tmp_path / "salt").mkdir()
    np.save(tmp_path / "salt/array.npy", image)
    Image.fromarray(image).save(tmp_path / "salt/float.tif")
    grey = np.arange(108, dtype=np.uint8).reshape(12, 9)
    Image.fromarray(grey).save(tmp_path / "salt/grey.png")
    Image.fromarray(np.repeat(grey[..., None], 3, 2)).save(tmp_path / "salt/rgb.png")
    collection = open_patches(tmp_path)
    assert collection.class_names == ("fault", "salt")
    assert collection.labels.tolist() == [0, 0, 0, 1, 1, 1, 1]
    assert collection.unreadable == ()
    for index, name in enumerate(collection.names):
        expected = grey if name.endswith(".png") else image
        np.testing.assert_allclose(collection.image(index), expected, rtol=1e-5)
        assert collection.image(index).dtype == np.float32


def test_unreadable_and_odd_files_are_listed_and_left_out(tmp_path: Path) -> None:
    good = np.ones((4, 5), np.float32)
    write_mat(tmp_path / "a/good.mat", good)
    write_mat(tmp_path / "a/other_key.mat", good, key="data")
    write_mat(tmp_path / "a/four.mat", np.ones((2, 3, 4, 5)))
    write_mat(tmp_path / "a/nan.mat", good * np.nan)
    (tmp_path / "a/cut.mat").write_bytes((tmp_path / "a/good.mat").read_bytes()[:150])
    (tmp_path / "a/text.png").write_text("no image")
    (tmp_path / "a/empty.npy").write_bytes(b"")
    np.save(tmp_path / "a/words.npy", np.array([["a", "b"]]))
    np.save(tmp_path / "a/objects.npy", np.array([[{}, {}]], object))
    (tmp_path / "a/notes.txt").write_text("not listed: no image by its name")
    collection = open_patches(tmp_path)
    assert collection.names == ("a/good.mat",)
    reasons = {item.path.name: item.reason for item in collection.unreadable}
    assert set(reasons) == {
        "other_key.mat", "four.mat", "nan.mat", "cut.mat", "text.png", "empty.npy", "words.npy", "objects.npy"
    }  # fmt: skip
    assert "img" in reasons["other_key.mat"]
    assert "data" in reasons["other_key.mat"]
    assert "finite" in reasons["nan.mat"]
    assert open_patches(tmp_path, key="data").names == ("a/other_key.mat",)


def test_nothing_in_a_pickled_array_is_executed(tmp_path: Path) -> None:
    class Bomb:
        def __reduce__(self) -> tuple[object, ...]:
            return (sys.exit, (3,))

    np.save(tmp_path / "bomb.npy", np.array([[Bomb()]], object), allow_pickle=True)
    with pytest.raises(VolumeError, match="bomb"):
        open_patches(tmp_path)


def test_a_folder_without_classes_has_unknown_labels(tmp_path: Path) -> None:
    write_mat(tmp_path / "x.mat", np.ones((3, 3)))
    write_mat(tmp_path / ".hidden.mat", np.ones((3, 3)))
    collection = open_patches(tmp_path)
    assert collection.labels.tolist() == [-1]
    assert not collection.is_labelled
    assert is_patch_folder(tmp_path)


def test_the_fingerprint_follows_values_and_names_not_the_place(tmp_path: Path) -> None:
    for name, value in (("one", 1.0), ("two", 1.0), ("three", 2.0)):
        write_mat(tmp_path / name / "c/x.mat", np.full((3, 3), value))
    prints = [open_patches(tmp_path / name).fingerprint for name in ("one", "two", "three")]
    assert prints[0] == prints[1] != prints[2]


def test_the_collection_scale_keeps_relative_amplitude(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    for name, strength in (("weak", 1.0), ("strong", 50.0)):
        for number in range(5):
            write_mat(tmp_path / name / f"{number}.mat", strength * rng.normal(size=(20, 20)))
    collection = open_patches(tmp_path)
    spread = [collection.scaled(i).std() for i in range(10)]
    assert np.mean(spread[:5]) > 10 * np.mean(spread[5:])  # strong comes first
    assert abs(per_image_scale(collection.image(0))).max() == pytest.approx(1.0)
    assert not per_image_scale(np.full((3, 3), 7.0, np.float32)).any()
    assert PatchScale(1.0, 2.0).apply(np.array([[9.0]], np.float32)) == 1.0


def test_what_cannot_be_opened_says_so(tmp_path: Path) -> None:
    with pytest.raises(VolumeError, match="no folder"):
        open_patches(tmp_path / "nowhere")
    with pytest.raises(VolumeError, match="no images"):
        open_patches(tmp_path)


def test_a_file_that_changes_later_is_told(tmp_path: Path) -> None:
    path = write_mat(tmp_path / "x.mat", np.ones((3, 3)))
    collection = open_patches(tmp_path)
    write_mat(path, np.ones((4, 3)))
    with pytest.raises(VolumeError, match="changed"):
        collection.image(0)
