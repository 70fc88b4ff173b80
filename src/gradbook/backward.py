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

from gradbook.saved import hooked
from gradbook.snapshot import snapshot
from gradbook.walk import Walk, is_custom, is_leaf_node

RUNS_AGAIN = ("CheckpointFunctionBackward",)  # its backward pass adds to .grad of parameters


class Backward:
    """The result of a pass: gradients by (node, output), flows by wire, the order, and why not."""

    def __init__(self) -> None:
        self.gradients: dict[tuple[int, int], Any] = {}
        self.flows: dict[tuple[int, int], Any] = {}  # by (target, slot)
        self.turns: dict[int, int] = {}  # the place of each node in the order of execution
        self.stopped: dict[int, str] = {}


def backward(walk: Walk, seeds: dict[tuple[int, int], Any]) -> Backward:
    """Runs every node once, in the engine's order, and keeps the numbers of small gradients."""
    result = Backward()
    uses = [0] * len(walk.nodes)
    for wire in (wire for wires in walk.inputs for wire in wires):
        uses[wire.source] += 1
    inputs: list[dict[int, Any]] = [{} for _ in walk.nodes]
    for (node, output), seed in seeds.items():
        inputs[node][output] = seed
    ready: list[tuple[int, int, int]] = []
    arrivals = 0

    def push(node: int) -> None:
        nonlocal arrivals
        arrivals += 1
        heapq.heappush(ready, (-walk.nodes[node]._sequence_nr(), arrivals, node))

    for node in {node: None for node, _ in seeds}:
        if not uses[node]:
            push(node)
    with quiet(any(is_custom(node) for node in walk.nodes)):
        while ready:
            place = heapq.heappop(ready)[2]
            arrived, inputs[place] = inputs[place], {}
            result.turns[place] = len(result.turns)
            for output, gradient in arrived.items():
                result.gradients[place, output] = snapshot(gradient)
            if is_leaf_node(walk.nodes[place]):
                continue
            gradients = apply(walk, place, arrived, result)
            for wire in walk.inputs[place]:
                gradient = gradients.get(wire.slot)
                if gradient is not None:
                    gradient = fit(gradient, walk.nodes[wire.source], wire.output)
                    result.flows[place, wire.slot] = snapshot(gradient)
                    held = inputs[wire.source].get(wire.output)
                    inputs[wire.source][wire.output] = gradient if held is None else held + gradient
                uses[wire.source] -= 1
                if not uses[wire.source]:
                    push(wire.source)
    return result


def apply(walk: Walk, place: int, arrived: dict[int, Any], result: Backward) -> dict[int, Any]:
    """One node's gradients by slot; nothing, and the reason in `stopped`, where it cannot run."""
    node = walk.nodes[place]
    if not arrived:
        return {}
    if node.name() in RUNS_AGAIN or hooked(node):
        result.stopped[place] = "hooked"
        return {}
    try:
        return call(node, arrived)
    except Exception as error:
        result.stopped[place] = "freed" if "freed" in str(error) else str(error).split("\n")[0]
        return {}


def slopes(walk: Walk) -> dict[tuple[int, int], float]:
    """The local derivatives of nodes that turn numbers into a number, by (target, slot)."""
    import torch

    found = {}
    with quiet(False):
        for place, node in enumerate(walk.nodes):
            about = node._input_metadata[0]
            if (
                is_leaf_node(node)
                or is_custom(node)
                or len(node._input_metadata) > 1
                or hooked(node)
            ):
                continue
            if (
                about.is_nested_tensor
                or math.prod(about.shape) != 1
                or not about.dtype.is_floating_point
            ):
                continue
            try:
                gradients = call(
                    node, {0: torch.ones(about.shape, dtype=about.dtype, device=about.device)}
                )
            except RuntimeError:
                continue
            for wire in walk.inputs[place]:
                gradient = gradients.get(wire.slot)
                if gradient is not None and gradient.numel() == 1 and not gradient.is_complex():
                    found[place, wire.slot] = snapshot(gradient.reshape(())).number
    return found


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
