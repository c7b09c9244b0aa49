"""Telling running programs from ended ones, so that what a crash left behind can be cleared away."""

from __future__ import annotations

import hashlib
import os
import re
import socket
import sys
from contextlib import suppress
from pathlib import Path

_TAG = re.compile(r"(\d{1,10})-([0-9a-f]{8})-([0-9a-f]{8})")


def process_tag() -> str:
    """Name this process in file names: process id, where it runs and when it started."""
    return f"{os.getpid()}-{_digest(_place())}-{_digest(started(os.getpid()))}"


def has_ended(tag: str) -> bool:
    """Whether the process that :func:`process_tag` named has certainly ended.

    False when nobody can tell: it ran on another computer or in another container, or `tag` is no tag.
    """
    match = _TAG.fullmatch(tag)
    if match is None or match[2] != _digest(_place()):
        return False
    pid = int(match[1])
    return not is_alive(pid) or match[3] != _digest(started(pid))


def is_alive(pid: int) -> bool:
    """Whether a process of this computer runs; one that ended and was not collected yet does not."""
    if sys.platform == "win32":
        return _is_alive_on_windows(pid)
    if pid <= 0:
        return False
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        return True
    return _stat_fields(pid)[:1] not in (["Z"], ["X"])


def started(pid: int) -> str:
    """When a process started, comparable for equality; "" where the platform does not say."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{boot}:{_stat_fields(pid)[19]}"
    except (OSError, IndexError):
        return ""


def _stat_fields(pid: int) -> list[str]:
    """Fields of ``/proc/PID/stat`` from the state on; empty where there is no such file."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    return text.rpartition(")")[2].split()


def _place() -> str:
    """Return the computer, and of it the container: process ids mean nothing outside it."""
    namespace = ""
    with suppress(OSError):
        namespace = os.readlink("/proc/self/ns/pid")  # noqa: PTH115 - Path would read it as a path
    return f"{socket.gethostname()} {namespace}"


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=4).hexdigest()


def _is_alive_on_windows(pid: int) -> bool:
    # os.kill(pid, 0) would end the process there.
    import ctypes

    kernel = ctypes.windll.kernel32  # type: ignore[attr-defined,unused-ignore]
    handle = kernel.OpenProcess(0x1000, False, pid)  # PROCESS_QUERY_LIMITED_INFORMATION
    if not handle:
        return bool(kernel.GetLastError() == 5)  # access denied: it exists
    kernel.CloseHandle(handle)
    return True
