"""What a cell of the few-label table is, what its method works on and what it gives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from seisview.benchmarks.few_label_problem import Problem
from seisview.data.amplitude import AmplitudeStatistics
from seisview.data.geometry import SectionKey
from seisview.data.volume import Volume
from seisview.progress import Progress

Facies = npt.NDArray[np.uint8]
Confidence = npt.NDArray[np.float32]
Judge = Callable[[SectionKey], tuple[Facies, Confidence]]


@dataclass(frozen=True, slots=True)
class CellSpec:
    """One cell of the table: one method, one number of labelled sections, one seed.

    Attributes
    ----------
    survey : str
        Name of the problem.
    method : str
        One of :data:`seisview.benchmarks.few_label_methods.METHODS`.
    n : int
        Labelled sections.
    seed : int
    minutes : float
        Processor time of the training, and as much again of a pretraining where there is one.
    quick : bool
        A handful of steps of the smallest network instead: shows that it runs, proves nothing.
    """

    survey: str
    method: str
    n: int
    seed: int
    minutes: float
    quick: bool = False

    @property
    def name(self) -> str:
        """Of the file that keeps the result."""
        return f"{self.survey}-{self.method}-n{self.n}-s{self.seed}-{'quick' if self.quick else self.minutes}"


@dataclass(frozen=True, slots=True, eq=False)
class Bench:
    """What a method works on."""

    problem: Problem
    spec: CellSpec
    folder: Path
    volume: Volume
    statistics: AmplitudeStatistics
    progress: Progress = field(default_factory=Progress)


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """What a method gives.

    Attributes
    ----------
    judge : callable
        Facies and confidence of a section.
    details : dict
        How it was trained, as plain data.
    uncalibrated : callable or None
        The same without calibration, where there is one.
    """

    judge: Judge
    details: dict[str, Any] = field(default_factory=dict)
    uncalibrated: Judge | None = None


@dataclass(frozen=True, slots=True)
class Method:
    """One row of the table.

    Attributes
    ----------
    title : str
        As the table calls it.
    run : callable
    transductive : bool
        Whether it saw the scored sections, without their labels.
    """

    title: str
    run: Callable[[Bench], Answer]
    transductive: bool = False
