"""Many synthetic surveys that differ in geology and recording, for pretraining; kept in the cache folder."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from seisview.atomic import replacing, write_error
from seisview.data.synthetic import Counts, Recording, SyntheticConfig, synthesize
from seisview.preferences import cache_folder
from seisview.progress import Progress

SHAPE = (48, 256, 320)
"""Inlines, crosslines and samples of each, before crosslines are drawn apart."""

_STRETCHES = (0.9, 2.2)
_VERSION = 2  # raise it whenever the same number gives other samples


def varied_config(number: int, shape: tuple[int, int, int] = SHAPE) -> SyntheticConfig:
    """What the survey of a number is like; the same number always gives the same survey.

    Faults from none to many, with and without salt, channels, mass transport and gas; wavelets of 16 to 70 Hz
    at 4 ms, of zero phase or turned, fading with depth or hardly; nearly clean to noisy.
    """
    rng = np.random.default_rng([number, 4242])
    phase = float(rng.choice([0.0, 0.0, 90.0, 180.0, float(rng.uniform(-180, 180))]))
    bodies = Counts(
        faults=int(rng.integers(0, 15)),
        channels=int(rng.integers(0, 4)),
        chaotic=int(rng.integers(0, 4)),
        salts=int(rng.integers(0, 3)),
        gas=int(rng.integers(0, 4)),
    )
    recording = Recording(
        peak_frequency_hz=float(np.exp(rng.uniform(np.log(16), np.log(70)))),
        quality_factor=float(np.exp(rng.uniform(np.log(30), np.log(200)))),
        phase_deg=phase,
        noise_level=float(np.exp(rng.uniform(np.log(0.02), np.log(0.6)))),
        footprint_level=float(rng.uniform(0, 0.3)),
    )
    return SyntheticConfig(*shape, seed=10_000 + number, bodies=bodies, recording=recording)


def varied_surveys(
    count: int, progress: Progress, shape: tuple[int, int, int] = SHAPE, folder: Path | None = None
) -> tuple[Path, ...]:
    """Make surveys number 0 to `count` - 1, but for those that are in the cache already.

    Parameters
    ----------
    count : int
    progress : Progress
    shape : (int, int, int)
        Inlines, crosslines, samples.
    folder : Path, optional
        Default: ``pretraining`` in the user's cache folder.

    Returns
    -------
    tuple of Path
        ``.npy`` arrays (inline, crossline, sample) of one byte per sample.

    Raises
    ------
    ExportError
        If the cache folder cannot be written.
    Cancelled
        If the job was asked to stop.
    """
    folder = folder or cache_folder() / "pretraining"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise write_error(folder, error) from error
    size = "x".join(map(str, shape))
    paths = [folder / f"varied-v{_VERSION}-{size}-{number}.npy" for number in range(count)]
    missing = [number for number, path in enumerate(paths) if not path.exists()]
    if missing:
        for number in progress.track(missing, "Synthesising surveys"):
            _make(varied_config(number, shape), paths[number], progress)
    return tuple(paths)


def _make(config: SyntheticConfig, path: Path, progress: Progress) -> None:
    # Only its wish to stop: the progress of each survey would hide that of all.
    quiet = Progress(on_report=lambda _state: progress.check())
    amplitude = synthesize(config, quiet).amplitude
    scale = 127 / np.percentile(np.abs(amplitude), 99.9)
    stretch = float(np.exp(np.random.default_rng(config.seed).uniform(*np.log(_STRETCHES))))
    amplitude = _widened(amplitude * scale, stretch)
    with replacing(path) as temporary:
        np.save(temporary, np.clip(np.rint(amplitude), -127, 127).astype(np.int8))


def _widened(amplitude: npt.NDArray[np.float32], stretch: float) -> npt.NDArray[np.float32]:
    """Draw traces apart along the lines: folds of a small survey are steep, most real ones are not."""
    from scipy.ndimage import zoom

    result: npt.NDArray[np.float32] = zoom(amplitude, (1, stretch, 1), order=1)
    return result
