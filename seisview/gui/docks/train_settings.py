"""The settings of a training: budget, starting weights, network, device and seed."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QSpinBox,
    QWidget,
)

from seisview.gui.docks.naming import named
from seisview.gui.docks.start_choice import KnownStarts, Start, StartChoice
from seisview.learn.config import BACKBONE_CHOICES, DEFAULT_STEPS, TrainConfig
from seisview.learn.recipes import RecipeName

_MINUTES, _STEPS = 0, 1
_DEFAULT_MINUTES = 5.0
_RECIPE_TEXTS: dict[RecipeName, str] = {"default": "default", "reference": "reference (Monteiro 2022)"}
_INPUT_HOVER = (
    "The network sees the amplitudes of the file, scaled once for the whole survey; by the default recipe "
    "also how deep a sample lies and the labels carried there. "
    "Clip, gain and display filters change nothing of it."
)
_DEVICES = {"auto": "automatic", "cpu": "CPU", "cuda": "NVIDIA GPU (CUDA)", "mps": "Apple GPU (MPS)"}


class TrainSettings(QWidget):
    """A form that is one :class:`~seisview.learn.config.TrainConfig`.

    Signals
    -------
    config_changed()
    device_chosen(str)
        ``"auto"``, ``"cpu"``, ``"cuda"`` or ``"mps"``.
    """

    config_changed = Signal()
    device_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("train_settings")
        self._unit = _combo("train_budget_unit", "Unit of the budget", ["minutes", "steps"])
        self._minutes = _minutes_box()
        self._steps = _steps_box()
        self._unit.currentIndexChanged.connect(self._show_unit)
        self._start = StartChoice()
        self._start.changed.connect(self.config_changed)
        self._recipe = _combo("train_recipe", "Recipe", list(_RECIPE_TEXTS.values()))
        self._recipe.setToolTip(
            "The default recipe reaches most in the same time; the reference is that of Monteiro et al. 2022"
        )
        self._network = _combo("train_network", "Network", [_network_text(n) for n in BACKBONE_CHOICES])
        self._network.setToolTip(
            "Automatic: that of the starting weights, else ResNet-18 on a CPU and ResNet-50 on a GPU. "
            "ResNet-10 is the quickest and sees least."
        )
        self._carry = named(QCheckBox("Follow reflections"), "train_carry")
        self._carry.setChecked(True)
        self._carry.setToolTip(
            "Carry the labels along the reflections to every section and let the network see them there. "
            "Not used by the reference recipe, nor on 2-D lines."
        )
        self._device = _combo("train_device_choice", "Device", list(_DEVICES.values()))
        self._device.setToolTip("What to compute on; the CPU is used, and said so, where there is no GPU")
        self._device.currentIndexChanged.connect(lambda n: self.device_chosen.emit(list(_DEVICES)[n]))
        self._input = named(QLabel("amplitudes"), "train_input_choice", "What the network sees", _INPUT_HOVER)
        self._seed = named(QSpinBox(), "train_seed")
        self._seed.setRange(0, 999_999)
        self._seed.setAccessibleName("Seed of the random numbers")
        self._seed.setToolTip("The same seed, labels and number of steps give the same model on a CPU")
        self._arrange()
        self._show_unit()

    def _arrange(self) -> None:
        budget = QHBoxLayout()
        budget.setSpacing(2)
        budget.addWidget(self._minutes)
        budget.addWidget(self._steps)
        budget.addWidget(self._unit)
        left, right = QFormLayout(), QFormLayout()
        left.addRow("Budget", budget)
        left.addRow("Start", self._start)
        left.addRow("Recipe", self._recipe)
        left.addRow("", self._carry)
        right.addRow("Input", self._input)
        right.addRow("Network", self._network)
        right.addRow("Device", self._device)
        right.addRow("Seed", self._seed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for form in (left, right):
            form.setVerticalSpacing(3)
            form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
            row.addLayout(form, 1)

    def config(self) -> TrainConfig:
        """Return the settings as they stand."""
        in_steps = self._unit.currentIndex() == _STEPS
        path, network = self._start.path, BACKBONE_CHOICES[self._network.currentIndex()]
        if self._start.start is Start.SHIPPED and path is not None and network not in ("auto", path.stem):
            path = None  # no weights of that network come with the program
        return TrainConfig(
            mode="scratch" if path is None else "tune",
            recipe=list(_RECIPE_TEXTS)[self._recipe.currentIndex()],
            carry=self._carry.isChecked(),
            backbone=network,
            backbone_file=path,
            steps=self._steps.value() if in_steps else None,
            minutes=None if in_steps else self._minutes.value(),
            seed=self._seed.value(),
            device=list(_DEVICES)[self._device.currentIndex()],
        )

    def set_config(self, config: TrainConfig) -> None:
        """Show the settings of `config`."""
        in_steps = config.steps is not None
        self._unit.setCurrentIndex(_STEPS if in_steps else _MINUTES)
        self._steps.setValue(config.steps or DEFAULT_STEPS)
        self._minutes.setValue(config.minutes or _DEFAULT_MINUTES)
        self._recipe.setCurrentIndex(list(_RECIPE_TEXTS).index(config.recipe))
        self._carry.setChecked(config.carry)
        self._network.setCurrentIndex(BACKBONE_CHOICES.index(config.backbone))
        self._device.setCurrentIndex(list(_DEVICES).index(config.device))
        self._seed.setValue(config.seed)
        self._start.choose(config.backbone_file if config.mode == "tune" else None)

    def set_known_starts(self, known: KnownStarts) -> None:
        """Offer these weights to start from; the best is taken until the user chooses."""
        self._start.set_known(known)

    def _show_unit(self) -> None:
        in_steps = self._unit.currentIndex() == _STEPS
        self._steps.setVisible(in_steps)
        self._minutes.setVisible(not in_steps)
        self.config_changed.emit()


def _network_text(name: str) -> str:
    return "automatic" if name == "auto" else name.replace("resnet", "ResNet-")


def _combo(name: str, accessible: str, entries: list[str]) -> QComboBox:
    combo = named(QComboBox(), name)
    combo.addItems(entries)
    combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    combo.setMinimumContentsLength(6)
    combo.setAccessibleName(accessible)
    combo.setToolTip(accessible)
    return combo


def _minutes_box() -> QDoubleSpinBox:
    box = named(QDoubleSpinBox(), "train_minutes")
    box.setRange(0.1, 24 * 60.0)
    box.setDecimals(1)
    box.setValue(_DEFAULT_MINUTES)
    box.setAccessibleName("Training time in minutes")
    box.setToolTip("Train this long, reading and validation included")
    return box


def _steps_box() -> QSpinBox:
    box = named(QSpinBox(), "train_steps")
    box.setRange(1, 99_999)
    box.setValue(DEFAULT_STEPS)
    box.setAccessibleName("Training steps")
    box.setToolTip("Train this many steps; the same number and seed give the same model on a CPU")
    return box
