"""A run that was stopped goes on as if it had not been."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from seisview.errors import Cancelled, ModelError
from seisview.events import TrainingStep
from seisview.learn.device import Device
from seisview.learn.training.budget import Budget
from seisview.learn.training.loop import FitConfig, FitOutcome, fit
from seisview.learn.training.resume import RunFile
from seisview.learn.training.unfinished import describe_state, state_path
from seisview.progress import Progress

STEPS = 40


class Noisy:
    """Learns from random batches, with dropout and normalisation, as networks do."""

    def __init__(self) -> None:
        torch.manual_seed(0)
        self.network = nn.Sequential(
            nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Dropout2d(0.5), nn.Conv2d(4, 1, 3)
        ).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.generator = np.random.default_rng(0)

    def parameter_groups(self) -> list[dict[str, Any]]:
        return [{"params": list(self.network.parameters()), "lr": 0.01}]

    def loss(self, batch_size: int) -> Tensor:
        x = torch.from_numpy(self.generator.standard_normal((batch_size, 1, 8, 8), np.float32))
        answer: Tensor = self.network(x)
        return (answer - x.mean(dim=(2, 3), keepdim=True)).square().mean()

    def settle(self, batch_size: int) -> None:
        self.loss(batch_size)

    def validate(self) -> dict[str, float]:
        x = torch.linspace(-1, 1, 64).reshape(1, 1, 8, 8)
        return {"validation_loss": float(self.network(x).square().mean())}

    def state(self) -> dict[str, Any]:
        return dict(self.generator.bit_generator.state)

    def restore(self, state: dict[str, Any]) -> None:
        self.generator.bit_generator.state = state


def run(
    path: Path, progress: Progress, resume: bool = False, steps: int = STEPS, **more: Any
) -> tuple[FitOutcome, dict[str, Tensor]]:
    task = Noisy()
    keeper = RunFile(path, more.pop("signature", {"a": 1}), resume, **more)
    config = FitConfig(
        Budget(steps=steps), Device("cpu", "float32", ""), 4, select="-validation_loss", keeper=keeper
    )
    return fit(task, config, progress), task.network.state_dict()


def stopping(when: Callable[[int], bool]) -> Progress:
    """Cancels at the n-th look: before a step, within it, within an evaluation, or while it reports."""
    looks = 0

    class Stopping(Progress):
        def check(self) -> None:
            nonlocal looks
            looks += 1
            if when(looks):
                raise Cancelled

    return Stopping()


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[FitOutcome, dict[str, Tensor]]:
    return run(tmp_path_factory.mktemp("whole") / "s.safetensors", Progress())


def assert_same(
    one: tuple[FitOutcome, dict[str, Tensor]], other: tuple[FitOutcome, dict[str, Tensor]]
) -> None:
    assert one[0] == other[0]
    assert all(torch.equal(value, other[1][name]) for name, value in one[1].items())


@pytest.mark.parametrize("look", [1, 30, *range(54, 75), 200])
def test_a_run_stopped_anywhere_gives_the_same_curve(
    look: int, whole: tuple[FitOutcome, dict[str, Tensor]], tmp_path: Path
) -> None:
    path = tmp_path / "s.safetensors"
    with pytest.raises(Cancelled):
        run(path, stopping(lambda n: n == look))
    assert_same(run(path, Progress(), resume=True), whole)


def test_a_run_stopped_again_and_again(whole: tuple[FitOutcome, dict[str, Tensor]], tmp_path: Path) -> None:
    path, parts = tmp_path / "s.safetensors", 0
    while True:
        try:
            done = run(path, stopping(lambda n: n == 60), resume=True)
            break
        except Cancelled:
            parts += 1
    assert parts >= 4
    assert_same(done, whole)


def test_a_run_that_was_killed_goes_on_from_its_last_state(
    whole: tuple[FitOutcome, dict[str, Tensor]], tmp_path: Path
) -> None:
    """Nothing is kept at the end of a killed process, so only what was kept while it ran counts."""
    path = tmp_path / "s.safetensors"

    class Killed(BaseException):
        pass

    def kill(event: object) -> None:
        if isinstance(event, TrainingStep) and event.step == 17:
            raise Killed

    with pytest.raises(Killed):
        run(path, Progress(on_event=kill), every_s=0.0)
    described = describe_state(path)
    assert described is not None
    assert described["clock"]["step"] == 16
    assert_same(run(path, Progress(), resume=True), whole)


def test_a_finished_run_can_be_prolonged(tmp_path: Path) -> None:
    path = tmp_path / "s.safetensors"
    run(path, Progress(), every_s=0.0)
    longer, _ = run(path, Progress(), resume=True, steps=STEPS + 10)
    assert longer.steps == len(longer.history) == STEPS + 10
    again, _ = run(path, Progress(), resume=True, steps=1)
    assert again.steps == STEPS  # the file is that of the first run: nothing was kept later


def test_without_resume_a_run_begins_anew(
    whole: tuple[FitOutcome, dict[str, Tensor]], tmp_path: Path
) -> None:
    path = tmp_path / "s.safetensors"
    with pytest.raises(Cancelled):
        run(path, stopping(lambda n: n == 100))
    assert_same(run(path, Progress()), whole)


def test_the_state_of_another_run_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "s.safetensors"
    run(path, Progress(), every_s=0.0, steps=2, signature={"a": 1, "b": 1, "c": 3})
    with pytest.raises(ModelError, match="another run: a, b differ"):
        run(path, Progress(), resume=True, signature={"a": 2, "b": 0, "c": 3, "new": 4})
    run(path, Progress(), resume=True, signature={"a": 1, "b": 1, "new": 4})


@pytest.mark.parametrize("damage", ["cut", "garbage", "other"])
def test_damaged_states_are_refused(damage: str, tmp_path: Path) -> None:
    from safetensors.torch import save_file

    path = tmp_path / "s.safetensors"
    run(path, Progress(), every_s=0.0, steps=2)
    content = path.read_bytes()
    if damage == "other":
        save_file({"a": torch.zeros(1)}, path)
    else:
        path.write_bytes(content[: len(content) // 2] if damage == "cut" else b"x" * 100)
    with pytest.raises(ModelError, match="damaged"):
        run(path, Progress(), resume=True)


def test_states_lie_beside_the_output() -> None:
    assert state_path(Path("a/b.safetensors")) == Path("a/b.unfinished.safetensors")
    assert describe_state(Path("a/b.unfinished.safetensors")) is None


def test_the_remaining_time_of_a_resumed_run_is_not_too_short(tmp_path: Path) -> None:
    """What was done before did not take the time since."""
    path, states = tmp_path / "s.safetensors", []
    with pytest.raises(Cancelled):
        run(path, stopping(lambda n: n == 150))
    run(path, Progress(on_report=states.append), resume=True)
    first = next(state for state in states if state.remaining_s is not None)
    assert first.fraction is not None
    assert first.fraction > 0.5
    spent = first.elapsed_s
    assert first.remaining_s is not None
    assert first.remaining_s > 0.5 * spent  # a few steps in, most of the rest is still to do
