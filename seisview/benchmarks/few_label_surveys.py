"""The surveys on which few labels are tried, each with its protocol."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import numpy.typing as npt

from seisview.atomic import replacing
from seisview.benchmarks.few_label_problem import Mask, Plan, Problem, Split
from seisview.data.geometry import Axis, SectionKey, section_of
from seisview.data.synthetic import CLASS_NAMES, SyntheticConfig, synthesize
from seisview.errors import LabelError
from seisview.learn.samples.labelled import GUARD_LINES
from seisview.workflows.labels import labels_from_path
from seisview.workflows.surveys import open_survey

SHOTS = (1, 3, 5, 10)
_SYNTHETIC = SyntheticConfig(n_inlines=160, n_crosslines=192, n_samples=256, seed=11)
_TINY = SyntheticConfig(n_inlines=48, n_crosslines=64, n_samples=96, seed=3)
_PARIHAKA_CLASSES = ("Slope Mudstone B", "Slope Mudstone A", "Submarine Canyon", "Slope Valley")
_PENOBSCOT_CLASSES = tuple(f"Layer {number}" for number in range(1, 9))


def synthetic(folder: Path, _data: Path) -> Problem:
    """Labelled inlines from the first half, scored ones from the last two fifths; 16 lines between them."""
    return _from_synthesis(_SYNTHETIC, "synthetic", folder, range(80), range(100, 160, 8), SHOTS)


def tiny(folder: Path, _data: Path) -> Problem:
    """A small survey of the same kind, for trying out that everything runs."""
    return _from_synthesis(_TINY, "tiny", folder, range(20), range(30, 48, 8), (1, 3))


def parihaka(folder: Path, data: Path) -> Problem:
    """Expert facies on 3 inlines and 8 crosslines.

    One label: inline 118, scored on the other ten. More labels: all inlines, then crosslines as well, scored
    on the remaining crosslines. Never scored: 8 traces either side of a labelled line, interpolated samples.
    """
    found = np.load(data / "parihaka-facies.npz", allow_pickle=False)
    names = [name for name in found.files if name.startswith(("inline_", "crossline_"))]
    masks = {_key(name): np.ascontiguousarray(found[name].T) for name in names}
    inlines, crosslines = (tuple(sorted(k for k in masks if k.axis is axis)) for axis in _AXES)
    first = SectionKey(Axis.INLINE, 118)
    chosen = {
        1: (first,),
        3: inlines,
        5: (*inlines, crosslines[1], crosslines[6]),
    }
    splits = {
        n: Split(train, tuple(k for k in sorted(masks) if k not in train)) for n, train in chosen.items()
    }
    hidden = tuple(key for key in sorted(masks) if key != first)
    rows = tuple(int(row) for row in found["interpolated_samples"])
    survey = _write(folder, found["amplitude"])
    return Problem(Plan("parihaka", survey, _PARIHAKA_CLASSES, splits, hidden, rows), masks)


def penobscot(folder: Path, data: Path) -> Problem:
    """Labelled inlines from the first eleven, scored ones sixteen and more further on; nearly flat layers."""
    found = np.load(data / "penobscot-36-inlines.npz", allow_pickle=False)
    amplitude = (found["amplitude"].astype(np.int16) - 128).astype(np.int8)
    facies = found["facies"].astype(np.uint8) + np.uint8(1)
    chosen = {1: (5,), 3: (0, 5, 10), 5: (0, 2, 5, 8, 10)}
    blocks = range(21, 36), range(21, 36, 3)
    return _blocked("penobscot", _write(folder, amplitude), facies, chosen, blocks, _PENOBSCOT_CLASSES)


def given(survey: Path, labels: Path) -> Problem:
    """Any survey with labels: labelled sections of its first part to learn from, of its last to score."""
    with closing(open_survey(survey)) as volume:
        snapshot = labels_from_path(labels, volume.geometry)
    inlines, crosslines = ([k for k in snapshot.training_sections if k.axis is axis] for axis in _AXES)
    keys = sorted(inlines if len(inlines) >= len(crosslines) else crosslines)
    half = keys[: -(-len(keys) // 2)]
    test = tuple(key for key in keys if key.index > half[-1].index + GUARD_LINES)
    if not test:
        raise LabelError(
            "There are too few labelled sections to learn from some and score others.",
            f"Label at least two inlines, or crosslines, that are {GUARD_LINES + 1} lines apart.",
        )
    splits = {n: Split(_evenly(half, n), test) for n in SHOTS if n <= len(half)}
    last = volume.geometry.count(keys[0].axis)
    hidden = tuple(SectionKey(keys[0].axis, i) for i in range(test[0].index, last))
    names = tuple(c.name for c in snapshot.scheme.classes)
    masks = {key: np.array(snapshot.sections[key]) for key in keys}
    return Problem(Plan(survey.stem, survey, names, splits, hidden), masks)


SURVEYS: Mapping[str, Callable[[Path, Path], Problem]] = {
    "synthetic": synthetic,
    "parihaka": parihaka,
    "penobscot": penobscot,
    "tiny": tiny,
}
NEEDS_FILE = {"parihaka": "parihaka-facies.npz", "penobscot": "penobscot-36-inlines.npz"}
_AXES = (Axis.INLINE, Axis.CROSSLINE)


def _from_synthesis(
    config: SyntheticConfig, name: str, folder: Path, learn: range, score: range, shots: tuple[int, ...]
) -> Problem:
    made = synthesize(config)
    chosen = {n: _middle_out(learn, n) for n in shots}
    blocks = range(score.start, config.n_inlines), score
    return _blocked(name, _write(folder, made.amplitude), made.facies, chosen, blocks, CLASS_NAMES)


def _blocked(
    name: str,
    survey: Path,
    facies: npt.NDArray[np.uint8],
    chosen: Mapping[int, Sequence[int]],
    blocks: tuple[range, range],
    class_names: tuple[str, ...],
) -> Problem:
    """Inlines to learn from; apart from them a block that is hidden, and those of its inlines to score."""
    hidden, tests = (tuple(SectionKey(Axis.INLINE, index) for index in block) for block in blocks)
    learnt = {n: tuple(SectionKey(Axis.INLINE, i) for i in picked) for n, picked in chosen.items()}
    needed = sorted({*tests, *(key for keys in learnt.values() for key in keys)})
    masks: dict[SectionKey, Mask] = {key: np.ascontiguousarray(section_of(facies, key)) for key in needed}
    splits = {n: Split(keys, tests) for n, keys in learnt.items()}
    return Problem(Plan(name, survey, class_names, splits, hidden), masks)


def _middle_out(lines: range, n: int) -> list[int]:
    """Choose `n` lines evenly, one in the middle."""
    step = len(lines) / n
    return [lines[int(step * (i + 0.5))] for i in range(n)]


def _evenly(keys: list[SectionKey], n: int) -> tuple[SectionKey, ...]:
    return tuple(keys[i] for i in _middle_out(range(len(keys)), n))


def _write(folder: Path, amplitude: npt.NDArray[np.generic]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "survey.npy"
    with replacing(path) as temporary, temporary.open("wb") as file:
        np.save(file, amplitude)
    return path


def _key(name: str) -> SectionKey:
    axis, _, index = name.partition("_")
    return SectionKey(Axis(axis), int(index))
