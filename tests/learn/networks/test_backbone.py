from __future__ import annotations

from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor

from seisview.errors import ModelError
from seisview.learn.config import BACKBONES, BackboneName
from seisview.learn.networks.backbone import Backbone, load_backbone
from seisview.learn.networks.torchvision_guard import import_torchvision

models = import_torchvision().models


def state(seed: int = 0, name: BackboneName = "resnet10") -> dict[str, Tensor]:
    torch.manual_seed(seed)
    return Backbone(name).state_dict()


@pytest.mark.parametrize("name", BACKBONES)
def test_stages_and_their_sizes(name: BackboneName) -> None:
    stages = Backbone(name).eval()(torch.zeros(1, 1, 64, 96))
    assert [tuple(s.shape[2:]) for s in stages] == [(16, 24), (16, 24), (8, 12), (4, 6), (2, 3)]
    assert tuple(s.shape[1] for s in stages) == Backbone(name).channels


def test_dropout_follows_the_stem_and_every_group() -> None:
    """2-D dropout, p = 0.5: about half of the channels of each stage are zero as a whole."""
    torch.manual_seed(0)
    stages = Backbone("resnet10").train()(torch.randn(2, 1, 64, 64))
    for stage in stages:
        dropped = (stage == 0).all(dim=(2, 3)).float().mean()
        assert 0.3 < dropped < 0.75


def test_a_safetensors_file_is_read_also_in_half_precision(tmp_path: Path) -> None:
    weights = {k: v.half() if v.is_floating_point() else v for k, v in state(1).items()}
    save_file(weights, tmp_path / "b.safetensors")
    backbone = Backbone("resnet10")
    load_backbone(tmp_path / "b.safetensors", backbone)
    assert backbone.conv1.weight.dtype is torch.float32
    torch.testing.assert_close(backbone.conv1.weight.half(), weights["conv1.weight"])


def test_torchvision_weights_fit_and_three_channels_become_one(tmp_path: Path) -> None:
    torch.manual_seed(0)
    original = models.resnet18(weights=None).eval()
    torch.save(original.state_dict(), tmp_path / "r.pth")
    backbone = Backbone("resnet18").eval()
    load_backbone(tmp_path / "r.pth", backbone)
    grey = torch.randn(1, 1, 64, 64)
    colour = original.maxpool(original.relu(original.bn1(original.conv1(grey.expand(-1, 3, -1, -1)))))
    expected = original.layer4(original.layer3(original.layer2(original.layer1(colour))))
    torch.testing.assert_close(backbone(grey)[4], expected, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("prefix", ["", "module.", "model.backbone.", "encoder."])
def test_what_other_programs_put_before_the_names_is_stripped(tmp_path: Path, prefix: str) -> None:
    weights = state(2)
    torch.save({"state_dict": {f"{prefix}{k}": v for k, v in weights.items()}, "epoch": 3}, tmp_path / "c.pt")
    backbone = Backbone("resnet10")
    load_backbone(tmp_path / "c.pt", backbone)
    assert torch.equal(backbone.layer4[0].conv2.weight, weights["layer4.0.conv2.weight"])


@pytest.mark.parametrize(("stored", "wanted"), [("resnet18", "resnet10"), ("resnet10", "resnet34")])
def test_another_network_is_refused_and_named(
    tmp_path: Path, stored: BackboneName, wanted: BackboneName
) -> None:
    save_file(state(0, stored), tmp_path / "b.safetensors")
    backbone = Backbone(wanted)
    before = {k: v.clone() for k, v in backbone.state_dict().items()}
    with pytest.raises(ModelError, match=f"do not fit a {wanted}") as caught:
        load_backbone(tmp_path / "b.safetensors", backbone)
    assert stored in caught.value.hint
    assert all(torch.equal(v, before[k]) for k, v in backbone.state_dict().items())


def test_weights_of_something_else_are_refused(tmp_path: Path) -> None:
    save_file({"transformer.weight": torch.zeros(2)}, tmp_path / "t.safetensors")
    with pytest.raises(ModelError, match="does not hold the weights of a ResNet"):
        load_backbone(tmp_path / "t.safetensors", Backbone("resnet10"))


def test_weights_that_are_not_numbers_are_refused(tmp_path: Path) -> None:
    weights = state()
    weights["layer1.0.conv1.weight"][0] = torch.nan
    save_file(weights, tmp_path / "n.safetensors")
    with pytest.raises(ModelError, match="not numbers"):
        load_backbone(tmp_path / "n.safetensors", Backbone("resnet10"))


class Payload:
    """Pickles to a call that would create a file when loaded."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[Path]]:
        return Path.touch, (self.path,)


def test_nothing_in_a_checkpoint_is_executed(tmp_path: Path) -> None:
    torch.save({"conv1.weight": Payload(tmp_path / "executed")}, tmp_path / "evil.pt")
    with pytest.raises(ModelError, match="for safety"):
        load_backbone(tmp_path / "evil.pt", Backbone("resnet10"))
    assert not (tmp_path / "executed").exists()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello",
        b"\x80\x02}q",
        b"\x80\x02(J\x01",
        bytes(range(256)),
        b"PK\x03\x04" + b"\0" * 50,
        b"\x20" + b"\0" * 7 + b"{" * 40,
    ],
)
def test_damaged_files_are_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.pt").write_bytes(content)
    with pytest.raises(ModelError):
        load_backbone(tmp_path / "x.pt", Backbone("resnet10"))


def test_truncated_and_missing_files_are_refused(tmp_path: Path) -> None:
    save_file(state(), tmp_path / "b.safetensors")
    whole = (tmp_path / "b.safetensors").read_bytes()
    (tmp_path / "cut.safetensors").write_bytes(whole[: len(whole) // 2])
    for name in ("cut.safetensors", "missing.safetensors"):
        with pytest.raises(ModelError):
            load_backbone(tmp_path / name, Backbone("resnet10"))


def test_folded_normalisation_answers_the_same() -> None:
    torch.manual_seed(0)
    backbone = Backbone("resnet18")
    for module in backbone.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.running_mean.uniform_(-0.5, 0.5)
            module.running_var.uniform_(0.5, 2)
    x = torch.randn(1, 1, 64, 64)
    before = backbone.eval()(x)[4]
    backbone.fold_batch_norms()
    assert not any(isinstance(m, torch.nn.BatchNorm2d) for m in backbone.modules())
    torch.testing.assert_close(backbone(x)[4], before, rtol=1e-3, atol=1e-4)


@pytest.mark.slow
def test_torchvisions_resnet50_fits(tmp_path: Path) -> None:
    torch.save(models.resnet50(weights=None).state_dict(), tmp_path / "r50.pth")
    load_backbone(tmp_path / "r50.pth", Backbone("resnet50"))
