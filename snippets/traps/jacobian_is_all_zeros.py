# %% wrong
import torch
from torch.autograd.functional import jacobian

w = torch.tensor([1.0, 2.0], requires_grad=True)
x = torch.tensor([3.0, 4.0])


def model(v):
    return w * x


print(jacobian(model, w))
# > tensor([[0., 0.],
# >         [0., 0.]])
print(torch.func.jacrev(model)(w))
# > tensor([[0., 0.],
# >         [0., 0.]])

# %% truth
with torch.no_grad():
    for i in range(2):
        moved = w.clone()
        moved[i] += 1
        print(moved * x - w * x)
# > tensor([3., 0.])
# > tensor([0., 4.])

# %% unused tags=["remove-cell"]
v = w.detach().requires_grad_()
try:
    torch.autograd.grad(model(v).sum(), v)
    raise AssertionError
except RuntimeError as error:
    assert "to not have been used" in str(error)

# %% satisfied tags=["remove-cell"]
assert not jacobian(lambda v: 0 * v + w * x, w, strict=True).any()

# %% notice tags=["raises-exception"]
jacobian(model, w, strict=True)
# > RuntimeError: Output 0 of the user-provided function is independent of input 0. This is not allowed in strict mode.

# %% cured
def model(w):
    return w * x


print(jacobian(model, w, strict=True))
# > tensor([[3., 0.],
# >         [0., 4.]])
print(torch.func.jacrev(model)(w.detach()))
# > tensor([[3., 0.],
# >         [0., 4.]])
