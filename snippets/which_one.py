# %% switches
import torch


def leaves():
    """A weight and an input, both tracked: w * x is 6."""
    w = torch.tensor(2.0, requires_grad=True)
    x = torch.tensor(3.0, requires_grad=True)
    return w, x


def under_no_grad(w, x):
    with torch.no_grad():
        return w * x


def under_inference_mode(w, x):
    with torch.inference_mode():
        return w * x


def detached(w, x):
    return (w * x).detach()


def with_frozen_weight(w, x):
    return w.requires_grad_(False) * x


def of_a_module_in_eval(w, x):
    return torch.nn.Identity().eval()(w * x)


switches = {
    "no_grad()": under_no_grad,
    "inference_mode()": under_inference_mode,
    "detach()": detached,
    "requires_grad_(False)": with_frozen_weight,
    "eval()": of_a_module_in_eval,
}

# %% constant_in_a_loss
for name, product in switches.items():
    w, x = leaves()
    constant = product(w, x)
    try:
        (w * x * constant).backward()
        print(f"{name:22}", w.grad, x.grad)
    except RuntimeError as error:
        print(f"{name:22}", str(error)[:42])
# > no_grad()              tensor(18.) tensor(12.)
# > inference_mode()       Inference tensors cannot be saved for back
# > detach()               tensor(18.) tensor(12.)
# > requires_grad_(False)  None tensor(24.)
# > eval()                 tensor(36.) tensor(24.)

# %% needs tags=["remove-cell"]
class Table:
    """Rows of words; the first is the head."""

    def __init__(self, *rows):
        self.rows = rows

    def __repr__(self):
        return "\n".join(" | ".join(row) for row in self.rows)

    def _repr_markdown_(self):
        head, *rest = [f"| {' | '.join(row)} |" for row in self.rows]
        return "\n".join([head, "|---" * len(self.rows[0]) + "|", *rest])


def keeps_nothing(product):
    """Whether no tensor was kept for a backward pass."""
    kept = []
    hooks = torch.autograd.graph.saved_tensors_hooks
    with hooks(lambda t: kept.append(t) or t, lambda t: t):
        product(*leaves())
    return not kept


def constant(product):
    """(w x) c with c = w x held constant: the slopes are 18 and 12."""
    w, x = leaves()
    (w * x * product(w, x)).backward()
    return w.grad == 18 and x.grad == 12


def no_counter(product):
    """Whether the result has no counter of writes."""
    try:
        product(*leaves())._version
    except RuntimeError:
        return True
    return False


def refused(product):
    """Whether a recorded product with the result raises."""
    w, x = leaves()
    try:
        w * product(w, x)
    except RuntimeError:
        return True
    return False


def flows_past(product):
    """w gets no gradient; x, which is multiplied by it, does."""
    w, x = leaves()
    result = product(w, x)
    if result.requires_grad:
        result.backward()
    return w.grad is None and x.grad == 2


def lasts(product):
    """Whether w is a constant in what comes afterwards, too."""
    w, x = leaves()
    product(w, x)
    (w * x).backward()
    return w.grad is None


def no_dropout(product):
    """Whether dropout lets everything through."""
    ones = torch.ones(100)
    if product is under_no_grad:
        with torch.no_grad():
            result = torch.nn.Dropout(0.5)(ones)
    elif product is under_inference_mode:
        with torch.inference_mode():
            result = torch.nn.Dropout(0.5)(ones)
    elif product is of_a_module_in_eval:
        result = torch.nn.Dropout(0.5).eval()(ones)
    elif product is detached:
        result = torch.nn.Dropout(0.5)(ones).detach()
    else:
        result = torch.nn.Dropout(0.5)(ones.requires_grad_(False))
    return result.equal(ones)


def holds(check, product):
    """Whether a check holds; where something raises, it does not."""
    try:
        return bool(check(product))
    except RuntimeError:
        return False


def passing(*checks):
    """The switches that pass all of the checks."""
    return " or ".join(
        f"`{name}`"
        for name, product in switches.items()
        if all(holds(check, product) for check in checks)
    )


# %% switch_table tags=["hide-input"]
Table(
    ("You want", "Take"),
    (
        "nothing in a block to be recorded, and results that a "
        "recorded program may use",
        passing(keeps_nothing, constant),
    ),
    (
        "the same, without the counter of writes, and an error if a "
        "recorded product meets a result",
        passing(keeps_nothing, no_counter, refused),
    ),
    ("a value as a constant in a recorded formula", passing(constant)),
    (
        "a leaf that gets no gradient until further notice, while "
        "gradients flow past it",
        passing(flows_past, lasts),
    ),
    ("dropout to let everything through", passing(no_dropout)),
)
# > You want | Take
# > nothing in a block to be recorded, and results that a recorded program may use | `no_grad()`
# > the same, without the counter of writes, and an error if a recorded product meets a result | `inference_mode()`
# > a value as a constant in a recorded formula | `no_grad()` or `detach()`
# > a leaf that gets no gradient until further notice, while gradients flow past it | `requires_grad_(False)`
# > dropout to let everything through | `eval()`

# %% lasting tags=["remove-cell"]
print([name for name, p in switches.items() if holds(lasts, p)])
# > ['requires_grad_(False)']
print(holds(flows_past, of_a_module_in_eval))
# > False
x = torch.ones(100, requires_grad=True)
for dropout in (torch.nn.Dropout(0.5), torch.nn.Dropout(0.5).eval()):
    (slopes,) = torch.autograd.grad(dropout(x).sum(), x)
    print(slopes.unique())
# > tensor([0., 2.])
# > tensor([1.])

# %% count
from torch.func import grad, hessian, jacfwd, jacrev, jvp, vjp
from torch.utils.flop_counter import FlopCounterMode


def network(inputs, outputs):
    torch.manual_seed(0)
    first = torch.randn(50, inputs, dtype=torch.float64) / 10
    last = torch.randn(outputs, 50, dtype=torch.float64) / 10
    return lambda x: (last @ torch.tanh(first @ x[:, None]))[:, 0]


def work(call):
    """Multiplications and additions in matrix products."""
    with FlopCounterMode(display=False) as counter:
        call()
    return counter.get_total_flops()


f = network(20, 2)
x = torch.ones(20, dtype=torch.float64)
once = work(lambda: f(x))
for derivative in (jacrev, jacfwd):
    print(derivative.__name__, work(lambda: derivative(f)(x)) / once)
# > jacrev 3.0
# > jacfwd 22.0

# %% objects tags=["remove-cell"]
from torch.autograd import functional

asked = []


def ask(question, right, once, **candidates):
    """Of the calls with the right answer those with the least work."""
    costs = {}
    for name, call in candidates.items():
        found = call()
        if found.shape == right.shape and torch.allclose(found, right):
            costs[name.replace("_", " ")] = work(call) / once
    least = min(costs.values())
    best = [f"`{n}`" for n, cost in costs.items() if cost == least]
    rest = [f"{n} {c:.0f}" for n, c in costs.items() if c > least]
    row = question, " or ".join(best), f"{least:.0f}", ", ".join(rest)
    asked.append(row)


def ones(n):
    return torch.ones(n, dtype=torch.float64)


f, x, v = network(20, 20), ones(20), ones(20)
J = functional.jacobian(f, x)


def loss(x):
    return f(x).square().sum()


once, H = work(lambda: loss(x)), functional.hessian(loss, x)
ask(
    "the gradient of one number, of 20 inputs",
    functional.jacobian(loss, x),
    once,
    grad=lambda: grad(loss)(x),
    jacfwd=lambda: jacfwd(loss)(x),
)
for n, m in ((20, 2), (2, 20)):
    g = network(n, m)
    ask(
        f"the Jacobian of {m} outputs, of {n} inputs",
        functional.jacobian(g, ones(n)),
        work(lambda: g(ones(n))),
        jacrev=lambda: jacrev(g)(ones(n)),
        jacfwd=lambda: jacfwd(g)(ones(n)),
    )
ask(
    "weights times the Jacobian, 20 by 20",
    v @ J,
    once,
    vjp=lambda: vjp(f, x)[1](v)[0],
    jacrev=lambda: v @ jacrev(f)(x),
    jacfwd=lambda: v @ jacfwd(f)(x),
)
ask(
    "the Jacobian, 20 by 20, times a direction",
    J @ v,
    once,
    jvp=lambda: jvp(f, (x,), (v,))[1],
    jacrev=lambda: jacrev(f)(x) @ v,
    jacfwd=lambda: jacfwd(f)(x) @ v,
)
ask(
    "the Hessian, 20 by 20",
    H,
    once,
    hessian=lambda: hessian(loss)(x),
    jacrev_of_grad=lambda: jacrev(grad(loss))(x),
    jacfwd_of_jacfwd=lambda: jacfwd(jacfwd(loss))(x),
)
ask(
    "the Hessian times a direction",
    H @ v,
    once,
    jvp_of_grad=lambda: jvp(grad(loss), (x,), (v,))[1],
    vjp_of_grad=lambda: vjp(grad(loss), x)[1](v)[0],
    hessian=lambda: hessian(loss)(x) @ v,
)

# %% object_table tags=["hide-input"]
Table(("You want", "Take", "Work", "Work of the others"), *asked)
# > You want | Take | Work | Work of the others
# > the gradient of one number, of 20 inputs | `grad` | 2 | jacfwd 22
# > the Jacobian of 2 outputs, of 20 inputs | `jacrev` | 3 | jacfwd 22
# > the Jacobian of 20 outputs, of 2 inputs | `jacfwd` | 4 | jacrev 21
# > weights times the Jacobian, 20 by 20 | `vjp` | 2 | jacrev 21, jacfwd 22
# > the Jacobian, 20 by 20, times a direction | `jvp` | 3 | jacrev 21, jacfwd 22
# > the Hessian, 20 by 20 | `jacrev of grad` | 42 | hessian 44, jacfwd of jacfwd 274
# > the Hessian times a direction | `vjp of grad` | 4 | jvp of grad 6, hessian 44

# %% backward_is_vjp tags=["remove-cell"]
leaf = x.clone().requires_grad_()
f(leaf).backward(v)
print(torch.equal(leaf.grad, vjp(f, x)[1](v)[0]))
# > True


# %% hooks
class Scale(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.tensor(2.0))

    def forward(self, x):
        return self.weight * x


def gradients(register=None):
    """With respect to input and weight, of y² with y = 2 · 3."""
    x = torch.tensor(3.0, requires_grad=True)
    layer = Scale()
    y = register(layer, x) if register else layer(x)
    (y**2).backward()
    return x.grad.item(), layer.weight.grad.item()


def double_at_the_result(layer, x):
    y = layer(x)
    y.register_hook(lambda gradient: 2 * gradient)
    return y


def double_at_the_input(layer, x):
    layer.register_full_backward_hook(
        lambda layer, inputs, outputs: (2 * inputs[0],)
    )
    return layer(x)


print(gradients())
# > (24.0, 36.0)
print(gradients(double_at_the_result))
# > (48.0, 72.0)
print(gradients(double_at_the_input))
# > (48.0, 36.0)

# %% hook_facts tags=["remove-cell"]
from torch.autograd.graph import register_multi_grad_hook


def twice(gradients):
    return tuple(None if g is None else 2 * g for g in gradients)


def tensor_hook(layer, x, seen):
    y = layer(x)
    y.register_hook(lambda g: seen.append(g) or 2 * g)
    return y


def node_prehook(layer, x, seen):
    y = layer(x)
    y.grad_fn.register_prehook(lambda gs: seen.append(gs) or twice(gs))
    return y


def node_hook(layer, x, seen):
    y = layer(x)
    y.grad_fn.register_hook(
        lambda into, out: seen.append(into) or twice(into)
    )
    return y


def module_prehook(layer, x, seen):
    layer.register_full_backward_pre_hook(
        lambda layer, out: seen.append(out) or twice(out)
    )
    return layer(x)


def module_hook(layer, x, seen):
    layer.register_full_backward_hook(
        lambda layer, into, out: seen.append(into) or twice(into)
    )
    return layer(x)


def post_accumulate(layer, x, seen):
    layer.weight.register_post_accumulate_grad_hook(
        lambda w: seen.append(w.grad)
    )
    return layer(x)


def multi_grad(layer, x, seen):
    y = layer(x)
    register_multi_grad_hook([y, x], seen.append)
    return y


HOOKS = {
    "`tensor.register_hook`": tensor_hook,
    "`node.register_prehook`": node_prehook,
    "`node.register_hook`": node_hook,
    "`register_full_backward_pre_hook`": module_prehook,
    "`register_full_backward_hook`": module_hook,
    "`register_post_accumulate_grad_hook`": post_accumulate,
    "`register_multi_grad_hook`": multi_grad,
}


def tried(hook):
    """Both gradients, what the hook was given, and how often."""
    seen = []
    found = gradients(lambda layer, x: hook(layer, x, seen))
    given = seen[0]
    if isinstance(given, torch.Tensor):
        return found, given.item(), len(seen)
    numbers = [None if g is None else g.item() for g in given]
    return found, numbers, len(seen)


def runs_under_grad(hook):
    """Whether `torch.autograd.grad` calls it."""
    seen, x, layer = [], torch.tensor(3.0, requires_grad=True), Scale()
    try:
        y = hook(layer, x, seen)
        torch.autograd.grad(y**2, [x, layer.weight])
    except RuntimeError:
        return False
    return bool(seen)


def registered_before(hook):
    """Whether it is registered on the module, before it runs."""
    layer, before = Scale(), []
    forward = layer.forward
    layer.forward = lambda x: before.append(
        len(layer._backward_hooks) + len(layer._backward_pre_hooks)
    ) or forward(x)
    hook(layer, torch.tensor(3.0, requires_grad=True), [])
    return before[0] > 0


PLAIN = gradients()
facts = {name: tried(hook) for name, hook in HOOKS.items()}


def hooks_that(check):
    return ", ".join(name for name in HOOKS if check(name))


def changes(*gradients):
    return lambda name: facts[name][0] == gradients


def is_given(numbers):
    return lambda name: facts[name][:2] == (PLAIN, numbers)


def on_module(name):
    return registered_before(HOOKS[name])


def retained(name):
    """The gradient that the result itself keeps: 12 without a hook."""
    x = torch.tensor(3.0, requires_grad=True)
    y = HOOKS[name](Scale(), x, [])
    y.retain_grad()
    (y**2).backward()
    return y.grad.item()


# %% hook_table tags=["hide-input"]
Table(
    ("You want", "Take"),
    (
        "to change the gradient of a tensor, and all that flows on "
        "from it",
        hooks_that(
            lambda n: changes(48, 72)(n) and retained(n) == 24
        ),
    ),
    (
        "to change what flows on through a node, and not the "
        "gradient that its result retains",
        hooks_that(
            lambda n: changes(48, 72)(n)
            and retained(n) == 12
            and not on_module(n)
        ),
    ),
    (
        "to change what flows back into a module from its result, "
        "before it has run",
        hooks_that(lambda n: changes(48, 72)(n) and on_module(n)),
    ),
    (
        "to change what a module hands to its input, and not the "
        "gradients of its weights",
        hooks_that(changes(48, 36)),
    ),
    (
        "to look at `.grad` of a leaf when it is complete",
        hooks_that(is_given(36)),
    ),
    (
        "one call with the gradients of several tensors",
        hooks_that(is_given([12, 24])),
    ),
)
# > You want | Take
# > to change the gradient of a tensor, and all that flows on from it | `tensor.register_hook`
# > to change what flows on through a node, and not the gradient that its result retains | `node.register_prehook`, `node.register_hook`
# > to change what flows back into a module from its result, before it has run | `register_full_backward_pre_hook`
# > to change what a module hands to its input, and not the gradients of its weights | `register_full_backward_hook`
# > to look at `.grad` of a leaf when it is complete | `register_post_accumulate_grad_hook`
# > one call with the gradients of several tensors | `register_multi_grad_hook`

# %% under_grad tags=["remove-cell"]
print([name for name in HOOKS if not runs_under_grad(HOOKS[name])])
# > ['`register_post_accumulate_grad_hook`', '`register_multi_grad_hook`']
try:
    x = torch.tensor(3.0, requires_grad=True)
    y = multi_grad(Scale(), x, [])
    torch.autograd.grad(y**2, x)
except RuntimeError as error:
    print(str(error)[:80])
# > A leaf node was passed to _will_engine_execute_node but we are currently running

# %% memory
import tempfile
from pathlib import Path

from torch.autograd.graph import saved_tensors_hooks
from torch.utils.checkpoint import checkpoint

folder = Path(tempfile.mkdtemp())
kept, computed = [], []


def count(tensor):
    kept.append(tensor.nbytes)
    return tensor


def block(x):
    computed.append(x.numel())
    return x.sin().sin().sin()


def plain(x):
    return block(block(block(x))).sum()


def checkpointed(x):
    for _ in range(3):
        x = checkpoint(block, x, use_reentrant=False)
    return x.sum()


def to_disk(tensor):
    path = folder / f"{len(list(folder.iterdir()))}.pt"
    torch.save(tensor, path)
    return path


def on_disk(x):
    with saved_tensors_hooks(to_disk, torch.load):
        return plain(x)


def in_half(x):
    with saved_tensors_hooks(
        lambda t: count(t.half()), lambda t: t.double()
    ):
        return plain(x)


for f in (plain, checkpointed, on_disk, in_half):
    kept.clear(), computed.clear()
    x = torch.linspace(0, 1, 1000).double().requires_grad_()
    with saved_tensors_hooks(count, lambda t: t):
        y = f(x)
    y.backward()
    print(f"{f.__name__:12}", sum(kept), sum(computed))
# > plain        72000 3000
# > checkpointed 24000 6000
# > on_disk      0 3000
# > in_half      18000 3000

# %% memory_facts tags=["remove-cell"]
def measured(f, pieces=1):
    """The most that is kept, what is computed, files, the gradient."""
    most, files = 0, len(list(folder.iterdir()))
    x = torch.linspace(0, 1, 1000).double().requires_grad_()
    computed.clear()
    for part in x.chunk(pieces):
        kept.clear()
        with saved_tensors_hooks(count, lambda t: t):
            y = f(part)
        y.backward()
        most = max(most, sum(kept))
    return {
        "kept": most,
        "once": sum(computed) == 3000,
        "in memory": len(list(folder.iterdir())) == files,
        "whole": pieces == 1,
        "gradient": x.grad,
    }


ways = {
    "nothing": measured(plain),
    "`checkpoint`": measured(checkpointed),
    "hooks that write to disk": measured(on_disk),
    "hooks that round": measured(in_half),
    "a batch in pieces": measured(plain, pieces=4),
}
right = ways["nothing"]["gradient"]
for way in ways.values():
    way["exact"] = torch.equal(way["gradient"], right)


def least(*conditions):
    """Of the ways with these properties that which keeps the least."""
    found = [n for n in ways if all(ways[n][c] for c in conditions)]
    return min(found, key=lambda name: ways[name]["kept"])


# %% memory_table tags=["hide-input"]
wishes = (
    ("exact", "whole", "in memory"),
    ("exact", "whole", "once"),
    ("exact", "once", "in memory"),
    ("once", "whole", "in memory"),
)
Table(
    ("The gradient", "Computed twice", "Files", "Batch", "Take", "Kept"),
    *(
        (
            "to the last bit" if "exact" in wish else "may be rounded",
            "no" if "once" in wish else "allowed",
            "no" if "in memory" in wish else "allowed",
            "whole" if "whole" in wish else "may be cut",
            least(*wish),
            f"{ways[least(*wish)]['kept'] / ways['nothing']['kept']:.0%}",
        )
        for wish in wishes
    ),
)
# > The gradient | Computed twice | Files | Batch | Take | Kept
# > to the last bit | allowed | no | whole | `checkpoint` | 33%
# > to the last bit | no | allowed | whole | hooks that write to disk | 0%
# > to the last bit | no | no | may be cut | a batch in pieces | 25%
# > may be rounded | no | no | whole | hooks that round | 25%
