"""A group of operators, and the list of those without an entry, as pages display them."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import torch

from gradbook.atlas import listed
from gradbook.atlas.entry import NOTHING, Entry, entry
from gradbook.atlas.samples import seeded
from gradbook.atlas.trials import said

ANSWERS = {
    "forward": "forward mode",
    "double": "double backward",
    "batched": "batched gradients",
    "complex": "complex numbers",
}


@dataclass(frozen=True)
class Atlas:
    """The entries of a group; in words a line for each."""

    group: str
    entries: tuple[Entry, ...]
    told: dict[str, tuple[str, Any]]

    def __repr__(self) -> str:
        words = [f"{len(self.entries)} operators, {len(self.told)} with a formula"]
        known = {each.name for each in self.entries}
        words += [f"{name}: not in torch's list" for name in self.told if name not in known]
        for each in self.entries:
            formula = f" | formula: {self.told[each.name][1]}" if each.name in self.told else ""
            words.append(f"{each}{formula}")
        return "\n".join(words)

    def _repr_html_(self) -> str:
        links = " ".join(
            f'<a href="#{anchor(each.name)}">{code(title(each))}</a>' for each in self.entries
        )
        listed = "".join(section(each, self.told.get(each.name)) for each in self.entries)
        return f'<nav class="atlas-names" aria-label="Operators">{links}</nav>{listed}'


def operators(group: str, **told: tuple[str, Any]) -> Atlas:
    """Run the operators of a group.

    `told` has a sentence and a proved formula for some of them: sin=("The slope …", derivative("sin(x)", "cos(x)")).
    The names of torch.nn.functional go without their module.
    """
    known = listed.of_group(group)
    whole = {name.removeprefix("nn_functional_"): name for name in known}
    named = {whole.get(name, name): words for name, words in told.items()}
    return Atlas(group, tuple(entry(name, op) for name, op in known.items()), named)


def anchor(name: str) -> str:
    """The id of an entry."""
    return html.escape(name)


def title(each: Entry) -> str:
    """What an entry is called: the first way to call it, and what of torch's name is not in it."""
    first = each.calls[0]
    short = re.sub(r"\W", "_", re.sub(r"^(torch|Tensor|F)\.", "", first)).strip("_")
    rest = each.name.replace("nn_functional_", "", 1).strip("_")
    variant = rest.replace(short, "", 1).strip("_").replace("_", " ") if short in rest else ""
    return f"{first} ({variant})" if variant else first


def section(each: Entry, told: tuple[str, Any] | None) -> str:
    """An entry: a heading with the address, and a list of what is known."""
    fields = each.fields
    lines = [("Called", ", ".join(map(code, each.calls))), ("Node", _node(fields["node"]))]
    lines.append(("Node at other inputs", _codes(fields["others"], ", ")))
    lines.append(("Saves", _saves(fields)))
    lines.append(("Do not overwrite before the backward pass", _overwritten(fields["keep"])))
    if fields["gradient"] != "yes":
        lines.append(("Silently", code_free(fields["gradient"].removeprefix("yes, "))))
    able = [word for field, word in ANSWERS.items() if fields[field].startswith("yes")]
    lines.append(("Works", ", ".join(able)))
    for field, word in ANSWERS.items():
        if fields[field].startswith("no"):
            lines.append((f"No {word}", code_free(fields[field].removeprefix("no: "))))
        elif fields[field] not in ("yes", NOTHING):  # in a way that is to be told
            lines.append((word.capitalize(), code_free(fields[field])))
    checks = ", ".join(f"{name} {fields[name]}" for name in ("gradcheck", "gradgradcheck"))
    lines.append(("Checked", code_free(checks)))
    lines += [("Derivative", code_free(point)) for point in _points(fields["at"])]
    first = ""
    if told:
        sentence, formula = told
        first = f"<p>{html.escape(sentence)}</p>{formula._repr_html_()}"
    items = "".join(f"<li><b>{name}:</b> {told}</li>" for name, told in lines if told)
    return (
        f'<h2 id="{anchor(each.name)}">{code(title(each))}'
        f'<a class="headerlink" href="#{anchor(each.name)}" title="Link to this entry">¶</a></h2>'
        f'{first}<ul class="atlas-entry">{items}</ul>'
    )


def _node(text: str) -> str:
    if text == NOTHING:
        return "none, the result is the input itself"
    return _codes(text, " < ", " from ")


def _overwritten(text: str) -> str:
    return _codes(text, ", ").replace(
        " (not noticed)</code>", "</code> (what is overwritten is not noticed)"
    )


def _saves(fields: dict[str, str]) -> str:
    tensors = (
        ", ".join(map(_kept, fields["tensors"].split(", "))) if fields["tensors"] != NOTHING else ""
    )
    numbers = _codes(fields["numbers"], ", ")
    if not tensors:
        return f"no tensor; {numbers}" if numbers else "nothing"
    return f"{tensors}; {numbers}" if numbers else tensors


def _kept(text: str) -> str:
    name, _, what = text.partition("=")
    told = {"another": "a tensor of its own", "result": "the result", "input": "the input"}
    return f"{code(name)} ({told.get(what, what)})"


def _points(text: str) -> Iterable[str]:
    return [] if text == NOTHING else re.sub(r"(?<=[\w)\]]): (?!raises)", " → ", text).split(" ; ")


def _codes(text: str, cut: str, joined: str = ", ") -> str:
    return "" if text == NOTHING else joined.join(map(code, text.split(cut)))


def code(text: str) -> str:
    return f"<code>{html.escape(text, quote=False)}</code>"


def code_free(text: str) -> str:
    return html.escape(text, quote=False)


@dataclass(frozen=True)
class LeftOut:
    """The operators without an entry: (name, why the list leaves it out, what came of a gradient that was tried)."""

    rows: tuple[tuple[str, str, str], ...]
    entries: int
    release: str

    def __repr__(self) -> str:
        total = self.entries + len(self.rows)
        told = [
            f"torch {self.release}: {total} operators, {self.entries} entries, {len(self.rows)} left out"
        ]
        return "\n".join([*told, *(" | ".join(row) for row in self.rows)])

    def _repr_html_(self) -> str:
        rows = "".join(
            f'<tr><th scope="row" id="{anchor(name)}">{code(name)}</th><td>{code_free(why)}</td>'
            f"<td>{code_free(tried)}</td></tr>"
            for name, why, tried in self.rows
        )
        head = "<tr><th>Operator</th><th>Why it has no entry</th><th>A gradient was asked for</th></tr>"
        return f'<div class="atlas-left"><table><thead>{head}</thead><tbody>{rows}</tbody></table></div>'


def left_out() -> LeftOut:
    """The rest of torch's list, each with a gradient asked for."""
    rows = []
    for name, op in listed.OPERATORS.items():
        if why := listed.why_left_out(op):
            rows.append((name, why, seeded(_asked, op).replace(" | ", " / ")))
    release = torch.__version__.partition("+")[0]
    return LeftOut(tuple(rows), len(listed.differentiable()), release)


def _asked(op: Any) -> str:
    """What comes of asking for a gradient: a message, or that nothing in the result is tracked."""
    if torch.float64 not in op.dtypes and torch.complex128 not in op.dtypes:
        return "it takes no float64 and no complex128"
    dtype = torch.float64 if torch.float64 in op.dtypes else torch.complex128
    leaves = []

    def leaf(value: object) -> object:
        if not isinstance(value, torch.Tensor) or not (
            value.is_floating_point() or value.is_complex()
        ):
            return value
        leaves.append(value.detach().clone().requires_grad_())
        with torch.enable_grad():
            return leaves[-1].clone()  # some write into what they are given

    try:
        given = next(iter(op.sample_inputs("cpu", dtype, requires_grad=False))).transform(leaf)
        results = op(given.input, *given.args, **given.kwargs)
    except StopIteration:
        return "the list has no sample"
    except Exception as error:
        return said(error)
    found = [r for r in torch.utils._pytree.tree_leaves(results) if isinstance(r, torch.Tensor)]
    tracked = [r for r in found if r.requires_grad]
    if not found:
        return "the result is no tensor"
    if not tracked:
        if all(not (r.is_floating_point() or r.is_complex()) for r in found):
            return "the result is of whole numbers or of booleans, and has no grad_fn"
        return "the result has no grad_fn"
    try:
        tracked[0].sum().abs().backward()
    except Exception as error:
        return said(error)
    some = any(leaf.grad is not None and leaf.grad.any() for leaf in leaves)
    return f"a gradient came{'' if some else ', of zeros'}: {tracked[0].grad_fn.name()}"
