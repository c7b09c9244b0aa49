"""One survey with known facies, and which of its sections are labelled and which are scored."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from seisview.atomic import replacing, write_text_atomic
from seisview.data.amplitude import AmplitudeStatistics, measure_amplitudes
from seisview.data.geometry import Axis, SectionKey
from seisview.data.volume import Volume
from seisview.labels.facies import FaciesScheme
from seisview.labels.snapshot import LabelSnapshot
from seisview.learn.samples.labelled import GUARD_LINES
from seisview.workflows.surveys import open_survey

Mask = npt.NDArray[np.uint8]
_FILE, _LABELS = "problem.json", "labels.npz"


@dataclass(frozen=True, slots=True)
class Split:
    """Which sections are labelled, and which are scored, for one number of labelled sections."""

    train: tuple[SectionKey, ...]
    test: tuple[SectionKey, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything about a problem that is not an array.

    Attributes
    ----------
    name : str
    survey : Path
        Whatever :func:`seisview.workflows.surveys.open_survey` opens.
    class_names : tuple of str
    splits : mapping of int to Split
        By number of labelled sections.
    hidden : tuple of SectionKey
        Lines of the test block: pretraining that is not transductive sees neither them nor their neighbours.
    ignored_rows : tuple of int
        Samples that are not scored, e.g. because they were interpolated.
    """

    name: str
    survey: Path
    class_names: tuple[str, ...]
    splits: Mapping[int, Split]
    hidden: tuple[SectionKey, ...]
    ignored_rows: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """A plan with its labels.

    Attributes
    ----------
    plan : Plan
    masks : mapping of SectionKey to ndarray of uint8
        True facies in section shape, 0 = not known.
    """

    plan: Plan
    masks: Mapping[SectionKey, Mask]

    def open(self) -> tuple[Volume, AmplitudeStatistics]:
        """Open the survey, with its statistics."""
        volume = open_survey(self.plan.survey)
        return volume, measure_amplitudes(volume)

    def labels(self, n: int) -> LabelSnapshot:
        """Labels of the `n` sections to learn from."""
        sections = {key: self.masks[key] for key in self.plan.splits[n].train}
        return LabelSnapshot(FaciesScheme.named(self.plan.class_names), sections)

    def truths(self, n: int) -> dict[SectionKey, Mask]:
        """What is scored: without the traces within the guard of a line that was learnt from.

        A sample that two scored sections share counts on the first only.
        """
        split = self.plan.splits[n]
        found: dict[SectionKey, Mask] = {}
        for key in split.test:
            mask = self.masks[key].copy()
            mask[list(self.plan.ignored_rows)] = 0
            for line in split.train:
                _erase(mask, key, line, GUARD_LINES)
            for other in found:
                if other.axis is not key.axis:
                    mask[:, other.index] = 0
            found[key] = mask
        return {key: mask for key, mask in found.items() if mask.any()}

    def save(self, folder: Path) -> None:
        """Write the problem, for the processes that work on it."""
        folder.mkdir(parents=True, exist_ok=True)
        plan = self.plan
        described = {
            "name": plan.name,
            "survey": str(plan.survey.resolve()),
            "class_names": list(plan.class_names),
            "splits": {str(n): [_names(s.train), _names(s.test)] for n, s in plan.splits.items()},
            "hidden": _names(plan.hidden),
            "ignored_rows": list(plan.ignored_rows),
        }
        arrays: dict[str, Any] = {_name(key): mask for key, mask in self.masks.items()}
        with replacing(folder / _LABELS) as temporary, temporary.open("wb") as file:
            np.savez_compressed(file, allow_pickle=False, **arrays)
        write_text_atomic(folder / _FILE, json.dumps(described, indent=1))


def load_problem(folder: Path) -> Problem:
    """Read what :meth:`Problem.save` wrote."""
    found = json.loads((folder / _FILE).read_text(encoding="utf-8"))
    splits = {int(n): Split(_keys(train), _keys(test)) for n, (train, test) in found["splits"].items()}
    plan = Plan(
        found["name"],
        Path(found["survey"]),
        tuple(found["class_names"]),
        splits,
        _keys(found["hidden"]),
        tuple(found["ignored_rows"]),
    )
    with np.load(folder / _LABELS, allow_pickle=False) as arrays:
        masks = {_key(name): np.asarray(arrays[name], np.uint8) for name in arrays.files}
    return Problem(plan, masks)


def is_prepared(folder: Path) -> bool:
    """Whether a problem was written there."""
    return (folder / _FILE).is_file()


def _erase(mask: Mask, key: SectionKey, line: SectionKey, guard: int) -> None:
    if key.axis is not line.axis:
        mask[:, max(line.index - guard, 0) : line.index + guard + 1] = 0
    elif abs(key.index - line.index) <= guard:
        mask[:] = 0


def _name(key: SectionKey) -> str:
    return f"{key.axis.value}_{key.index}"


def _names(keys: tuple[SectionKey, ...]) -> list[str]:
    return [_name(key) for key in keys]


def _key(name: str) -> SectionKey:
    axis, _, index = name.rpartition("_")
    return SectionKey(Axis(axis), int(index))


def _keys(names: list[str]) -> tuple[SectionKey, ...]:
    return tuple(_key(name) for name in names)
