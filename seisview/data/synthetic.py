"""A synthetic survey with known facies and faults: the demo, the tests' ground truth, and training data.

The model is in :mod:`seisview.data.synthesis`: layered, folded and faulted rock with an unconformity,
channels, mass transport, salt and gas, recorded with a wavelet that loses its high frequencies on the way.
In the manner of Wu et al. (Geophysics 85(4), 2020) and Synthoseis (Merrifield et al., Interpretation 10(3),
2022), written anew.
"""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from seisview.atomic import write_error, write_text_atomic
from seisview.data.geometry import LineNumbers, SurveyGeometry
from seisview.data.map_transform import MapTransform
from seisview.data.segy.write import SegyLayout, create_segy
from seisview.data.synthesis.acquisition import Recorder, Recording, gas_shadow, reflectivity
from seisview.data.synthesis.earth import GAS_ID, EarthModel
from seisview.data.synthesis.fields import Block, Extent
from seisview.data.synthesis.scenario import Counts, draw_earth
from seisview.errors import VolumeError
from seisview.preferences import cache_folder
from seisview.progress import Progress, shares_of

CLASS_NAMES = ("Layered shale", "Layered sand", "Channel", "Salt", "Chaotic", "Gas")
"""Names of the facies 1..6."""

_SYNTHESIS = 0.8  # of the time that the built-in survey takes; the rest is written
_BUILTIN_VERSION = 2  # raise it whenever the same configuration gives other samples
_SMALLEST = (8, 8, 32)
_BLOCK_SAMPLES = 120_000


@dataclass(frozen=True, slots=True)
class SyntheticConfig:
    """What to synthesise. The same configuration gives the same survey, sample for sample.

    Attributes
    ----------
    n_inlines, n_crosslines, n_samples : int
        At least 8, 8 and 32.
    seed : int
        Every seed is another piece of geology.
    bodies : Counts
        How many faults, channels and so on.
    recording : Recording
        Wavelet, attenuation, noise and scale.
    """

    n_inlines: int = 128
    n_crosslines: int = 192
    n_samples: int = 256
    seed: int = 0
    bodies: Counts = field(default_factory=Counts)
    recording: Recording = field(default_factory=Recording)

    @classmethod
    def tiny(cls, seed: int = 0) -> SyntheticConfig:
        """Make the smallest survey that still holds every facies: 24 x 32 x 64."""
        return cls(24, 32, 64, seed)


_BUILTIN = SyntheticConfig(seed=2024)


@dataclass(frozen=True, slots=True)
class SyntheticSurvey:
    """A finished survey with its truth; arrays are (inline, crossline, sample).

    Attributes
    ----------
    amplitude : ndarray of float32
    facies : ndarray of uint8
        1..6, in the order of `class_names`; every sample has a class.
    faults : ndarray of bool
        Samples on a fault with at least a sample of throw.
    geometry : SurveyGeometry
        Line numbers, times in ms, and map coordinates in metres.
    class_names : tuple of str
    """

    amplitude: npt.NDArray[np.float32]
    facies: npt.NDArray[np.uint8]
    faults: npt.NDArray[np.bool_]
    geometry: SurveyGeometry
    class_names: tuple[str, ...] = CLASS_NAMES

    def __repr__(self) -> str:
        sizes = "{} inlines x {} crosslines x {} samples".format(*self.geometry.shape)
        return f"SyntheticSurvey({sizes}; facies {', '.join(self.class_names)})"


def synthesize(config: SyntheticConfig | None = None, progress: Progress | None = None) -> SyntheticSurvey:
    """Make a survey with known facies and faults.

    Parameters
    ----------
    config : SyntheticConfig, optional
    progress : Progress, optional

    Raises
    ------
    VolumeError
        If the survey asked for is too small to hold any geology.
    Cancelled
        If the job was stopped.
    """
    config, progress = config or SyntheticConfig(), progress or Progress()
    shape = (config.n_inlines, config.n_crosslines, config.n_samples)
    if any(size < least for size, least in zip(shape, _SMALLEST, strict=True)):
        raise VolumeError(
            f"A survey of {shape[0]} x {shape[1]} x {shape[2]} is too small to synthesise.",
            f"Ask for at least {_SMALLEST[0]} inlines, {_SMALLEST[1]} crosslines and {_SMALLEST[2]} samples.",
        )
    progress.report("Drawing the geology")
    extent = Extent(*shape)
    model = draw_earth(extent, config.bodies, config.seed)
    rng = np.random.default_rng([config.seed, 1_000_003])
    recorder = Recorder(rng, extent, config.recording)
    survey = SyntheticSurvey(
        np.empty(shape, np.float32), np.empty(shape, np.uint8), np.empty(shape, bool), _geometry(config)
    )
    _fill(survey, model, recorder, progress)
    progress.report("Adding noise")
    recorder.finish(survey.amplitude, rng)
    return survey


def _fill(survey: SyntheticSurvey, model: EarthModel, recorder: Recorder, progress: Progress) -> None:
    n_inlines, n_crosslines, n_samples = survey.facies.shape
    at_once = max(1, _BLOCK_SAMPLES // (n_crosslines * n_samples))
    starts = range(0, n_inlines, at_once)
    for start in progress.track(starts, "Synthesising the survey"):
        part = slice(start, start + at_once)
        rock = model.rock(Block.of(model.extent, part))
        survey.facies[part] = rock.facies
        survey.faults[part] = rock.faults
        shadow = gas_shadow(rock.facies == GAS_ID)
        survey.amplitude[part] = recorder.signal(reflectivity(rock.log_impedance) * shadow)


def _geometry(config: SyntheticConfig) -> SurveyGeometry:
    angle = np.deg2rad(24.0)  # surveys seldom run north
    cos, sin = float(np.cos(angle)), float(np.sin(angle))
    return SurveyGeometry(
        inlines=LineNumbers.regular(1000, 1, config.n_inlines),
        crosslines=LineNumbers.regular(2000, 1, config.n_crosslines),
        n_samples=config.n_samples,
        sample_start=0.0,
        sample_interval=config.recording.sample_interval_ms,
        transform=MapTransform(452_000.0, 6_780_000.0, -12.5 * sin, 12.5 * cos, 12.5 * cos, 12.5 * sin),
    )


def write_survey(
    survey: SyntheticSurvey,
    path: Path | str,
    facies_path: Path | str | None = None,
    progress: Progress | None = None,
) -> None:
    """Write a survey as SEG-Y (4-byte IEEE float), and its facies as 1-byte integers when asked to.

    Parameters
    ----------
    survey : SyntheticSurvey
    path : Path or str
        Of the amplitudes.
    facies_path : Path or str, optional
        Of the facies, on the same grid.

    Raises
    ------
    ExportError
        If the disk fails; neither file is left half-written.
    """
    title = ["SEISVIEW SYNTHETIC SURVEY: NOT REAL SEISMIC", ""]
    classes = [f"CLASS {number}: {name.upper()}" for number, name in enumerate(survey.class_names, start=1)]
    progress = progress or Progress()
    first, second = shares_of([4, 1 if facies_path is not None else 0])  # bytes of a sample
    with progress.part(*first):
        lines = [*title, "CONTENT: AMPLITUDE"]
        create_segy(Path(path), survey.amplitude, survey.geometry, lines, progress=progress)
    if facies_path is not None:
        with progress.part(*second):
            lines = [*title, "CONTENT: TRUE FACIES", *classes]
            create_segy(Path(facies_path), survey.facies, survey.geometry, lines, SegyLayout(8), progress)


def builtin_survey_path(cache_dir: Path | None = None, progress: Progress | None = None) -> tuple[Path, Path]:
    """Paths of the built-in survey and of its facies as SEG-Y, made on first use and kept in the cache.

    Files that are cut short or changed are not used but made again.

    Parameters
    ----------
    cache_dir : Path, optional
        Default: the user's cache folder.
    progress : Progress, optional

    Returns
    -------
    (Path, Path)
        Amplitudes and facies.

    Raises
    ------
    ExportError
        If the cache folder cannot be written.
    """
    folder = cache_dir or cache_folder()
    stem = f"synthetic-v{_BUILTIN_VERSION}"
    survey, facies, sums = (folder / f"{stem}{end}" for end in (".sgy", "-facies.sgy", ".json"))
    if not _are_whole(sums, (survey, facies)):
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise write_error(folder, error) from error
        progress = progress or Progress()
        with progress.part(0.0, _SYNTHESIS):
            made = synthesize(_BUILTIN, progress)
        with progress.part(_SYNTHESIS, 1.0):
            write_survey(made, survey, facies, progress)
        write_text_atomic(sums, json.dumps({path.name: _checksum(path) for path in (survey, facies)}))
    return survey, facies


def _are_whole(sums: Path, paths: tuple[Path, ...]) -> bool:
    """Whether the files are those that were written when their checksums were."""
    try:
        expected = json.loads(sums.read_text(encoding="utf-8"))
        return bool(expected == {path.name: _checksum(path) for path in paths})
    except (OSError, ValueError):
        return False


def _checksum(path: Path) -> int:
    checksum = 0
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            checksum = zlib.crc32(piece, checksum)
    return checksum


__all__ = [
    "CLASS_NAMES",
    "Counts",
    "Recording",
    "SyntheticConfig",
    "SyntheticSurvey",
    "builtin_survey_path",
    "synthesize",
    "write_survey",
]
