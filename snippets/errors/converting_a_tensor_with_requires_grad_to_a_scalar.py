# %% fails
import torch

w = torch.tensor(3.0, requires_grad=True)
loss = w**2
print(float(loss))
# > UserWarning: Converting a tensor with requires_grad=True to a scalar may lead to unexpected behavior.
# > Consider using tensor.detach() first.
# > 9.0

# %% cured
losses = []
losses.append(loss.item())
print(losses)
# > [9.0]

# %% kept
torch.sqrt(w**2).backward()
print(w.grad)
# > tensor(1.)

# %% math
import math

print(type(math.sqrt(loss)))
# > UserWarning: Converting a tensor with requires_grad=True to a scalar may lead to unexpected behavior.
# > Consider using tensor.detach() first.
# > <class 'float'>

# %% once tags=["remove-cell"]
import warnings

counts = []
for repeat in [True, False]:
    torch.set_warn_always(repeat)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for _ in range(3):
            float(loss)
    counts.append(len(caught))
torch.set_warn_always(True)
assert counts[0] == 3 and counts[1] <= 1

# %% not_this
w.grad = None
again = torch.tensor(loss.item(), requires_grad=True)
again.backward()
print(w.grad)
# > None
