"""Labels of a section as facies of the whole survey, without a network: where they go and where not."""

from __future__ import annotations

import subprocess
import sys
import tracemalloc
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from seisview.data.geometry import Axis, LineNumbers, SectionKey, SurveyGeometry, section_of
from seisview.errors import Cancelled, GeometryError, LabelError
from seisview.labels.snapshot import LabelSnapshot
from seisview.learn.config import PredictConfig
from seisview.progress import Progress
from seisview.project.results import FaciesResult
from seisview.workflows.facies.carry import carried_from, carried_prediction, carry_facies, carry_section
from seisview.workflows.facies.facies_sections import FaciesInMemory, SectionPredicted
from seisview.workflows.facies.predict_resumably import ResultBegun, Target, can_go_on, predict_into
from tests.learn.surveys import ArrayVolume, crossline, inline, snapshot

SHAPE = (48, 40, 64)
DIP = 0.4
DEAD = (slice(20, 24), slice(7, 9))


def depths(shape: tuple[int, int, int] = SHAPE) -> npt.NDArray[np.float32]:
    line, trace, sample = np.meshgrid(*(np.arange(n, dtype=np.float32) for n in shape), indexing="ij")
    return np.asarray(sample - DIP * line - 0.2 * trace, np.float32)


TRUTH = (np.clip(np.floor(depths() / 16), 0, 1) * 4 + 3).astype(np.uint8)  # 3 above, 7 below


def survey() -> ArrayVolume:
    amplitude = np.sin(depths() / 2.2) + 0.6 * np.sin(depths() / 3.7)
    amplitude[DEAD] = 0
    amplitude[:, :, :4] = 0  # a mute: no dead trace
    return ArrayVolume(amplitude.astype(np.float32))


def labels(*keys: SectionKey, **more: object) -> LabelSnapshot:
    return snapshot({key: np.ascontiguousarray(section_of(TRUTH, key)) for key in keys}, **more)


def agreement(facies: npt.NDArray[np.uint8], key: SectionKey) -> float:
    return float((facies == section_of(TRUTH, key))[facies != 0].mean())


@pytest.mark.parametrize(
    "key", [inline(40), inline(0), crossline(3), crossline(39), SectionKey(Axis.SAMPLE, 30)]
)
def test_one_labelled_inline_tells_any_section_along_its_dips(key: SectionKey) -> None:
    volume = survey()
    facies, confidence = carry_section(volume, labels(inline(16)), key)
    assert facies.shape == confidence.shape == volume.geometry.section_shape(key.axis)
    assert (facies.dtype, confidence.dtype) == (np.uint8, np.float32)
    assert agreement(facies, key) > 0.95
    assert (facies != 0).mean() > 0.85  # the rest comes from above or below the survey
    flat = {Axis.INLINE: section_of(TRUTH, inline(16))}.get(key.axis)
    if flat is not None:
        assert agreement(facies, key) > agreement(flat, key) + 0.05


def test_confidence_says_how_far_a_label_has_come() -> None:
    volume, carried = survey(), labels(inline(16))
    for index, expected in ((16, 1.0), (32, 0.5), (0, 0.5)):
        facies, confidence = carry_section(volume, carried, inline(index))
        assert np.allclose(confidence[facies != 0], expected)
        assert not confidence[facies == 0].any()
    _, across = carry_section(volume, carried, crossline(20))
    assert across[30, 16] == 1.0
    assert across[30, 0] == across[30, 32] == 0.5


def test_nothing_is_said_on_dead_traces_but_on_muted_samples_it_is() -> None:
    volume, carried = survey(), labels(inline(16))
    facies, confidence = carry_section(volume, carried, inline(22))
    assert not facies[:, 7:9].any()
    assert not confidence[:, 7:9].any()
    assert facies[:4, 10:].all()
    dead = np.zeros(SHAPE[:2], bool)
    dead[DEAD] = True
    for sample in (2, 30):
        facies, _ = carry_section(volume, carried, SectionKey(Axis.SAMPLE, sample))
        assert not facies[dead.T].any()
        assert facies[:, 14:19][~dead.T[:, 14:19]].all()


def test_what_nothing_reaches_stays_open() -> None:
    mask = np.zeros((64, 40), np.uint8)
    mask[30:34, 5:20] = 7
    facies, confidence = carry_section(survey(), snapshot({inline(10): mask}), inline(12))
    assert set(np.unique(facies)) == {0, 7}
    assert 0 < (facies == 7).sum() < 2 * mask.astype(bool).sum()
    assert not facies[:, 21:].any()
    assert np.array_equal(confidence > 0, facies > 0)


def test_labels_of_a_slice_are_carried() -> None:
    key = SectionKey(Axis.SAMPLE, 40)
    facies, _ = carry_section(survey(), labels(key), inline(30))
    assert facies.any()
    assert agreement(facies, inline(30)) > 0.9


def test_what_is_held_out_is_never_used() -> None:
    volume, held = survey(), frozenset({inline(16)})
    with pytest.raises(LabelError, match="not held out"):
        carry_section(volume, labels(inline(16), holdout=held), inline(17))
    wrong = labels(inline(16), inline(40)).sections | {inline(16): np.full((64, 40), 5, np.uint8)}
    facies, confidence = carry_section(volume, snapshot(wrong, holdout=held), inline(17))
    assert 5 not in facies
    assert confidence.max() < 0.5


def test_one_class_is_enough_and_none_is_not() -> None:
    volume, one = survey(), np.full((64, 40), 7, np.uint8)
    facies, _ = carry_section(volume, snapshot({inline(3): one}), inline(5))
    assert (facies == 7).all()
    for nothing in (snapshot({}), snapshot({inline(3): np.zeros((64, 40), np.uint8)})):
        with pytest.raises(LabelError, match="Nothing is labelled"):
            carry_section(volume, nothing, inline(5))
        with pytest.raises(LabelError, match="Nothing is labelled"):
            carried_prediction(nothing, volume.geometry)


def test_labels_of_another_survey_and_lines_that_are_not_there_are_errors() -> None:
    with pytest.raises(LabelError, match="60 x 40"):
        carry_section(survey(), snapshot({inline(3): np.ones((60, 40), np.uint8)}), inline(5))
    with pytest.raises(GeometryError):
        carry_section(survey(), labels(inline(3)), inline(48))


def test_a_line_has_nothing_to_carry_to() -> None:
    one = LineNumbers.regular(1, 1, 1)
    geometry = SurveyGeometry(one, LineNumbers.regular(1, 1, 40), 64, 0.0, 4.0)
    with pytest.raises(GeometryError, match="2-D line") as caught:
        carried_prediction(snapshot({inline(0): np.ones((64, 40), np.uint8)}), geometry)
    assert caught.value.hint


def test_the_section_on_screen_comes_first_and_what_is_done_is_left_out() -> None:
    sink, events = FaciesInMemory(), list[object]()
    done = {crossline(11), crossline(30)}
    progress = Progress(on_event=events.append)
    keys = carry_facies(labels(inline(16)), survey(), sink, progress, first=crossline(10), done=done)
    assert keys[:2] == (crossline(10), crossline(9))
    assert set(keys) == set(sink.sections) == {crossline(i) for i in range(SHAPE[1])} - done
    assert [e.key for e in events if isinstance(e, SectionPredicted)] == list(keys)
    whole = np.mean([agreement(facies, key) for key, (facies, _) in sink.sections.items()])
    assert whole > 0.97


def test_only_the_lines_that_are_wanted() -> None:
    sink = FaciesInMemory()
    config = PredictConfig(axis=Axis.INLINE, lines=(4, 7))
    carry_facies(labels(inline(16)), survey(), sink, Progress(), config=config)
    assert set(sink.sections) == {inline(4), inline(5), inline(6)}


def test_a_prediction_is_named_after_what_is_carried() -> None:
    geometry = survey().geometry
    names = [
        carried_prediction(given, geometry).model_ids
        for given in (
            labels(inline(16)),
            labels(inline(16), revision=7),
            labels(inline(17)),
            labels(inline(16), crossline(3)),
            labels(inline(16), inline(17)),
            labels(inline(16), crossline(3), holdout=frozenset({inline(40)})),
        )
    ]
    assert names[0] == names[1]
    assert len(set(names)) == 5
    assert all(name[0].startswith("carried-") for name in names)


def test_a_prediction_knows_its_classes_and_where_they_come_from() -> None:
    key = SectionKey(Axis.SAMPLE, 9)
    given = labels(
        inline(16), crossline(30), crossline(3), key, holdout=frozenset({crossline(30)}), revision=4
    )
    found = carried_prediction(given, survey().geometry)
    assert [c.name for c in found.scheme.classes] == ["Layered", "Chaotic"]
    assert found.label_revision == 4
    assert set(carried_from(found.details)) == {inline(16), crossline(3), key}


class Stopping(Progress):
    """Asks its job to stop after some sections, and keeps the result that was begun."""

    def __init__(self, n_sections: int) -> None:
        self.left, self.begun = n_sections, list[FaciesResult]()
        super().__init__(on_event=self.take)

    def take(self, event: object) -> None:
        if isinstance(event, ResultBegun):
            self.begun.append(event.result)
        if isinstance(event, SectionPredicted):
            self.left -= 1
            if not self.left:
                self.cancel()


def test_what_was_stopped_goes_on_with_the_same_labels_only(tmp_path: Path) -> None:
    volume, stopping, config = survey(), Stopping(5), PredictConfig()
    prediction, other = (
        carried_prediction(given, volume.geometry)
        for given in (labels(inline(16)), labels(inline(16), inline(40)))
    )
    target = Target(volume, tmp_path, "carried", inline(20))
    with pytest.raises(Cancelled):
        predict_into(prediction, target, config, stopping)
    (partial,) = stopping.begun
    assert partial.n_sections_done == 5
    going_on = replace(target, partial=partial)
    assert not can_go_on(other, going_on, config)
    whole = predict_into(prediction, going_on, config, Progress())
    assert whole is partial
    assert whole.complete
    fresh = predict_into(prediction, target, config, Progress())
    assert np.array_equal(whole.facies, fresh.facies)
    assert whole.provenance.details["carried_from"] == "inline:16"
    for result in (whole, fresh):
        result.close()


def test_no_torch_is_loaded() -> None:
    code = (
        "import sys, numpy as np\n"
        "from tests.workflows.facies import test_carry as t\n"
        "import seisview.workflows.facies.carry_files\n"
        "from tests.learn.surveys import inline\n"
        "facies, _ = t.carry_section(t.survey(), t.labels(inline(16)), inline(5))\n"
        "assert facies.any()\n"
        "print('torch' in sys.modules, 'PySide6' in sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.split() == ["False", "False"]


class Endless(ArrayVolume):
    """A survey of any number of inlines that lies nowhere."""

    def __init__(self, n_inlines: int) -> None:
        super().__init__(np.zeros((1, 1, 1), np.float32))
        self.geometry = SurveyGeometry(
            LineNumbers.regular(1, 1, n_inlines), LineNumbers.regular(1, 1, 64), 80, 0.0, 4.0
        )
        self.fingerprint = f"endless-{n_inlines}"

    def read_section(self, key: SectionKey) -> npt.NDArray[np.float32]:
        assert key.axis is Axis.INLINE
        row, column = np.ogrid[:80, :64]
        return np.sin((row - 0.3 * key.index + 0 * column) / 2.5).astype(np.float32)


def test_memory_holds_some_sections_and_not_the_survey() -> None:
    class Nowhere:
        def write_section(self, *_: object) -> None:
            pass

    def peak(n_inlines: int) -> int:
        given = snapshot({inline(4): np.full((80, 64), 3, np.uint8)})
        tracemalloc.start()
        carry_facies(given, Endless(n_inlines), Nowhere(), Progress())
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    peak(8)
    small, large = peak(48), peak(96)
    more = 48 * 80 * 64 * (4 + 1 + 4)  # amplitudes, facies and confidence of what is more
    dips = 48 * 80 * 64 // 64 * 2 * 2
    assert large - small < 6 * dips < more / 8
