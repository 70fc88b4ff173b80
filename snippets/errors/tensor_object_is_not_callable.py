# %% fails tags=["raises-exception"]
import torch

loss = torch.nn.MSELoss()
x = torch.ones(2, requires_grad=True)
for epoch in range(2):
    loss = loss(x, torch.zeros(2))
    loss.backward()
# > TypeError: 'Tensor' object is not callable

# %% cured
criterion = torch.nn.MSELoss()
x = torch.ones(2, requires_grad=True)
for epoch in range(2):
    loss = criterion(x, torch.zeros(2))
    loss.backward()
print(x.grad)
# > tensor([2., 2.])

# %% step_fails tags=["raises-exception"]
optimizer = torch.optim.SGD([x], lr=0.1)
optimizer.step(loss)
# > TypeError: 'Tensor' object is not callable

# %% step_cured
optimizer.step()
print(x)
# > tensor([0.8000, 0.8000], requires_grad=True)

# %% lbfgs tags=["remove-cell"]
try:
    torch.optim.LBFGS([x]).step()
    raise AssertionError("it took no closure")
except TypeError:
    pass

# %% property_fails tags=["raises-exception"]
print(x.grad())
# > TypeError: 'Tensor' object is not callable

# %% property_cured
print(x.grad)
# > tensor([2., 2.])

# %% properties tags=["remove-cell"]
for call in (lambda: x.data(), lambda: torch.ones(2, 2).T()):
    try:
        call()
        raise AssertionError
    except TypeError as error:
        assert "'Tensor' object is not callable" in str(error)
