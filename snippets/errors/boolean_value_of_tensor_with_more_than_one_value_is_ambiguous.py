# %% fails tags=["raises-exception"]
import torch

pred = torch.tensor([3.0, 6.0, 9.0], requires_grad=True)
target = torch.zeros(3)
loss = torch.nn.MSELoss(pred, target)
# > RuntimeError: Boolean value of Tensor with more than one value is ambiguous

# %% options tags=["remove-cell"]
import inspect

names = list(inspect.signature(torch.nn.MSELoss).parameters)
assert names == ["size_average", "reduce", "reduction"]

# %% cured
loss = torch.nn.MSELoss()(pred, target)
loss.backward()
print(loss.item(), pred.grad)
# > 42.0 tensor([2., 4., 6.])

# %% function
print(torch.nn.functional.mse_loss(pred, target).item())
# > 42.0

# %% by_hand tags=["remove-cell"]
assert torch.allclose(loss, torch.tensor((9 + 36 + 81) / 3))
assert torch.allclose(pred.grad, pred.detach() * 2 / 3)

# %% one_entry
print(bool(torch.tensor([0.0])), bool(torch.tensor([0.5])))
# > False True

# %% grad_fails tags=["raises-exception"]
if pred.grad:
    print(pred.grad)
# > RuntimeError: Boolean value of Tensor with more than one value is ambiguous

# %% grad_cured
if pred.grad is not None:
    print(pred.grad)
# > tensor([2., 4., 6.])

# %% compare_fails tags=["raises-exception"]
if pred > 0:
    print("positive")
# > RuntimeError: Boolean value of Tensor with more than one value is ambiguous

# %% compare_cured
print((pred > 0).all(), (pred > 6).any())
# > tensor(True) tensor(True)

# %% where_cured
pred.grad = None
torch.where(pred > 6, pred**2, 10 * pred).sum().backward()
print(pred.grad)
# > tensor([10., 10., 18.])

# %% and_fails tags=["raises-exception"]
(pred > 0) and (pred < 9)
# > RuntimeError: Boolean value of Tensor with more than one value is ambiguous

# %% and_cured
print((pred > 0) & (pred < 9))
# > tensor([ True,  True, False])

# %% in_fails tags=["raises-exception"]
layer = torch.nn.Linear(2, 2)
frozen = [layer.weight, layer.bias]
print(layer.bias in frozen)
# > RuntimeError: Boolean value of Tensor with more than one value is ambiguous

# %% in_cured
print(any(p is layer.bias for p in frozen))
# > True

# %% others tags=["remove-cell"]
pair = [torch.zeros(2), torch.ones(2)]
for method in (pair.index, pair.remove):
    try:
        method(pair[1])
        raise AssertionError
    except RuntimeError as error:
        assert "ambiguous" in str(error)

# %% not_this
x = torch.zeros(2, requires_grad=True)
(x**2).sum().backward()
print(x.grad is not None, x.grad.any())
# > True tensor(False)
