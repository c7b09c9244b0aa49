"""Rows of the model list: models, fused and carried facies, backbones, the preview; free of Qt widgets."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from seisview.gui.analysis.analysis_texts import sections_text
from seisview.gui.docks.model_list import ModelRow
from seisview.gui.docks.preview_offer import PREVIEW_NAME
from seisview.gui.docks.train_dock import metrics_text
from seisview.gui.jobs.failures import duration_text
from seisview.gui.start.time_texts import time_text
from seisview.project.results import FaciesResult
from seisview.project.schema import ModelRecord
from seisview.workflows.facies.carry import carried_from
from seisview.workflows.facies.quality import CARRIES

CARRIED = "carried"
"""What facies are called that are labels carried along the reflections."""

FUSED = " + "
_NOT_SHOWN = {"validation_block", "trained_on", CARRIES}  # for the quality page, in indices, not line numbers


def fused_title(names: Sequence[str], fusion: str) -> str:
    """What facies of several models are called: ``"tuned-1 + tuned-2 (sum)"``; of one: its name."""
    return names[0] if len(names) == 1 else f"{FUSED.join(names)} ({fusion})"


def preview_row(n_sections: int, shown: bool) -> ModelRow:
    """The instant preview, so that one can look at it again once a network has predicted."""
    return ModelRow(
        name=PREVIEW_NAME,
        trained="now",
        labels=sections_text(n_sections),
        details="The instant preview: refitted after every stroke, not as good as a trained network",
        has_result=True,
        shown=shown,
        why_not_predict="The preview follows the section on screen; train a network to predict the survey.",
        is_live=True,
    )


def model_rows(
    models: Sequence[ModelRecord], results: Sequence[FaciesResult], shown: FaciesResult | None
) -> list[ModelRow]:
    """Rows of the model list, the latest model first."""
    latest = {result.title: result for result in results}
    return [_model_row(model, latest.get(model.name), shown) for model in reversed(models)]


def _model_row(model: ModelRecord, result: FaciesResult | None, shown: FaciesResult | None) -> ModelRow:
    figures = {name: value for name, value in model.metrics.items() if value is not None}
    quality = figures.get("validation_mean_iou")
    n_sections = model.details.get("sections", "")
    lines = [model.name, metrics_text(figures) or "no validation figures"]
    if model.seconds is not None:
        lines.append(f"trained in {duration_text(model.seconds)}")
    lines += [f"{k.replace('_', ' ')}: {v}" for k, v in model.details.items() if k not in _NOT_SHOWN]
    return ModelRow(
        name=model.name,
        trained=time_text(datetime.fromisoformat(model.created)),
        labels=sections_text(n_sections),
        quality="-" if quality is None else f"{quality:.2f}",
        details="\n".join(lines),
        has_result=result is not None,
        is_partial=result is not None and not result.complete,
        shown=shown is not None and shown.title == model.name,
    )


def fused_rows(
    models: Sequence[ModelRecord], results: Sequence[FaciesResult], shown: FaciesResult | None
) -> list[ModelRow]:
    """Rows of facies that several models predicted together."""
    names = {model.name for model in models}
    fused = [result for result in reversed(results) if FUSED in result.title and result.title not in names]
    return [_fused_row(result, shown) for result in fused]


def carried_rows(results: Sequence[FaciesResult], shown: FaciesResult | None) -> list[ModelRow]:
    """Row of the labels that were carried along reflections last, if they were."""
    found = [result for result in results if result.title == CARRIED]
    return [_carried_row(result, shown) for result in found[-1:]]


def backbone_rows(backbones: Sequence[ModelRecord]) -> list[ModelRow]:
    """Rows of what was pretrained on the survey, the latest first."""
    return [_backbone_row(model) for model in reversed(backbones)]


def _fused_row(result: FaciesResult, shown: FaciesResult | None) -> ModelRow:
    return ModelRow(
        name=result.title,
        trained=time_text(result.created),
        details=f"{result.title}: facies of several models, fused",
        has_result=True,
        is_partial=not result.complete,
        shown=shown is result,
        why_not_predict="Select its models together to predict with them again.",
    )


def _carried_row(result: FaciesResult, shown: FaciesResult | None) -> ModelRow:
    labels = sections_text(len(carried_from(result.provenance.details)))
    return ModelRow(
        name=result.title,
        trained=time_text(result.created),
        labels=labels,
        details=f"carried from {labels} along the reflections, without a network; "
        "the confidence says how near the label is",
        has_result=True,
        is_partial=not result.complete,
        shown=shown is result,
        why_not_predict="Carry the labels again with Learn > Carry labels along reflections (Ctrl+R).",
    )


def _backbone_row(model: ModelRecord) -> ModelRow:
    lines = [model.name, "pretrained on this survey without labels: trainings start from it"]
    if model.seconds is not None:
        lines.append(f"pretrained in {duration_text(model.seconds)}")
    lines += [f"{k.replace('_', ' ')}: {v:.3f}" for k, v in model.metrics.items() if v is not None]
    lines += [f"{k.replace('_', ' ')}: {v}" for k, v in model.details.items()]
    return ModelRow(
        name=model.name,
        trained=time_text(datetime.fromisoformat(model.created)),
        labels="none",
        details="\n".join(lines),
        why_not_predict="A pretrained network knows no facies yet: train, starting from it.",
    )
