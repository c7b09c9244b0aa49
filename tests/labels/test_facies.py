"""Classes: ids, names, colours, and whether people can tell the colours apart."""

import numpy as np
import pytest

from seisview.errors import LabelError
from seisview.labels.facies import DEFAULT_PALETTE, MAX_CLASS_ID, FaciesClass, FaciesScheme

# Machado, Oliveira & Fernandes 2009, severity 1.0, for linear RGB.
_VISIONS = {
    "normal": np.eye(3),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]]
    ),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
}


def _lab(linear_rgb: np.ndarray) -> np.ndarray:
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    xyz = np.clip(linear_rgb, 0, 1) @ to_xyz.T / np.array([0.9505, 1.0, 1.089])
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.stack([116 * f[:, 1] - 16, 500 * (f[:, 0] - f[:, 1]), 200 * (f[:, 1] - f[:, 2])], axis=1)


@pytest.mark.parametrize("vision", _VISIONS)
@pytest.mark.parametrize(("n_colors", "least"), [(3, 40.0), (6, 20.0), (10, 14.0)])
def test_default_colours_stay_apart_over_grey(vision: str, n_colors: int, least: float) -> None:
    table = FaciesScheme.default(n_colors).color_table()[1 : n_colors + 1] / 255.0
    drawn = 0.45 * table + 0.55 * 0.5
    linear = np.where(drawn <= 0.04045, drawn / 12.92, ((drawn + 0.055) / 1.055) ** 2.4)
    lab = _lab(linear @ _VISIONS[vision].T)
    distance = np.linalg.norm(lab[:, None] - lab[None], axis=-1) + 1e3 * np.eye(n_colors)
    assert distance.min() >= least


def test_classes_are_added_with_the_smallest_free_id_name_and_colour() -> None:
    scheme = FaciesScheme.default(3).with_removed(2)
    added = scheme.with_added()
    assert added.ids == (1, 3, 2)
    assert added.name_of(2) == "Facies 2"
    assert added.get(2).color == DEFAULT_PALETTE[1]
    assert added.with_added("Canyon", "#ABCDEF").classes[-1] == FaciesClass(4, "Canyon", "#abcdef")


def test_number_keys_follow_the_order_shown() -> None:
    scheme = FaciesScheme.default(11).with_removed(1)
    first = scheme.class_for_key(1)
    assert first is not None
    assert first.id == 2
    assert scheme.key_for(10) == 9
    assert scheme.key_for(11) is None
    assert scheme.class_for_key(0) is None


def test_renaming_and_recolouring_leave_the_rest_alone() -> None:
    scheme = FaciesScheme.named(["Shale", "Sand"])
    changed = scheme.with_renamed(2, "  Channel   sand ").with_recoloured(2, "#010203")
    assert changed.get(1) == scheme.get(1)
    assert changed.get(2) == FaciesClass(2, "Channel sand", "#010203")
    assert tuple(changed.color_table()[2]) == (1, 2, 3)
    assert scheme.get(2).name == "Sand"


@pytest.mark.parametrize(
    "make",
    [
        lambda: FaciesClass(0, "x", "#000000"),
        lambda: FaciesClass(256, "x", "#000000"),
        lambda: FaciesClass(1, "   ", "#000000"),
        lambda: FaciesClass(1, "x" * 81, "#000000"),
        lambda: FaciesClass(1, "x", "red"),
        lambda: FaciesScheme.named(["Sand", "sand"]),
        lambda: FaciesScheme.default(2).with_renamed(2, "facies 1"),
        lambda: FaciesScheme.default(2).with_removed(7),
        lambda: FaciesScheme.from_dicts([{"id": 1, "name": "x"}]),
        lambda: FaciesScheme.from_dicts([{"id": "one", "name": "x", "color": "#000000"}]),
    ],
)
def test_nonsense_is_refused(make) -> None:
    with pytest.raises(LabelError):
        make()


def test_there_is_room_for_255_classes_and_no_more() -> None:
    full = FaciesScheme.default(MAX_CLASS_ID)
    assert set(full.ids) == set(range(1, 256))
    with pytest.raises(LabelError):
        full.with_added()


def test_a_scheme_survives_json() -> None:
    scheme = FaciesScheme.named(["Größe", "砂岩"]).with_removed(1)
    assert FaciesScheme.from_dicts(scheme.to_dicts()) == scheme
