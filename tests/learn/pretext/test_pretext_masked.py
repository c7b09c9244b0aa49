from __future__ import annotations

import numpy as np
import pytest
import torch

from seisview.data.geometry import Axis, SectionKey
from seisview.learn.device import Device
from seisview.learn.pretext.config import PretrainConfig
from seisview.learn.pretext.joint import JointTask
from seisview.learn.pretext.masked import BLOCK, MaskedReconstruction, hidden_blocks
from seisview.learn.pretext.sections import Piece, Pieces
from seisview.learn.pretext.task import Drawing, PretextNetwork

CPU = Device("cpu", "float32", "")
PLAIN = Drawing(False, 0.0)


def task(amplitude: np.ndarray, drawing: Drawing = PLAIN, fraction: float = 0.6) -> MaskedReconstruction:
    rows = amplitude.shape[0]
    depth = np.linspace(0, 1, rows, dtype=np.float32)
    piece = Piece(0, SectionKey(Axis.INLINE, 0), 5, amplitude.astype(np.float16), depth)
    return MaskedReconstruction(Pieces((piece,), (piece,)), drawing, CPU, [0], fraction, (64, 96))


def network(seed: int = 0) -> PretextNetwork:
    torch.manual_seed(seed)
    return PretextNetwork(PretrainConfig(backbone="resnet10"), {})


@pytest.mark.parametrize("fraction", [0.6, 0.25])
def test_blocks_of_sixteen_are_hidden_whole(fraction: float) -> None:
    hidden = hidden_blocks((128, 192), fraction, np.random.default_rng(0))
    blocks = hidden.reshape(8, BLOCK, 12, BLOCK).mean(axis=(1, 3))
    assert set(np.unique(blocks)) == {0.0, 1.0}
    assert blocks.sum() == round(fraction * 96)
    other = hidden_blocks((128, 192), fraction, np.random.default_rng(1))
    assert (other != hidden).any()


def test_what_is_hidden_is_not_in_the_input_and_the_rest_is() -> None:
    amplitude = np.random.default_rng(0).uniform(0.5, 1, (128, 128)).astype(np.float32)
    masked = task(amplitude)
    batch = masked._draw(masked._sampler, 3, PLAIN)
    seen, hidden = batch.inputs[:, :1], batch.hidden
    assert bool((seen[hidden] == 0).all())
    torch.testing.assert_close(seen[~hidden], batch.amplitude[~hidden])
    assert 0.55 < float(hidden.float().mean()) < 0.65
    depth = batch.inputs[:, 1]
    assert depth.shape == (3, 64, 96)
    torch.testing.assert_close(
        depth[:, 1:] - depth[:, :-1], torch.full((3, 63, 96), 1 / 127), atol=1e-4, rtol=0
    )


def test_the_loss_is_taken_on_hidden_samples_alone() -> None:
    masked, net = task(np.random.default_rng(0).standard_normal((128, 128)) / 4), network()
    batch = masked._draw(masked._sampler, 2, PLAIN)
    masked._draw = lambda *_arguments: batch  # type: ignore[method-assign]
    losses = []
    for wrong in (torch.zeros_like(batch.hidden), ~batch.hidden, batch.hidden):
        answer = batch.amplitude + wrong
        masked._predicted = lambda *_arguments, answer=answer: answer  # type: ignore[method-assign, misc]
        losses.append(float(masked.loss(net, 2)))
    assert losses[0] == losses[1] == 0
    assert losses[2] > 1


def test_backbone_stem_decoder_and_depth_all_learn() -> None:
    masked, net = task(np.random.default_rng(0).standard_normal((128, 128)) / 4), network()
    before = {name: value.clone() for name, value in net.segmenter.named_parameters()}
    task_ = JointTask(net, [masked], PretrainConfig(backbone="resnet10"))
    optimizer = torch.optim.Adam(task_.parameter_groups())
    net.train()
    task_.loss(2).backward()
    optimizer.step()
    still = [name for name, value in net.segmenter.named_parameters() if torch.equal(value, before[name])]
    assert still == []


def test_it_learns_to_continue_layers() -> None:
    rows = np.arange(160)[:, None]
    layers = np.broadcast_to(0.8 * np.sin(rows / 2.5), (160, 200)).astype(np.float32)
    masked, net = task(layers), network()
    joint = JointTask(net, [masked], PretrainConfig(backbone="resnet10"))
    optimizer = torch.optim.Adam(net.parameters(), lr=2e-3)
    for _ in range(25):
        net.train()
        optimizer.zero_grad()
        joint.loss(2).backward()
        optimizer.step()
    joint.settle(2)
    with torch.inference_mode():
        score = masked.score(net.eval())
    assert score is not None
    assert score.figure > 0.3
    assert score.loss < 0.75


def test_statistics_for_use_are_those_of_whole_sections() -> None:
    """Zeros where blocks are hidden would make everything look quieter than it is."""
    amplitude = np.random.default_rng(0).standard_normal((128, 128)) / 3
    masked, net = task(amplitude), network()
    joint = JointTask(net, [masked], PretrainConfig(backbone="resnet10"))
    joint.settle(2)
    hidden = net.segmenter.backbone.bn1.running_var.clone()  # type: ignore[union-attr, operator]
    joint.settle_on_sections(2)
    shown = net.segmenter.backbone.bn1.running_var  # type: ignore[union-attr]
    assert bool((shown > 1.5 * hidden).all())  # type: ignore[operator]
