"""Both ways: beside a torch that misses the compiled operators, and beside one that has them."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[3]

# A torchvision that registers a shape rule for an operator, as the real one does while it is imported.
FAKE = """
import torch
@torch.library.register_fake("torchvision::nms")
def shape(dets, scores, iou_threshold):
    return dets.new_empty(0)
__version__ = "fake"
"""


def run(script: str, folder: Path) -> str:
    """Run a script in a fresh interpreter that finds modules in `folder` first; warnings are errors."""
    code = f"import sys; sys.path[:0] = [{str(folder)!r}, {str(REPOSITORY)!r}]\n" + textwrap.dedent(script)
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def fake_torchvision(folder: Path, text: str) -> None:
    (folder / "torchvision").mkdir()
    (folder / "torchvision" / "__init__.py").write_text(text)


def test_missing_operators_are_declared(tmp_path: Path) -> None:
    fake_torchvision(tmp_path, FAKE)
    out = run(
        """
        from seisview.learn.networks.torchvision_guard import declared_operators, import_torchvision
        print(import_torchvision().__version__, declared_operators())
        """,
        tmp_path,
    )
    assert out == "fake ('nms',)"


def test_operators_that_are_there_are_left_alone(tmp_path: Path) -> None:
    fake_torchvision(tmp_path, FAKE)
    out = run(
        """
        import torch
        own = torch.library.Library("torchvision", "DEF")
        own.define("nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
        from seisview.learn.networks.torchvision_guard import declared_operators, import_torchvision
        print(import_torchvision().__version__, declared_operators())
        """,
        tmp_path,
    )
    assert out == "fake ()"


def test_any_other_failure_is_reported_as_it_is(tmp_path: Path) -> None:
    fake_torchvision(tmp_path, "raise RuntimeError('something else')")
    out = run(
        """
        from seisview.errors import SeisviewError
        from seisview.learn.networks.torchvision_guard import declared_operators, import_torchvision
        try:
            import_torchvision()
        except SeisviewError as error:
            print(error.message, declared_operators())
        """,
        tmp_path,
    )
    assert out == "torchvision cannot be used: something else. ()"


def test_a_missing_torchvision_is_reported(tmp_path: Path) -> None:
    fake_torchvision(tmp_path, "raise ImportError('no torchvision')")
    out = run(
        """
        from seisview.errors import SeisviewError
        from seisview.learn.networks.torchvision_guard import import_torchvision
        try:
            import_torchvision()
        except SeisviewError as error:
            print(error.hint)
        """,
        tmp_path,
    )
    assert "Install seisview again" in out


def test_the_installed_torchvision_gives_networks_and_transforms(tmp_path: Path) -> None:
    out = run(
        """
        from seisview.learn.networks.torchvision_guard import import_torchvision
        import_torchvision()
        from torchvision.models.resnet import ResNet
        from torchvision.transforms.v2 import functional
        print(ResNet.__name__, functional.horizontal_flip.__name__)
        """,
        tmp_path,
    )
    assert out == "ResNet horizontal_flip"
