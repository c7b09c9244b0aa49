"""One or several pretext tasks on one backbone, as a task of the training loop."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from torch import Tensor

from seisview.learn.device import Device
from seisview.learn.networks.normalisation import settle_batch_norms
from seisview.learn.pretext.classification import Classification, Puzzle
from seisview.learn.pretext.config import PretrainConfig
from seisview.learn.pretext.frame_order import FrameOrder, with_neighbours
from seisview.learn.pretext.jigsaw import Jigsaw
from seisview.learn.pretext.masked import MaskedReconstruction
from seisview.learn.pretext.rotation import Rotation
from seisview.learn.pretext.sections import Pieces
from seisview.learn.pretext.task import Drawing, Pretext, PretextNetwork

SETTLING_BATCHES = 8


class JointTask:
    """Trains one network on all pretext tasks: a batch of each in turn, or the sum of all in every step.

    Parameters
    ----------
    network : PretextNetwork
        On the device already.
    pretexts : sequence of Pretext
    config : PretrainConfig
    """

    def __init__(self, network: PretextNetwork, pretexts: Sequence[Pretext], config: PretrainConfig) -> None:
        self._network = network
        self._pretexts = tuple(pretexts)
        self._config = config
        self._turn = 0

    @property
    def network(self) -> PretextNetwork:
        """Trained in place."""
        return self._network

    def parameter_groups(self) -> list[dict[str, Any]]:
        """Everything, stem included; what no task uses gets no gradient and stays as it is."""
        return [{"params": list(self._network.parameters()), "lr": self._config.learning_rate}]

    def loss(self, batch_size: int) -> Tensor:
        """Loss of the task whose turn it is, or the sum over all."""
        if self._config.joining == "alternate":
            return self._next().loss(self._network, batch_size)
        losses = [pretext.loss(self._network, batch_size) for pretext in self._pretexts]
        total = losses[0]
        for loss in losses[1:]:
            total = total + loss
        return total

    def settle(self, batch_size: int) -> None:
        """Average the batch-norm statistics over training batches of all tasks."""
        settle_batch_norms(
            self._network, lambda: self._next().loss(self._network, batch_size), self._settling_batches
        )

    def settle_on_sections(self, batch_size: int) -> None:
        """Average the batch-norm statistics over sections with nothing hidden, for later use."""
        masked = [p for p in self._pretexts if isinstance(p, MaskedReconstruction)]
        if masked:
            settle_batch_norms(
                self._network, lambda: masked[0].settle(self._network, batch_size), SETTLING_BATCHES
            )

    def validate(self) -> dict[str, float]:
        """Loss and figure by task, and the mean of the losses, each as a share of what guessing costs."""
        scores = {pretext: pretext.score(self._network) for pretext in self._pretexts}
        metrics: dict[str, float] = {}
        for pretext, score in scores.items():
            if score is not None:
                name = f"validation_{pretext.name.replace('-', '_')}"
                metrics |= {f"{name}_loss": score.loss, f"{name}_{pretext.figure_name}": score.figure}
        shares = [score.loss / score.guessing for score in scores.values() if score is not None]
        return {"validation_loss": sum(shares) / len(shares), **metrics} if shares else {}

    def state(self) -> dict[str, Any]:
        """Whose turn it is, and the random generators."""
        return {"turn": self._turn, **{pretext.name: pretext.state() for pretext in self._pretexts}}

    def restore(self, state: dict[str, Any]) -> None:
        """Draw next what would have been drawn then."""
        self._turn = int(state["turn"])
        for pretext in self._pretexts:
            pretext.restore(state[pretext.name])

    def tensors(self) -> dict[str, Tensor]:
        """What belongs into the file beside the weights."""
        return {name: value for pretext in self._pretexts for name, value in pretext.tensors().items()}

    @property
    def _settling_batches(self) -> int:
        return max(SETTLING_BATCHES, 2 * len(self._pretexts))

    def _next(self) -> Pretext:
        self._turn += 1
        return self._pretexts[(self._turn - 1) % len(self._pretexts)]


def make_task(pieces: Pieces, config: PretrainConfig, device: Device) -> JointTask:
    """Build the network and the tasks that a configuration asks for; seed torch's generators before.

    Raises
    ------
    ModelError
        If the sections do not suit a task.
    """
    drawing = Drawing(config.flip, config.noise)
    pretexts: list[Pretext] = []
    heads: dict[str, tuple[int, int]] = {}
    for number, name in enumerate(config.tasks):
        seed = [config.seed, number]
        if name == "masked":
            pretexts.append(
                MaskedReconstruction(pieces, drawing, device, seed, config.hidden_fraction, config.crop)
            )
            continue
        own = with_neighbours(pieces) if name == "frame-order" else pieces
        puzzle = _puzzle(name, own, config)
        heads[name] = puzzle.head
        pretexts.append(Classification(puzzle, own, drawing, device, seed))
    network = PretextNetwork(config, heads)
    device.place(network)
    return JointTask(network, pretexts, config)


def _puzzle(name: str, pieces: Pieces, config: PretrainConfig) -> Puzzle:
    if name == "rotation":
        return Rotation(config.crop)
    if name == "jigsaw":
        return Jigsaw(config.crop, config.seed)
    return FrameOrder(pieces, config.crop)
