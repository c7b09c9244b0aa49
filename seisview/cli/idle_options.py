"""Options that would change nothing beside the others given are wrong usage: no run ignores them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer

from seisview.data.patches.collection import is_patch_folder

Given = Mapping[str, Any]
_SEGY = (".sgy", ".segy")
_HEADER_BYTES = ("inline_byte", "crossline_byte", "x_byte", "y_byte")
_READ = ("survey", "source", "path", "predicted", "labels", "corpus")
_MAPS = ("top", "base", "thickness", "uncertainty")


@dataclass(frozen=True, slots=True)
class Rule:
    """Options that change nothing while `when` holds.

    Attributes
    ----------
    options : tuple of str
        Names of the parameters.
    when : callable
        Takes all values of the command, defaults included.
    why : str
        What they go with, or what rules them out; ends the sentence.
    """

    options: tuple[str, ...]
    when: Callable[[Given], bool]
    why: str


def refuse_idle_options(context: typer.Context) -> None:
    """Make sure that every option written on the command line has an effect.

    ``--seed``, ``--device`` and ``--overwrite`` are taken by every command, and are no matter of this.

    Parameters
    ----------
    context : typer.Context
        Of a command whose options are read, before it runs.

    Raises
    ------
    typer.BadParameter
        If one has none; names it and says why.
    """
    flags = {str(one.name): one for one in context.command.params}
    for rule in (*_RULES.get(str(context.command.name), ()), _NO_SEGY):
        written = [name for name in rule.options if name in flags and _is_written(context, name)]
        if written and rule.when(context.params):
            texts = " and ".join(_flag(flags[name], context.params[name]) for name in written)
            raise typer.BadParameter(f"{texts}: {rule.why}")


def _is_written(context: typer.Context, name: str) -> bool:
    source = context.get_parameter_source(name)
    return source is not None and source.name == "COMMANDLINE"


def _flag(parameter: Any, value: object) -> str:
    """The option as it was written: of a pair such as ``--carry/--no-carry`` the second for False."""
    return str((parameter.secondary_opts if value is False else parameter.opts)[0])


def _reads_no_segy(given: Given) -> bool:
    named = [*(given.get("surveys") or ()), *(given.get(name) for name in _READ)]
    paths = [path for path in named if isinstance(path, Path)]
    return bool(paths) and all(path.suffix.lower() == ".npy" or path.is_dir() for path in paths)


def _writes_no_segy(given: Given) -> bool:
    outputs = [path for path in (given["out"], given.get("confidence")) if isinstance(path, Path)]
    return not any(path.suffix.lower() in _SEGY for path in outputs)


def _needs_no_network(given: Given) -> bool:
    """Whether clusters are found without the network that ``--backbone`` gives weights to."""
    by_preset = given["preset"] == "system-b"
    if is_patch_folder(given["source"]):
        return bool(given["channels"] == "spectrum" or (given["channels"] is None and not by_preset))
    return bool(given["features"] == "attributes" or (given["features"] is None and not by_preset))


def _has_no_windows(given: Given) -> bool:
    chosen = given["features"] or ("windows" if given["preset"] == "system-b" else "attributes")
    return is_patch_folder(given["source"]) or chosen != "windows"


_NO_SEGY = Rule(_HEADER_BYTES, _reads_no_segy, "header bytes are those of a SEG-Y file.")
_SAMPLE_FORMAT = Rule(("sample_format",), _writes_no_segy, "sample formats are those of a .sgy output.")
_FITTING = (
    "clusters",
    "embedding",
    "preset",
    "method",
    "view",
    "test",
    "channels",
    "per_image",
    "features",
    "window",
    "backbone",
    "anomalous",
)
_RULES: dict[str, tuple[Rule, ...]] = {
    "train": (
        Rule(
            ("minutes", "steps", "batch_size", "recipe", "carry"),
            lambda given: bool(given["mode"] == "preview"),
            "a preview is fitted in seconds, without a budget; leave this away, or take --mode tune.",
        ),
        Rule(
            ("backbone",),
            lambda given: bool(given["mode"] == "scratch" and given["backbone"] != "none"),
            "--mode scratch starts from random weights; take --mode tune to start from these.",
        ),
        Rule(
            ("carry",),
            lambda given: bool(given["recipe"] == "reference" and given["carry"]),
            "--recipe reference sees amplitudes only.",
        ),
    ),
    "predict": (_SAMPLE_FORMAT,),
    "carry": (_SAMPLE_FORMAT,),
    "export": (
        _SAMPLE_FORMAT,
        Rule(
            ("inline", "crossline", "sample"),
            lambda given: bool(given["out"].suffix.lower() != ".png" or given["what"] in _MAPS),
            "one section is for a picture of it, --out NAME.png; volumes, tables and maps are written whole.",
        ),
    ),
    "section": (
        Rule(
            ("facies", "clip", "gain", "colormap"),
            lambda given: bool(given["out"].suffix.lower() == ".npy"),
            "that is how a picture looks; a .npy holds the amplitudes as they are.",
        ),
    ),
    "pretrain": (
        Rule(
            ("joining",),
            lambda given: len(given["task"] or ()) < 2,
            "name --task twice or more for that.",
        ),
    ),
    "cluster": (
        Rule(_FITTING, lambda given: given["using"] is not None, "--using applies what was fitted then."),
        Rule(
            ("clusters",),
            lambda given: bool(given["method"] == "hdbscan" and given["clusters"] != "auto"),
            "--method hdbscan finds the number by itself.",
        ),
        Rule(
            ("key", "per_image"),
            lambda given: not is_patch_folder(given["source"]),
            "that is for folders of patches.",
        ),
        Rule(("window",), _has_no_windows, "windows go with --features windows, of a survey."),
        Rule(
            ("backbone",),
            lambda given: _needs_no_network(given) and given["backbone"] != "none",
            "there is no network in that; --channels deep of patches and --features windows have one.",
        ),
    ),
    "match-images": (
        Rule(("method",), lambda given: given["model"] is not None, "with --model that model compares."),
    ),
    "train-match": (
        Rule(
            ("mining",),
            lambda given: bool(given["kind"] != "triplet"),
            "triplets go with --kind triplet.",
        ),
        Rule(
            ("margin",),
            lambda given: bool(
                given["kind"] == "proxy" or (given["kind"] == "contrastive" and given["loss"] == "cosine")
            ),
            "that loss has none; it goes with --kind triplet, or contrastive with --loss euclidean.",
        ),
        Rule(
            ("corpus", "duplicate_threshold", "curated_threshold"),
            lambda given: not given["rounds"],
            "that goes with --rounds N.",
        ),
        Rule(
            ("learn_from", "size"),
            lambda given: is_patch_folder(given["source"]),
            "that is for a project; class folders hold their patches.",
        ),
    ),
    "benchmark": (
        Rule(("huge",), lambda given: bool(given["name"] != "sections"), "that goes with `sections`."),
        Rule(
            ("survey", "labels", "methods", "shots", "minutes", "jobs"),
            lambda given: bool(given["name"] != "few-label"),
            "that goes with `few-label`.",
        ),
    ),
}
