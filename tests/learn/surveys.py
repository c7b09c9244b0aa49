"""Small surveys in memory with known facies, for the tests of learning."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import numpy.typing as npt

from seisview.data.amplitude import AmplitudeStatistics
from seisview.data.geometry import Axis, LineNumbers, SectionKey, SurveyGeometry, section_of
from seisview.data.volume import SourceInfo
from seisview.events import TrainingStep
from seisview.labels.facies import FaciesClass, FaciesScheme
from seisview.labels.snapshot import LabelSnapshot
from seisview.learn.config import DecoderName, SegmenterConfig
from seisview.learn.segmentation.trained import Provenance, TrainedSegmenter


class ArrayVolume:
    """A volume over an (inline, crossline, sample) array in memory."""

    def __init__(self, amplitude: npt.NDArray[np.float32]) -> None:
        n_inlines, n_crosslines, n_samples = amplitude.shape
        self.geometry = SurveyGeometry(
            LineNumbers.regular(100, 1, n_inlines),
            LineNumbers.regular(500, 2, n_crosslines),
            n_samples,
            0.0,
            4.0,
        )
        self.info = SourceInfo(Path("memory.npy"), "npy", "float32")
        self.fingerprint = hashlib.sha256(amplitude.tobytes()).hexdigest()[:16]
        self.reads: list[SectionKey] = []
        self._amplitude = amplitude

    def read_section(self, key: SectionKey) -> npt.NDArray[np.float32]:
        self.geometry.check(key)
        self.reads.append(key)
        section = np.nan_to_num(section_of(self._amplitude, key), posinf=0.0, neginf=0.0)
        return np.ascontiguousarray(section, np.float32)

    def read_traces(
        self, inline_indices: npt.NDArray[np.intp], crossline_indices: npt.NDArray[np.intp]
    ) -> npt.NDArray[np.float32]:
        return np.nan_to_num(self._amplitude[inline_indices, crossline_indices]).astype(np.float32)

    def close(self) -> None:
        return None


def textured_survey(
    shape: tuple[int, int, int] = (24, 160, 96), seed: int = 0
) -> tuple[ArrayVolume, npt.NDArray[np.uint8]]:
    """Layered beside chaotic rock, the boundary wavering over depth and lines; classes 3 and 7."""
    generator = np.random.default_rng(seed)
    inline, crossline, sample = np.meshgrid(*(np.arange(n, dtype=float) for n in shape), indexing="ij")
    boundary = shape[1] * (0.5 + 0.2 * np.sin(sample / 17 + inline / 9))
    chaotic = crossline > boundary
    layered = np.sin((sample + 4 * np.sin(crossline / 30)) / 1.6)
    noise = generator.standard_normal(shape)
    amplitude = np.where(chaotic, noise, layered + 0.2 * noise).astype(np.float32)
    return ArrayVolume(700.0 * amplitude), np.where(chaotic, 7, 3).astype(np.uint8)


def snapshot(sections: dict[SectionKey, npt.NDArray[np.uint8]], **more: object) -> LabelSnapshot:
    """Labels with classes 3 "Layered" and 7 "Chaotic" (and 5 "Salt", which nobody painted)."""
    rows = [(3, "Layered", "#e69f00"), (7, "Chaotic", "#0072b2"), (5, "Salt", "#009e73")]
    scheme = FaciesScheme.from_dicts([{"id": i, "name": n, "color": c} for i, n, c in rows])
    return LabelSnapshot(scheme, sections, **more)  # type: ignore[arg-type]


def inline(index: int) -> SectionKey:
    return SectionKey(Axis.INLINE, index)


def crossline(index: int) -> SectionKey:
    return SectionKey(Axis.CROSSLINE, index)


def labels_of(facies: npt.NDArray[np.uint8], *keys: SectionKey) -> dict[SectionKey, npt.NDArray[np.uint8]]:
    """Whole sections of a facies volume as labels."""
    return {key: np.ascontiguousarray(section_of(facies, key)) for key in keys}


def random_segmenter(
    volume: ArrayVolume,
    statistics: AmplitudeStatistics,
    seed: int = 0,
    ids: tuple[int, ...] = (3, 7),
    decoder: DecoderName = "all_groups",
    depth: bool = False,
) -> TrainedSegmenter:
    """A small segmenter with random weights, as if it had been trained on `volume`."""
    import torch

    from seisview.learn.networks.segmenter import Segmenter
    from seisview.learn.segmentation.checkpoint import model_id

    config = SegmenterConfig(
        len(ids), "resnet10", head_channels=16, smallest_input=(32, 64), decoder=decoder, depth=depth
    )
    torch.manual_seed(seed)
    weights = {k: v.clone() for k, v in Segmenter(config).state_dict().items()}
    if depth:
        weights["depth_stem.weight"] = 4 * torch.randn(weights["depth_stem.weight"].shape)
    classes = tuple(FaciesClass(i, f"Facies {i}", "#336699") for i in ids)
    return TrainedSegmenter(
        model_id=model_id(weights, classes),
        config=config,
        weights=weights,
        classes=classes,
        statistics=statistics,
        provenance=Provenance(
            volume.fingerprint, 12, "2026-01-02T03:04:05+00:00", Axis.CROSSLINE, {"steps": 3}
        ),
        metrics={"validation_mean_iou": 0.5},
        history=(TrainingStep(1, 2, 0.9), TrainingStep(2, 2, 0.8, {"validation_mean_iou": 0.5})),
        seconds=1.5,
    )
