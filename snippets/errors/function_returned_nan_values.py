# %% fails tags=["raises-exception"]
import warnings

import torch

warnings.filterwarnings("ignore", "Error detected in")

x = torch.tensor([0.0, 0.0], requires_grad=True)
with torch.autograd.set_detect_anomaly(True):
    length = (x**2).sum().sqrt()
    (0 * length).backward()
# > RuntimeError: Function 'SqrtBackward0' returned nan values in its 0th output.

# %% traceback tags=["remove-cell"]
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    try:
        with torch.autograd.set_detect_anomaly(True):
            (0 * (x**2).sum().sqrt()).backward()
    except RuntimeError:
        pass
assert "Traceback of forward call" in str(caught[-1].message)

# %% cured
length = ((x**2).sum() + 1e-12).sqrt()
(0 * length).backward()
print(x.grad)
# > tensor([0., 0.])

# %% norm
x.grad = None
torch.linalg.vector_norm(x).backward()
print(x.grad)
# > tensor([0., 0.])

# %% forward_fails tags=["raises-exception"]
x = torch.tensor([-1.0, 1.0], requires_grad=True)
with torch.autograd.set_detect_anomaly(True):
    (0 * x.log()).exp().sum().backward()
# > RuntimeError: Function 'ExpBackward0' returned nan values in its 0th output.

# %% forward_found
print(x.log().isfinite().all())
# > tensor(False)

# %% forward_cured
safe = x.clamp(min=1e-6).log()
safe.sum().backward()
print(x.grad)
# > tensor([0., 1.])

# %% input_fails tags=["raises-exception"]
inputs = torch.tensor([[1.0], [float("nan")]])
w = torch.tensor([2.0], requires_grad=True)
with torch.autograd.set_detect_anomaly(True):
    ((inputs @ w) ** 2).sum().backward()
# > RuntimeError: Function 'PowBackward0' returned nan values in its 0th output.

# %% input_cured
rows = inputs.isfinite().all(1)
print(rows)
# > tensor([ True, False])
w.grad = None
((inputs[rows] @ w) ** 2).sum().backward()
print(w.grad)
# > tensor([4.])

# %% mask_fails tags=["raises-exception"]
scores = torch.zeros(2, 2, requires_grad=True)
keep = torch.tensor([[True, True], [False, False]])
with torch.autograd.set_detect_anomaly(True):
    masked = scores.masked_fill(~keep, float("-inf"))
    masked.softmax(1)[0, 0].backward()
# > RuntimeError: Function 'SoftmaxBackward0' returned nan values in its 0th output.

# %% mask_finite tags=["remove-cell"]
assert masked.softmax(1)[0, 0].isfinite()
assert masked.softmax(1)[1].isnan().all()

# %% mask_cured
lowest = torch.finfo(scores.dtype).min
scores.grad = None
masked = scores.masked_fill(~keep, lowest)
masked.softmax(1)[0, 0].backward()
print(masked.softmax(1)[1])
# > tensor([0.5000, 0.5000], grad_fn=<SelectBackward0>)
print(scores.grad)
# > tensor([[ 0.2500, -0.2500],
# >         [ 0.0000,  0.0000]])

# %% overflow_fails tags=["raises-exception"]
x = torch.tensor([100.0, 0.0], requires_grad=True)
with torch.autograd.set_detect_anomaly(True):
    e = x.exp()
    (e / e.sum()).log()[1].backward()
# > RuntimeError: Function 'LogBackward0' returned nan values in its 0th output.

# %% overflow_cured
x.grad = None
x.log_softmax(0)[1].backward()
print(x.grad)
# > tensor([-1.,  1.])

# %% overflow_sum tags=["remove-cell"]
assert e.isinf().tolist() == [True, False]
assert x.logsumexp(0) == 100

# %% where_fails tags=["raises-exception"]
x = torch.tensor([0.0, 4.0], requires_grad=True)
with torch.autograd.set_detect_anomaly(True):
    torch.where(x > 0, x.sqrt(), 0.0).sum().backward()
# > RuntimeError: Function 'SqrtBackward0' returned nan values in its 0th output.

# %% where_cured
inside = torch.where(x > 0, x, 1.0)
torch.where(x > 0, inside.sqrt(), 0.0).sum().backward()
print(x.grad)
# > tensor([0.0000, 0.2500])

# %% division_fails tags=["raises-exception"]
total = torch.tensor(0.0, requires_grad=True)
with torch.autograd.set_detect_anomaly(True):
    (0 / total).backward()
# > RuntimeError: Function 'ReciprocalBackward0' returned nan values in its 0th output.

# %% division_cured
(0 / total.clamp(min=1e-6)).backward()
print(total.grad)
# > tensor(0.)

# %% not_this
x = torch.tensor(0.0, requires_grad=True)
(3 * x + (x**2).sqrt()).backward()
print(x.grad, x.grad.nan_to_num())
# > tensor(nan) tensor(0.)
