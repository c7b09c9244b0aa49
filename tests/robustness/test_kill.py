"""The kill run, with few kills; ``python -m tests.robustness.kill_run`` makes 200."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the kill run forks")
def test_killed_at_a_random_moment_nothing_is_lost_or_half_written() -> None:
    command = [sys.executable, "-m", "tests.robustness.kill_run", "--kills", "6", "--seed", "1"]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=200, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "6 kills" in ended.stdout
