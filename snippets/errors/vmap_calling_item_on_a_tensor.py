# %% fails tags=["raises-exception"]
import torch

rows = torch.tensor([[1.0, 2.0], [3.0, 4.0]])
torch.vmap(lambda row: row.sum().item())(rows)
# > RuntimeError: vmap: It looks like you're calling .item() on a Tensor. We don't support vmap over calling .item() on a Tensor, please try to rewrite what you're doing with other operations. If error is occurring somewhere inside PyTorch internals, please file a bug report.

# %% called_once tags=["remove-cell"]
calls = []


def counted(row):
    calls.append(row.shape)
    return row.sum()


torch.vmap(counted)(rows)
assert calls == [torch.Size([2])]

# %% cured
sums = torch.vmap(lambda row: row.sum())(rows)
print(sums.tolist())
# > [3.0, 7.0]

# %% float_fails tags=["raises-exception"]
torch.vmap(lambda row: float(row.sum()) * 2)(rows)
# > RuntimeError: vmap: It looks like you're calling .item() on a Tensor. We don't support vmap over calling .item() on a Tensor, please try to rewrite what you're doing with other operations. If error is occurring somewhere inside PyTorch internals, please file a bug report.

# %% float_cured
print(torch.vmap(lambda row: row.sum() * 2)(rows))
# > tensor([ 6., 14.])

# %% index_fails tags=["raises-exception"]
table = [10.0, 20.0, 30.0]
torch.vmap(lambda i: table[i])(torch.tensor([0, 2]))
# > RuntimeError: vmap: It looks like you're calling .item() on a Tensor. We don't support vmap over calling .item() on a Tensor, please try to rewrite what you're doing with other operations. If error is occurring somewhere inside PyTorch internals, please file a bug report.

# %% slice_fails tags=["remove-cell"]
for ask in [lambda n: torch.arange(4)[:n], lambda n: range(n)]:
    try:
        torch.vmap(ask)(torch.tensor([1, 2]))
    except RuntimeError as error:
        assert "calling .item() on a Tensor" in str(error)
    else:
        raise AssertionError

# %% index_cured
table = torch.tensor(table)
print(torch.vmap(lambda i: table[i])(torch.tensor([0, 2])))
# > tensor([10., 30.])

# %% loop
print([round(row.sum().item()) for row in rows])
# > [3, 7]
