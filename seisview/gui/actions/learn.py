"""The actions of the Learn menu."""

from __future__ import annotations

from seisview.gui.actions.spec import EXPORT, ActionSpec

LEARN_ACTIONS: tuple[ActionSpec, ...] = (
    ActionSpec(
        "train", "Learn", 0, "&Train", keys=("Ctrl+T",), needs=("survey", "labels", "idle"), icon="train"
    ),
    ActionSpec("predict", "Learn", 0, "&Predict the whole survey", needs=EXPORT, icon="predict"),
    ActionSpec(
        "carry_labels",
        "Learn",
        0,
        "Carry labels along &reflections",
        keys=("Ctrl+R",),
        needs=("survey", "three_d", "painted", "writable", "idle"),
    ),
    ActionSpec("pretrain", "Learn", 0, "Pretrain on this s&urvey…", needs=("survey", "writable", "idle")),
    ActionSpec(
        "cancel_job",
        "Learn",
        1,
        "&Cancel the running job",
        needs=("job",),
        icon="cancel",
        gesture="Esc in the job panel",
    ),
    ActionSpec("keep_result", "Learn", 2, "&Keep the prediction", needs=("undecided",)),
    ActionSpec("discard_result", "Learn", 2, "&Discard the prediction", needs=("undecided",)),
    ActionSpec(
        "compare", "Learn", 2, "C&ompare two results", keys=("Shift+W",), needs=("survey", "two_results")
    ),
    ActionSpec("instant_preview", "Learn", 3, "&Instant preview", group="toggle"),
)
