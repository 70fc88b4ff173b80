# %% fails
import torch

x = torch.tensor([1.0, 2.0], requires_grad=True)
y = x * 3
(y**2).sum().backward()
print(y.grad)
# > UserWarning: The .grad attribute of a Tensor that is not a leaf Tensor is being accessed. Its .grad attribute won't be populated during autograd.backward(). If you indeed want the .grad field to be populated for a non-leaf Tensor, use .retain_grad() on the non-leaf Tensor. If you access the non-leaf Tensor by mistake, make sure you access the leaf Tensor instead. See github.com/pytorch/pytorch/pull/30531 for more information.
# > None

# %% cured
y = x * 3
y.retain_grad()
(y**2).sum().backward()
print(y.grad)
# > tensor([ 6., 12.])

# %% slopes tags=["remove-cell"]
assert torch.equal(y.grad, 2 * y)

# %% scaled_fails
w = torch.ones(2, requires_grad=True) / 10
w.sum().backward()
print(w.grad)
# > UserWarning: The .grad attribute of a Tensor that is not a leaf Tensor is being accessed. Its .grad attribute won't be populated during autograd.backward(). If you indeed want the .grad field to be populated for a non-leaf Tensor, use .retain_grad() on the non-leaf Tensor. If you access the non-leaf Tensor by mistake, make sure you access the leaf Tensor instead. See github.com/pytorch/pytorch/pull/30531 for more information.
# > None

# %% scaled_cured
w = (torch.ones(2) / 10).requires_grad_()
w.sum().backward()
print(w.grad)
# > tensor([1., 1.])

# %% converted tags=["remove-cell"]
leaf = torch.ones(2, requires_grad=True)
assert not leaf.to(torch.float64).is_leaf
assert torch.ones(2).to(torch.float64).requires_grad_().is_leaf

# %% update_fails
w = torch.ones(2, requires_grad=True)
w = w - 0.1 * w
w.sum().backward()
print(w.grad)
# > UserWarning: The .grad attribute of a Tensor that is not a leaf Tensor is being accessed. Its .grad attribute won't be populated during autograd.backward(). If you indeed want the .grad field to be populated for a non-leaf Tensor, use .retain_grad() on the non-leaf Tensor. If you access the non-leaf Tensor by mistake, make sure you access the leaf Tensor instead. See github.com/pytorch/pytorch/pull/30531 for more information.
# > None

# %% update_cured
w = torch.ones(2, requires_grad=True)
with torch.no_grad():
    w -= 0.1 * w
w.sum().backward()
print(w, w.grad)
# > tensor([0.9000, 0.9000], requires_grad=True) tensor([1., 1.])

# %% not_this
y = x * 3
(y**2).sum().backward()
y.retain_grad()
print(y.grad)
# > None
