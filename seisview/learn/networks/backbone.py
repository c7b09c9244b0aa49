"""The ResNet that every task shares: torchvision's, with one input channel and dropout between its stages."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from seisview.errors import ModelError
from seisview.learn.config import BackboneName
from seisview.learn.networks.torchvision_guard import import_torchvision
from seisview.learn.networks.weights import read_weights

import_torchvision()

from torchvision.models.resnet import BasicBlock, Bottleneck, ResNet  # noqa: E402 - after the guard

_LAYOUT: dict[BackboneName, tuple[type[nn.Module], list[int]]] = {
    "resnet10": (BasicBlock, [1, 1, 1, 1]),
    "resnet18": (BasicBlock, [2, 2, 2, 2]),
    "resnet34": (BasicBlock, [3, 4, 6, 3]),
    "resnet50": (Bottleneck, [3, 4, 6, 3]),
}
_WRAPPERS = ("module.", "state_dict.", "model.", "backbone.", "encoder.", "resnet.")


class Backbone(nn.Module):
    """A residual network (He et al. 2016) that returns the activations of all its stages.

    Parameters and buffers carry torchvision's names, so weights of torchvision's networks fit.

    Parameters
    ----------
    name : str
        One of :data:`seisview.learn.config.BACKBONES`.
    dropout : float
        Probability of the 2-D dropout after the stem and after each layer group.

    Attributes
    ----------
    channels : tuple of int
        Channels of the five activations that :meth:`forward` returns.
    """

    def __init__(self, name: BackboneName, dropout: float = 0.5) -> None:
        super().__init__()
        block, depths = _LAYOUT[name]
        network = ResNet(block, depths, num_classes=1)
        self.name = name
        self.conv1 = nn.Conv2d(1, 64, kernel_size=7, stride=2, padding=3, bias=False)
        nn.init.kaiming_normal_(self.conv1.weight, mode="fan_out", nonlinearity="relu")
        self.bn1: nn.Module = network.bn1
        self.relu, self.maxpool = network.relu, network.maxpool
        self.layer1, self.layer2 = network.layer1, network.layer2
        self.layer3, self.layer4 = network.layer3, network.layer4
        self.dropout = nn.Dropout2d(dropout)
        width = 512 // 8 * getattr(block, "expansion", 1)
        self.channels = (64, width, 2 * width, 4 * width, 8 * width)

    def forward(self, x: Tensor, beside: Tensor | None = None) -> tuple[Tensor, ...]:
        """Activations of the stem and the four layer groups.

        Parameters
        ----------
        x : Tensor, shape (batch, 1, rows, columns)
            Normalised amplitudes; sides that are multiples of 32 keep all stages aligned.
        beside : Tensor, shape (batch, 64, rows / 2, columns / 2), optional
            Added to what the first convolution gives.

        Returns
        -------
        tuple of Tensor
            At 1/4, 1/4, 1/8, 1/16 and 1/32 of the rows and columns.
        """
        x = self.conv1(x)
        if beside is not None:
            x = x + beside.to(x.dtype)
        x = self.dropout(self.maxpool(self.relu(self.bn1(x))))
        stages = [x]
        for group in (self.layer1, self.layer2, self.layer3, self.layer4):
            stages.append(self.dropout(group(stages[-1])))
        return tuple(stages)

    def fold_batch_norms(self) -> None:
        """Fold normalisations into the convolutions before them: same answers, faster, no training after."""
        self.eval()
        self.conv1, self.bn1 = _folded(self.conv1, self.bn1), nn.Identity()
        for block in self.modules():
            if isinstance(block, BasicBlock | Bottleneck):
                _fold_block(block)


def _fold_block(block: nn.Module) -> None:
    for number in (1, 2, 3):
        if hasattr(block, f"conv{number}"):
            folded = _folded(getattr(block, f"conv{number}"), getattr(block, f"bn{number}"))
            setattr(block, f"conv{number}", folded)
            setattr(block, f"bn{number}", nn.Identity())
    if isinstance(block.downsample, nn.Sequential):
        block.downsample = nn.Sequential(_folded(block.downsample[0], block.downsample[1]))


def _folded(convolution: nn.Module, norm: nn.Module) -> nn.Conv2d:
    return fuse_conv_bn_eval(cast("nn.Conv2d", convolution), cast("nn.BatchNorm2d", norm))


def load_backbone(path: Path, backbone: Backbone) -> None:
    """Fill a backbone with the weights of a file, in place.

    The file is a safetensors file or a torch checkpoint (read with ``weights_only``, so nothing in it is
    executed): one of ours, a whole segmenter, or torchvision's own networks. Weights of half precision are
    widened; a stem for three colour channels is folded into one, which is what three equal channels would
    give; a classifier is left out.

    Parameters
    ----------
    path : Path
        ``.safetensors``, ``.pt`` or ``.pth``.
    backbone : Backbone
        Unchanged when the file does not fit.

    Raises
    ------
    ModelError
        If the file is missing, damaged, holds no weights or those of another network.
    """
    found = _unwrap(read_weights(path))
    if "conv1.weight" not in found:
        raise ModelError(
            f"{path.name} does not hold the weights of a ResNet.",
            "Choose a backbone of seisview or a ResNet of torchvision.",
        )
    found["conv1.weight"] = _fold_stem(found["conv1.weight"])
    wanted: dict[str, Tensor] = backbone.state_dict()
    _check_fit(path, found, wanted, backbone.name)
    backbone.load_state_dict({k: found.get(k, v).to(v.dtype) for k, v in wanted.items()})


def _unwrap(weights: dict[str, Tensor]) -> dict[str, Tensor]:
    """Strip what other programs put before the names, up to the prefix under which the stem is found."""
    stems = [name for name in weights if name.endswith("conv1.weight") and _is_wrapper(name[:-12])]
    prefix = min(stems, key=len)[:-12] if stems else ""
    return {name[len(prefix) :]: value for name, value in weights.items() if name.startswith(prefix)}


def _is_wrapper(prefix: str) -> bool:
    while prefix:
        part, _, prefix = prefix.partition(".")
        if part + "." not in _WRAPPERS:
            return False
    return True


def _fold_stem(weight: Tensor) -> Tensor:
    return weight.float().sum(dim=1, keepdim=True) if weight.ndim == 4 and weight.shape[1] == 3 else weight


def _check_fit(path: Path, found: dict[str, Tensor], wanted: dict[str, Any], name: str) -> None:
    optional = "num_batches_tracked"
    missing = [k for k in wanted if k not in found and not k.endswith(optional)]
    wrong = [k for k in wanted if k in found and found[k].shape != wanted[k].shape]
    # A deeper network has every weight of a shallower one, and then some.
    spare = [k for k in found if k.startswith("layer") and k not in wanted and not k.endswith(optional)]
    if missing or wrong or spare:
        looks_like = _recognise(found)
        hint = (
            f"It looks like a {looks_like}: choose that backbone." if looks_like else "Choose another file."
        )
        raise ModelError(f"The weights in {path.name} do not fit a {name}.", hint)
    damaged = [k for k in wanted if k in found and not torch.isfinite(found[k].float()).all()]
    if damaged:
        raise ModelError(f"{path.name} holds weights that are not numbers.", "Choose another file.")


def recognise(path: Path) -> BackboneName | None:
    """Which network a file's weights are of; None for none that is known.

    Raises
    ------
    ModelError
        If the file is missing, damaged or holds no weights.
    """
    return _recognise(_unwrap(read_weights(path)))


def _recognise(found: dict[str, Tensor]) -> BackboneName | None:
    depths = [len({k.split(".")[1] for k in found if k.startswith(f"layer{i}.")}) for i in range(1, 5)]
    bottleneck = "layer1.0.conv3.weight" in found
    for name, (block, layout) in _LAYOUT.items():
        if layout == depths and (block is Bottleneck) == bottleneck:
            return name
    return None
