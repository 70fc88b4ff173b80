"""Runs the snippet files with every claim made wrong in turn, and prints which wrong ones pass.

A program of its own, because snippets change the state of the process they run in.
"""

import ast
import contextlib
import io
import json
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

from claim_cases import mutants

from gradbook.claims import NotationError, WrongClaim
from gradbook.claims.subject import Options

FIRST = {"identity": 0, "derivative": 1, "jacobian": 1, "hessian": 1}  # where the formula stands
BY_NAME = {"gradient", "vjp"}
OPTIONS = {*Options.__annotations__, "upstream", "loss"}


def formulas(call: ast.Call) -> Iterator[ast.Constant]:
    """Yield the formulas that a call claims."""
    name = call.func.id
    places = call.args[FIRST[name] :] if name in FIRST else []
    keywords = [k.value for k in call.keywords if name in BY_NAME and k.arg not in OPTIONS]
    for node in [*places, *keywords]:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node


def claim_calls(statement: ast.stmt) -> Iterator[ast.Call]:
    for node in ast.walk(statement):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in BY_NAME | FIRST.keys():
            yield node


def passes(call: ast.Call, namespace: dict) -> bool:
    code = compile(ast.fix_missing_locations(ast.Expression(call)), "claim", "eval")
    try:
        eval(code, namespace)
    except (WrongClaim, NotationError):
        return False
    return True


def survey(path: Path) -> dict[str, list[str]]:
    """Return, for each formula of a file, the wrong ones tried; those that pass are marked."""
    namespace, found = {"__name__": "__main__"}, {}
    for statement in ast.parse(path.read_text(encoding="utf-8")).body:
        for call in claim_calls(statement):
            for formula in formulas(call):
                right = formula.value
                if not passes(call, namespace):
                    continue  # a claim that a page shows to be wrong
                tried = []
                for wrong in dict.fromkeys(mutants(right)):
                    formula.value = wrong
                    tried.append(f"PASSES {wrong}" if passes(call, namespace) else wrong)
                formula.value = right
                found[f"{path.name}:{call.lineno} {right}"] = tried
        with contextlib.suppress(Exception):  # cells that are meant to raise
            exec(compile(ast.Module([statement], []), str(path), "exec"), namespace)
    return found


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    printed = sys.stdout
    with contextlib.redirect_stdout(io.StringIO()):
        result = {name: survey(Path(name)) for name in sys.argv[1:]}
    json.dump(result, printed)
