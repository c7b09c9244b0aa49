from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from seisview.data.amplitude import AmplitudeStatistics, measure_amplitudes
from tests.learn.surveys import ArrayVolume, textured_survey


@pytest.fixture(scope="session")
def survey() -> tuple[ArrayVolume, npt.NDArray[np.uint8]]:
    """(volume, facies): layered rock (3) beside chaotic rock (7)."""
    return textured_survey()


@pytest.fixture(scope="session")
def statistics(survey: tuple[ArrayVolume, npt.NDArray[np.uint8]]) -> AmplitudeStatistics:
    return measure_amplitudes(survey[0])
