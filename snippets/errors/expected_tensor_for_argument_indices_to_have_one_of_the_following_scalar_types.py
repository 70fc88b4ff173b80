# %% fails tags=["raises-exception"]
import torch

table = torch.nn.Embedding(3, 2)
table(torch.tensor([1.0]))
# > RuntimeError: Expected tensor for argument #1 'indices' to have one of the following scalar types: Long, Int; but got torch.FloatTensor instead (while checking arguments for embedding)

# %% others tags=["remove-cell"]
for dtype in [torch.uint8, torch.int8, torch.int16, torch.bool]:
    try:
        table(torch.tensor([1], dtype=dtype))
    except RuntimeError as error:
        assert "scalar types: Long, Int" in str(error)
    else:
        raise AssertionError
assert table(torch.tensor([1], dtype=torch.int32)).shape == (1, 2)

# %% cured
rows = table(torch.tensor([1.0]).long())
rows.sum().backward()
print(table.weight.grad)
# > tensor([[0., 0.],
# >         [1., 1.],
# >         [0., 0.]])

# %% division
print((torch.tensor([4]) / 2).dtype, (torch.tensor([4]) // 2).dtype)
# > torch.float32 torch.int64

# %% order_fails tags=["raises-exception"]
ids = torch.tensor([[0, 1]])
torch.nn.functional.embedding(table.weight, ids)
# > RuntimeError: Expected tensor for argument #1 'indices' to have one of the following scalar types: Long, Int; but got torch.FloatTensor instead (while checking arguments for embedding)

# %% order_cured
print(torch.nn.functional.embedding(ids, table.weight).shape)
# > torch.Size([1, 2, 2])

# %% soft
choice = torch.tensor([[0.0, 1.0, 0.0]], requires_grad=True)
row = choice @ table.weight
print(row.equal(table(torch.tensor([1]))))
# > True
row.sum().backward()
print(choice.grad.shape)
# > torch.Size([1, 3])

# %% not_this
almost = torch.tensor([1.9999])
print(almost.long(), almost.round().long())
# > tensor([1]) tensor([2])
