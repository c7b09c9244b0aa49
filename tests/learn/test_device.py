from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import torch

from seisview.errors import ModelError
from seisview.learn import device as device_module
from seisview.learn.device import Device, choose_device, cpu_has_bfloat16, is_out_of_memory, prepare_threads

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def no_accelerator(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)


def test_the_cpu_is_chosen_with_a_reason_where_there_is_no_accelerator() -> None:
    chosen = choose_device("auto")
    assert chosen.name == "cpu"
    assert "CUDA" in chosen.reason
    assert "processor" in chosen.reason


def test_cuda_is_preferred(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda: "Test GPU")
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda including_emulation: False)
    assert choose_device("auto") == Device("cuda", "float32", "Test GPU was found; it has no bfloat16")
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda including_emulation: True)
    assert choose_device("cuda").precision == "bfloat16"


def test_apple_devices_are_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: True)
    assert choose_device("auto").name == "mps"


@pytest.mark.parametrize("name", ["cuda", "mps", "tpu"])
def test_a_device_that_is_not_there_is_refused(name: str) -> None:
    with pytest.raises(ModelError) as caught:
        choose_device(name)
    assert "cpu" in caught.value.hint


@pytest.mark.parametrize(
    ("capabilities", "expected"),
    [
        ({"avx512_bf16": True}, True),
        ({"amx_bf16": True}, True),
        ({"avx512_f": True, "amx_bf16": False}, False),
    ],
)
def test_bfloat16_only_where_the_processor_has_it(
    monkeypatch: pytest.MonkeyPatch, capabilities: dict[str, bool], expected: bool
) -> None:
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: capabilities)
    assert cpu_has_bfloat16() is expected
    assert choose_device("cpu").precision == ("bfloat16" if expected else "float32")


def test_autocast_follows_the_precision() -> None:
    convolution, x = torch.nn.Conv2d(1, 1, 1), torch.zeros(1, 1, 4, 4)
    with Device("cpu", "bfloat16", "").autocast():
        assert convolution(x).dtype is torch.bfloat16
    with Device("cpu", "float32", "").autocast():
        assert convolution(x).dtype is torch.float32


@pytest.mark.parametrize(("cores", "threads"), [(8, 7), (2, 1), (1, 1)])
def test_one_core_is_left_to_the_window(monkeypatch: pytest.MonkeyPatch, cores: int, threads: int) -> None:
    before = torch.get_num_threads()
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    monkeypatch.setattr(device_module, "_available_cores", lambda: cores)
    try:
        assert prepare_threads() == threads
        assert torch.get_num_threads() == threads
        monkeypatch.setenv("OMP_NUM_THREADS", "2")
        assert prepare_threads() == min(2, threads)
        monkeypatch.delenv("OMP_NUM_THREADS")
        assert prepare_threads(spare_cores=0) == torch.get_num_threads() == cores
    finally:
        torch.set_num_threads(before)


def test_waiting_is_passive_before_torch_loads() -> None:
    code = (
        "import os, sys\n"
        "os.environ.pop('OMP_WAIT_POLICY', None)\n"
        "import seisview.workflows.facies.segment, seisview.learn.device, seisview.learn.config\n"
        "assert 'torch' not in sys.modules\n"
        "seisview.learn.device.choose_device('cpu')\n"
        "print(os.environ['OMP_WAIT_POLICY'])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=REPOSITORY, timeout=120
    )
    assert done.stdout.strip() == "passive"


def test_memory_errors_are_recognised() -> None:
    assert is_out_of_memory(torch.OutOfMemoryError("CUDA out of memory"))
    assert is_out_of_memory(RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried ..."))
    assert is_out_of_memory(MemoryError())
    assert not is_out_of_memory(RuntimeError("shapes do not match"))
