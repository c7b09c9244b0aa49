from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from seisview import __version__
from seisview.cli import console
from seisview.cli.console import ConsoleProgress, describe, duration, print_result
from seisview.cli.errors import exit_code_of
from seisview.data.volume import HeaderBytes
from seisview.errors import Cancelled, VolumeError
from seisview.events import DeviceChosen, Note, TrainingStep
from seisview.progress import ProgressState

Cli = Callable[..., Any]


def test_version_and_help(seisview: Cli) -> None:
    assert seisview("--version").out == f"seisview {__version__}\n"
    text = seisview("--help").out
    for command in (
        "open",
        "demo",
        "info",
        "section",
        "synthesize",
        "train",
        "predict",
        "carry",
        "evaluate",
        "export",
        "benchmark",
    ):
        assert f"\n  {command}" in text


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["info"], 2, "Missing argument"),
        (["info", "a.sgy", "--nonsense"], 2, "No such option"),
        (["inof", "a.sgy"], 2, "Did you mean 'info'"),
        (["info", "nowhere.sgy"], 1, "no file nowhere.sgy"),
        (["nowhere.sgy"], 1, "no file or folder nowhere.sgy"),
    ],
)
def test_failures_are_two_lines(arguments: list[str], code: int, says: str, seisview: Cli) -> None:
    result = seisview(*arguments)
    lines = result.err.strip().splitlines()
    assert result.code == code
    assert result.out == ""
    assert [line.split(":")[0] for line in lines] == ["error", "hint"]
    assert says in lines[0]


def test_a_path_opens_the_window(seisview: Cli, survey: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import seisview.gui.app as gui

    opened: list[tuple[Path | None, HeaderBytes | None]] = []
    monkeypatch.setattr(gui, "run", lambda *given: opened.append(given) or 0)
    assert seisview(survey).code == 0
    assert seisview("open", survey).code == 0
    assert seisview().code == 0
    assert seisview(survey, "--inline-byte", 9, "--crossline-byte", 21).code == 0
    assert opened == [(survey, None), (survey, None), (None, None), (survey, HeaderBytes(9, 21))]
    half = seisview("open", survey, "--inline-byte", 9)
    assert half.code == 2
    assert "go together" in half.err


def test_a_surprise_is_one_line_unless_debugging(capsys: pytest.CaptureFixture[str]) -> None:
    def surprise() -> None:
        raise ZeroDivisionError("division by zero")

    assert exit_code_of(surprise) == 1
    plain = capsys.readouterr().err
    assert "Traceback" not in plain
    assert "ZeroDivisionError" in plain
    assert exit_code_of(surprise, debug=True) == 1
    assert "Traceback" in capsys.readouterr().err


def test_exit_codes(capsys: pytest.CaptureFixture[str]) -> None:
    def raiser(error: BaseException) -> Callable[[], None]:
        def command() -> None:
            raise error

        return command

    assert exit_code_of(lambda: None) == 0
    assert exit_code_of(raiser(Cancelled())) == 130
    assert exit_code_of(raiser(KeyboardInterrupt())) == 130
    assert exit_code_of(raiser(VolumeError("Two\nlines.", "Do."))) == 1
    assert capsys.readouterr().err.endswith("error: Two lines.\nhint: Do.\n")


def test_results_are_one_json_object_without_nan(capsys: pytest.CaptureFixture[str]) -> None:
    print_result({"a": float("nan"), "b": [1, {"c": Path("x")}]}, as_json=True)
    assert capsys.readouterr().out == '{"a": null, "b": [1, {"c": "x"}]}\n'


def test_durations() -> None:
    assert [duration(s) for s in (3.4, 130, 120, 3900)] == ["3 s", "2 min 10 s", "2 min", "1 h 5 min"]
    assert describe(ProgressState("Training", 0.425, 10.0, 130.0)) == "Training: 42 %, 2 min 10 s left"
    assert describe(ProgressState("Reading", None, 1.0, None)) == "Reading ..."


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_is_sparse_where_there_is_no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]
    monkeypatch.setattr(console.time, "monotonic", lambda: clock[0])
    stream = io.StringIO()
    shown = ConsoleProgress(stream)
    for step in range(100):
        clock[0] = step * 0.25
        shown.event(TrainingStep(step, 100, 1.5))
        shown.report(ProgressState(f"Training: step {step}", step / 100, clock[0], 3.0))
    lines = stream.getvalue().splitlines()
    assert len(lines) == 3
    assert lines[1] == "Training: step 40: 40 %, 3 s left, loss 1.500"


def test_progress_updates_one_line_on_a_terminal() -> None:
    stream = _Terminal()
    shown = ConsoleProgress(stream)
    shown.event(DeviceChosen("cpu", "float32", "no GPU"))
    shown.report(ProgressState("Reading", 0.0, 0.0, None))
    shown.report(ProgressState("Reading", 1.0, 1.0, 0.0))
    shown.event(Note("done reading"))
    text = stream.getvalue()
    assert text.startswith("Computing on cpu (float32): no GPU\n\rReading: 0 %")
    assert text.count("\n") == 3
    assert text.endswith("\ndone reading\n")


def test_the_module_runs_and_a_closed_pipe_is_quiet(survey: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "seisview", "info", "nowhere.sgy"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    piped = subprocess.run(
        f"{sys.executable} -m seisview info {survey} 2>&1 >&- | cat",
        shell=True,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in piped.stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--steps", "x"], "Invalid value for '--steps': 'x' is not a whole number."),
        (["--steps", "0"], "Invalid value for '--steps': it must be at least 1, not 0."),
        (["--minutes", "soon"], "Invalid value for '--minutes': 'soon' is not a number."),
        (
            ["--device", "tpu"],
            "Invalid value for '--device': 'tpu' is not one of 'auto', 'cpu', 'cuda', 'mps'.",
        ),
        (["--axis", "up"], "Invalid value for '--axis': 'up' is not one of 'inline', 'crossline', 'both'."),
        (
            ["--crop", "64"],
            "--crop takes SAMPLES,TRACES, two whole numbers of at least 1 such as 64,64, not '64'.",
        ),
    ],
)
def test_wrong_values_are_said_in_plain_words(arguments: list[str], says: str, seisview: Cli) -> None:
    result = seisview("pretrain", "nowhere.sgy", "--out", "b.safetensors", *arguments)
    assert result.code == 2
    assert result.err == f"error: {says}\nhint: See 'seisview pretrain --help'.\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ["pretrain", "s.sgy", "--out", "m.safetensors"],
        ["train", "s.sgy", "--labels", "l.npy", "--out", "m.safetensors"],
        ["train-match", "s", "--out", "m.safetensors"],
        ["demo", "--out", "d"],
    ],
    ids=["pretrain", "train", "train-match", "demo"],
)
def test_a_job_has_one_budget(
    arguments: list[str], seisview: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = seisview(*arguments, "--steps", 2, "--minutes", 1)
    assert result.code == 2
    assert "Give --minutes or --steps, not both" in result.err
    assert f"hint: See 'seisview {arguments[0]} --help'." in result.err
    assert list(tmp_path.iterdir()) == []


def test_help_of_a_command_names_what_all_take(seisview: Cli) -> None:
    for command in ("section", "predict", "match", "match-images", "benchmark"):
        text = " ".join(seisview(command, "--help").out.split())
        assert "--debug, which shows the traceback" in text
        assert "--seed" in text


@pytest.mark.parametrize(
    "command",
    ["info", "section", "synthesize", "train", "predict", "carry", "evaluate", "export", "demo"],
)
def test_every_command_takes_the_options_that_scripts_pass(command: str, seisview: Cli) -> None:
    result = seisview(command, "--seed", 1, "--device", "cpu", "--overwrite", "--json", "--debug", "--help")
    assert result.code == 0, result.err
    assert result.out.startswith(f"Usage: seisview {command}")


def test_opening_takes_them_too_but_has_no_result(seisview: Cli) -> None:
    result = seisview("open", "--seed", 1, "--device", "cpu", "--overwrite", "--debug", "--help")
    assert result.code == 0, result.err


def test_help_names_the_budget_that_is_taken_without_one(seisview: Cli) -> None:
    from seisview.learn.config import DEFAULT_STEPS
    from seisview.learn.matching.config import DEFAULT_MATCH_STEPS
    from seisview.learn.pretext.config import DEFAULT_STEPS as PRETRAINING
    from seisview.workflows.demo.run import DemoConfig

    demo = DemoConfig().train
    text = " ".join(seisview("train", "--help").out.split())
    assert f"Default, without --minutes: {DEFAULT_STEPS};" in text
    assert f"of demo {demo.steps} or {demo.minutes:g} minutes, of pretrain {PRETRAINING}, " in text
    assert f"of train-match {DEFAULT_MATCH_STEPS}." in text


def test_output_that_finds_no_room_says_so(survey: Path) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("no device that is always full")
    with full.open("w") as out:
        command = [sys.executable, "-m", "seisview", "info", str(survey), "--json"]
        done = subprocess.run(command, stdout=out, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 1
    assert "error: No space left on device." in done.stderr
    assert "hint: Free some space" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_device_is_said_once_for_all_steps_of_a_job() -> None:
    stream = io.StringIO()
    shown = ConsoleProgress(stream)
    for device in ("cpu", "cpu", "cuda", "cuda"):
        shown.event(DeviceChosen(device, "float32", "asked for"))
    said = stream.getvalue().splitlines()
    assert said == ["Computing on cpu (float32): asked for", "Computing on cuda (float32): asked for"]
