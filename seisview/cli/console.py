"""What a command says: progress to stderr, one JSON object or plain lines to stdout."""

from __future__ import annotations

import json
import math
import re
import signal
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import FrameType
from typing import Any, TextIO

from seisview.events import DeviceChosen, Note, TrainingStep
from seisview.progress import Progress, ProgressState

_LINE_EVERY_S = 10.0
_UPDATE_EVERY_S = 0.1
_WIDTH = 100


class ConsoleProgress:
    """Shows the progress of a job: one line that updates on a terminal, sparse lines elsewhere.

    Parameters
    ----------
    stream : TextIO, optional
        Default: stderr, so that stdout holds nothing but results.
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = sys.stderr if stream is None else stream
        self._updates = self._stream.isatty()
        self._last_shown = -math.inf
        self._stage = ""
        self._loss = ""
        self._open_line = False
        self._device: DeviceChosen | None = None

    def report(self, state: ProgressState) -> None:
        """Show a state, unless the last one was shown a moment ago."""
        # a counter in the message ("step 3 of 300") does not make it another stage
        stage = re.sub(r"\d+", "#", state.message)
        now, new = time.monotonic(), stage != self._stage
        finished = state.fraction == 1.0 and self._updates
        if not new and not finished:
            pause = _UPDATE_EVERY_S if self._updates else _LINE_EVERY_S
            if now - self._last_shown < pause:
                return
        if new:
            self._loss = ""
            self.end_line()
        self._last_shown, self._stage = now, stage
        self._write(describe(state) + self._loss)

    def event(self, event: object) -> None:
        """Show what a job announces: the device, notes, and the loss beside the progress."""
        if isinstance(event, TrainingStep):
            self._loss = f", loss {event.loss:.3f}"
            if "validation_mean_iou" in event.metrics:
                self._loss += f", validation mean IoU {event.metrics['validation_mean_iou']:.3f}"
        elif isinstance(event, DeviceChosen):
            if event != self._device:  # each step of a job says it, people need it once
                self.say(f"Computing on {event.device} ({event.precision}): {event.reason}")
            self._device = event
        elif isinstance(event, Note):
            self.say(event.text)

    def say(self, text: str) -> None:
        """Write a line of its own."""
        self.end_line()
        print(text, file=self._stream, flush=True)

    def end_line(self) -> None:
        """Leave the updating line, if there is one."""
        if self._open_line:
            print(file=self._stream, flush=True)
            self._open_line = False

    def _write(self, text: str) -> None:
        if not self._updates:
            print(text, file=self._stream, flush=True)
            return
        print(f"\r{text[:_WIDTH]:<{_WIDTH}}", end="", file=self._stream, flush=True)
        self._open_line = True


def describe(state: ProgressState) -> str:
    """One line for a state, e.g. ``"Training: 42 %, 2 min 10 s left"``."""
    if state.fraction is None:
        return f"{state.message} ..."
    text = f"{state.message}: {math.floor(100 * state.fraction)} %"
    if state.remaining_s is not None and state.fraction < 1.0:
        text += f", {duration(state.remaining_s)} left"
    return text


def duration(seconds: float) -> str:
    """A length of time as people say it: ``"8 s"``, ``"2 min 10 s"``, ``"1 h 5 min"``."""
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min"


@contextmanager
def job() -> Iterator[Progress]:
    """Run a job from the command line: progress on stderr; Ctrl+C asks it to stop, twice insists.

    Yields
    ------
    Progress
        To hand to workflow functions. After Ctrl+C its next report raises :class:`Cancelled`.
    """
    shown = ConsoleProgress()
    progress = Progress(shown.report, shown.event)

    def interrupted(_number: int, _frame: FrameType | None) -> None:
        if progress.is_cancelled:
            raise KeyboardInterrupt
        progress.cancel()

    numbers = [signal.SIGINT, signal.SIGTERM]
    try:
        before = [(number, signal.signal(number, interrupted)) for number in numbers]
    except ValueError:  # not the main thread: whoever runs it there cancels in another way
        before = []
    try:
        yield progress
    finally:
        shown.end_line()
        for number, handler in before:
            signal.signal(number, handler)


def print_result(result: Mapping[str, Any], as_json: bool) -> None:
    """Print a command's result to stdout, for people or as exactly one JSON object.

    Numbers that are not finite become null in JSON.
    """
    if as_json:
        print(json.dumps(_plain(result), allow_nan=False, ensure_ascii=False))
        return
    for name, value in result.items():
        _print_entry(name.replace("_", " "), value)


def _print_entry(name: str, value: Any) -> None:
    if isinstance(value, Mapping):
        inner = ", ".join(f"{k} {_text(v)}" for k, v in value.items())
        print(f"{name}: {inner}")
    elif isinstance(value, list | tuple) and value and isinstance(value[0], Mapping):
        print(f"{name}:")
        for row in value:
            print("  " + ", ".join(f"{k} {_text(v)}" for k, v in row.items()))
    elif isinstance(value, list | tuple):
        print(f"{name}: {', '.join(map(_text, value)) if value else 'none'}")
    else:
        print(f"{name}: {_text(value)}")


def _text(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:.4g}" if math.isfinite(value) else "-"
    return str(value)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value if isinstance(value, bool | int | float | str | None) else str(value)
