"""Starting weights of a whole segmenter: the backbone, and the decoder where the file holds a fitting one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from torch import Tensor, nn

from seisview.learn.networks.backbone import load_backbone
from seisview.learn.networks.segmenter import Segmenter
from seisview.learn.networks.weights import read_weights

_COUNTER = "num_batches_tracked"


@dataclass(frozen=True, slots=True)
class Filled:
    """Which parts of a segmenter a file filled; the backbone always.

    Attributes
    ----------
    decoder, depth : bool
        The decoder; the convolution by which depth enters.
    """

    decoder: bool
    depth: bool


def load_pretrained(path: Path, segmenter: Segmenter) -> Filled:
    """Fill a segmenter with the weights of a file, in place.

    Whatever :func:`seisview.learn.networks.backbone.load_backbone` reads will do. A file that holds
    ``decoder.*`` of the same shapes (masked pretraining writes it, and so does training) fills the decoder
    too, and ``depth_stem.*`` likewise; another decoder is left alone. The classifier is never filled.

    Parameters
    ----------
    path : Path
        ``.safetensors``, ``.pt`` or ``.pth``.
    segmenter : Segmenter
        Unchanged when the backbone does not fit.

    Raises
    ------
    ModelError
        If the file is missing, damaged, holds no weights or those of another network.
    """
    load_backbone(path, segmenter.backbone)
    found = read_weights(path)
    depth = getattr(segmenter, "depth_stem", None)
    return Filled(
        _fill(segmenter.decoder, found, "decoder."), depth is not None and _fill(depth, found, "depth_stem.")
    )


def _fill(part: nn.Module, found: dict[str, Tensor], prefix: str) -> bool:
    wanted: dict[str, Tensor] = part.state_dict()
    own = {name.removeprefix(prefix): value for name, value in found.items() if name.startswith(prefix)}
    fits = all(
        name.endswith(_COUNTER) or (name in own and own[name].shape == value.shape)
        for name, value in wanted.items()
    )
    if fits:
        part.load_state_dict({name: own.get(name, value).to(value.dtype) for name, value in wanted.items()})
    return fits
