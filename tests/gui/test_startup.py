"""The window is there within a second, and the heavy libraries are not loaded for it."""

from __future__ import annotations

from seisview.benchmarks.startup import HEAVY, start_window

ALSO_HEAVY = ("segyio", "skimage", "zarr", "matplotlib", "pyqtgraph")


def test_window_is_painted_without_heavy_libraries_within_a_second(monkeypatch):
    monkeypatch.delenv("OMP_WAIT_POLICY", raising=False)
    start_window()  # compiles and caches files
    starts = [start_window() for _ in range(4)]
    for start in starts:
        assert [name for name in (*HEAVY, *ALSO_HEAVY) if name in start.modules] == []
        assert start.wait_policy == "passive"
    # Processor time is what this program can answer for: other programs on the machine do not count.
    processor_ms = min(start.processor_ms for start in starts)
    painted_ms = min(start.painted_ms for start in starts)
    print(f"window painted after {painted_ms:.0f} ms, {processor_ms:.0f} ms of processor time")
    assert processor_ms < 1000


def test_importing_the_start_module_loads_no_qt():
    # So that missing system libraries can be explained instead of raising ImportError.
    assert not [name for name in start_window().after_import if name.startswith("PySide6")]
