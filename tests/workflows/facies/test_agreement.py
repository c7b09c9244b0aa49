"""How far two predictions agree, on a section, along a line and everywhere."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from seisview.data.geometry import Axis, LineNumbers, SectionKey, SurveyGeometry, section_of
from seisview.errors import Cancelled, GeometryError
from seisview.progress import Progress
from seisview.workflows.facies.agreement import Agreement, agreement_of, line_between

GEOMETRY = SurveyGeometry(LineNumbers.regular(100, 2, 6), LineNumbers.regular(40, 1, 8), 5, 0.0, 4.0)


class Stored:
    """What a result gives."""

    def __init__(self, facies: np.ndarray) -> None:
        self.facies = facies

    def section(self, key: SectionKey) -> tuple[np.ndarray, np.ndarray]:
        return (section_of(self.facies, key),) * 2

    def along(self, inlines: np.ndarray, crosslines: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return (self.facies[inlines, crosslines].T,) * 2


@pytest.fixture
def pair() -> SimpleNamespace:
    rng = np.random.default_rng(3)
    one, other = (rng.integers(0, 3, GEOMETRY.shape, dtype=np.uint8) for _ in range(2))
    return SimpleNamespace(one=one, other=other, left=Stored(one), right=Stored(other))


def share(one: np.ndarray, other: np.ndarray) -> float:
    both = (one > 0) & (other > 0)
    return float((one == other)[both].mean())


def test_only_what_both_predicted_counts() -> None:
    one, other = np.array([1, 2, 0, 3], np.uint8), np.array([1, 1, 1, 0], np.uint8)
    assert Agreement.between(one, other) == Agreement(2, 1)
    assert Agreement.between(one, other).share == 0.5
    assert Agreement.between(one, np.zeros(4, np.uint8)).share is None


@pytest.mark.parametrize("axis", list(Axis))
def test_on_a_section(pair, axis) -> None:
    key = SectionKey(axis, 3)
    found = agreement_of(pair.left, pair.right, key)
    assert found.share == pytest.approx(share(section_of(pair.one, key), section_of(pair.other, key)))


def test_along_a_line_that_is_given_by_its_numbers(pair) -> None:
    path = line_between(GEOMETRY, [(102, 41), (108, 41), (108, 46)])
    where = path.inlines, path.crosslines
    assert (where[0][0], where[1][0]) == (1, 1)
    assert (where[0][-1], where[1][-1]) == (4, 6)
    found = agreement_of(pair.left, pair.right, path)
    assert found.share == pytest.approx(share(pair.one[where], pair.other[where]))


def test_everywhere_and_cancelled(pair) -> None:
    assert agreement_of(pair.left, pair.right).share == pytest.approx(share(pair.one, pair.other))
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        agreement_of(pair.left, pair.right, progress=progress)


@pytest.mark.parametrize("corners", [[(103, 41), (108, 41)], [(102, 41), (102, 41)], [(102, 41)], []])
def test_a_line_that_is_none_is_refused(corners) -> None:
    with pytest.raises(GeometryError):
        line_between(GEOMETRY, corners)
