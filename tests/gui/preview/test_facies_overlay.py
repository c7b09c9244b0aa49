"""What is drawn: the network's facies where it has predicted, the preview on the rest, and who is told."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from seisview.data.geometry import Axis, SectionKey
from seisview.gui.preview.facies_overlay import Drawn, FaciesOverlay
from seisview.gui.preview.preview_texts import layer_text
from tests.gui.survey_fixtures import GEOMETRY

KEY, SLICE = SectionKey(Axis.INLINE, 3), SectionKey(Axis.SAMPLE, 3)
SHAPE = GEOMETRY.section_shape(Axis.INLINE)
SLICE_SHAPE = GEOMETRY.section_shape(Axis.SAMPLE)


def filled(class_id: int, columns: slice = slice(None)) -> np.ndarray:
    facies = np.zeros(SHAPE, np.uint8)
    facies[:, columns] = class_id
    return facies


class Scene:
    def __init__(self) -> None:
        self.told: list[tuple[SectionKey, Drawn]] = []
        self.features: object | None = "features"
        self.cut: object | None = None
        self.carried: dict[SectionKey, int] = {}
        self.overlay = FaciesOverlay(GEOMETRY, self, lambda _model, key: self.carried.get(key), self._tell)

    def find(self, _key):
        return self.features

    def find_slice(self, _index):
        return self.cut

    def find_line(self, _inlines, _crosslines):
        return self.features

    def _tell(self, key, drawn):
        self.told.append((key, drawn))

    def fit(self, class_id=2):
        def predict(_features, shape, carried=None):
            return filled(carried or class_id), np.full(shape, 0.5, np.float32)

        def predict_slice(_cut, carried=None):
            return np.full(SLICE_SHAPE, carried or class_id, np.uint8), np.ones(SLICE_SHAPE)

        head = SimpleNamespace(predict=predict, predict_slice=predict_slice)
        self.overlay.model = SimpleNamespace(head=head)

    def predict(self, columns=slice(None)):
        self.overlay.tuned = lambda _key: (filled(1, columns), filled(200, columns))


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_nothing_known_is_nothing_drawn(scene):
    facies, confidence = scene.overlay(KEY)
    assert not facies.any()
    assert not confidence.any()
    assert scene.told == [(KEY, Drawn.NOTHING)]


def test_the_preview_alone(scene):
    scene.fit()
    facies, confidence = scene.overlay(KEY)
    assert (facies == 2).all()
    assert (confidence == 128).all()
    assert scene.told == [(KEY, Drawn.PREVIEW)]


def test_the_network_replaces_it_trace_by_trace(scene):
    scene.fit()
    scene.predict(slice(0, 6))
    facies, confidence = scene.overlay(KEY)
    assert (facies[:, :6] == 1).all()
    assert (facies[:, 6:] == 2).all()
    assert (confidence[:, :6] == 200).all()
    assert scene.told[-1] == (KEY, Drawn.BOTH)
    scene.predict()
    assert (scene.overlay(KEY)[0] == 1).all()
    assert scene.told[-1] == (KEY, Drawn.TUNED)


def test_features_that_are_missing_are_told(scene):
    scene.fit()
    scene.features = None
    assert not scene.overlay(KEY)[0].any()
    assert scene.told == [(KEY, Drawn.PREPARING)]


def test_complete_volumes_have_no_preview(scene):
    scene.fit()
    scene.predict(slice(0, 6))
    scene.overlay.tuned_complete = True
    assert not scene.overlay(KEY)[0][:, 6:].any()  # dead traces stay clear


@pytest.mark.parametrize(("share", "drawn"), [(1.0, Drawn.PREVIEW), (0.5, Drawn.PREVIEW_PARTLY)])
def test_a_slice_says_how_much_of_it_is_there(scene, share, drawn):
    scene.fit()
    assert not scene.overlay(SLICE)[0].any()
    assert scene.told == [(SLICE, Drawn.PREPARING)]
    scene.cut = SimpleNamespace(share=share)
    assert (scene.overlay(SLICE)[0] == 2).all()
    assert scene.told[-1] == (SLICE, drawn)


def test_on_a_slice_and_along_a_line_the_network_replaces_it_where_it_has_predicted(scene):
    scene.fit()
    scene.cut = SimpleNamespace(share=1.0)
    predicted = np.zeros(SLICE_SHAPE, np.uint8)
    predicted[:, 3:5] = 1
    scene.overlay.tuned = lambda _key: (predicted, predicted)
    facies = scene.overlay(SLICE)[0]
    assert np.flatnonzero((facies == 1).all(axis=0)).tolist() == [3, 4]
    assert (facies[:, 5:] == 2).all()
    assert scene.told[-1] == (SLICE, Drawn.BOTH)

    line = np.arange(SHAPE[1])
    assert (scene.overlay.along(line, line)[0] == 2).all()
    scene.overlay.tuned_along = lambda *_where: (filled(1, slice(0, 6)), filled(200, slice(0, 6)))
    facies = scene.overlay.along(line, line)[0]
    assert (facies[:, :6] == 1).all()
    assert (facies[:, 6:] == 2).all()
    scene.overlay.tuned_complete = True
    assert not scene.overlay.along(line, line)[0][:, 6:].any()


@pytest.mark.parametrize(
    ("drawn", "counts", "tuned", "waiting", "expected"),
    [
        (Drawn.PREVIEW, (3, 3), ("", "train first"), False, ("preview, 3 labelled sections", "")),
        (
            Drawn.PREVIEW_PARTLY,
            (1, 1),
            ("", ""),
            False,
            ("preview, 1 labelled section, on the lines whose features are there", ""),
        ),
        (Drawn.PREVIEW, (1, 2), ("", ""), False, ("preview, 1 of 2 labelled sections", "")),
        (Drawn.TUNED, (3, 3), ("tuned-3, 14:02", ""), False, ("tuned-3, 14:02", "")),
        (
            Drawn.BOTH,
            (1, 1),
            ("tuned-3, 4 of 24 inlines so far", ""),
            False,
            (
                "tuned-3, 4 of 24 inlines so far; preview, 1 labelled section where it has not predicted",
                "",
            ),
        ),
        (Drawn.NOTHING, (0, 0), ("", "train first"), False, ("", "train first")),
        (
            Drawn.NOTHING,
            (0, 1),
            ("", "train first"),
            True,
            ("preview: preparing the labelled sections …", ""),
        ),
        (Drawn.PREPARING, (1, 1), ("", ""), False, ("preview: preparing this section …", "")),
    ],
)
def test_the_layer_says_which_of_the_two_is_shown(drawn, counts, tuned, waiting, expected):
    assert layer_text(drawn, counts, tuned, waiting) == expected


def test_carried_labels_of_the_very_section_reach_the_preview(scene):
    scene.fit()
    scene.carried = {KEY: 7, SLICE: 9}
    scene.cut = SimpleNamespace(share=1.0)
    assert (scene.overlay(KEY)[0] == 7).all()
    assert (scene.overlay(SectionKey(Axis.INLINE, 4))[0] == 2).all()
    assert (scene.overlay(SLICE)[0] == 9).all()
