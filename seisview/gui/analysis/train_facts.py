"""What the training page says beside the training: the device and its memory, and what is learnt from."""

from __future__ import annotations

import sys
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from seisview.data.display_filters import display_filter
from seisview.data.geometry import Domain
from seisview.errors import SeisviewError
from seisview.events import DeviceChosen
from seisview.gui.analysis.analysis_texts import device_text
from seisview.gui.docks.train_dock import TrainDock
from seisview.gui.jobs.job_runner import JobRunner
from seisview.gui.jobs.latest_worker import LatestWorker
from seisview.gui.survey.session import Session
from seisview.gui.view.view_state import ViewState
from seisview.learn.device import Device, choose_device, memory_in_use

_LOOK_MS = 1000
_UNKNOWN = {
    "auto": "Computes on a GPU if there is one, else on the CPU.",
    "cpu": "Computes on the CPU, as chosen in the settings.",
    "cuda": "Computes on an NVIDIA GPU, as chosen in the settings.",
    "mps": "Computes on an Apple GPU, as chosen in the settings.",
}
Memory = Callable[[str], tuple[int, int] | None]


class TrainFacts(QObject):
    """Finds out which device computes before anything is trained, and watches its memory while a job runs.

    Finding out needs torch, which takes seconds to load. That is left to whoever wants it first: a job such
    as the preview, or the user who opens the settings; the page says until then what it will depend on.

    Parameters
    ----------
    dock : TrainDock
    jobs : JobRunner
    state : ViewState
        Its display filter is named, for it changes nothing of what is learnt.
    memory : callable
        Bytes in use and bytes in all of a device, or None.
    """

    def __init__(
        self,
        dock: TrainDock,
        jobs: JobRunner,
        state: ViewState,
        memory: Memory = memory_in_use,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._dock, self._jobs, self._state, self._memory = dock, jobs, state, memory
        self._wanted, self._domain = "auto", Domain.TIME
        self._asked = False
        self._worker = LatestWorker("Device", self)
        self._worker.answered.connect(self._show_device)
        self._worker.failed.connect(self._show_why_none)
        self._look = QTimer(self, interval=_LOOK_MS)
        self._look.timeout.connect(self._show_memory)
        jobs.started.connect(lambda _name: self._look.start())
        jobs.finished.connect(lambda _name: self._look.stop())
        dock.settings_opened.connect(self._find_out)
        dock.device_chosen.connect(self._want)
        state.changed.connect(lambda name: self._show_filter() if name == "display" else None)
        dock.set_device(_UNKNOWN[self._wanted])

    def set_session(self, session: Session | None) -> None:
        """Name filters as they are called in this survey."""
        if session is not None:
            self._domain = session.geometry.domain
        self._show_filter()

    def find_out(self) -> None:
        """Show the device, if torch was loaded meanwhile and it is not known yet."""
        if "torch" in sys.modules:
            self._find_out()

    def _find_out(self) -> None:
        if self._asked or self._dock.device:
            return
        self._asked, wanted = True, self._wanted
        self._worker.submit(lambda _is_stale: choose_device(wanted))

    def shutdown(self) -> bool:
        """Join the thread; False when it did not stop in time."""
        self._look.stop()
        return self._worker.shutdown()

    def _want(self, name: str) -> None:
        self._wanted, self._asked = name, False
        self._worker.forget()
        self._dock.set_device(_UNKNOWN[name])
        self._find_out()

    def _show_device(self, device: Device) -> None:
        text = device_text(DeviceChosen(device.name, device.precision, device.reason))
        self._dock.set_device(text, device.name)
        self._show_memory()

    def _show_why_none(self, error: SeisviewError) -> None:
        self._dock.set_device(f"{error.message} {error.hint}")

    def _show_memory(self) -> None:
        found = self._memory(self._dock.device) if self._dock.device else None
        if found is not None:
            used, total = (n_bytes / 1e9 for n_bytes in found)
            self._dock.set_memory(f"{used:.1f} of {total:.1f} GB of its memory in use")

    def _show_filter(self) -> None:
        self._dock.set_display_filter(display_filter(self._state.display.filter).title(self._domain))
