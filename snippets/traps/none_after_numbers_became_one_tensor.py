# %% wrong
import torch

a = torch.tensor(2.0, requires_grad=True)
parts = [a * 2, a * 3]
pair = torch.tensor(
    [part.item() for part in parts], requires_grad=True
)
pair.sum().backward()
print(a.grad, pair.grad)
# > None tensor([1., 1.])

# %% truth
h = 0.5
print((5 * (2 + h) - 5 * (2 - h)) / (2 * h))
# > 5.0

# %% sum tags=["remove-cell"]
assert sum(parts) == 2 * a + 3 * a

# %% notice
print((a * 2).grad_fn.name())
# > MulBackward0
print(pair.grad_fn, torch.nn.Parameter(a * 2).grad_fn)
# > None None

# %% cured
pair = torch.stack([a * 2, a * 3])
pair.sum().backward()
print(a.grad)
# > tensor(5.)

a.grad = None
pair = torch.cat([(a * 2).reshape(1), (a * 3).reshape(1)])
pair.sum().backward()
print(a.grad)
# > tensor(5.)

# %% cured_by_writing
a.grad = None
pair = torch.zeros(2)
pair[0] = a * 2
pair[1] = a * 3
pair.sum().backward()
print(a.grad)
# > tensor(5.)
