"""What nodes saved for the backward pass, read without disturbing it: a tensor behind an unpack
hook is left alone, because to unpack it would run the hook."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

PREFIX = "_raw_saved_"
# What a node saves beside its arguments, and the arguments that stand in its notation.
AMONG = re.compile(
    r"result\d?|self|input|weight|bias|dim|alpha|beta|rounding_mode|grad|grad_output|keepdim"
    r"|(?!split)[a-z0-9]+(_args)?_(sym_)?(sizes?|strides?|scalar_types?|options|dtype|numel|dim)\w*"
)
# Operations that use an argument in the forward pass alone and save nothing of it.
UNSAID = re.compile(r"(RoundBackward1|Fill\w*|LuUnpack\w*|LinalgPinv\w*)")


@dataclass(frozen=True)
class Saved:
    """One saved tensor, or the reason why it cannot be had: freed, changed or hooked."""

    name: str
    tensor: Any = None
    missing: str = ""


def saved_tensors(node: Any) -> Iterator[Saved]:
    """Every tensor that the node saved, in a fixed order."""
    if hasattr(node, "saved_tensors"):  # the context of a custom function
        yield from _unpack(node, "_raw_saved_tensors", "saved_tensors")
        return
    for raw in _raw_names(type(node)):
        yield from _unpack(node, raw, raw.removeprefix("_raw"))


@functools.cache
def _raw_names(kind: type) -> tuple[str, ...]:
    names = [name for name in dir(kind) if name.startswith(PREFIX)]
    return tuple(sorted(names, key=lambda name: (name != PREFIX + "self", name)))


def attribute(node: Any, name: str) -> Any:
    """A number or another plain thing that the node saved, or None."""
    if not hasattr(type(node), f"_saved_{name}") or hasattr(type(node), PREFIX + name):
        return None
    return _signed(getattr(node, f"_saved_{name}"))


def has_more(node: Any) -> bool:
    """Whether the node saved an argument that a call of its tensors and its `dim` would lack."""
    if UNSAID.fullmatch(node.name().rpartition("::")[2]):
        return True
    names = {name.removeprefix("_saved_") for name in dir(type(node)) if name.startswith("_saved_")}
    return any(not AMONG.fullmatch(name) for name in names)


def _signed(number: Any) -> Any:
    """Nodes hand out the dimension -1 as the largest unsigned number."""
    if isinstance(number, tuple):
        return tuple(_signed(one) for one in number)
    return number - 2**64 if type(number) is int and number >= 2**63 else number


def hooked(node: Any) -> bool:
    """Whether something that the node saved is behind an unpack hook."""
    return any(saved.missing == "hooked" for saved in saved_tensors(node))


def _unpack(node: Any, raw: str, cooked: str) -> Iterator[Saved]:
    name = cooked.removeprefix("_saved_")
    try:
        held = getattr(node, raw)
        if any(getattr(one, "unpack_hook", None) is not None for one in _listed(held) if one is not None):
            yield Saved(name, missing="hooked")
            return
        found = getattr(node, cooked)
    except RuntimeError as error:
        yield Saved(name, missing="changed" if "inplace" in str(error) else "freed")
        return
    for number, tensor in enumerate(_listed(found)):
        if tensor is not None:
            yield Saved(f"{name}[{number}]" if isinstance(found, list | tuple) else name, tensor)


def _listed(thing: Any) -> Any:
    return thing if isinstance(thing, list | tuple) else (thing,)
