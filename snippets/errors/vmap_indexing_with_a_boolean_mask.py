# %% fails tags=["raises-exception"]
import torch

rows = torch.tensor([[1.0, -2.0, 3.0], [-4.0, 5.0, -6.0]])
torch.vmap(lambda x: x[x > 0].sum())(rows)
# > RuntimeError: vmap: We do not support batching operators that can support dynamic shape. Attempting to batch over indexing with a boolean mask.

# %% cured
def positive_sum(x):
    return torch.where(x > 0, x, 0.0).sum()


print(torch.vmap(positive_sum)(rows))
# > tensor([4., 5.])

# %% gradient
print(torch.vmap(torch.func.grad(positive_sum))(rows))
# > tensor([[1., 0., 1.],
# >         [0., 1., 0.]])

# %% mean
def positive_mean(x):
    count = (x > 0).sum().clamp(min=1)
    return positive_sum(x) / count


print(torch.vmap(positive_mean)(rows))
# > tensor([2., 5.])
print(torch.vmap(positive_mean)(-torch.ones(1, 3)))
# > tensor([0.])

# %% write_fails tags=["raises-exception"]
def without_negative(x):
    x = x.clone()
    x[x < 0] = 0.0
    return x


torch.vmap(without_negative)(rows)
# > RuntimeError: vmap: We do not support batching operators that can support dynamic shape. Attempting to batch over indexing with a boolean mask.

# %% write_cured
print(torch.vmap(lambda x: x.masked_fill(x < 0, 0.0))(rows))
# > tensor([[1., 0., 3.],
# >         [0., 5., 0.]])

# %% loop
print([x[x > 0].tolist() for x in rows])
# > [[1.0, 3.0], [5.0]]

# %% refused tags=["remove-cell"]
for f in [
    torch.nonzero,
    torch.unique,
    lambda x: torch.masked_select(x, x > 0),
]:
    try:
        torch.vmap(f)(rows)
    except RuntimeError as error:
        assert "vmap" in str(error) and "shape" in str(error)
    else:
        raise AssertionError
for neutral, f, result in [
    (1.0, torch.prod, [3.0, 5.0]),
    (float("-inf"), torch.amax, [3.0, 5.0]),
]:
    kept = torch.vmap(lambda x: f(torch.where(x > 0, x, neutral)))
    assert kept(rows).tolist() == result
