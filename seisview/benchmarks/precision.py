"""Target C2: a training step and a predicted section in bfloat16 against float32."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import torch

from seisview.benchmarks.report import BenchmarkOptions
from seisview.benchmarks.targets import TargetTable
from seisview.benchmarks.timing import in_turns
from seisview.benchmarks.untrained import untrained_segmenter
from seisview.data.amplitude import AmplitudeStatistics
from seisview.data.geometry import Axis, SectionKey
from seisview.learn.config import BackboneName, SegmenterConfig, TrainConfig
from seisview.learn.device import Device, choose_device, cpu_has_bfloat16
from seisview.learn.networks.segmenter import Segmenter
from seisview.learn.samples.labelled import LabelledSection
from seisview.learn.segmentation.predictor import Predictor
from seisview.learn.segmentation.task import SegmentationTask

_N_CLASSES = 6
_LIMIT = 0.4
_REPEATS = 5

# Of amplitudes spread evenly over -1..1.
_EVEN = AmplitudeStatistics(
    -1.0, 1.0, 0.0, 0.58, -0.98, 0.98, (80.0, 99.5, 100.0), (0.8, 0.995, 1.0), 1, 0, 0.0
)

Work = Callable[[int], object]


@dataclass(frozen=True, slots=True)
class _Size:
    backbone: BackboneName
    section: tuple[int, int]
    crop: int


def measure_precision(table: TargetTable, options: BenchmarkOptions) -> None:
    """Add C2 to a table; without bfloat16 units, say that float32 is used instead."""
    device = choose_device("cpu")
    if not cpu_has_bfloat16():
        table.missing("C2", "bfloat16 against float32", f"no units for it here; used is {device.precision}.")
        return
    size = _Size("resnet10", (64, 64), 64) if options.is_quick else _Size("resnet50", (480, 896), 448)
    options.progress.report(f"{size.backbone} in bfloat16 and float32")
    works = {p: _works(replace(device, precision=p), size) for p in ("bfloat16", "float32")}
    for number, name in enumerate(("training step", "section predicted")):
        actions = {precision: work[number] for precision, work in works.items()}
        for action in actions.values():
            action(0)
        times = in_turns(actions, 1 if options.is_quick else _REPEATS, options.progress)
        rows, columns = (size.crop, size.crop) if number == 0 else size.section
        what = f"{name}, {size.backbone}, {rows} x {columns}, bfloat16"
        table.ratio("C2", what, times["bfloat16"], "the same in float32", times["float32"], _LIMIT)
    table.note(f"C2 on {torch.get_num_threads()} threads: {device.reason}.")


def _works(device: Device, size: _Size) -> tuple[Work, Work]:
    rules = TrainConfig().rules
    side = (size.crop, size.crop)
    config = SegmenterConfig(
        _N_CLASSES, size.backbone, smallest_input=side, decoder=rules.decoder, depth=rules.depth
    )
    return _training_step(device, size, config), _prediction(device, size, config)


def _training_step(device: Device, size: _Size, config: SegmenterConfig) -> Work:
    generator = np.random.default_rng(0)
    shape = size.section
    amplitude = generator.uniform(-1, 1, shape).astype(np.float32)
    targets = generator.integers(0, _N_CLASSES, shape).astype(np.uint8)
    section = LabelledSection(SectionKey(Axis.INLINE, 0), amplitude, targets)
    network = Segmenter(config)
    device.place(network)
    task = SegmentationTask(network, [section], [], TrainConfig(crop=config.smallest_input), device)
    optimizer = torch.optim.Adam(task.parameter_groups(), fused=True)

    def step(_turn: int) -> None:
        network.train()
        optimizer.zero_grad()
        task.loss(1).backward()  # type: ignore[no-untyped-call]
        optimizer.step()

    return step


def _prediction(device: Device, size: _Size, config: SegmenterConfig) -> Work:
    values = np.random.default_rng(0).uniform(-1, 1, size.section).astype(np.float32)
    predictor = Predictor([untrained_segmenter(config, _EVEN)], device)
    return lambda _turn: predictor.predict(values, SectionKey(Axis.INLINE, 0))
