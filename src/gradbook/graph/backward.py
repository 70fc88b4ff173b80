"""The gradient of the roots at every node, found as the engine finds it but beside the engine:
each node is called by itself, so that no hook runs, nothing is freed and no .grad is written."""

from __future__ import annotations

import contextlib
import heapq
import io
import math
import random
import sys
import warnings
from collections.abc import Iterator
from typing import Any

from gradbook.graph.saved import hooked
from gradbook.graph.snapshot import snapshot
from gradbook.graph.walk import Walk, is_custom, is_leaf_node

RUNS_AGAIN = ("CheckpointFunctionBackward",)  # its backward pass adds to .grad of parameters


class Backward:
    """The result of a pass: gradients by (node, output), flows by (target, slot), and the turn of
    each node. `missing` says why a node's gradient, or what it passes on, is not known."""

    def __init__(self) -> None:
        self.gradients: dict[tuple[int, int], Any] = {}
        self.flows: dict[tuple[int, int], Any] = {}
        self.turns: dict[int, int] = {}
        self.missing: dict[int, str] = {}


def backward(walk: Walk, seeds: dict[tuple[int, int], Any]) -> Backward:
    """Runs every node once, in the engine's order, and keeps the numbers of small gradients."""
    result = Backward()
    uses = [0] * len(walk.nodes)
    for wire in (wire for wires in walk.inputs for wire in wires):
        uses[wire.source] += 1
    inputs: list[dict[int, Any]] = [{} for _ in walk.nodes]
    for (place, output), seed in seeds.items():
        inputs[place][output] = seed
    ready: list[tuple[int, int, int]] = []

    def push(place: int) -> None:
        # the latest operation first; of equals, the one that was ready first
        pushed.append(place)
        heapq.heappush(ready, (-walk.nodes[place]._sequence_nr(), len(pushed), place))

    pushed: list[int] = []
    for place in {place: None for place, _ in seeds}:
        if not uses[place]:
            push(place)
    with quiet(any(is_custom(node) for node in walk.nodes)):
        while ready:
            place = heapq.heappop(ready)[2]
            result.turns[place] = len(result.turns)
            gradients = _run(walk, place, inputs[place], result)
            inputs[place] = {}
            for wire in walk.inputs[place]:
                gradient = gradients.get(wire.slot)
                if gradient is not None:
                    gradient = fit(gradient, walk.nodes[wire.source], wire.output)
                    result.flows[place, wire.slot] = snapshot(gradient)
                    held = inputs[wire.source].get(wire.output)
                    inputs[wire.source][wire.output] = gradient if held is None else held + gradient
                if place in result.missing:
                    result.missing.setdefault(wire.source, "unknown")
                uses[wire.source] -= 1
                if not uses[wire.source]:
                    push(wire.source)
    return result


def _run(walk: Walk, place: int, arrived: dict[int, Any], result: Backward) -> dict[int, Any]:
    """One node's gradients by slot. Where it cannot run, `missing` says why; a sum that lacks a
    term is not shown, and no node is run with it."""
    node = walk.nodes[place]
    if place in result.missing:
        return {}
    for output, gradient in arrived.items():
        result.gradients[place, output] = snapshot(gradient)
    if is_leaf_node(node) or not arrived:
        return {}
    if node.name() in RUNS_AGAIN or hooked(node):
        result.missing[place] = "hooked"
        return {}
    try:
        return call(node, arrived)
    except Exception as error:
        result.missing[place] = "freed" if "freed" in str(error) else str(error).split("\n")[0]
        return {}


def slopes(walk: Walk) -> dict[tuple[int, int], float]:
    """The local derivatives of nodes that turn numbers into a number, by (target, slot)."""
    import torch

    found = {}
    with quiet(False):
        for place, node in enumerate(walk.nodes):
            if not _scalar(node):
                continue
            about = node._input_metadata[0]
            unit = torch.ones(about.shape, dtype=about.dtype, device=about.device)
            try:
                gradients = call(node, {0: unit})
            except RuntimeError:
                continue
            for wire in walk.inputs[place]:
                gradient = gradients.get(wire.slot)
                if gradient is not None and gradient.numel() == 1 and not gradient.is_complex():
                    found[place, wire.slot] = snapshot(gradient.reshape(())).number
    return found


def _scalar(node: Any) -> bool:
    """Whether a node has one real number as its result, and can be called twice."""
    if is_leaf_node(node) or is_custom(node) or len(node._input_metadata) > 1 or hooked(node):
        return False
    about = node._input_metadata[0]
    one = not about.is_nested_tensor and math.prod(about.shape) == 1
    return one and about.dtype.is_floating_point


def call(node: Any, arrived: dict[int, Any]) -> dict[int, Any]:
    """Calls a node with the gradients of its outputs; undefined ones are None."""
    import torch

    described = node._input_metadata
    gradients = [arrived.get(output) for output in range(len(described))]
    if not is_custom(node):
        returned = node(*gradients)
        returned = returned if isinstance(returned, tuple) else (returned,)
        return dict(enumerate(returned))
    for output, about in enumerate(described):
        if gradients[output] is None:
            gradients[output] = torch.zeros(about.shape, dtype=about.dtype, device=about.device)
    returned = node.apply(*gradients)
    returned = returned if isinstance(returned, tuple) else (returned,)
    needed = [
        gradient for gradient, need in zip(returned, node.needs_input_grad, strict=False) if need
    ]
    slots = [slot for slot, (child, _) in enumerate(node.next_functions) if child is not None]
    return dict(zip(slots, needed, strict=False))


def fit(gradient: Any, node: Any, output: int) -> Any:
    """What the engine does between two nodes: sums broadcast dimensions away, casts the type."""
    about = node._input_metadata[output]
    if about.is_nested_tensor or gradient.is_nested:
        return gradient
    if list(gradient.shape) != about.shape:
        gradient = gradient.sum_to_size(about.shape)
    if gradient.is_complex() and not about.dtype.is_complex:
        gradient = gradient.real
    return gradient.to(about.dtype)


@contextlib.contextmanager
def quiet(custom: bool) -> Iterator[None]:
    """Computes without recording; random state is as before, and what custom functions print or
    warn of their own is not seen."""
    import torch

    devices = range(torch.cuda.device_count()) if torch.cuda.is_initialized() else ()
    numpy = sys.modules.get("numpy")
    states = random.getstate(), numpy.random.get_state() if numpy else None
    with contextlib.ExitStack() as stack:
        stack.enter_context(torch.no_grad())
        stack.enter_context(torch.random.fork_rng(devices=devices))
        if custom:  # only then: entering catch_warnings makes Python forget which warnings it gave
            stack.enter_context(contextlib.redirect_stdout(io.StringIO()))
            stack.enter_context(contextlib.redirect_stderr(io.StringIO()))
            stack.enter_context(warnings.catch_warnings())
            warnings.simplefilter("ignore")
        yield
    random.setstate(states[0])
    if numpy:
        numpy.random.set_state(states[1])
