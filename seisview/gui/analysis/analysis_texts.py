"""What the training page and the layers say about models and facies; free of Qt."""

from __future__ import annotations

from seisview.events import DeviceChosen
from seisview.gui.analysis.analysis_jobs import WORST_CLASS, ModelTrained
from seisview.gui.docks.metrics_text import metrics_text
from seisview.gui.jobs.failures import duration_text
from seisview.gui.start.time_texts import time_text
from seisview.labels.store import LabelStore
from seisview.project.project import Project
from seisview.project.results import FaciesResult
from seisview.workflows.facies.carry import carried_from

_NOT_FOUND, _WELL_FOUND = 0.005, 0.7
_ALL_HELD_OUT = "All labelled sections are held out: paint on another one."


def result_text(result: FaciesResult, label_revision: int, is_running: bool = False) -> str:
    """What a facies volume is and how old: ``"tuned-3, 14:02, labels changed since"``."""
    parts = [shown_name(result), time_text(result.created)]
    if not result.complete:
        details = result.provenance.details
        total = f" of {details['sections']}" if "sections" in details else ""
        sections = f"{result.n_sections_done}{total} {details.get('axis', 'section')}s"
        parts.append(f"{sections} so far" if is_running else f"partial: {sections}")
    if result.is_out_of_date(label_revision):
        parts.append("labels changed since")
    return ", ".join(parts)


def shown_name(result: FaciesResult) -> str:
    """What a facies volume is called: its model, or ``"carried from 2 sections"``."""
    n_sections = len(carried_from(result.provenance.details))
    return f"{result.title} from {sections_text(n_sections)}" if n_sections else result.title


def sections_text(n_sections: int | str) -> str:
    """``"1 section"``, ``"3 sections"``; empty when it is not known."""
    return f"{n_sections} section{'' if str(n_sections) == '1' else 's'}" if n_sections else ""


def resumed_text(model: str, n_done: int, n_sections: int) -> str:
    """What is said when a prediction goes on where it was interrupted."""
    return f"{model} goes on where it stopped: {n_done} of {n_sections} sections were predicted already."


def device_text(event: DeviceChosen) -> str:
    """Device, precision and the reason: ``"CPU, bfloat16: no CUDA device was found"``."""
    return f"{event.device.upper()}, {event.precision}: {event.reason.split(', ')[0]}"


def why_not_train(labels: LabelStore) -> str:
    """Why there is nothing to train on yet; empty when there is."""
    counts = {class_id: n for class_id, n in labels.counts().items() if n > 0}
    if not counts:
        return "Nothing is labelled yet: paint at least two classes on a section."
    if len(counts) == 1:
        only = labels.scheme.name_of(next(iter(counts)))
        return f"Only {only} is labelled: paint a second class, so that there is something to tell apart."
    return _ALL_HELD_OUT if _all_held_out(labels) else ""


def why_not_carry(labels: LabelStore, is_2d: bool) -> str:
    """Why there are no labels to carry, or nowhere to; empty when there are."""
    if is_2d:
        return "A 2-D line has no other section to carry labels to."
    if not any(labels.counts().values()):
        return "Nothing is labelled yet: paint on a section first."
    return _ALL_HELD_OUT if _all_held_out(labels) else ""


def _all_held_out(labels: LabelStore) -> bool:
    return not any(key not in labels.holdout for key in labels.labelled_sections())


def why_read_only(project: Project) -> str:
    """Why nothing can be stored in the project; empty when it can."""
    return (
        "This project is open in another window or write-protected: it can only be looked at."
        if project.read_only
        else ""
    )


def trained_text(trained: ModelTrained) -> str:
    """How good a model is after training, on what, where it fails, and how long it took."""
    return summary_text(trained.metrics, trained.seconds, trained.details.get(WORST_CLASS, ""))


def summary_text(metrics: dict[str, float], seconds: float, worst_class: str = "") -> str:
    """``"Trained in 8 s. Salt was never found. Mean IoU 0.52 on 2,391 held-back samples."``."""
    took = f"Trained in {duration_text(seconds)}"
    scores = {name: value for name, value in metrics.items() if not name.endswith("loss")}
    if not (figures := metrics_text(scores)):
        return f"{took}: nothing could be held out to validate it."
    n_samples = metrics.get("validation_samples", 0)
    basis = f" on {n_samples:,.0f} held-back samples" if n_samples else ""
    worst = _worst_text(worst_class, metrics.get("validation_worst_iou", 1.0)) if worst_class else ""
    return f"{took}. {worst}{figures[0].upper()}{figures[1:]}{basis}."


def _worst_text(name: str, iou: float) -> str:
    """A mean hides the class that failed: name it, unless it is found as good as always."""
    if iou < _NOT_FOUND:
        return f"{name} was never found. "
    return f"{name} was found worst, IoU {iou:.2f}. " if iou < _WELL_FOUND else ""
