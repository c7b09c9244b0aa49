"""Labels followed along folded beds to other sections, against where the beds truly are."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from seisview.data.geometry import Axis, SectionKey, section_of
from seisview.learn.carrying import remembered
from seisview.learn.carrying.carried import carry_labels
from seisview.learn.carrying.dip_field import DipField, measure_dips
from seisview.learn.carrying.following import rows_on_source
from seisview.learn.carrying.remembered import RememberedRows
from seisview.progress import Progress
from tests.learn.surveys import ArrayVolume, crossline, inline

SHAPE = (64, 72, 120)
SOURCE = inline(20)


def depth_of_beds() -> npt.NDArray[np.float64]:
    """Which bed, as a depth, lies at every sample: folded along both directions."""
    line, trace, sample = np.meshgrid(*(np.arange(float(n)) for n in SHAPE), indexing="ij")
    return np.asarray(sample - 10 * np.sin(line / 14) - 7 * np.cos(trace / 17) - 0.15 * line)


BEDS = depth_of_beds()
FACIES = (np.clip(np.floor(BEDS / 24), 0, 4) + 1).astype(np.uint8)


@pytest.fixture(scope="module")
def field() -> DipField:
    noise = 0.1 * np.random.default_rng(0).standard_normal(SHAPE)
    amplitude = np.sin(BEDS / 2.2) + 0.6 * np.sin(BEDS / 3.7) + noise
    return measure_dips(ArrayVolume(amplitude.astype(np.float32)), Progress())


def labels(*keys: SectionKey) -> dict[SectionKey, npt.NDArray[np.uint8]]:
    return {key: np.ascontiguousarray(section_of(FACIES, key)) for key in keys}


@pytest.mark.parametrize("target", [inline(21), inline(50), inline(0), crossline(10), crossline(71)])
@pytest.mark.parametrize("source", [SOURCE, crossline(30)])
def test_reflections_are_followed_to_where_they_come_from(
    field: DipField, source: SectionKey, target: SectionKey
) -> None:
    rows = rows_on_source(field, source, target)
    beds, known = section_of(BEDS, target), section_of(BEDS, source)
    assert rows.shape == beds.shape
    parallel = target.axis is source.axis
    columns = np.arange(beds.shape[1]) if parallel else np.full(beds.shape[1], target.index)
    found = known[np.clip(np.rint(rows), 0, SHAPE[2] - 1).astype(int), columns[None, :]]
    inside = (rows > 15) & (rows < SHAPE[2] - 15)
    assert np.percentile(np.abs(found - beds)[inside], 90) < 1.5


@pytest.mark.parametrize(("source", "target"), [(inline(2), inline(34)), (crossline(12), crossline(60))])
def test_each_place_along_a_section_is_followed_by_its_own_dips(
    source: SectionKey, target: SectionKey
) -> None:
    line, trace, sample = np.meshgrid(*(np.arange(float(n)) for n in SHAPE), indexing="ij")
    beds = sample - 12 * np.sin(line / 22) * np.cos(trace / 22)  # a dome beside a basin
    amplitude = np.sin(beds / 2.2) + 0.6 * np.sin(beds / 3.7)
    rows = rows_on_source(measure_dips(ArrayVolume(amplitude.astype(np.float32)), Progress()), source, target)
    there, known = section_of(beds, target), section_of(beds, source)
    found = known[np.clip(np.rint(rows), 0, SHAPE[2] - 1).astype(int), np.arange(there.shape[1])]
    inside = (rows > 20) & (rows < SHAPE[2] - 20)
    assert np.percentile(np.abs(known - there)[inside], 90) > 5
    assert np.percentile(np.abs(found - there)[inside], 90) < 1.5


def test_beds_are_followed_far_better_than_by_depth_alone(field: DipField) -> None:
    target = inline(62)
    truth = section_of(FACIES, target)
    carried = carry_labels(labels(SOURCE), field, target).facies
    flat = section_of(FACIES, SOURCE)
    assert (flat == truth).mean() < 0.75
    assert (carried == truth).mean() > 0.93


def test_slices_and_both_axes_agree(field: DipField) -> None:
    sources = labels(SOURCE, crossline(33))
    on_slice, on_inline, on_crossline = (
        carry_labels(sources, field, key) for key in (SectionKey(Axis.SAMPLE, 60), inline(45), crossline(9))
    )
    assert on_slice.facies.shape == section_of(FACIES, SectionKey(Axis.SAMPLE, 60)).shape
    assert (on_slice.facies[:, 45] == on_inline.facies[60]).mean() > 0.95
    assert (on_slice.facies[9] == on_crossline.facies[60]).mean() > 0.95
    assert np.array_equal(on_slice.lines[:, 45], on_inline.lines[60])


def test_the_nearest_labelled_section_holds(field: DipField) -> None:
    one, other = (np.full((SHAPE[2], SHAPE[1]), c, np.uint8) for c in (1, 2))
    across = np.full((SHAPE[2], SHAPE[0]), 3, np.uint8)
    found = carry_labels({inline(10): one, inline(40): other, crossline(50): across}, field, inline(20))
    assert set(np.unique(found.facies[:, :40])) == {1}
    assert set(np.unique(found.facies[:, 41:60])) == {3}
    assert found.lines[60, 0] == 10
    assert found.lines[60, 50] == 0
    assert found.lines[60, 47] == 3


@pytest.mark.parametrize(("labelled", "nearest"), [((2, 6, 40, 44), 44), ((52, 56, 60, 62), 52)])
def test_of_many_on_one_side_the_nearest_holds(
    field: DipField, labelled: tuple[int, ...], nearest: int
) -> None:
    masks = {
        inline(index): np.full(SHAPE[:0:-1], number + 1, np.uint8) for number, index in enumerate(labelled)
    }
    found = carry_labels(masks, field, inline(48))
    assert (found.facies == labelled.index(nearest) + 1).all()
    assert (found.lines == abs(48 - nearest)).all()


def test_what_is_unlabelled_stays_so_and_own_labels_hold(field: DipField) -> None:
    stroke, own = np.zeros((2, SHAPE[2], SHAPE[1]), np.uint8)
    stroke[50:60] = 1
    own[:, 30:34] = 2
    found = carry_labels({inline(20): stroke, inline(24): own}, field, inline(24))
    assert (found.facies[:, 30:34] == 2).all()
    assert not found.lines[:, 30:34].any()
    assert 0.04 < (found.facies == 1).mean() < 0.12
    assert np.isinf(found.lines[found.facies == 0]).all()
    assert (found.lines[found.facies == 1] == 4).all()


def test_labels_on_slices_are_not_carried(field: DipField) -> None:
    mask = np.ones((SHAPE[1], SHAPE[0]), np.uint8)
    assert not carry_labels({SectionKey(Axis.SAMPLE, 10): mask}, field, inline(3)).facies.any()
    assert not carry_labels({}, field, inline(3)).facies.any()


def test_rows_are_remembered_up_to_a_size(field: DipField) -> None:
    followed: list[tuple[SectionKey, SectionKey]] = []
    follow = RememberedRows(max_bytes=3 * 4 * SHAPE[1] * SHAPE[2])
    sources = labels(SOURCE)
    first = [carry_labels(sources, field, inline(i), follow).facies for i in (30, 31, 30)]
    assert np.array_equal(first[0], carry_labels(sources, field, inline(30)).facies)
    assert np.array_equal(first[0], first[2])

    def counted(field: DipField, source: SectionKey, target: SectionKey) -> npt.NDArray[np.float32]:
        followed.append((source, target))
        return rows_on_source(field, source, target)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(remembered, "rows_on_source", counted)
        carry_labels(sources, field, inline(30), follow)
        assert not followed
        for index in (31, 32, 33, 34, 30):
            carry_labels(sources, field, inline(index), follow)
    assert followed == [(SOURCE, inline(i)) for i in (32, 33, 34, 30)]


def test_two_who_follow_the_same_rows_at_once_take_the_room_of_one(field: DipField, monkeypatch) -> None:
    follow, calls = RememberedRows(max_bytes=6 * SHAPE[1] * SHAPE[2]), 0  # of one and a half

    def meanwhile(field: DipField, source: SectionKey, target: SectionKey) -> npt.NDArray[np.float32]:
        nonlocal calls
        calls += 1
        if calls == 1:
            follow(field, source, target)  # as another thread would
        return rows_on_source(field, source, target)

    monkeypatch.setattr(remembered, "rows_on_source", meanwhile)
    follow(field, SOURCE, inline(30))
    assert calls == 2
    follow(field, SOURCE, inline(30))
    assert calls == 2


@pytest.mark.parametrize("target", [inline(25), inline(20), crossline(11), SectionKey(Axis.SAMPLE, 31)])
def test_every_other_sample_is_what_it_is_among_all(field: DipField, target: SectionKey) -> None:
    sources = labels(SOURCE, crossline(33))
    whole, some = (carry_labels(sources, field, target, every=every) for every in (1, 3))
    assert np.array_equal(some.facies, whole.facies[::3, ::3])
    assert np.array_equal(some.lines, whole.lines[::3, ::3])


def test_nothing_is_carried_from_beyond_the_survey_unless_a_guess_is_wanted(field: DipField) -> None:
    sources, target = labels(SOURCE), inline(55)
    guessed, known = (carry_labels(sources, field, target, beyond=beyond) for beyond in (True, False))
    rows = rows_on_source(field, SOURCE, target)
    outside = (rows < -3) | (rows > SHAPE[2] + 2)
    assert 0.02 < outside.mean() < 0.4
    assert guessed.facies.all()
    assert not known.facies[outside].any()
    assert np.isinf(known.lines[outside]).all()
    well_inside = (rows > 0) & (rows < SHAPE[2] - 1)
    assert np.array_equal(known.facies[well_inside], guessed.facies[well_inside])
