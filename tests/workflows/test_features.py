"""Features of a survey from the workflow: one pass, gone on with, mended when stale, cancelled at once."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from seisview.data.amplitude import AmplitudeStatistics, measure_amplitudes
from seisview.data.cached_files import building_alone
from seisview.data.geometry import Axis, SectionKey
from seisview.errors import Cancelled, ExportError, GeometryError
from seisview.learn.features.config import FeatureConfig
from seisview.learn.features.folder import features_folder, stored_features
from seisview.progress import Progress
from seisview.workflows import features as workflow
from seisview.workflows.features import (
    FeaturesReady,
    build_feature_volume,
    feature_size,
    section_features,
    survey_features,
)
from tests.learn.surveys import ArrayVolume, crossline, inline, textured_survey

CONFIG = FeatureConfig(backbone="resnet10", weights="none", dimensions=12, device="cpu")


@pytest.fixture(scope="module")
def volume() -> ArrayVolume:
    return textured_survey((9, 70, 60))[0]


@pytest.fixture(scope="module")
def statistics(volume: ArrayVolume) -> AmplitudeStatistics:
    return measure_amplitudes(volume)


class StoppedError(Exception):
    """What a kill looks like from inside: nothing is tidied up."""


def ready(keys: list[SectionKey], stop_after: int = 10**9) -> Progress:
    def take(event: object) -> None:
        if isinstance(event, FeaturesReady):
            keys.append(event.key)
            if len(keys) >= stop_after:
                raise StoppedError

    return Progress(on_event=take)


def test_the_whole_survey_the_visible_section_first(
    volume: ArrayVolume, statistics: AmplitudeStatistics
) -> None:
    assert survey_features(volume, statistics, CONFIG) is None
    seen: list[SectionKey] = []
    made = build_feature_volume(volume, statistics, CONFIG, ready(seen), first=inline(6))
    assert made.complete
    assert made.array().shape == (9, 8, 9, 12)
    assert made.array().nbytes == feature_size(volume, CONFIG)
    assert seen[0] == inline(6)
    assert set(seen[1:]) == {inline(i) for i in range(9)} - {inline(6)}
    assert [abs(key.index - 6) for key in seen[1:]] == sorted(abs(key.index - 6) for key in seen[1:])
    assert np.isfinite(made.array()).all()
    assert (made.array() != 0).any(axis=-1).all()
    again = survey_features(volume, statistics, CONFIG)
    assert again is not None
    assert again.complete
    assert [item.path for item in stored_features()] == [made.folder]


def test_what_was_killed_half_way_goes_on_and_ends_the_same(
    volume: ArrayVolume, statistics: AmplitudeStatistics
) -> None:
    whole = np.array(build_feature_volume(volume, statistics, CONFIG).array())
    shutil.rmtree(features_folder())
    seen: list[SectionKey] = []
    with pytest.raises(StoppedError):
        build_feature_volume(volume, statistics, CONFIG, ready(seen, 4))
    half = survey_features(volume, statistics, CONFIG)
    assert half is not None
    assert half.done.sum() == 4
    volume.reads.clear()
    rest: list[SectionKey] = []
    made = build_feature_volume(volume, statistics, CONFIG, ready(rest))
    assert set(rest) == {inline(i) for i in range(9)} - set(seen)
    assert set(volume.reads) == set(rest)  # nothing is read or made twice, the projection neither
    np.testing.assert_array_equal(made.array(), whole)


def test_a_damaged_line_is_made_again(volume: ArrayVolume, statistics: AmplitudeStatistics) -> None:
    made = build_feature_volume(volume, statistics, CONFIG)
    whole = np.array(made.array())
    path = made.folder / "lines.npy"
    content = bytearray(path.read_bytes())
    content[-40] ^= 0x55
    path.write_bytes(content)
    seen: list[SectionKey] = []
    mended = build_feature_volume(volume, statistics, CONFIG, ready(seen))
    assert seen == [inline(8)]
    np.testing.assert_array_equal(mended.array(), whole)


def test_another_survey_or_projection_is_never_merged(
    volume: ArrayVolume, statistics: AmplitudeStatistics
) -> None:
    made = build_feature_volume(volume, statistics, CONFIG)
    (made.folder / "projection.npz").write_bytes(b"damaged")
    seen: list[SectionKey] = []
    build_feature_volume(volume, statistics, CONFIG, ready(seen))
    assert len(seen) == 9
    other = textured_survey((9, 70, 60), seed=1)[0]
    assert survey_features(other, statistics, CONFIG) is None  # type: ignore[arg-type]
    assert survey_features(volume, statistics, replace(CONFIG, seed=5)) is None


def test_sections_across_either_axis_on_demand(volume: ArrayVolume, statistics: AmplitudeStatistics) -> None:
    keys = [inline(4), crossline(33)]
    found = section_features(volume, statistics, CONFIG, keys)
    assert found[crossline(33)].shape == (8, 2, 12)
    volume.reads.clear()
    again = section_features(volume, statistics, CONFIG, keys)
    assert volume.reads == []
    for key in keys:
        np.testing.assert_array_equal(found[key], again[key])
    made = build_feature_volume(volume, statistics, CONFIG)
    np.testing.assert_array_equal(made.section(inline(4)), found[inline(4)])
    np.testing.assert_array_equal(made.section(crossline(33)), found[crossline(33)])
    with pytest.raises(GeometryError):
        section_features(volume, statistics, CONFIG, [crossline(70)])


def test_crossing_sections_agree_where_they_cross(statistics: AmplitudeStatistics) -> None:
    survey, facies = textured_survey((64, 160, 96))
    found = section_features(survey, statistics, CONFIG, [inline(32), crossline(20), crossline(140)])
    along = found[inline(32)].astype(np.float32)

    def likeness(a: np.ndarray, b: np.ndarray) -> float:
        return float(np.corrcoef(a.ravel(), b.ravel())[0, 1])

    for column in (20, 140):
        own = along[:, column // 8]
        other = along[:, (160 - column) // 8]
        across = found[crossline(column)][:, 32 // 8].astype(np.float32)
        assert likeness(own, across) > likeness(other, across) + 0.2
    assert facies[32, 20, 50] != facies[32, 140, 50]


def test_dead_traces_have_zeros(statistics: AmplitudeStatistics) -> None:
    survey, _ = textured_survey((3, 70, 60))
    amplitude = np.stack([survey.read_section(inline(i)).T for i in range(3)])
    amplitude[:, 24:41] = 0
    found = section_features(ArrayVolume(amplitude), statistics, CONFIG, [inline(1)])[inline(1)]
    empty = ~found.any(axis=(0, 2))
    assert np.flatnonzero(empty).tolist() == [3, 4]  # traces 24 to 40: two whole cells and one trace
    assert found[:, ~empty].any(axis=-1).all()


def test_cancelling_takes_less_than_a_second(volume: ArrayVolume, statistics: AmplitudeStatistics) -> None:
    survey = ArrayVolume(np.random.default_rng(0).standard_normal((2, 900, 500)).astype(np.float32))
    config = replace(CONFIG, backbone="resnet50")
    started = threading.Event()
    progress = Progress(on_report=lambda _state: started.set())
    ended: list[float] = []

    def work() -> None:
        with pytest.raises(Cancelled):
            build_feature_volume(survey, statistics, config, progress)
        ended.append(time.monotonic())

    thread = threading.Thread(target=work)
    thread.start()
    assert started.wait(30)
    time.sleep(0.3)
    asked = time.monotonic()
    progress.cancel()
    thread.join(30)
    assert ended[0] - asked < 1.0


def test_another_window_is_not_disturbed(volume: ArrayVolume, statistics: AmplitudeStatistics) -> None:
    section_features(volume, statistics, CONFIG, [inline(0)])
    made = survey_features(volume, statistics, CONFIG)
    assert made is not None
    with building_alone(made.folder) as alone:
        assert alone
        other = build_feature_volume(volume, statistics, CONFIG, first=inline(2))
        assert not other.complete
        assert other.has(inline(2))  # what is looked at is made all the same


def test_no_room_is_said_before_anything_is_made(
    volume: ArrayVolume, statistics: AmplitudeStatistics, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "disk_usage", lambda _path: SimpleNamespace(free=10_000))
        with pytest.raises(ExportError, match=r"take \d+ MB, .* has 0 MB left, of which \d+ MB stay free"):
            build_feature_volume(volume, statistics, CONFIG)
    with pytest.raises(ExportError, match="more than"):
        workflow.prepare_features(volume, statistics, CONFIG, Progress(), max_bytes=10_000)
    assert stored_features() == []


@pytest.mark.skipif(os.name == "nt", reason="needs a limit on file sizes")
def test_a_full_disk_is_an_error_and_what_was_made_stays(
    volume: ArrayVolume, statistics: AmplitudeStatistics, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[SectionKey] = []
    made = workflow.prepare_features(volume, statistics, CONFIG, Progress())
    real_open: Callable[..., object] = Path.open

    def full(path: Path, mode: str = "r", *more: object, **named: object) -> object:
        if path.name == "lines.npy" and mode == "r+b" and len(seen) == 3:
            raise OSError(28, "No space left on device")
        return real_open(path, mode, *more, **named)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", full)
        with pytest.raises(ExportError, match="disk is full"):
            build_feature_volume(volume, statistics, CONFIG, ready(seen))
    assert made.done.sum() == 3
    assert build_feature_volume(volume, statistics, CONFIG).complete


def test_every_other_line_for_maps(volume: ArrayVolume, statistics: AmplitudeStatistics) -> None:
    config = replace(CONFIG, every=4, axis=Axis.CROSSLINE)
    made = build_feature_volume(volume, statistics, config)
    assert made.axis is Axis.CROSSLINE
    assert list(made.lines) == list(range(0, 70, 4))
    assert made.array().shape == (18, 8, 2, 12)
    assert made.complete
