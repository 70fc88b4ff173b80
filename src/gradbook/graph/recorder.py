"""Notes what autograd does not keep while a program runs, for pictures drawn later: the values of
intermediates, constant operands, and leaves as they were when they were used.
Rewrites the syntax tree of cells; operations run unchanged, at their own lines, with no mode on."""

from __future__ import annotations

import ast
import builtins
import itertools
import sys
import weakref
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from gradbook.graph.formulas import VIEWS
from gradbook.graph.walk import history, is_leaf_node

KEY = "gradbook"  # in a node's own metadata, so that the notes live as long as the node
NOTE, OPERAND = "__gradbook_note__", "__gradbook_operand__"  # two builtins of a recorded program
MOST_ENTRIES = 256
MOST_PENDING = 1000
TRANSPARENT = {"staticmethod", "classmethod", "property"}  # decorators that look at nothing
OPERATORS = {"add", "sub", "mul", "div"}  # as methods and functions, also in place


class Recorder(ast.NodeTransformer):
    """Passes the value of every expression through `note`, and the operands of every operator
    through `operand` first.

    Fits IPython's `ast_transformers`. Left as they are: annotations, patterns, and functions and
    classes with decorators, which may read or compile what they decorate.
    """

    sites = itertools.count()

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        node.left, left = self.operand(node.left)
        node.right, right = self.operand(node.right)
        return self.noted(node, left, right)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:
        if isinstance(node.operand, ast.Constant):
            return node
        self.generic_visit(node)
        return self.noted(node)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        function, sites = node.func, []
        if isinstance(function, ast.Attribute):  # `x.sin()` has one value to note, not two
            function.value = self.visit(function.value)
        else:
            node.func = self.visit(function)
        node.args = [self.visit(argument) for argument in node.args]
        for keyword in node.keywords:
            self.visit(keyword)
        if isinstance(function, ast.Attribute) and function.attr.rstrip("_") in OPERATORS:
            for place, argument in enumerate(node.args):
                if not isinstance(argument, ast.Starred):
                    node.args[place], site = self.operand(argument)
                    sites.append(site)
        name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
        return self.noted(node, *sites, view=name if name in VIEWS else "")

    def visit_Attribute(self, node: ast.Attribute | ast.Subscript) -> ast.AST:
        self.generic_visit(node)
        return self.noted(node) if isinstance(node.ctx, ast.Load) else node

    visit_Subscript = visit_Attribute

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AST:
        name = _written(node.target)
        self.generic_visit(node)
        if name is None:
            return node
        before, left = self.operand(name)
        node.value, right = self.operand(node.value)
        return _one([ast.Expr(before), node, ast.Expr(self.noted(name, left, right))])

    def visit_Assign(self, node: ast.Assign) -> ast.AST:
        names = [_written(t) for t in node.targets if isinstance(t, ast.Subscript)]
        self.generic_visit(node)
        seen = [ast.Expr(self.noted(name)) for name in names if name]
        return _one([node, *seen]) if seen else node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        node.value = node.value and self.visit(node.value)
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.AST:
        if all(isinstance(d, ast.Name) and d.id in TRANSPARENT for d in node.decorator_list):
            node.args = self.visit(node.args)
            node.body = [self.visit(statement) for statement in node.body]
        return node

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_arguments(self, node: ast.arguments) -> ast.AST:
        node.defaults = [self.visit(default) for default in node.defaults]
        node.kw_defaults = [default and self.visit(default) for default in node.kw_defaults]
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        if not node.decorator_list:
            node.body = [self.visit(statement) for statement in node.body]
        return node

    def visit_match_case(self, node: ast.match_case) -> ast.AST:
        node.guard = node.guard and self.visit(node.guard)
        node.body = [self.visit(statement) for statement in node.body]
        return node

    def operand(self, node: ast.expr) -> tuple[ast.expr, int]:
        """An operand that is passed through `operand`, and the number of its place."""
        site = next(self.sites)
        return _call(OPERAND, node, site), site

    def noted(self, node: ast.expr, *sites: int, view: str = "") -> ast.expr:
        return _call(NOTE, node, *sites, *filter(None, [view]))


def _call(function: str, value: ast.expr, *sites: int | str) -> ast.expr:
    arguments = [value, *(ast.Constant(site) for site in sites)]
    call = ast.Call(ast.Name(function, ast.Load()), arguments, [])
    return ast.fix_missing_locations(ast.copy_location(call, value))


def _written(target: ast.expr) -> ast.expr | None:
    """The variable, as a value to look at, whose tensor an assignment to `target` changes."""
    while isinstance(target, ast.Subscript):
        target = target.value
    if not isinstance(target, ast.Name):
        return None
    return ast.copy_location(ast.Name(target.id, ast.Load()), target)


def _one(statements: list[ast.stmt]) -> ast.stmt:
    """Several statements as one, so that a cell has as many as its author wrote."""
    first = next(each for each in statements if not isinstance(each, ast.Expr))
    together = ast.If(ast.Constant(True), statements, [])
    return ast.fix_missing_locations(ast.copy_location(together, first))


def instrument(tree: ast.AST) -> ast.AST:
    """The tree of a cell, changed so that it notes values as it runs; its outputs stay the same."""
    setattr(builtins, NOTE, note)
    setattr(builtins, OPERAND, operand)
    return Recorder().visit(tree)


def load_ipython_extension(ipython: Any) -> None:
    """`%load_ext gradbook` in a notebook: values are noted from the next cell on."""
    instrument(ast.Module([], []))
    if not any(isinstance(each, Recorder) for each in ipython.ast_transformers):
        ipython.ast_transformers.append(Recorder())


@dataclass(frozen=True)
class Constant:
    """An operand that autograd does not track: a copy of it, if it is small, and the tensor itself
    while the program keeps it."""

    copy: Any
    alive: weakref.ref


@dataclass
class Notes:
    """What is noted of one node: its constant operand, leaves by slot, its outputs, and what its
    author calls the view that it is."""

    constant: Constant | complex | None = None
    leaves: dict[int, Any] = field(default_factory=dict)
    values: dict[int, Any] = field(default_factory=dict)
    view: str = ""


# Constant operands between their evaluation and that of their operator, by frame and place. Those
# whose operator raised stay behind: hence a limit, and no tensor of the program's own.
_pending: dict[tuple[int, int], Constant | complex] = {}


def operand(value: Any, site: int) -> Any:
    """Remembers a constant operand until its operator is noted, and returns it."""
    torch = sys.modules.get("torch")
    if torch is None or torch.compiler.is_compiling():
        return value
    key = id(sys._getframe(1)), site
    _pending.pop(key, None)
    if isinstance(value, int | float | complex):
        _pending[key] = value
    elif _plain(value, torch) and _unwatched(torch) and not value.requires_grad:
        small = value.numel() <= MOST_ENTRIES
        _pending[key] = Constant(_copy(value) if small else None, weakref.ref(value))
    if len(_pending) > MOST_PENDING:
        _pending.clear()
    return value


def note(value: Any, *sites: int | str) -> Any:
    """Keeps a copy of a small tensor that has a history, and returns the tensor itself; `sites`
    are the places of its operands, or the name of the view that made it."""
    torch = sys.modules.get("torch")
    if torch is None or torch.compiler.is_compiling():
        return value
    frame = id(sys._getframe(1))
    constants = [_pending.pop((frame, site), None) for site in sites]
    if type(value) is not torch.Tensor or not _unwatched(torch):
        return value
    node = history(value)
    if node is not None:
        if KEY not in node.metadata:
            constant = next((one for one in constants if one is not None), None)
            view = next((site for site in sites if isinstance(site, str)), "")
            node.metadata[KEY] = Notes(constant, dict(_leaves(node, torch)), view=view)
        if value.numel() <= MOST_ENTRIES:
            node.metadata[KEY].values.setdefault(value.output_nr, _copy(value))
    return value


def recorded(node: Any) -> Notes:
    """What was noted of a node."""
    return node.metadata.get(KEY) or Notes()


def _leaves(node: Any, torch: Any) -> Iterator[tuple[int, Any]]:
    for slot, (source, _) in enumerate(node.next_functions):
        if source is not None and is_leaf_node(source) and _plain(source.variable, torch):
            if source.variable.numel() <= MOST_ENTRIES:
                yield slot, _copy(source.variable)


def _plain(value: Any, torch: Any) -> bool:
    """Whether this is a tensor without behavior of its own, as one of a subclass may have."""
    return type(value) in (torch.Tensor, torch.nn.Parameter)


def _copy(tensor: Any) -> Any:
    return tensor.detach().clone()


def _unwatched(torch: Any) -> bool:
    """Whether nothing watches or transforms operations, so that a copy is seen by nobody."""
    return not (
        torch._C._len_torch_dispatch_stack()
        or torch._C._len_torch_function_stack()
        or torch._C._functorch.peek_interpreter_stack()
        or torch._C._get_tracing_state()
        or torch._C._autograd._profiler_enabled()
    )
