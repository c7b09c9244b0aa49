"""Dips are measured once for a survey and kept."""

from __future__ import annotations

import numpy as np
import pytest

from seisview.errors import ExportError
from seisview.events import Note
from seisview.learn.carrying import dip_file
from seisview.learn.carrying.dip_file import clean_dips, dips_folder, stored_dips
from seisview.progress import Progress
from seisview.workflows.facies import dips as workflow
from seisview.workflows.facies.dips import survey_dips
from tests.learn.surveys import ArrayVolume


def volume(seed: int = 0) -> ArrayVolume:
    inline, _, sample = np.meshgrid(np.arange(24.0), np.arange(20.0), np.arange(48.0), indexing="ij")
    return ArrayVolume(np.sin((sample - 0.4 * inline + seed) / 2.5).astype(np.float32))


def test_a_survey_is_read_for_its_dips_only_once() -> None:
    first, again = volume(), volume()
    measured, kept = survey_dips(first), survey_dips(again)
    assert first.reads
    assert not again.reads
    assert np.array_equal(measured.inline, kept.inline)
    assert np.array_equal(measured.crossline, kept.crossline)
    assert kept.steepest == measured.steepest > 0.3


@pytest.mark.parametrize("content", [b"", b"rubbish", b"\x93NUMPY\x01\x00v\x00{'descr': '<f2'"])
def test_damaged_dips_are_measured_again(content: bytes) -> None:
    survey_dips(volume())
    (path,) = dips_folder().glob("*.npy")
    path.write_bytes(content)
    again = volume()
    assert survey_dips(again).steepest > 0.3
    assert again.reads
    assert survey_dips(volume()).steepest > 0.3


def test_dips_of_another_shape_are_not_taken() -> None:
    survey_dips(volume())
    (path,) = dips_folder().glob("*.npy")
    np.save(path, np.zeros((2, 3, 4, 5), np.float16))
    assert survey_dips(volume()).steepest > 0.3


def test_a_full_disk_costs_a_note_only(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise ExportError("The disk is full.", "Free some space.")

    monkeypatch.setattr(workflow, "save_dips", full)
    events: list[object] = []
    assert survey_dips(volume(), Progress(on_event=events.append)).steepest > 0.3
    assert [event for event in events if isinstance(event, Note) and "disk is full" in str(event)]


def test_what_was_used_least_recently_makes_room(monkeypatch: pytest.MonkeyPatch) -> None:
    survey_dips(volume(0))
    (first,) = (stored.path for stored in stored_dips())
    monkeypatch.setattr(dip_file, "MAX_BYTES", int(1.5 * first.stat().st_size))
    survey_dips(volume(1))
    assert not first.exists()
    assert len(stored_dips()) == 1
    assert clean_dips(0)
    assert not stored_dips()
