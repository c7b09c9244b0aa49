from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from seisview.data.amplitude import AmplitudeStatistics
from seisview.data.geometry import Axis, SectionKey
from seisview.errors import GeometryError, LabelError
from seisview.learn.samples.labelled import (
    GUARD_LINES,
    MAX_SECTIONS,
    MAX_SLICE_LINES,
    LabelRequest,
    gather_sections,
    vertical_masks,
)
from seisview.learn.samples.targets import IGNORE
from seisview.progress import Progress
from tests.learn.surveys import ArrayVolume, crossline, inline, labels_of

Survey = tuple[ArrayVolume, npt.NDArray[np.uint8]]


def test_sections_are_read_normalised_and_encoded(survey: Survey, statistics: AmplitudeStatistics) -> None:
    volume, facies = survey
    keys = (inline(3), crossline(80))
    data = gather_sections(volume, LabelRequest(labels_of(facies, *keys)), statistics, Progress())
    assert data.targets.ids == (3, 7)
    assert [s.key for s in data.sections] == sorted(keys)
    for section in data.sections:
        assert section.amplitude.dtype == np.float32
        assert np.abs(section.amplitude).max() == 1.0
        assert (data.targets.decode(section.targets) == labels_of(facies, section.key)[section.key]).all()
    assert data.summary() == {"n_sections": 2, "n_labelled_samples": 96 * (160 + 24)}


def test_labels_on_dead_traces_are_left_out(survey: Survey, statistics: AmplitudeStatistics) -> None:
    amplitude = np.ones((2, 10, 8), np.float32)
    amplitude[0, 4:] = 0
    amplitude[0, 9] = np.nan
    mask = np.full((8, 10), 3, np.uint8)
    mask[4:] = 7
    data = gather_sections(ArrayVolume(amplitude), LabelRequest({inline(0): mask}), statistics, Progress())
    assert (data.sections[0].targets[:, 4:] == IGNORE).all()
    assert (data.sections[0].targets[:, :4] != IGNORE).all()


def test_a_class_only_on_dead_traces_is_no_class(survey: Survey, statistics: AmplitudeStatistics) -> None:
    amplitude = np.ones((2, 10, 8), np.float32)
    amplitude[0, 4:] = 0
    mask = np.full((8, 10), 3, np.uint8)
    mask[:, 4:] = 7
    with pytest.raises(LabelError, match="Only one class"):
        gather_sections(ArrayVolume(amplitude), LabelRequest({inline(0): mask}), statistics, Progress())


def test_the_snapshot_is_not_changed(survey: Survey) -> None:
    volume, facies = survey
    masks = labels_of(facies, inline(3))
    vertical_masks(LabelRequest(masks, frozenset({crossline(20)})), volume.geometry)
    assert (masks[inline(3)] != 0).all()


def test_hold_out_sections_and_what_lies_near_them_are_left_out(survey: Survey) -> None:
    volume, facies = survey
    masks = labels_of(facies, inline(2), inline(12), inline(23), crossline(50))
    held = frozenset({inline(12)})
    used = vertical_masks(LabelRequest(masks, held), volume.geometry)
    assert set(used) == {inline(2), inline(23), crossline(50)}
    columns = np.flatnonzero(~used[crossline(50)].any(axis=0))
    assert columns.tolist() == list(range(12 - GUARD_LINES, 12 + GUARD_LINES + 1))
    near = vertical_masks(LabelRequest(labels_of(facies, inline(10)), held), volume.geometry)
    assert near == {}


def test_labels_of_time_slices_are_carried_to_inlines(survey: Survey) -> None:
    volume, facies = survey
    slice_key = SectionKey(Axis.SAMPLE, 30)
    masks = labels_of(facies, slice_key)
    used = vertical_masks(LabelRequest(masks), volume.geometry)
    assert 1 < len(used) <= MAX_SLICE_LINES
    for key, mask in used.items():
        assert key.axis is Axis.INLINE
        assert np.flatnonzero(mask.any(axis=1)).tolist() == [30]
        assert (mask[30] == facies[key.index, :, 30]).all()


def test_labels_painted_on_a_line_win_over_those_of_a_slice(survey: Survey) -> None:
    volume, facies = survey
    painted = np.zeros_like(labels_of(facies, inline(0))[inline(0)])
    painted[30, :10] = 9
    masks = {**labels_of(facies, SectionKey(Axis.SAMPLE, 30)), inline(0): painted}
    row = vertical_masks(LabelRequest(masks), volume.geometry)[inline(0)][30]
    assert (row[:10] == 9).all()
    assert (row[10:] == facies[0, 10:, 30]).all()


def test_masks_of_another_survey_are_refused(survey: Survey) -> None:
    volume, _ = survey
    with pytest.raises(LabelError, match=r"5 x 5 samples.*96 x 160"):
        vertical_masks(LabelRequest({inline(0): np.ones((5, 5), np.uint8)}), volume.geometry)
    with pytest.raises(GeometryError):
        vertical_masks(LabelRequest({inline(99): np.ones((96, 160), np.uint8)}), volume.geometry)


def test_of_very_many_sections_evenly_spaced_ones_are_read(statistics: AmplitudeStatistics) -> None:
    volume = ArrayVolume(np.ones((300, 4, 4), np.float32))
    mask = np.repeat(np.array([[1], [2]], np.uint8), 2, axis=0).repeat(4, axis=1)
    request = LabelRequest({inline(i): mask for i in range(300)})
    data = gather_sections(volume, request, statistics, Progress())
    indices = [s.key.index for s in data.sections]
    assert len(indices) == MAX_SECTIONS
    assert (indices[0], indices[-1]) == (0, 299)
    assert max(np.diff(indices)) <= 3
