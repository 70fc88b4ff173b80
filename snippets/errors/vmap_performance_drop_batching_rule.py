# %% fails
import torch

rows = torch.tensor([[0.5, 1.5, 1.5], [0.5, 0.5, 1.5]])


def counts(x):
    return torch.histc(x, bins=2, min=0, max=2)


batched = torch.vmap(counts)(rows)
# > UserWarning: There is a performance drop because we have not yet implemented the batching rule for aten::histc. Please file us an issue on GitHub so that we can prioritize its implementation.
print(batched)
# > tensor([[1., 2.],
# >         [2., 1.]])

# %% like_a_loop tags=["remove-cell"]
looped = torch.stack([counts(x) for x in rows])
assert looped.tolist() == [[1.0, 2.0], [2.0, 1.0]]
assert batched.equal(looped)

# %% cured
def counts(x):
    return torch.stack([(x < 1).sum(), (x >= 1).sum()])


print(torch.vmap(counts)(rows))
# > tensor([[1, 2],
# >         [2, 1]])

# %% loop
one_by_one = [
    torch.histc(x, bins=2, min=0, max=2) for x in rows
]
print(torch.stack(one_by_one))
# > tensor([[1., 2.],
# >         [2., 1.]])
