"""The confusion matrix with its places: counts agree, and the place is where the errors are."""

from __future__ import annotations

import numpy as np

from seisview.data.geometry import Axis, SectionKey
from seisview.labels.boxes import Box
from seisview.learn.quality import ErrorCounter

A, B = SectionKey(Axis.INLINE, 3), SectionKey(Axis.CROSSLINE, 7)


def sections() -> tuple[np.ndarray, np.ndarray]:
    truth = np.full((100, 120), 2, np.uint8)
    truth[:10] = 0
    return truth, truth.copy()


def test_every_labelled_sample_is_in_one_cell() -> None:
    truth, predicted = sections()
    predicted[40:50, 60:80] = 5
    predicted[90:, :5] = 0
    predicted[:10] = 5  # not labelled: nobody knows better
    counter = ErrorCounter((2, 5))
    counter.add(A, truth, predicted)
    assert counter.matrix.counts.tolist() == [[90 * 120 - 200 - 50, 200], [0, 0]]
    assert counter.matrix.missed.tolist() == [50, 0]
    assert set(counter.places) == {(2, 2), (2, 5), (2, 0)}


def test_the_place_is_tight_around_the_densest_errors() -> None:
    truth, predicted = sections()
    predicted[40:50, 60:80] = 5
    predicted[95, 5] = 5  # a speck elsewhere
    counter = ErrorCounter((2, 5))
    counter.add(A, truth, predicted)
    (place,) = counter.places[2, 5]
    assert place.key == A
    assert place.box == Box(40, 50, 60, 80)
    assert place.n_samples == 200


def test_the_worst_section_comes_first() -> None:
    truth, predicted = sections()
    little, much = predicted.copy(), predicted.copy()
    little[50, 50:60] = 5
    much[20:30, 20:40] = 5
    counter = ErrorCounter((2, 5))
    counter.add(A, truth, little)
    counter.add(B, truth, much)
    assert [(place.key, place.n_samples) for place in counter.places[2, 5]] == [(B, 200), (A, 10)]


def test_sections_smaller_than_a_window_work() -> None:
    truth = np.ones((3, 2), np.uint8)
    counter = ErrorCounter((1, 2))
    counter.add(A, truth, np.full((3, 2), 2, np.uint8))
    assert counter.places[1, 2][0].box == Box(0, 3, 0, 2)
