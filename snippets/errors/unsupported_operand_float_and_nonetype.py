# %% fails tags=["raises-exception"]
import torch

w = torch.tensor([1.0, 2.0], requires_grad=True)
loss = (w**2).sum()
with torch.no_grad():
    w -= 0.1 * w.grad
# > TypeError: unsupported operand type(s) for *: 'float' and 'NoneType'

# %% cured
loss.backward()
with torch.no_grad():
    w -= 0.1 * w.grad
print(w)
# > tensor([0.8000, 1.6000], requires_grad=True)

# %% slopes tags=["remove-cell"]
slopes = torch.func.grad(lambda w: (w**2).sum())
assert torch.equal(slopes(w.detach()), 2 * w)

# %% renamed_fails tags=["raises-exception"]
w = torch.tensor(4.0, requires_grad=True)
for _ in range(2):
    (w**2).backward()
    w = w - 0.25 * w.grad
# > UserWarning: The .grad attribute of a Tensor that is not a leaf Tensor is being accessed. Its .grad attribute won't be populated during autograd.backward(). If you indeed want the .grad field to be populated for a non-leaf Tensor, use .retain_grad() on the non-leaf Tensor. If you access the non-leaf Tensor by mistake, make sure you access the leaf Tensor instead. See github.com/pytorch/pytorch/pull/30531 for more information.
# > TypeError: unsupported operand type(s) for *: 'float' and 'NoneType'

# %% renamed_cured
w = torch.tensor(4.0, requires_grad=True)
for _ in range(2):
    (w**2).backward()
    with torch.no_grad():
        w -= 0.25 * w.grad
    w.grad = None
    print(w.item())
# > 2.0
# > 1.0

# %% unused_fails tags=["raises-exception"]
used = torch.tensor(4.0, requires_grad=True)
unused = torch.tensor(7.0, requires_grad=True)
(used**2).backward()
with torch.no_grad():
    for p in [used, unused]:
        p -= 0.25 * p.grad
# > TypeError: unsupported operand type(s) for *: 'float' and 'NoneType'

# %% unused_cured
used = torch.tensor(4.0, requires_grad=True)
(used**2).backward()
optimizer = torch.optim.SGD([used, unused], lr=0.25)
optimizer.step()
print(used.item(), unused.item())
# > 2.0 7.0

# %% by_hand tags=["remove-cell"]
for p in [used, unused]:
    if p.grad is not None:
        assert p is used

# %% not_this
w = torch.tensor([1.0, 2.0], requires_grad=True)
w.grad = torch.zeros(2)
with torch.no_grad():
    w -= 0.1 * w.grad
print(w)
# > tensor([1., 2.], requires_grad=True)
