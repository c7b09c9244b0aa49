"""Labels made elsewhere come into a project beside what is labelled there, as one step to undo."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType

import numpy as np
import pytest

from seisview.data.geometry import Axis, LineNumbers, SectionKey, SurveyGeometry
from seisview.errors import LabelError
from seisview.labels.boxes import Box
from seisview.labels.facies import FaciesClass, FaciesScheme
from seisview.labels.snapshot import LabelSnapshot
from seisview.labels.store import LabelStore
from seisview.workflows.imported_labels import import_labels

GEOMETRY = SurveyGeometry(LineNumbers.regular(100, 1, 8), LineNumbers.regular(200, 1, 10), 20, 0.0, 4.0)
INLINE, CROSSLINE, HELD = (
    SectionKey(Axis.INLINE, 2),
    SectionKey(Axis.CROSSLINE, 3),
    SectionKey(Axis.INLINE, 6),
)


def store() -> LabelStore:
    """Classes Mud and Sand; Mud on the upper half of inline 102."""
    made = LabelStore(GEOMETRY, FaciesScheme.named(["Mud", "Sand"]))
    made.apply(INLINE, Box(0, 10, 0, 10), np.ones((10, 10), bool), 1)
    return made


def elsewhere(*classes: FaciesClass, key: SectionKey = INLINE, class_id: int = 1) -> LabelSnapshot:
    mask = np.full(GEOMETRY.section_shape(key.axis), class_id, np.uint8)
    return LabelSnapshot(FaciesScheme(classes), MappingProxyType({key: mask}))


def test_what_is_labelled_stays_and_one_undo_takes_all_back() -> None:
    labels = store()
    written = import_labels(labels, elsewhere(FaciesClass(1, "Salt", "#ff0000")))
    assert labels.scheme.name_of(3) == "Salt"
    assert labels.scheme.get(3).color == "#ff0000"
    assert (labels.section(INLINE)[:10] == 1).all()
    assert (labels.section(INLINE)[10:] == 3).all()
    assert written == 100
    labels.undo()
    assert labels.scheme.ids == (1, 2)
    assert not labels.section(INLINE)[10:].any()
    assert (labels.section(INLINE)[:10] == 1).all()


def test_a_crossing_section_gives_way_too() -> None:
    labels = store()
    import_labels(labels, elsewhere(FaciesClass(1, "Sand", "#ff0000"), key=CROSSLINE))
    assert (labels.section(INLINE)[:10] == 1).all()
    assert labels.section(CROSSLINE)[15, 2] == 2


@pytest.mark.parametrize(
    ("incoming", "becomes"),
    [
        (FaciesClass(1, "sand", "#112233"), 2),  # the same name is the same class
        (FaciesClass(2, "Facies 2", "#112233"), 2),  # a number alone is the class of that number
        (FaciesClass(5, "Facies 5", "#112233"), 3),
    ],
)
def test_classes_find_their_like(incoming: FaciesClass, becomes: int) -> None:
    labels = store()
    import_labels(labels, elsewhere(incoming, class_id=incoming.id))
    assert (labels.section(INLINE)[10:] == becomes).all()


def test_lines_of_held_out_sections_are_left_alone() -> None:
    labels = store()
    labels.apply(HELD, Box(0, 1, 0, 1), np.ones((1, 1), bool), 1)
    labels.set_holdout(HELD)
    import_labels(labels, elsewhere(FaciesClass(1, "Sand", "#ff0000"), key=CROSSLINE))
    assert not labels.section(CROSSLINE)[:, 6].any()
    assert labels.section(CROSSLINE)[:, 7].all()


def test_masks_of_a_folder_and_nothing_at_all(tmp_path: Path) -> None:
    labels = store()
    np.save(tmp_path / "crossline_205.npy", np.full((20, 8), 2, np.uint8))
    assert import_labels(labels, tmp_path) == 20 * 8 - 10
    np.save(tmp_path / "crossline_205.npy", np.zeros((20, 8), np.uint8))
    with pytest.raises(LabelError):
        import_labels(labels, tmp_path)
