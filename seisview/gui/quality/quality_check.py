"""One comparison of a prediction with labels, as the quality page asks for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from seisview.data.geometry import SectionKey
from seisview.gui.survey.session import Session
from seisview.labels.facies import FaciesClass
from seisview.learn.samples.splits import Block
from seisview.progress import Progress
from seisview.project.results import FaciesResult
from seisview.workflows.facies.quality import QualityReport, Truth, assess, model_answers, unseen_answers

State = tuple[int, frozenset[SectionKey]]


@dataclass(frozen=True, slots=True, eq=False)
class QualityCheck:
    """One comparison, frozen when it was asked for.

    Attributes
    ----------
    session : Session
    source : str
    model : str
        Name of what is checked.
    result_id : str
        Of the facies that are read; empty when the network itself answers.
    labels : (int, frozenset)
        Revision and hold-outs that were compared with.
    unseen : Block or None
        Labels of this block must not be carried to where they are compared: the network answers again.
    """

    session: Session
    source: str
    model: str
    result_id: str
    labels: State
    truths: tuple[Truth, ...]
    classes: tuple[FaciesClass, ...]
    model_files: tuple[Path, ...]
    result: FaciesResult | None
    unseen: Block | None

    @property
    def is_quick(self) -> bool:
        """Whether a facies volume answers everything, beside whatever else runs."""
        return self.unseen is None and self.result is not None and self.result.complete

    def run(self, progress: Progress) -> QualityReport:
        """Compare; torch is loaded only where the facies volume has no answer."""
        if self.unseen is not None:
            volume, (file,) = self.session.volume, self.model_files
            again = unseen_answers(file, volume, self.unseen, progress)
            return assess(self.truths, again, self.classes, progress)
        read = None if self.result is None else _reader(self.result)
        answers = model_answers(self.model_files, self.session.volume, read, progress)
        return assess(self.truths, answers, self.classes, progress)


def _reader(result: FaciesResult) -> Callable[[SectionKey], npt.NDArray[np.uint8]]:
    return lambda key: result.section(key)[0]
