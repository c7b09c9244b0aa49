"""What a running job tells whoever started it.

A job sends these frozen messages through its :class:`~seisview.progress.Progress`; the window turns them
into curves and overlays, the command line into lines on stderr, a notebook into whatever it likes.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Note:
    """Something worth telling the user that is neither progress nor an error."""

    text: str


@dataclass(frozen=True, slots=True)
class DeviceChosen:
    """The device a job computes on, with the reason, e.g. ``("cpu", "bfloat16", "no CUDA device found")``."""

    device: str
    precision: str
    reason: str


@dataclass(frozen=True, slots=True)
class TrainingStep:
    """One point of the training curve.

    Attributes
    ----------
    step, n_steps : int
        Optimiser steps done and planned. ``n_steps`` is an estimate under a time budget.
    loss : float
        Training loss of this step.
    metrics : dict of str to float
        Validation figures known at this step (``validation_loss``, ``validation_mean_iou``), often empty.
    """

    step: int
    n_steps: int
    loss: float
    metrics: dict[str, float] = field(default_factory=dict)
