# %% fails tags=["raises-exception"]
import torch

x = torch.tensor([1.0, 2.0], requires_grad=True)


def compute_loss(x):
    return (x**2).sum()


loss, accuracy = compute_loss(x)
# > TypeError: iteration over a 0-d tensor

# %% cured
loss = compute_loss(x)
loss.backward()
print(x.grad)
# > tensor([2., 4.])


# %% two_values
def loss_and_largest(x):
    return (x**2).sum(), x.max().item()


loss, largest = loss_and_largest(x)
print(loss.item(), largest)
# > 5.0 2.0

# %% dimensions
print(x.dim(), loss.dim())
# > 1 0

# %% loop_fails tags=["raises-exception"]
mse = torch.nn.functional.mse_loss
for loss in mse(x, torch.zeros(2)):
    loss.backward()
# > TypeError: iteration over a 0-d tensor

# %% loop_cured
losses = mse(x, torch.zeros(2), reduction="none")
print([loss.item() for loss in losses])
# > [1.0, 4.0]

# %% sum_fails tags=["raises-exception"]
total = sum(compute_loss(x))
# > TypeError: iteration over a 0-d tensor

# %% max tags=["remove-cell"]
try:
    max(compute_loss(x))
    raise AssertionError
except TypeError as error:
    assert str(error) == "iteration over a 0-d tensor"

# %% sum_cured
total = sum([compute_loss(x), compute_loss(2 * x)])
print(total.item())
# > 25.0

# %% list_fails tags=["raises-exception"]
scale = torch.tensor(2.0, requires_grad=True)
for p in scale:
    print(p)
# > TypeError: iteration over a 0-d tensor

# %% list_cured
for p in [scale]:
    print(p)
# > tensor(2., requires_grad=True)

# %% not_this tags=["raises-exception"]
loss, accuracy = compute_loss(x).unsqueeze(0)
# > ValueError: not enough values to unpack (expected 2, got 1)
