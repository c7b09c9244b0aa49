"""Unfinished training runs as files, so that a run that was stopped or killed can be gone on with.

Everything that decides the next step is kept: weights, the optimiser's moments, random generators, what is
spent of the budget, the best weights so far. Under a budget of steps a run that was interrupted gives the
same losses as one that was not, bit for bit on a CPU with the same number of threads.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from seisview.errors import ModelError
from seisview.events import TrainingStep
from seisview.learn.tensor_files import read_tensors, write_tensors
from seisview.learn.training.loop import Resumable, Run
from seisview.learn.training.unfinished import KEPT_EVERY_S, KIND, VERSION, describe_state, steps_kept

_Optimiser = dict[int, dict[str, Tensor]]


class RunFile:
    """Keeps one run in one file; see :class:`seisview.learn.training.loop.Keeper`.

    Parameters
    ----------
    path : Path
    signature : mapping
        Plain values; a run is gone on with only where they are the same.
    resume : bool
        Whether :meth:`restore` reads the file.
    every_s : float
        A running run is kept this often; a run that is cancelled always.
    keep_finished : bool
        Whether a run that has come to its end is kept, to be prolonged.

    Attributes
    ----------
    seconds : float
        Spent on the run so far, over all its parts.

    Notes
    -----
    A run that begins anew where another lies takes its place only once it has earned something: when it has
    taken more steps, or has run for `every_s`. Stopped before that it leaves the older one as it was.
    """

    def __init__(
        self,
        path: Path,
        signature: Mapping[str, Any],
        resume: bool,
        every_s: float = KEPT_EVERY_S,
        keep_finished: bool = False,
    ) -> None:
        self._path, self._resume = path, resume
        self._every_s, self._keep_finished = every_s, keep_finished
        self._signature = json.loads(json.dumps(signature))
        self._kept = time.monotonic()
        self._older_steps = 0 if resume else steps_kept(path)
        self.seconds = 0.0

    def restore(self, run: Run) -> None:
        """Put a run where the kept one stopped.

        Raises
        ------
        ModelError
            If the kept run is damaged, or one of other data or another configuration.
        """
        if not self._resume or not self._path.exists():
            return
        described = describe_state(self._path)
        if described is None:
            raise _damaged(self._path)
        self._check(described["signature"])
        try:
            _put(run, described, read_tensors(self._path))
            self.seconds = float(described["clock"]["seconds"])
        except (ModelError, KeyError, TypeError, ValueError, RuntimeError) as error:
            raise _damaged(self._path) from error

    def stepped(self, run: Run) -> None:
        """Keep the run now and then."""
        self.seconds = run.clock.state()["seconds"]
        if time.monotonic() - self._kept >= self._every_s or (self._keep_finished and run.is_over):
            self._keep(run)

    def stopped(self, run: Run) -> None:
        """Keep the run, unless that would give up more than it has earned."""
        if run.clock.step > self._older_steps:
            self._keep(run)

    def _keep(self, run: Run) -> None:
        self._older_steps = 0
        write_tensors(self._path, _tensors(run), {**_described(run), "signature": self._signature})
        self._kept = time.monotonic()

    def _check(self, kept: dict[str, Any]) -> None:
        # An option that an older version did not have yet was at its default.
        known = kept.keys() & self._signature.keys()
        differing = [name for name in known if kept[name] != self._signature[name]]
        if differing:
            raise ModelError(
                f"{self._path.name} is the state of another run: {', '.join(sorted(differing))} differ.",
                "Give the same surveys and options to go on with it, or remove it to begin anew.",
            )


def _tensors(run: Run) -> dict[str, Tensor]:
    found = {"random": run.random}
    weights = {**run.task.network.state_dict(), **run.buffers}
    found |= {f"network.{name}": value for name, value in weights.items()}
    found |= {f"best.{name}": value for name, value in (run.best.weights or {}).items()}
    for number, moments in run.stepper.optimizer.state_dict()["state"].items():
        found |= {f"optimizer.{number}.{name}": value for name, value in moments.items()}
    # Copies: a tensor may be kept twice, which the format does not allow.
    return {name: value.detach().cpu().clone() for name, value in found.items()}


def _described(run: Run) -> dict[str, Any]:
    best = run.best
    return {
        "kind": KIND,
        "version": VERSION,
        "clock": run.clock.state(),
        "batch_size": run.stepper.batch_size,
        "is_judging": run.is_judging,
        "loss": run.loss,
        "drawing": run.drawing,
        "best": {"score": best.score, "metrics": best.metrics, "step": best.step, "n_worse": best.n_worse},
        "history": [[s.step, s.n_steps, s.loss, s.metrics] for s in run.history],
    }


def _put(run: Run, described: dict[str, Any], tensors: dict[str, Tensor]) -> None:
    run.task.network.load_state_dict(_part(tensors, "network."))
    _put_moments(run.stepper.optimizer, _part(tensors, "optimizer."))
    run.stepper.batch_size = int(described["batch_size"])
    best = described["best"]
    run.best.weights = _part(tensors, "best.") or None
    run.best.score, run.best.step = float(best["score"]), int(best["step"])
    run.best.metrics, run.best.n_worse = dict(best["metrics"]), int(best["n_worse"])
    run.clock.restore(described["clock"])
    run.history[:] = [TrainingStep(*row) for row in described["history"]]
    run.is_judging, run.loss = bool(described["is_judging"]), described["loss"]
    if isinstance(run.task, Resumable):
        run.task.restore(described["drawing"])
    torch.set_rng_state(tensors["random"])
    run.mark()


def _put_moments(optimizer: torch.optim.Optimizer, tensors: dict[str, Tensor]) -> None:
    parameters = [p for group in optimizer.param_groups for p in group["params"]]
    moments: _Optimiser = {}
    for name, value in tensors.items():
        number, _, moment = name.partition(".")
        own = moments.setdefault(int(number), {})
        like = parameters[int(number)]
        # The fused update walks through memory: moments must lie as the parameters do.
        own[moment] = torch.empty_like(like).copy_(value) if value.shape == like.shape else value
    optimizer.load_state_dict({**optimizer.state_dict(), "state": moments})


def _part(tensors: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}


def _damaged(path: Path) -> ModelError:
    return ModelError(f"{path.name} is damaged or of another version.", "Remove it to begin anew.")
