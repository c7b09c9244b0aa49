"""Milliseconds per training step and per predicted section, bfloat16 against float32 (target C2)."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import replace

from seisview.learn.device import Device, choose_device, cpu_has_bfloat16

REPEATS = 5
N_CLASSES = 6


def measure() -> dict[str, float]:
    """Milliseconds by name: the median of a few repeats after one warm-up."""
    device = choose_device("cpu")
    figures: dict[str, float] = {}
    for precision in ("bfloat16", "float32"):
        if precision == "bfloat16" and not cpu_has_bfloat16():
            continue
        used = replace(device, precision=precision)
        figures |= {f"{name} {precision}": milliseconds(work) for name, work in _jobs(used)}
    return figures


def milliseconds(work: Callable[[], object]) -> float:
    work()
    seconds = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - began)
    return 1000 * statistics.median(seconds)


def _jobs(device: Device) -> list[tuple[str, Callable[[], object]]]:
    import numpy as np
    import torch

    from seisview.data.geometry import Axis, SectionKey
    from seisview.learn.config import SegmenterConfig, TrainConfig
    from seisview.learn.labelled import LabelledSection
    from seisview.learn.segmentation import SegmentationTask
    from seisview.learn.segmenter import Segmenter

    generator = np.random.default_rng(0)
    amplitude = generator.uniform(-1, 1, (512, 512)).astype(np.float32)
    targets = generator.integers(0, N_CLASSES, (512, 512)).astype(np.uint8)
    section = LabelledSection(SectionKey(Axis.INLINE, 0), amplitude, targets)
    network = Segmenter(SegmenterConfig(N_CLASSES, smallest_input=(448, 448)))
    device.place(network)
    task = SegmentationTask(network, [section], [], TrainConfig(), device)
    optimizer = torch.optim.Adam(task.parameter_groups(), fused=True)

    def step() -> None:
        network.train()
        optimizer.zero_grad()
        task.loss(1).backward()
        optimizer.step()

    return [("training step 1 x 448 x 448", step), ("section 512 x 512", _prediction(device, amplitude))]


def _prediction(device: Device, amplitude: object) -> Callable[[], object]:
    import torch

    from seisview.learn.config import SegmenterConfig
    from seisview.learn.fusing import fuse
    from seisview.learn.segmenter import Segmenter
    from seisview.learn.tiling import Tiling, dense_pass

    network = Segmenter(SegmenterConfig(N_CLASSES)).eval()
    network.fold_batch_norms()
    device.place(network)

    def forward(part: torch.Tensor) -> torch.Tensor:
        with device.autocast():
            return network.coarse(part.contiguous(memory_format=torch.channels_last))

    def predict() -> object:
        with torch.inference_mode():
            coarse = dense_pass(forward, torch.as_tensor(amplitude), Tiling(1 << 20), lambda: None)
            return fuse([coarse], "sum", (512, 512))

    return predict


def main() -> None:
    """Print the figures."""
    figures = measure()
    for name, value in figures.items():
        print(f"{name:42s} {value:8.0f} ms")
    for name in ("training step 1 x 448 x 448", "section 512 x 512"):
        if f"{name} bfloat16" in figures:
            ratio = figures[f"{name} bfloat16"] / figures[f"{name} float32"]
            print(f"{name + ' bfloat16 / float32':42s} {ratio:8.2f}")


if __name__ == "__main__":
    main()
