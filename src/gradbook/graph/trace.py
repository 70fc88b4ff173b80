"""From live tensors to a Graph: walks, finds values and gradients, and writes the notation.
Leaves the program as it was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from gradbook.graph.backward import Backward, backward
from gradbook.graph.build import Build
from gradbook.graph.forward import forward
from gradbook.graph.model import Graph
from gradbook.graph.walk import Walk, history, walk


def trace(
    roots: Sequence[Any], names: Mapping[str, Any], gradient: Any = None, gradients: bool = True
) -> Graph:
    """The graph behind live tensors; `names` are the variables that may hold its tensors.

    `gradient` starts the backward pass where a root is not a real scalar, as in `backward()`;
    without `gradients` there is none.
    """
    found = walk([history(root) for root in roots])
    seeds = start(found, roots, gradient) if gradients else {}
    passed = backward(found, seeds) if seeds else Backward()
    known = forward(found, [*names.values(), *roots])
    build = Build(found, names, known, passed)
    graph = build.graph(roots, seeds)
    hooked = [
        n for n, t in names.items() if t.requires_grad and t._backward_hooks and found.source(t)
    ]
    since = [
        [graph.nodes[build.ids[place]].label for place in sorted(places)]
        for places in (known.changed, known.overwritten)
    ]
    return replace(graph, notes=notes(roots if gradients else (), passed, *since, hooked))


def start(found: Walk, roots: Sequence[Any], gradient: Any) -> dict[tuple[int, int], Any]:
    """The gradients that the backward pass starts with; none where torch would ask for one."""
    import torch

    given = gradient if isinstance(gradient, list | tuple) else [gradient] * len(roots)
    seeds: dict[tuple[int, int], Any] = {}
    for root, seed in zip(roots, given, strict=True):
        source = found.source(root)
        if source is None:
            continue
        if seed is None and (root.numel() != 1 or not root.is_floating_point()):
            return {}
        seed = torch.ones_like(root.detach()) if seed is None else seed.detach()
        seeds[source] = seeds[source] + seed if source in seeds else seed
    return seeds


def notes(
    roots: Sequence[Any],
    passed: Backward,
    changed: Sequence[str],
    overwritten: Sequence[str],
    hooked: Sequence[str],
) -> tuple[str, ...]:
    """Sentences about what the picture cannot show, and why."""
    reasons = set(passed.missing.values())
    sentences = {
        _without_gradients(roots): not passed.turns,
        "A backward pass has freed what some nodes saved, so gradients end there.": (
            "freed" in reasons
        ),
        "What a hook has packed stays packed, so gradients end there.": "hooked" in reasons,
        f"Shown as the forward pass used it, and changed since: {', '.join(changed)}.": changed,
        f"Shown as computed, and changed since by a write that is not in the graph: {', '.join(overwritten)}.": (
            overwritten
        ),
        f"The hook on {', '.join(hooked)} is not run for the picture.": hooked and passed.turns,
    }
    torch_says = sorted(reasons - {"freed", "hooked", "unknown"})[:1]
    stops = [f"The backward pass stops: {reason}" for reason in torch_says]
    return (*(text for text, holds in sentences.items() if text and holds), *stops)


def _without_gradients(roots: Sequence[Any]) -> str:
    """Why no backward pass starts at these roots; nothing for roots that none could start at."""
    recorded = [root for root in roots if history(root) is not None]
    if not recorded:
        return ""
    sizes = [root.numel() for root in recorded if root.numel() != 1]
    what = f"has {sizes[0]:,} entries" if sizes else "is complex"
    return f"No gradients: a result that {what} needs draw(…, gradient=v)."
