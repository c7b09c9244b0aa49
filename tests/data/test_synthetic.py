"""The synthetic survey: the same for the same seed, true to its labels, and not to be told by depth."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import segyio

from seisview.data import synthetic
from seisview.data.geometry import Axis, SectionKey, section_of
from seisview.data.synthesis.acquisition import gas_shadow, wavelet_matrix
from seisview.data.synthesis.earth import CHANNEL_ID, CHAOTIC_ID, GAS_ID, SALT_ID, SAND_ID, SHALE_ID
from seisview.data.synthesis.fields import Block, Extent
from seisview.data.synthesis.scenario import draw_earth
from seisview.data.synthesis.structure import Fault
from seisview.data.synthetic import (
    Counts,
    Recording,
    SyntheticConfig,
    SyntheticSurvey,
    builtin_survey_path,
    synthesize,
    write_survey,
)
from seisview.errors import Cancelled, VolumeError
from seisview.progress import Progress

DEPTH_ONLY_BOUND = 0.2
"""Mean IoU that a classifier by depth alone must stay below; one that knew the facies would reach 1."""


@pytest.fixture(scope="module")
def survey() -> SyntheticSurvey:
    return synthesize(SyntheticConfig(96, 128, 256, seed=3))


@pytest.fixture(scope="module")
def tiny_surveys() -> list[SyntheticSurvey]:
    return [synthesize(SyntheticConfig.tiny(seed)) for seed in range(8)]


def test_same_seed_same_survey(tiny_surveys: list[SyntheticSurvey]) -> None:
    again = synthesize(SyntheticConfig.tiny(seed=1))
    np.testing.assert_array_equal(again.amplitude, tiny_surveys[1].amplitude)
    np.testing.assert_array_equal(again.facies, tiny_surveys[1].facies)
    np.testing.assert_array_equal(again.faults, tiny_surveys[1].faults)
    assert not np.array_equal(tiny_surveys[0].facies, tiny_surveys[1].facies)


def test_arrays_fit_the_geometry(survey: SyntheticSurvey) -> None:
    assert survey.amplitude.shape == survey.facies.shape == survey.faults.shape == survey.geometry.shape
    assert (survey.amplitude.dtype, survey.facies.dtype, survey.faults.dtype) == (np.float32, np.uint8, bool)
    assert np.isfinite(survey.amplitude).all()
    assert survey.geometry.xy(0, 0) is not None
    assert len(survey.class_names) == 6


def test_every_facies_is_there(survey: SyntheticSurvey, tiny_surveys: list[SyntheticSurvey]) -> None:
    for each in [survey, *tiny_surveys]:
        shares = np.bincount(each.facies.ravel(), minlength=7) / each.facies.size
        assert shares[0] == 0
        assert shares[[SHALE_ID, SAND_ID]].min() > 0.1
        assert shares[[CHANNEL_ID, SALT_ID, CHAOTIC_ID, GAS_ID]].min() > 0.008


def _depth_only_mean_iou(facies: np.ndarray) -> float:
    """Score of the best classifier that sees nothing but depth, fitted to the samples it is tested on."""
    counts = np.stack([(facies == number).sum(axis=(0, 1)) for number in range(1, 7)])
    predicted = np.broadcast_to(counts.argmax(axis=0) + 1, facies.shape)
    ious = []
    for number in range(1, 7):
        mine, true = predicted == number, facies == number
        ious.append((mine & true).sum() / (mine | true).sum())
    return float(np.mean(ious))


def test_depth_alone_tells_no_facies(survey: SyntheticSurvey, tiny_surveys: list[SyntheticSurvey]) -> None:
    scores = [_depth_only_mean_iou(each.facies) for each in [survey, *tiny_surveys]]
    assert max(scores) < DEPTH_ONLY_BOUND, scores


def test_each_facies_occurs_at_most_depths(tiny_surveys: list[SyntheticSurvey]) -> None:
    for number in range(1, 7):
        found = np.any([(each.facies == number).any(axis=(0, 1)) for each in tiny_surveys], axis=0)
        assert found.mean() > 0.7, number


def test_amplitudes_have_units_and_heavy_tails(survey: SyntheticSurvey) -> None:
    scaled = survey.amplitude / survey.amplitude.std()
    assert survey.amplitude.std() == pytest.approx(1000, rel=1e-3)
    assert abs(scaled.mean()) < 0.05
    assert np.mean(scaled**4) > 4  # 3 for Gaussian noise


def test_frequency_falls_with_depth(survey: SyntheticSurvey) -> None:
    third = survey.geometry.n_samples // 3
    shallow, deep = survey.amplitude[..., :third], survey.amplitude[..., -third:]
    assert _centroid_hz(deep) < 0.85 * _centroid_hz(shallow)


def _centroid_hz(traces: np.ndarray) -> float:
    power = (np.abs(np.fft.rfft(traces * np.hanning(traces.shape[-1]), axis=-1)) ** 2).mean(axis=(0, 1))
    return float((power * np.fft.rfftfreq(traces.shape[-1], 0.004)).sum() / power.sum())


def test_neighbouring_sections_are_alike(survey: SyntheticSurvey) -> None:
    for axis in (Axis.INLINE, Axis.CROSSLINE):
        first, second, far = (section_of(survey.amplitude, SectionKey(axis, n)) for n in (40, 41, 75))
        assert np.corrcoef(first.ravel(), second.ravel())[0, 1] > 0.75
        assert np.corrcoef(first.ravel(), far.ravel())[0, 1] < 0.5


def test_facies_change_the_amplitudes(survey: SyntheticSurvey) -> None:
    energy = [np.abs(survey.amplitude[survey.facies == number]).mean() for number in range(7)[1:]]
    by_id = dict(enumerate(energy, start=1))
    assert by_id[SALT_ID] < 0.7 * by_id[SAND_ID]  # transparent
    assert by_id[SHALE_ID] < 0.8 * by_id[SAND_ID]
    assert by_id[GAS_ID] > 1.2 * by_id[SHALE_ID]  # bright


def _planar_fault() -> Fault:
    return Fault(
        centre=(10.0, 40.0, 60.0),
        azimuth=np.pi / 2,
        slope=3.0,
        listric_depth=None,
        throw=12.0,
        half_length=60.0,
        half_height=50.0,
        reach=1e6,
        bend=(0.0, 50.0, 0.0),
    )


def test_a_fault_offsets_layers_by_its_throw() -> None:
    i, j, k = Block.of(Extent(20, 80, 120)).grids()
    _, restored_j, level, on_fault = _planar_fault().restore(i, j, k)
    assert level[10, 39, 60] - level[10, 41, 60] == pytest.approx(12.0, abs=0.1)  # hanging wall went down
    assert restored_j[10, 41, 60] < 41  # and moved down dip
    np.testing.assert_allclose(level[:, :, 115], k[:, :, 115])  # beyond its tip nothing moved
    assert on_fault[10, 40, 60]
    assert on_fault[10, 40 + 5, 75]  # three samples per trace
    assert not on_fault[10, 40 + 5, 60]
    assert 0 < on_fault.mean() < 0.03


def test_a_listric_fault_flattens_with_depth() -> None:
    i, j, k = Block.of(Extent(20, 80, 120)).grids()
    fault = replace(_planar_fault(), listric_depth=30.0)
    on_fault = fault.restore(i, j, k)[3][10]

    def at(sample: int) -> float:
        return float(np.flatnonzero(on_fault[:, sample]).mean())

    assert at(85) - at(75) > 1.5 * (at(55) - at(45)) > 0


def test_layers_break_at_the_fault_mask() -> None:
    model = draw_earth(Extent(48, 64, 128), Counts(), seed=5)
    place = model.place(Block.of(model.extent))
    step = np.abs(np.diff(place.level, axis=1))
    on_fault = place.on_fault[:, 1:] | place.on_fault[:, :-1]
    rock = ~(place.in_salt[:, 1:] | place.in_salt[:, :-1])
    breaks = rock & (step > 3.5) & (step < 20)  # a larger step is the unconformity
    assert breaks.sum() > 1000
    assert on_fault[breaks].mean() > 0.9
    assert on_fault[rock].mean() < 0.2


def test_the_wavelet_is_zero_phase_and_ages() -> None:
    wavelets = wavelet_matrix(200, Recording())
    assert np.argmax(wavelets[:, 60]) == 60
    assert np.argmax(wavelets[:, 140]) == 140
    np.testing.assert_allclose(wavelets[60 - 20 : 60, 60], wavelets[61 : 61 + 20, 60][::-1], atol=1e-3)
    width = [(wavelets[:, n] > wavelets[n, n] / 2).sum() for n in (20, 180)]
    assert width[1] > width[0]


def test_gas_dims_what_lies_below() -> None:
    gas = np.zeros((1, 9, 100), bool)
    gas[:, :, 20:30] = True
    shadow = gas_shadow(gas)
    np.testing.assert_allclose(shadow[..., :20], 1)
    assert shadow[0, 4, 35] < 0.6
    assert shadow[0, 4, 95] > shadow[0, 4, 35]  # heals with depth


def test_bodies_can_be_left_out() -> None:
    config = replace(SyntheticConfig.tiny(), bodies=Counts(faults=0, salts=0, gas=0, chaotic=0))
    survey = synthesize(config)
    assert set(np.unique(survey.facies)) == {SHALE_ID, SAND_ID, CHANNEL_ID}
    assert not survey.faults.any()


def test_too_small_a_survey_is_refused() -> None:
    with pytest.raises(VolumeError, match="too small"):
        synthesize(SyntheticConfig(4, 32, 64))


def test_cancelling_stops_it() -> None:
    progress = Progress(on_report=lambda state: progress.cancel())
    with pytest.raises(Cancelled):
        synthesize(SyntheticConfig.tiny(), progress)


def test_written_survey_reads_back(tiny_surveys: list[SyntheticSurvey], tmp_path: Path) -> None:
    survey = tiny_surveys[0]
    write_survey(survey, tmp_path / "a.sgy", tmp_path / "f.sgy")
    with segyio.open(tmp_path / "a.sgy") as file, segyio.open(tmp_path / "f.sgy") as facies:
        np.testing.assert_array_equal(segyio.tools.cube(file), survey.amplitude)
        np.testing.assert_array_equal(segyio.tools.cube(facies), survey.facies)
        assert tuple(file.ilines) == survey.geometry.inlines.numbers
        assert tuple(file.xlines) == survey.geometry.crosslines.numbers
        assert int(facies.format) == 8
        assert "CLASS 4: SALT" in facies.text[0].decode("ascii")


@pytest.fixture
def small_builtin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(synthetic, "_BUILTIN", SyntheticConfig.tiny(seed=2))


@pytest.mark.usefixtures("small_builtin")
def test_builtin_survey_is_made_once(user_folders: Path) -> None:
    paths = builtin_survey_path()
    assert all(path.is_relative_to(user_folders) for path in paths)
    times = [path.stat().st_mtime_ns for path in paths]
    assert builtin_survey_path() == paths
    assert [path.stat().st_mtime_ns for path in paths] == times


@pytest.mark.usefixtures("small_builtin")
@pytest.mark.parametrize("damage", ["cut", "changed", "gone"])
def test_damaged_builtin_survey_is_made_again(tmp_path: Path, damage: str) -> None:
    paths = builtin_survey_path(tmp_path)
    whole = paths[1].read_bytes()
    if damage == "gone":
        paths[1].unlink()
    else:
        paths[1].write_bytes(whole[:5000] + (b"" if damage == "cut" else b"\x00" + whole[5001:]))
    assert builtin_survey_path(tmp_path) == paths
    assert paths[1].read_bytes() == whole
    assert {path.suffix for path in tmp_path.iterdir()} == {".sgy", ".json"}
