"""Which device computes, in which precision, with how many threads, and why."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from seisview.errors import ModelError

if TYPE_CHECKING:
    import torch

Precision = Literal["bfloat16", "float32"]


@dataclass(frozen=True, slots=True)
class Device:
    """A device and precision, with the reason in words.

    Attributes
    ----------
    name : str
        ``"cpu"``, ``"cuda"`` or ``"mps"``, as torch calls it.
    precision : {"bfloat16", "float32"}
        What convolutions are computed in; weights stay float32.
    reason : str
        One sentence for the user.
    """

    name: str
    precision: Precision
    reason: str

    @property
    def is_cpu(self) -> bool:
        """Whether the processor computes."""
        return self.name == "cpu"

    def autocast(self) -> AbstractContextManager[object]:
        """Context in which the network computes in :attr:`precision`."""
        import torch

        return torch.autocast(self.name, torch.bfloat16, enabled=self.precision == "bfloat16")

    def place(self, network: torch.nn.Module) -> torch.nn.Module:
        """Move a network to the device, channels last (faster for bfloat16 convolutions everywhere)."""
        import torch

        return network.to(self.name, memory_format=torch.channels_last)  # type: ignore[call-overload, no-any-return]


def prepare_threads(spare_cores: int = 1) -> int:
    """Let torch wait passively and leave a core to the window; call before torch is first used.

    Spinning OpenMP threads make a network 14-21x slower as soon as anything else keeps a core busy; with
    passive waiting and ``cores - 1`` threads painting stays fluid while a network trains.
    ``OMP_WAIT_POLICY`` only acts while torch is not loaded yet; values that the user has set are respected.

    Parameters
    ----------
    spare_cores : int
        Cores to leave alone: 1 beside a window, 0 where nothing else wants them.

    Returns
    -------
    int
        Threads that torch uses for one operation.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    import torch

    threads = max(1, _available_cores() - spare_cores)
    wanted = os.environ.get("OMP_NUM_THREADS", "")
    if wanted.isdigit() and int(wanted) > 0:
        threads = min(threads, int(wanted))
    torch.set_num_threads(threads)
    return threads


def _available_cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def choose_device(name: str = "auto", spare_cores: int = 1) -> Device:
    """Choose where to compute.

    Parameters
    ----------
    name : str
        ``"auto"`` takes CUDA, then Apple's MPS, then the CPU.
    spare_cores : int
        See :func:`prepare_threads`.

    Raises
    ------
    ModelError
        If the named device does not exist here.
    """
    prepare_threads(spare_cores)
    choices: dict[str, Callable[[], Device]] = {"auto": _best, "cpu": _cpu_asked, "cuda": _cuda, "mps": _mps}
    if name not in choices:
        raise ModelError(f"There is no device {name!r}.", f"Choose one of {', '.join(choices)}.")
    return choices[name]()


def _best() -> Device:
    import torch

    if torch.cuda.is_available():
        return _cuda()
    if torch.backends.mps.is_available():
        return _mps()
    built = torch.version.cuda is not None
    why = "no CUDA device was found" if built else "the installed torch is built without CUDA"
    return _cpu(f"{why}, so the processor computes")


def _cpu_asked() -> Device:
    return _cpu("the CPU was asked for")


def _cpu(why: str) -> Device:
    if cpu_has_bfloat16():
        return Device("cpu", "bfloat16", f"{why}, in bfloat16, for which it has instructions")
    return Device("cpu", "float32", f"{why}, in float32, because it has no bfloat16 instructions")


def cpu_has_bfloat16() -> bool:
    """Whether bfloat16 convolutions are computed by instructions of this processor, not emulated."""
    import torch

    if not torch.backends.mkldnn.is_available():  # type: ignore[no-untyped-call]
        return False
    capabilities = torch.cpu.get_capabilities()
    return any(bool(capabilities.get(name)) for name in ("amx_bf16", "avx512_bf16", "bf16"))


def _cuda() -> Device:
    import torch

    if not torch.cuda.is_available():
        raise ModelError("No CUDA device was found.", "Choose the device cpu or auto.")
    name = torch.cuda.get_device_name()
    if torch.cuda.is_bf16_supported(including_emulation=False):
        return Device("cuda", "bfloat16", f"{name} was found")
    return Device("cuda", "float32", f"{name} was found; it has no bfloat16")


def _mps() -> Device:
    import torch

    if not torch.backends.mps.is_available():
        raise ModelError("No Apple graphics device was found.", "Choose the device cpu or auto.")
    return Device("mps", "float32", "an Apple graphics device was found")


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an error of torch says that memory did not suffice, on any device."""
    import torch

    text = str(error).lower()
    words = ("out of memory", "not enough memory", "can't allocate memory", "cannot allocate memory")
    return isinstance(error, torch.OutOfMemoryError | MemoryError) or any(w in text for w in words)


def release_memory(device: Device) -> None:
    """Give cached memory back after an allocation failed."""
    import torch

    if device.name == "cuda":
        torch.cuda.empty_cache()
    elif device.name == "mps":
        torch.mps.empty_cache()


def memory_in_use(name: str) -> tuple[int, int] | None:
    """How much memory of a GPU is in use, by whatever program, and how much it has, in bytes.

    Parameters
    ----------
    name : str
        As torch calls the device.

    Returns
    -------
    (int, int) or None
        None of a CPU, and of an Apple GPU, which shares the memory of the machine.
    """
    if name != "cuda":
        return None
    import torch

    free, total = torch.cuda.mem_get_info()
    return total - free, total
