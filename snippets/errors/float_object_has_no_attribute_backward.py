# %% fails tags=["raises-exception"]
import torch

w = torch.tensor(3.0, requires_grad=True)
loss = (w**2).item()
loss.backward()
# > AttributeError: 'float' object has no attribute 'backward'

# %% cured
loss = w**2
loss.backward()
print(loss.item(), w.grad)
# > 9.0 tensor(6.)

# %% numbers tags=["remove-cell"]
assert type((w**2).item()) is type(float((w**2).detach())) is float

# %% added_fails tags=["raises-exception"]
losses = [w**2, 2 * w]
total = sum(loss.item() for loss in losses)
total.backward()
# > AttributeError: 'float' object has no attribute 'backward'

# %% added_cured
w.grad = None
total = sum([w**2, 2 * w])
total.backward()
print(w.grad)
# > tensor(8.)

# %% math_fails tags=["raises-exception"]
import math

loss = math.log(w)
# > UserWarning: Converting a tensor with requires_grad=True to a scalar may lead to unexpected behavior.
# > Consider using tensor.detach() first.
loss.backward()
# > AttributeError: 'float' object has no attribute 'backward'

# %% math_cured
w.grad = None
torch.log(w).backward()
print(w.grad)
# > tensor(0.3333)

# %% not_this
w = torch.tensor(3.0, requires_grad=True)
loss = torch.tensor((w**2).item(), requires_grad=True)
loss.backward()
print(w.grad)
# > None
