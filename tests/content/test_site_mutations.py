"""Each claim of the site is changed as a whole, and so is what it is about; checked numbers by one in the last digit.

Single signs, indexes and factors of the formulas are changed in test_claim_mutants. Run as a
program, this file prints what became of the changes to the claims of the snippet files named.
"""

from __future__ import annotations

import ast
import contextlib
import io
import json
import os
import re
import subprocess
import sys
import warnings
from collections.abc import Iterator
from copy import deepcopy
from decimal import Decimal
from pathlib import Path

from built import ROOT
from site_claims import claim_calls, formulas

WRONG, UNREAD, PASSES = "wrong", "not read", "PASSES"
# Changes that leave a claim true, with the reason.
STILL_TRUE = {
    "1 -> (1)^2": "so is every power of one",
    "of 2x^4 + x^3 + 3x^2 + 5x + 1 -> 2x^4 + x^3 + 3x^2 + 6x + 1": "it claims the second derivative",
}


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


def functions(lambda_: ast.Lambda) -> Iterator[ast.Lambda]:
    """The same for a lambda; and without a transpose, or with the factors of a product exchanged."""
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


def changes(call: ast.Call) -> Iterator[str]:
    """Change the call in place, one thing at a time; what is yielded says which."""
    for node in formulas(call):
        right = node.value
        for node.value in wholes(right):
            yield f"{right} -> {node.value}"
        node.value = right
    about = call.args[0]
    if call.func.id != "identity" and isinstance(about, ast.Constant):
        right = about.value
        for about.value in sources(right):
            yield f"of {right} -> {about.value}"
        about.value = right
    if isinstance(about, ast.Lambda):
        for call.args[0] in functions(about):
            yield f"of {ast.unparse(about)} -> {ast.unparse(call.args[0])}"
        call.args[0] = about
    for option in call.keywords:
        if option.arg in ("where", "kink"):
            for node in option.value.values:
                right = node.value
                for node.value in sources(right) if option.arg == "where" else [right + 1]:
                    yield f"{option.arg} {right} -> {node.value}"
                node.value = right


def outcome(call: ast.Call, namespace: dict) -> str:
    from gradbook.claims import NotationError, WrongClaim

    code = compile(ast.fix_missing_locations(ast.Expression(call)), "claim", "eval")
    try:
        eval(code, namespace)
    except WrongClaim:
        return WRONG
    except (NotationError, RuntimeError):  # the latter is torch's: the shapes do not fit
        return UNREAD
    return PASSES


def survey(path: Path) -> list[tuple[str, str, str]]:
    """Where each claim of a snippet file stands, how it was changed, and what came of it."""
    namespace, found = {"__name__": "__main__"}, []
    for statement in ast.parse(path.read_text("utf-8")).body:
        for call in claim_calls(statement):
            if outcome(call, namespace) == PASSES:  # else the page shows it to be wrong
                at = f"{path.name}:{call.lineno} {call.func.id}"
                found += [(at, change, outcome(call, namespace)) for change in changes(call)]
        with contextlib.suppress(Exception):  # cells that are meant to raise
            exec(compile(ast.Module([statement], []), str(path), "exec"), namespace)
    return found


def test_no_changed_claim_of_the_site_passes(tmp_path: Path) -> None:
    files = [p for p in sorted(ROOT.glob("snippets/**/*.py")) if "from gradbook import" in p.read_text("utf-8")]
    paths = {"PYTHONPATH": os.pathsep.join(sys.path), "OMP_NUM_THREADS": "1"}
    program = [sys.executable, __file__, *files]
    done = subprocess.run(program, cwd=tmp_path, env=paths, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    tried = json.loads(done.stdout)
    passing = [(at, change) for at, change, result in tried if result == PASSES]
    assert [claim for claim in passing if claim[1] not in STILL_TRUE] == []
    assert sum(result == WRONG for _, _, result in tried) >= 200  # and not for being unreadable
    claims = {at for at, _, _ in tried}
    assert {at for at, _, result in tried if result == WRONG} == claims


def test_terms_and_wholes() -> None:
    assert terms("2x - (y + 1) + z") == ["2x", " - (y + 1)", " + z"]
    assert list(wholes("a = b + c"))[-2:] == ["a = c", "a = b"]
    assert list(wholes("f = g + O(h)"))[0] == "f = -(g) + O(h)"
    assert list(sources("2x^4 + 1")) == ["3x^4 + 1", "2x^5 + 1"]


def neighbors(stated: str) -> list[str]:
    """The number one higher and one lower in its last digit; nothing for a value that is none."""
    if not re.fullmatch(r"[-−]?\d+(\.\d+)?", stated):
        return []
    value = Decimal(stated.replace("−", "-"))
    unit = Decimal(1).scaleb(value.as_tuple().exponent)
    return [str(other).replace("-", stated[0] if value < 0 else "-") for other in (value + unit, value - unit)]


def test_no_checked_number_may_be_off_by_one_in_its_last_digit(executor) -> None:
    from gradbook.compare.verify import verify
    from gradbook.project import Project

    project = Project(ROOT, executor=executor)
    pages = [page for page in project.pages()[0] if page.values]
    tried = 0
    for page in pages:
        project.start(page)
    for page in pages:
        run = project.start(page).result()
        for value in page.values:
            right = value.stated
            for value.stated in neighbors(right):
                tried += 1
                assert verify(page, run)[value].problems, f"{value.at}: {right} -> {value.stated}"
            value.stated = right
    assert tried >= 200


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    printed = sys.stdout
    with contextlib.redirect_stdout(io.StringIO()):
        result = [found for name in sys.argv[1:] for found in survey(Path(name))]
    json.dump(result, printed)
