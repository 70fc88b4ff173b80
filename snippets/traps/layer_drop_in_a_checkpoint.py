# %% wrong
import random

import torch
from torch.utils.checkpoint import checkpoint


def block(x):
    if random.random() < 0.5:
        x = x.exp()
    return x.sin()


x = torch.tensor(0.0, requires_grad=True)
random.seed(10)
y = checkpoint(block, x, use_reentrant=False)
y.backward()
print(f"{y.item():.2f} {x.grad.item():.2f}")
# > 0.00 0.54

# %% truth
h = torch.tensor(0.001)
print(f"{((h.sin() - (-h).sin()) / (2 * h)).item():.2f}")
# > 1.00

# %% slopes tags=["remove-cell"]
import math

assert math.sin(0) == 0
assert math.cos(0) == 1
assert round(math.cos(math.exp(0)), 2) == 0.54

# %% notice tags=["raises-exception"]
from torch.utils.checkpoint import set_checkpoint_early_stop

random.seed(10)
with set_checkpoint_early_stop(False):
    y = checkpoint(block, x, use_reentrant=False)
y.backward()
# > torch.utils.checkpoint.CheckpointError: torch.utils.checkpoint: trying to save more tensors during recomputation than during the original forward pass.
# >
# > Tip: To see a more detailed error message, either pass `debug=True` to
# > `torch.utils.checkpoint.checkpoint(...)` or wrap the code block
# > with `with torch.utils.checkpoint.set_checkpoint_debug_enabled(True):` to
# > enable checkpoint‑debug mode globally.
# >
# > If this error occurs under torch.compile with automatic_dynamic_shapes enabled,
# > it may be because the recomputation selected a different compiled graph than the
# > forward pass (e.g., a dynamic graph instead of the original static graph).
# > To fix this, either:
# >   - Use torch._dynamo.mark_dynamic() to explicitly mark varying dimensions as
# >     dynamic upfront, avoiding the static-to-dynamic transition.
# >   - Call torch._C._dynamo.eval_frame._set_lru_cache(False) to disable LRU cache
# >     reordering, which can change which graph is checked first between forward
# >     and recompute.
# > See https://github.com/pytorch/pytorch/issues/166926 for more details and
# > workaround examples.
# >

# %% cured
def block(x, whole):
    if whole:
        x = x.exp()
    return x.sin()


random.seed(10)
x.grad = None
whole = random.random() < 0.5
y = checkpoint(block, x, whole, use_reentrant=False)
y.backward()
print(f"{y.item():.2f} {x.grad.item():.2f}")
# > 0.00 1.00

# %% others tags=["remove-cell"]
from torch.utils.checkpoint import CheckpointError

choices = [True, False]


def fewer(x):
    return (x.exp() if choices.pop(0) else x).sin()


try:
    checkpoint(fewer, x, use_reentrant=False).backward()
    raise AssertionError
except CheckpointError as error:
    assert "different number of tensors" in str(error)

drawn = []


def torch_draws(x):
    drawn.append(torch.rand(()).item())
    return x.sin()


checkpoint(torch_draws, x, use_reentrant=False).backward()
assert len(drawn) == 2 and drawn[0] == drawn[1]
