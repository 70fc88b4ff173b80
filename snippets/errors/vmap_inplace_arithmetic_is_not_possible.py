# %% fails tags=["raises-exception"]
import torch


def padded(x):
    out = torch.zeros(2)
    out[0] = x
    return out


torch.vmap(padded)(torch.tensor([1.0, 2.0, 3.0]))
# > RuntimeError: vmap: inplace arithmetic(self, *extra_args) is not possible because there exists a Tensor `other` in extra_args that has more elements than `self`. This happened due to `other` being vmapped over but `self` not being vmapped over in a vmap. Please try to use out-of-place operators instead of inplace arithmetic. If said operator is being called inside the PyTorch framework, please file a bug report instead.

# %% cured
def padded(x):
    out = x.new_zeros(2)
    out[0] = x
    return out


print(torch.vmap(padded)(torch.tensor([1.0, 2.0, 3.0])))
# > tensor([[1., 0.],
# >         [2., 0.],
# >         [3., 0.]])

# %% stacked
def padded(x):
    return torch.stack([x, torch.zeros_like(x)])


print(torch.vmap(padded)(torch.tensor([1.0, 2.0, 3.0])))
# > tensor([[1., 0.],
# >         [2., 0.],
# >         [3., 0.]])

# %% transforms tags=["remove-cell"]
one = torch.tensor(1.0)
for transform in [torch.func.jacrev, torch.func.jacfwd]:
    assert transform(padded)(one).tolist() == [1.0, 0.0]
like = torch.vmap(lambda x: torch.zeros_like(x).add_(x))
assert like(torch.ones(3)).tolist() == [1.0, 1.0, 1.0]

# %% diagonal_fails tags=["raises-exception"]
def diagonal(v):
    out = torch.zeros(2, 2)
    out.diagonal().copy_(v)
    return out


torch.vmap(diagonal)(torch.tensor([[1.0, 2.0], [3.0, 4.0]]))
# > RuntimeError: vmap: inplace arithmetic(self, *extra_args) is not possible because there exists a Tensor `other` in extra_args that has more elements than `self`. This happened due to `other` being vmapped over but `self` not being vmapped over in a vmap. Please try to use out-of-place operators instead of inplace arithmetic. If said operator is being called inside the PyTorch framework, please file a bug report instead.

# %% diagonal_cured
rows = torch.tensor([[1.0, 2.0], [3.0, 4.0]])
print(torch.vmap(torch.diag)(rows))
# > tensor([[[1., 0.],
# >          [0., 2.]],
# >
# >         [[3., 0.],
# >          [0., 4.]]])

# %% sum_fails tags=["raises-exception"]
def total(x):
    s = torch.zeros(())
    for k in range(3):
        s += k * x
    return s


torch.vmap(total)(torch.tensor([1.0, 2.0]))
# > RuntimeError: output with shape [] doesn't match the broadcast shape [2]

# %% sum_cured
def total(x):
    s = torch.zeros(())
    for k in range(3):
        s = s + k * x
    return s


print(torch.vmap(total)(torch.tensor([1.0, 2.0])))
# > tensor([3., 6.])

# %% one_sum tags=["remove-cell"]
x = torch.tensor(2.0)
assert total(x) == 3 * x
assert 0 * x + 1 * x + 2 * x == 3 * x
