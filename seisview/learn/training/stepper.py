"""One step of an optimiser, with what can go wrong in it: short memory, and numbers that are not finite."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import torch

from seisview.errors import ModelError
from seisview.events import Note
from seisview.learn.device import is_out_of_memory, release_memory
from seisview.learn.training.stopping import stoppable
from seisview.progress import Progress

if TYPE_CHECKING:
    from seisview.learn.training.loop import FitConfig, Task

_MOST_SKIPPED = 5


class Stepper:
    """Takes optimiser steps; passes over bad ones, and shrinks the batch to what memory allows.

    Attributes
    ----------
    optimizer : torch.optim.Optimizer
    batch_size : int
        Halved while memory does not suffice.
    """

    def __init__(self, task: Task, config: FitConfig, progress: Progress) -> None:
        self._task = task
        self._device = config.device
        self._progress = progress
        self.batch_size = config.batch_size
        groups = task.parameter_groups()
        self._rates = [float(group["lr"]) for group in groups]
        # The fused update takes a third of the time.
        fused = config.device.name in ("cpu", "cuda")
        kind = torch.optim.AdamW if config.decoupled else torch.optim.Adam
        self.optimizer = kind(groups, weight_decay=config.weight_decay, fused=fused)
        self._skipped = 0

    def step(self, factor: float) -> float | None:
        """Take one step and return its loss; None when loss or gradient were not finite."""
        for group, rate in zip(self.optimizer.param_groups, self._rates, strict=True):
            group["lr"] = rate * factor
        self._task.network.train()
        loss = self._backward()
        if math.isfinite(loss) and self._gradient_is_finite():
            self.optimizer.step()
            self._skipped = 0
            return loss
        self._skip()
        return None

    def _backward(self) -> float:
        while True:
            self.optimizer.zero_grad(set_to_none=True)
            try:
                with stoppable(self._task.network, self._progress.check):
                    loss = self._task.loss(self.batch_size)
                    loss.backward()  # type: ignore[no-untyped-call]
                return float(loss.detach())
            except (RuntimeError, MemoryError) as error:
                if not is_out_of_memory(error):
                    raise
                self._shrink(error)

    def _shrink(self, error: BaseException) -> None:
        if self.batch_size == 1:
            raise ModelError(
                "There is not enough memory to train, even with one crop at a time.",
                "Close other programs, or choose smaller crops or a smaller backbone.",
            ) from error
        self.batch_size //= 2
        self.optimizer.zero_grad(set_to_none=True)
        release_memory(self._device)
        self._progress.emit(Note(f"Memory is short: going on with {self.batch_size} crops at a time."))

    def _gradient_is_finite(self) -> bool:
        gradients = [p.grad for g in self.optimizer.param_groups for p in g["params"] if p.grad is not None]
        return bool(torch.isfinite(torch.nn.utils.get_total_norm(gradients)))

    def _skip(self) -> None:
        self._skipped += 1
        if self._skipped >= _MOST_SKIPPED:
            raise ModelError(
                "Training was stopped: its loss is not a finite number any more.",
                "Lower the learning rates, or check the starting weights.",
            )
        self._progress.emit(Note("A training step was passed over: its loss was not a finite number."))
