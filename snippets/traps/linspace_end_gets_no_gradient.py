# %% wrong
import torch

end = torch.tensor(3.0, requires_grad=True)
grid = torch.linspace(0, end, 4)
loss = grid.sum() + end
loss.backward()
print(loss.item(), end.grad)
# > 9.0 tensor(1.)

# %% points tags=["remove-cell"]
assert grid.tolist() == [0, 1, 2, 3]
assert loss == 2 * end + end == 3 * end

# %% truth
def f(end):
    return (torch.linspace(0, end, 4).sum() + end).item()


h = 0.5
print((f(3 + h) - f(3 - h)) / (2 * h))
# > 3.0

# %% notice
print(grid.requires_grad)
# > False
print(torch.logspace(0, end, 4).requires_grad)
# > False

# %% cured
end.grad = None
grid = torch.linspace(0, 1, 4) * end
loss = grid.sum() + end
loss.backward()
print(loss.item(), end.grad)
# > 9.0 tensor(3.)

# %% refused tags=["remove-cell"]
for call in (
    lambda: torch.arange(0, end),
    lambda: torch.full((3,), end),
):
    try:
        call()
        raise AssertionError
    except TypeError as error:
        assert "grad" not in str(error).replace("requires_grad", "")
try:
    torch.linspace(0, end, 4).sum().backward()
    raise AssertionError
except RuntimeError as error:
    assert "element 0" in str(error)
start = torch.tensor(1.0, requires_grad=True)
grid = start + (end - start) * torch.linspace(0, 1, 4)
assert torch.allclose(grid, torch.linspace(1, 3, 4))
assert torch.autograd.grad(grid.sum(), start)[0].item() == 2

# %% powers tags=["remove-cell"]
powers = torch.logspace(0, 3, 4)
assert torch.allclose(powers, 10 ** torch.linspace(0, 3, 4))
