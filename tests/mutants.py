"""What the site states, made wrong in one place at a time: expectations, checked numbers, formulas, claims.

As a program it makes the claims of the snippet files named wrong, and prints what came of it: snippets change the
state of the process that they run in, so each file has one.
"""

from __future__ import annotations

import ast
import contextlib
import io
import json
import re
import sys
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from copy import deepcopy
from dataclasses import dataclass
from decimal import Decimal
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from surveys import tenth

from gradbook.page.cells import Statement
from gradbook.page.pages import Page, Step, Value

# ------------------------------------------------------------------ what a page states


@dataclass
class Change:
    """One expectation or checked number of a page, stated otherwise while it is `made`."""

    step: Step
    owner: Statement | Value
    attribute: str
    stated: Any
    other: Any

    def __str__(self) -> str:
        return f"{self.stated!r} became {self.other!r}"

    @contextlib.contextmanager
    def made(self) -> Iterator[None]:
        setattr(self.owner, self.attribute, self.other)
        try:
            yield
        finally:
            setattr(self.owner, self.attribute, self.stated)


def page_changes(page: Page) -> Iterator[Change]:
    """Each stated line altered, each last line dropped, something stated where nothing is; each value altered."""
    for cell in page.cells:
        for statement in cell.statements:
            for other in other_expectations(statement):
                yield Change(cell, statement, "expected", statement.expected, other)
    for value in page.values:
        for other in dict.fromkeys([*altered(value.stated), *neighbors(value.stated)]):
            yield Change(value, value, "stated", value.stated, other)


def other_expectations(statement: Statement) -> Iterator[list[str] | None]:
    stated = statement.expected or []
    for position, line in enumerate(stated):
        for other in altered(line):
            yield [*stated[:position], other, *stated[position + 1 :]]
    if stated:
        yield stated[:-1] or None
    elif not statement.varies:
        yield ["something"]


def altered(line: str) -> Iterator[str]:
    """The line with its last digit or letter changed, and with a word added."""
    if stated := list(re.finditer(r"[A-Za-z0-9]", line.removesuffix("..."))):
        at = stated[-1].start()
        other = "7" if line[at].isdigit() and line[at] != "7" else "3" if line[at].isdigit() else "Q"
        yield line[:at] + other + line[at + 1 :]
    yield f"{line} indeed".lstrip()


def neighbors(stated: str) -> list[str]:
    """The number one higher and one lower in its last digit; nothing for a value that is none."""
    if not re.fullmatch(r"[-−]?\d+(\.\d+)?", stated):
        return []
    value = Decimal(stated.replace("−", "-"))
    unit = Decimal(1).scaleb(value.as_tuple().exponent)
    return [str(other).replace("-", stated[0] if value < 0 else "-") for other in (value + unit, value - unit)]


# ------------------------------------------------------------------ formulas


def mutants(text: str) -> Iterator[str]:
    """Yield the formula with one thing wrong: a number, sign, index, transpose or order, or with
    a function or factor missing."""

    def change(pattern: str, *by: str) -> Iterator[str]:
        for match in re.finditer(pattern, text):
            for new in by:
                changed = text[: match.start()] + match.expand(new) + text[match.end() :]
                if changed != text:
                    yield changed

    for match in re.finditer(r"(?<![_\d])\d+", text):
        yield text[: match.start()] + str(int(match[0]) + 1) + text[match.end() :]
    yield from change(r"(?<![_\d])\d+(?=[ (]*[a-zA-Z])", "1")  # a coefficient is missing
    yield from change(r"\+(?! O)", "-")
    yield from change(r"-", "+")
    yield from change(r"/", "*")
    yield from change(r"(?<=\w)\.T", "")
    yield from change(r"\b([A-MO-Z])\b(?!\.T|_|\()", r"\1.T")
    yield from change(r"(\S+) @ (\S+)", r"\2 @ \1")
    yield from change(r"(?<!delta)(?<!sum)_i(?!\w)", "_j")
    yield from change(r"(?<!delta)(?<!sum)_j(?!\w)", "_i")
    yield from change(r"(?<![a-z])([A-Za-z])_([a-z])([a-z])", r"\1_\3\2")
    yield from change(r"(outer)\((\w+), (\w+)\)", r"\1(\3, \2)")
    yield from change(r"(sqrt|conj|sigma|exp)(?=\()", "")
    yield from change(r"(?<![\w.])(?<!O\()([a-zA-Z]|lambda)(_\w+)?(?![\w(]|\.T|\^0)", "(1)")  # a factor


def terms(text: str) -> list[str]:
    """A formula's terms with their signs: "2x - (y + 1)" has two."""
    found, depth = [""], 0
    for part in re.split(r"( [+-] |[()\[\]])", text):
        depth += part in "([" if part else 0
        depth -= part in ")]" if part else 0
        if depth == 0 and part in (" + ", " - "):
            found.append("")
        found[-1] += part
    return found


def wholes(text: str) -> Iterator[str]:
    """The formula negated, doubled, raised by one, squared, and without each of its terms."""
    left, equals, right = text.rpartition("=")
    right, order = re.fullmatch(r"(.*?)( \+ O\(.*\))?", right.strip()).groups("")
    for form in ("-({})", "2({})", "({}) + 1", "({})^2"):
        yield f"{left}{equals} {form.format(right)}{order}".lstrip()
    parts = terms(right)
    for at in range(len(parts) if len(parts) > 1 else 0):
        rest = "".join(parts[:at] + parts[at + 1 :]).strip().removeprefix("+ ")
        yield f"{left}{equals} {rest}{order}".lstrip()


def sources(text: str) -> Iterator[str]:
    """The function with another coefficient or exponent; a constant term would change nothing."""
    for match in re.finditer(r"\^\d+|(?<![\d.^/])\d+(?=[a-zA-Z(])|/\d+", text):
        number = re.sub(r"\d+", lambda digits: str(int(digits[0]) + 1), match[0])
        yield text[: match.start()] + number + text[match.end() :]


# ------------------------------------------------------------------ claims

FIRST = {"identity": 0, "derivative": 1, "jacobian": 1, "hessian": 1}  # where the formula stands
BY_NAME = {"gradient", "vjp"}

# What came of a wrong claim. One that cannot be read, or whose shapes do not fit, has not been found wrong.
WRONG, UNREAD, PASSES = "wrong", "not read", "PASSES"


def outcome(claim: Callable[[], object]) -> str:
    from gradbook.claims import NotationError, WrongClaim

    try:
        claim()
    except WrongClaim:
        return WRONG
    except (NotationError, RuntimeError):  # the latter is torch's
        return UNREAD
    return PASSES


def claim_calls(statement: ast.AST) -> Iterator[ast.Call]:
    for node in ast.walk(statement):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in BY_NAME | FIRST.keys():
            yield node


def formulas(call: ast.Call) -> Iterator[ast.Constant]:
    """Yield the formulas that a call claims."""
    from gradbook.claims.subject import Options

    options = {*Options.__annotations__, "upstream", "loss"}
    name = call.func.id
    places = call.args[FIRST[name] :] if name in FIRST else []
    keywords = [k.value for k in call.keywords if name in BY_NAME and k.arg not in options]
    for node in [*places, *keywords]:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node


def functions(lambda_: ast.Lambda) -> Iterator[ast.Lambda]:
    """A lambda with another number, without a transpose, or with the factors of a product exchanged."""
    for number, node in enumerate(ast.walk(lambda_)):
        other = deepcopy(lambda_)
        twin = list(ast.walk(other))[number]
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult | ast.Pow):
            for side in (twin.left, twin.right):
                if isinstance(side, ast.Constant):
                    side.value += 1
                    yield deepcopy(other)
                    side.value -= 1
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
            twin.left, twin.right = twin.right, twin.left
            yield other
        for field, child in ast.iter_fields(twin):
            if isinstance(child, ast.Attribute) and child.attr == "T":
                setattr(twin, field, child.value)
                yield other


@dataclass
class ClaimChange:
    """A claim that differs from what a page claims in one thing; `what` says in which."""

    what: str
    call: ast.Call


def claim_changes(call: ast.Call) -> Iterator[ClaimChange]:
    """The claim with each of its formulas changed, and with what it is about changed."""

    def constant(node: ast.Constant, other: object, what: str) -> ClaimChange:
        right = node.value
        node.value = other
        changed = ClaimChange(f"{what}{right} -> {other}", deepcopy(call))
        node.value = right
        return changed

    for node in list(formulas(call)):
        for other in dict.fromkeys([*mutants(node.value), *wholes(node.value)]):
            yield constant(node, other, "")
    about = call.args[0]
    if call.func.id != "identity" and isinstance(about, ast.Constant):
        for other in sources(about.value):
            yield constant(about, other, "of ")
    if isinstance(about, ast.Lambda):
        for other in functions(about):
            changed = deepcopy(call)
            changed.args[0] = other
            yield ClaimChange(f"of {ast.unparse(about)} -> {ast.unparse(other)}", changed)
    for option in call.keywords:
        if option.arg == "where":
            for node in option.value.values:
                for other in sources(node.value):
                    yield constant(node, other, "where ")
        if option.arg == "kink":
            for node in option.value.values:
                yield constant(node, node.value + 1, "kink ")


def evaluated(call: ast.Call, namespace: dict) -> Callable[[], object]:
    code = compile(ast.fix_missing_locations(ast.Expression(call)), "claim", "eval")
    return lambda: eval(code, namespace)


@dataclass
class Survey:
    """What became of one claim of a snippet file: how many changes there are, and what came of those tried."""

    at: str
    changes: int
    tried: list[tuple[str, str]]


def survey(path: Path, seed: str) -> Iterator[Survey]:
    """Run a snippet file, and try each of its claims changed; with a seed, a tenth of the changes of each."""
    tree = ast.parse(path.read_text("utf-8"))
    namespace: dict = {"__name__": "__main__"}
    for statement in tree.body if any(claim_calls(tree)) else []:
        for call in claim_calls(statement):
            function = namespace.get(call.func.id)
            if not getattr(function, "__module__", "").startswith("gradbook"):
                continue  # torch's function of that name, or the page's
            if outcome(evaluated(call, namespace)) == PASSES:  # else the page shows it to be wrong
                at = f"{path.name}:{call.lineno} {call.func.id}"
                changes = list(claim_changes(call))  # none where another function has the name
                chosen = tenth(changes, f"{seed} {at}") if seed else changes
                tried = [(one.what, outcome(evaluated(one.call, namespace))) for one in chosen]
                if changes:
                    yield Survey(at, len(changes), tried)
        with contextlib.suppress(Exception):  # cells that are meant to raise
            exec(compile(ast.Module([statement], []), str(path), "exec"), namespace)


def surveyed(path: Path, seed: str) -> list[dict]:
    """What `survey` finds, as it travels between processes; what the snippets print is dropped."""
    warnings.simplefilter("ignore")
    with contextlib.redirect_stdout(io.StringIO()):
        return [vars(one) for one in survey(path, seed)]


if __name__ == "__main__":
    # Each file in a process of its own, forked from one that has imported torch.
    processes = get_context("forkserver")
    processes.set_forkserver_preload(["torch", "gradbook.claims"])
    with ProcessPoolExecutor(1, processes, max_tasks_per_child=1) as pool:
        tasks = {name: pool.submit(surveyed, Path(name), sys.argv[1]) for name in sys.argv[2:]}
        found = {name: task.result() for name, task in tasks.items()}
    json.dump([one for surveys in found.values() for one in surveys], sys.stdout)
