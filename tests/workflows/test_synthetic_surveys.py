from __future__ import annotations

from dataclasses import astuple
from pathlib import Path

import numpy as np
import pytest

from seisview.data.opening import open_volume
from seisview.data.volume import HeaderBytes
from seisview.errors import Cancelled
from seisview.progress import Progress
from seisview.workflows.synthetic_surveys import varied_config, varied_surveys

TINY = (8, 16, 32)


def test_surveys_differ_in_geology_and_recording_and_are_made_once(tmp_path: Path) -> None:
    paths = varied_surveys(3, Progress(), TINY, tmp_path)
    amplitudes = [np.load(path) for path in paths]
    assert all(a.dtype == np.int8 and a.shape[::2] == (8, 32) for a in amplitudes)
    assert len({a.shape[1] for a in amplitudes}) > 1  # traces are drawn apart by different factors
    assert all(100 < np.abs(a.astype(int)).max() <= 127 for a in amplitudes)
    before = [path.stat().st_mtime_ns for path in paths]
    assert varied_surveys(3, Progress(), TINY, tmp_path) == paths
    assert [path.stat().st_mtime_ns for path in paths] == before
    volume = open_volume(paths[0], HeaderBytes())
    assert volume.geometry.shape == amplitudes[0].shape
    volume.close()


def test_a_number_always_gives_the_same_survey() -> None:
    assert varied_config(5) == varied_config(5)
    configs = [varied_config(number) for number in range(30)]
    assert len({astuple(c.bodies) for c in configs}) > 20
    frequencies = [c.recording.peak_frequency_hz for c in configs]
    assert min(frequencies) < 25
    assert max(frequencies) > 50
    assert {c.bodies.salts for c in configs} == {0, 1, 2}


def test_they_lie_in_the_cache_folder(user_folders: Path) -> None:
    (path,) = varied_surveys(1, Progress(), TINY)
    assert path.parent == user_folders / "cache" / "pretraining"


def test_stopping_leaves_nothing_half_written(tmp_path: Path) -> None:
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        varied_surveys(2, progress, TINY, tmp_path)
    assert list(tmp_path.iterdir()) == []
