"""The gradient of the roots at every node, found as the engine finds it but beside the engine:
each node is called by itself, so that no hook runs, nothing is freed and no .grad is written."""

from __future__ import annotations

import contextlib
import heapq
import io
import itertools
import math
import random
import sys
import warnings
from collections import Counter
from collections.abc import Iterator
from typing import Any

from gradbook.graph.saved import hooked
from gradbook.graph.snapshot import snapshot
from gradbook.graph.walk import Walk, Wire, is_custom, is_leaf_node

Key = tuple[int, int]  # node and output
RUNS_AGAIN = ("CheckpointFunctionBackward",)  # its backward pass adds to .grad of parameters


class Backward:
    """The result of a pass: gradients by (node, output), flows by (target, slot), and the turn of
    each node. `missing` says why a node's gradient, or what it passes on, is not known."""

    def __init__(self) -> None:
        self.gradients: dict[Key, Any] = {}
        self.flows: dict[tuple[int, int], Any] = {}
        self.turns: dict[int, int] = {}
        self.missing: dict[int, str] = {}


def backward(walk: Walk, seeds: dict[Key, Any]) -> Backward:
    """Runs every node once, in the engine's order, and keeps the numbers of small gradients."""
    result = Backward()
    inputs: list[dict[int, Any]] = [{} for _ in walk.nodes]  # what has arrived, by output
    for (place, output), seed in seeds.items():
        inputs[place][output] = seed
    queue = Queue(walk, [place for place, _ in seeds])
    with quiet(any(is_custom(node) for node in walk.nodes)):
        for place in queue:
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
    return result


class Queue:
    """The nodes of a backward pass in the engine's order: a node is ready when all its uses have
    run; the latest operation comes first, and of equals the one that was ready first."""

    def __init__(self, walk: Walk, roots: list[int]) -> None:
        self.walk = walk
        self.uses = Counter(wire.source for wires in walk.inputs for wire in wires)
        self.ready: list[tuple[int, int, int]] = []
        self.pushed = itertools.count()
        for place in dict.fromkeys(roots):
            self._push_if_ready(place)

    def __iter__(self) -> Iterator[int]:
        while self.ready:
            place = heapq.heappop(self.ready)[2]
            yield place
            for wire in self.walk.inputs[place]:
                self.uses[wire.source] -= 1
                self._push_if_ready(wire.source)

    def _push_if_ready(self, place: int) -> None:
        if not self.uses[place]:
            number = self.walk.nodes[place]._sequence_nr()
            heapq.heappush(self.ready, (-number, next(self.pushed), place))


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


def slopes(walk: Walk, passed: Backward) -> dict[tuple[int, int], float]:
    """The local derivatives of nodes that turn numbers into a number, by (target, slot)."""
    import torch

    found = {}
    with quiet(any(is_custom(node) for node in walk.nodes)):
        for place, node in enumerate(walk.nodes):
            if not _scalar(node) or place in passed.missing:
                continue
            about = node._input_metadata[0]
            unit = torch.ones(about.shape, dtype=about.dtype, device=about.device)
            try:
                gradients = call(node, {0: unit})
            except Exception:  # what an author raises may be of any kind
                continue
            for wire in walk.inputs[place]:
                gradient = gradients.get(wire.slot)
                if gradient is not None and gradient.numel() == 1 and not gradient.is_complex():
                    slope = snapshot(gradient.reshape(())).number
                    if not is_custom(node) or _multiplies(slope, place, wire, passed):
                        found[place, wire.slot] = slope
    return found


def _multiplies(slope: Any, place: int, wire: Wire, passed: Backward) -> bool:
    """Whether an author's backward has multiplied what arrived by this slope, as it should."""
    arrived, flow = passed.gradients.get((place, 0)), passed.flows.get((place, wire.slot))
    if arrived is None or flow is None or arrived.number is None or flow.number is None:
        return False
    return math.isclose(arrived.number * slope, flow.number, rel_tol=1e-5)


def _scalar(node: Any) -> bool:
    """Whether a node has one real number as its result, and can be called twice."""
    if is_leaf_node(node) or len(node._input_metadata) > 1 or hooked(node):
        return False
    about = node._input_metadata[0]
    one = not about.is_nested_tensor and math.prod(about.shape) == 1
    return one and about.dtype.is_floating_point


def call(node: Any, arrived: dict[int, Any]) -> dict[int, Any]:
    """Calls a node with the gradients of its outputs; undefined ones are None."""
    gradients = [arrived.get(output) for output in range(len(node._input_metadata))]
    if is_custom(node):
        return _call_custom(node, gradients)
    returned = node(*gradients)
    return dict(enumerate(returned if isinstance(returned, tuple) else (returned,)))


def _call_custom(node: Any, gradients: list[Any]) -> dict[int, Any]:
    """Calls the backward function of an author, which gets zeros in place of undefined gradients
    and returns one for each argument, tracked or not."""
    import torch

    for output, about in enumerate(node._input_metadata):
        if gradients[output] is None:
            gradients[output] = torch.zeros(about.shape, dtype=about.dtype, device=about.device)
    returned = node.apply(*gradients)
    returned = returned if isinstance(returned, tuple) else (returned,)
    needed = [each for each, need in zip(returned, node.needs_input_grad, strict=False) if need]
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
