"""The atlas: an entry for each differentiable operator of torch's list, and a second opinion on what each says.

In CI all entries are looked at, elsewhere a tenth.
"""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
from functools import cache
from typing import Any

import pytest
import second_opinion
import torch
from built import ROOT
from surveys import SEED, some, survey
from torch.testing._internal.common_methods_invocations import op_db

from gradbook.atlas import groups
from gradbook.atlas.entry import FIELDS, Entry
from gradbook.site import atlas

SNIPPETS = ROOT / "snippets"
BY_NAME = {op.formatted_name: op for op in op_db}
DIFFERENTIABLE = [
    n for n, op in BY_NAME.items() if op.supports_autograd and torch.float64 in op.dtypes
]
STATED = {name: (page, calls, fields) for page, name, calls, fields in atlas.rows(SNIPPETS)}
MUTATIONS = 200
NODES = sorted({fields["node"] for _, _, fields in STATED.values()} - {"-"})
# The pooling that gives the indices is a part of its sample, and keeps its input for itself.
# And at -infinity torch.func differentiates the formula of this loss, and autograd has one of its own.
ANOTHER_WAY = {
    "max_pool2d_with_indices_backward": ["tensors"],
    "nn_functional_binary_cross_entropy_with_logits": ["at"],
}


def test_there_is_one_entry_for_each_differentiable_operator() -> None:
    names = [name for _, name, _, _ in atlas.rows(SNIPPETS)]
    assert sorted(names) == sorted(DIFFERENTIABLE)
    assert len(names) >= 500


def test_each_operator_stands_in_one_group_and_each_group_has_a_page() -> None:
    listed = [name for names in groups.GROUPS.values() for name in names]
    assert sorted(listed) == sorted(DIFFERENTIABLE)
    for group, names in groups.GROUPS.items():
        assert {STATED[name][0] for name in names} == {f"atlas/{group}.md"}
        assert (ROOT / "docs" / "atlas" / f"{group}.md").is_file()


def test_an_operator_of_another_release_is_shown_and_one_that_is_gone_is_told() -> None:
    assert groups.group("an_operator_of_tomorrow") == groups.REST
    program = (
        "from gradbook.atlas import listed, operators; "
        "listed.OPERATORS = {'new': listed.OPERATORS['sin'], 'cos': listed.OPERATORS['cos']}; "
        "print(operators('other')); print(operators('trigonometry', sin=('A sine.', 'a formula')))"
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program], capture_output=True, text=True
    )
    assert re.findall(r"^(\w+)(?: \(|:)", done.stdout, re.M) == ["new", "sin", "cos"], done.stderr
    assert "sin: not in torch's list" in done.stdout


def test_all_others_are_left_out_with_a_reason() -> None:
    lines = (SNIPPETS / "atlas" / "left_out.py").read_text().splitlines()
    rows = [line.removeprefix("# > ").split(" | ") for line in lines if " | " in line]
    assert sorted(name for name, *_ in rows) == sorted(BY_NAME.keys() - set(DIFFERENTIABLE))
    assert all(len(row) == 3 and all(row) for row in rows)
    assert (
        f"{len(BY_NAME)} operators, {len(DIFFERENTIABLE)} entries, {len(rows)} left out"
        in "\n".join(lines)
    )


def test_what_is_left_out_was_asked_for_a_gradient() -> None:
    lines = (SNIPPETS / "atlas" / "left_out.py").read_text().splitlines()
    told = {
        line.split(" | ")[0].removeprefix("# > "): line.split(" | ")[-1]
        for line in lines
        if " | " in line
    }
    x = torch.tensor([0.5, -0.5], dtype=torch.float64, requires_grad=True)
    for name, call in {"floor_divide": torch.floor_divide, "heaviside": torch.heaviside}.items():
        with pytest.raises(RuntimeError) as error:
            call(x, torch.ones_like(x)).sum().backward()
        assert told[name] == str(error.value)
    assert told["special_airy_ai"] == "the result has no grad_fn"
    assert torch.special.airy_ai(x).grad_fn is None
    filled = x.clone().uniform_()
    filled.sum().backward()
    assert told["uniform"].endswith(type(filled.grad_fn).__name__) and not x.grad.any()


def test_120_have_a_formula_that_was_checked() -> None:
    formulas = [fields["formula"] for _, _, fields in STATED.values() if "formula" in fields]
    assert len(formulas) >= 120
    assert all(re.search(r"\((proved|checked)\b.*finite differences", text) for text in formulas)


def test_an_entry_reads_as_it_is_written() -> None:
    for name, (_, calls, fields) in STATED.items():
        entry = Entry(name, tuple(calls), {field: fields[field] for field in FIELDS})
        assert Entry.read(str(entry)) == entry


@cache
def facts(name: str) -> dict[str, Any]:
    torch.manual_seed(0)
    return second_opinion.facts(BY_NAME[name])


def differences(name: str, fields: dict[str, str]) -> list[str]:
    torch.manual_seed(0)
    return second_opinion.differences(fields, facts(name))


@survey("name", sorted(STATED))
def test_a_second_way_finds_what_the_entry_says(name: str) -> None:
    assert differences(name, STATED[name][2]) == ANOTHER_WAY.get(name, [])


def mutated(name: str, fields: dict[str, str], chance: random.Random) -> tuple[str, str] | None:
    """A field with something else in it, of those that a second way decides."""
    field = chance.choice(["node", "others", "tensors", "keep", "gradient", "forward", "double", "batched",
                           "complex", "gradcheck", "gradgradcheck", "at"])  # fmt: skip
    text = fields[field]
    if field in ("node", "others"):
        another = chance.choice([node for node in NODES if node not in text])
        return field, re.sub(r"^[^ ,]+", another, text)
    if field == "tensors":
        named = [t for t in text.split(", ") if "=" in t and not t.endswith("=another")]
        if len(named) != len({t.partition("=")[2].removeprefix("view of ") for t in named}):
            return None  # one that is kept twice can be lost
        return field, text.replace(
            named[0], named[0].partition("=")[0] + "=another"
        ) if named else "self=inputs"
    if field == "keep":
        return field, "-" if text != "-" else "input, result, a third"
    if field == "gradient":
        return field, "yes, None for input" if "None for input" not in text else "yes"
    if field in ("forward", "double", "batched", "complex"):
        return field, "no: it was not tried" if text.startswith("yes") else "yes"
    if field in ("gradcheck", "gradgradcheck"):
        passed, _, of = text.partition(":")[0].partition(" of ")
        if ": " in text and "Jacobian" not in text:
            return None  # it did not come to a number
        return field, f"{(int(passed) + 1) % (int(of) + 1)} of {of}"
    parts = text.split(" ; ")
    place = chance.randrange(len(parts))
    if not second_opinion.segment_holds(parts[place], facts(name)["at"]):
        return None  # told in words, not as a call
    numbers = [*re.finditer(r"(?<=: )\[?-?\d[\d.]*(?=[,;\] ]|$)", parts[place])]
    if not numbers:
        return None
    found = chance.choice(numbers)
    number = float(found[0].strip("["))
    other = f"{'[' * (found[0][0] == '[')}{number + max(abs(number), 1) / 2:.4g}"
    parts[place] = parts[place][: found.start()] + other + parts[place][found.end() :]
    return field, " ; ".join(parts)


def test_mutations_of_the_data_are_caught() -> None:
    """Each of 200 entries with something else in it contradicts the second way."""
    chance = random.Random(os.environ[SEED])
    names, survived, tried = some(sorted(STATED)), [], 0
    for _ in range(100 * MUTATIONS):
        name = chance.choice(names)
        fields = STATED[name][2]
        if not (change := mutated(name, fields, chance)):
            continue
        field, text = change
        if not decided(name, field):
            continue
        tried += 1
        if field not in differences(name, fields | {field: text}):
            survived.append((name, field, fields[field], text))
        if tried == MUTATIONS:
            break
    assert tried == MUTATIONS
    assert not survived


def decided(name: str, field: str) -> bool:
    """Whether the second way has an opinion."""
    known = facts(name)[{"tensors": "kinds"}.get(field, field)]
    if field == "keep" and known and STATED[name][2]["keep"] != "-":
        return bool(known[0])  # all that is left out, only where the gradient changes
    return known is not None


def test_importing_the_list_leaves_torch_as_it_was() -> None:
    """Programs of other pages are forked from a process that has imported it."""
    program = """
import json, os, sys, warnings, numpy, random, torch
def state():
    drawn = torch.random.get_rng_state().sum().item(), str(random.getstate()), str(numpy.random.get_state())
    return [dict(os.environ), sys.path, [str(f) for f in warnings.filters], drawn, str(torch.get_default_dtype()),
            torch.get_num_threads(), torch.is_anomaly_enabled(), sys.getrecursionlimit()]
before = json.dumps(state())
import gradbook.atlas
torch.backends.cudnn.benchmark = torch.backends.cudnn.benchmark
print(json.dumps(state()) == before)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout == "True\n", done.stderr


@pytest.mark.parametrize("text, words", [("no-forward", "forward"), ("no-double", "double")])
def test_the_table_s_filters_are_the_fields(text: str, words: str) -> None:
    for name, (_, _, fields) in STATED.items():
        assert (text in atlas.words(fields)) == fields[words].startswith("no"), name
