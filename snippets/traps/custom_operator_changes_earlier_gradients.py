# %% wrong
import numpy as np
import torch


@torch.library.custom_op("traps::total", mutates_args=())
def total(x: torch.Tensor) -> torch.Tensor:
    sums = x.detach().numpy()
    np.cumsum(sums, out=sums)
    return torch.tensor(sums[-1].item())


w = torch.zeros(3, requires_grad=True)
y = w.exp()
loss = y.sum()
print(total(y).item())
# > 3.0
loss.backward()
print(w.grad)
# > tensor([1., 2., 3.])

# %% truth
print(torch.zeros(3).exp())
# > tensor([1., 1., 1.])

# %% notice tags=["raises-exception"]
torch.library.opcheck(
    total, (torch.ones(3),), test_utils="test_schema"
)
# > torch.testing._internal.optests.generate_tests.OpCheckError: opcheck(op, ...): test_schema failed with Argument x is not defined as mutable but was mutated (scroll up for stack trace)

# %% cured
@torch.library.custom_op("traps::total_of", mutates_args=())
def total_of(x: torch.Tensor) -> torch.Tensor:
    sums = np.cumsum(x.detach().numpy())
    return torch.tensor(sums[-1].item())


w.grad = None
y = w.exp()
loss = y.sum()
print(total_of(y).item())
# > 3.0
loss.backward()
print(w.grad)
# > tensor([1., 1., 1.])

# %% declared tags=["raises-exception"]
@torch.library.custom_op("traps::total_in", mutates_args=("x",))
def total_in(x: torch.Tensor) -> torch.Tensor:
    sums = x.detach().numpy()
    np.cumsum(sums, out=sums)
    return torch.tensor(sums[-1].item())


y = w.exp()
total_in(y)
y.sum().backward()
# > RuntimeError: one of the variables needed for gradient computation has been modified by an inplace operation: [torch.FloatTensor [3]], which is output 0 of Exp, is at version 1; expected version 0 instead. Hint: enable anomaly detection to find the operation that failed to compute its gradient, with torch.autograd.set_detect_anomaly(True, check_nan=False).

# %% not_recorded tags=["remove-cell"]
y = w + 1
total_in(y)
assert y.tolist() == [1, 2, 3]
(slope,) = torch.autograd.grad(y.sum(), w)
assert slope.tolist() == [1, 1, 1]  # the sum is 6 + 3w0 + 2w1 + w2
