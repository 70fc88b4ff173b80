"""Notes the values of unnamed intermediates while a program runs, for pictures drawn later.
Rewrites the syntax tree of cells; operations run unchanged, at their own lines, with no mode on."""

from __future__ import annotations

import ast
import builtins
import sys
from typing import Any

KEY = "gradbook values"  # in the node's own metadata, so that the notes live as long as the node
NAME = "__gradbook_note__"
MOST_ENTRIES = 256


class Recorder(ast.NodeTransformer):
    """Passes the value of every expression outside of functions and classes through `note`.

    Fits IPython's `ast_transformers`. Bodies of functions stay as they are: they may be compiled,
    transformed or run in the backward pass.
    """

    def visit(self, node: ast.AST) -> ast.AST:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            return node
        if isinstance(node, ast.pattern | ast.AnnAssign):
            return node
        method = node.func if isinstance(node, ast.Call) else None
        self.generic_visit(node)
        if isinstance(method, ast.Attribute):  # `x.sin()` has one value to note, not two
            node.func = method
        if isinstance(node, ast.BinOp | ast.UnaryOp | ast.Call) or (
            isinstance(node, ast.Subscript | ast.Attribute) and isinstance(node.ctx, ast.Load)
        ):
            call = ast.Call(ast.Name(NAME, ast.Load()), [node], [])
            return ast.fix_missing_locations(ast.copy_location(call, node))
        return node


def load_ipython_extension(ipython: Any) -> None:
    """`%load_ext gradbook` in a notebook: values are noted from the next cell on."""
    setattr(builtins, NAME, note)
    ipython.ast_transformers.append(Recorder())


def instrument(tree: ast.AST) -> ast.AST:
    """The tree of a cell, changed so that it notes values as it runs; its outputs stay the same."""
    setattr(builtins, NAME, note)
    return Recorder().visit(tree)


def note(value: Any) -> Any:
    """Keeps a copy of a small tensor that has a history, and returns the tensor itself."""
    torch = sys.modules.get("torch")
    if torch is None or type(value) is not torch.Tensor or not _plain(torch):
        return value
    try:
        node = value.grad_fn
    except RuntimeError:  # a view whose history torch refuses to tell
        return value
    if node is not None and value.numel() <= MOST_ENTRIES:
        notes = node.metadata.setdefault(KEY, {})
        notes.setdefault(value.output_nr, value.detach().clone())
    return value


def recorded(node: Any) -> dict[int, Any]:
    """The noted values of a node by output number."""
    return node.metadata.get(KEY, {})


def _plain(torch: Any) -> bool:
    """Whether nothing watches or transforms operations, so that a copy is seen by nobody."""
    return not (
        torch._C._len_torch_dispatch_stack()
        or torch._C._len_torch_function_stack()
        or torch._C._functorch.peek_interpreter_stack()
        or torch._C._get_tracing_state()
        or torch._C._autograd._profiler_enabled()
    )
