"""What is wrong with a value, in plain words: the parser of the command line speaks of `Input should be`."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

_WORDS = {
    "int_parsing": "{input!r} is not a whole number.",
    "int_from_float": "{input!r} is not a whole number.",
    "int_parsing_size": "{input!r} is too large a number.",
    "float_parsing": "{input!r} is not a number.",
    "finite_number": "{input!r} is not a number.",
    "greater_than_equal": "it must be at least {ge}, not {input}.",
    "less_than_equal": "it must be at most {le}, not {input}.",
}
_PREFIX = "Value error, "
_NO_NEWS = "Invalid value: "


def plain_usage(message: str, cause: BaseException | None) -> str:
    """Say a usage error in plain words.

    Parameters
    ----------
    message : str
        As the parser says it.
    cause : BaseException or None
        What it came from; anything but a pydantic ValidationError leaves `message` as it is.
    """
    if not isinstance(cause, ValidationError):
        return message.removeprefix(_NO_NEWS)
    first: Any = cause.errors()[0]
    words = _WORDS.get(first["type"])
    if words is not None:
        plain = words.format(input=first["input"], **first.get("ctx", {}))
    else:
        plain = first["msg"].removeprefix(_PREFIX)
    return message.replace(first["msg"], plain)
