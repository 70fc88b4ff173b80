# %% fails
import torch

w = torch.tensor(3.0, requires_grad=True)
loss = w**2
print(float(loss))
# > UserWarning: Converting a tensor with requires_grad=True to a scalar may lead to unexpected behavior.
# > Consider using tensor.detach() first.
# > 9.0

# %% cured
losses = []
losses.append(loss.item())
print(losses)
# > [9.0]

# %% kept
torch.sqrt(w**2).backward()
print(w.grad)
# > tensor(1.)

# %% root tags=["remove-cell"]
assert 3 == torch.sqrt(w**2)

# %% math
import math

print(type(math.sqrt(loss)))
# > UserWarning: Converting a tensor with requires_grad=True to a scalar may lead to unexpected behavior.
# > Consider using tensor.detach() first.
# > <class 'float'>

# %% once tags=["remove-cell"]
import warnings

counts = []
for repeat in [True, False]:
    torch.set_warn_always(repeat)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for _ in range(3):
            float(loss)
    counts.append(len(caught))
torch.set_warn_always(True)
assert counts[0] == 3 and counts[1] <= 1

# %% numpy tags=["remove-cell"]
import numpy

try:
    numpy.sqrt(loss)
    raise AssertionError
except RuntimeError as error:
    assert "Can't call numpy()" in str(error)

# %% log
import numpy

print("%.1f" % loss)
# > UserWarning: Converting a tensor with requires_grad=True to a scalar may lead to unexpected behavior.
# > Consider using tensor.detach() first.
# > 9.0
history = numpy.zeros(2)
history[0] = loss
# > UserWarning: Converting a tensor with requires_grad=True to a scalar may lead to unexpected behavior.
# > Consider using tensor.detach() first.
print("%.1f" % loss.item(), f"{loss:.1f}")
# > 9.0 9.0
history[1] = loss.item()

# %% gathered
print(torch.tensor([loss, loss]).sum().requires_grad)
# > UserWarning: Converting a tensor with requires_grad=True to a scalar may lead to unexpected behavior.
# > Consider using tensor.detach() first.
# > False

# %% stacked
w.grad = None
torch.stack([w**2, w**2]).sum().backward()
print(w.grad)
# > tensor(12.)

# %% matrix
angle = torch.tensor(0.0, requires_grad=True)
c, s = angle.cos(), angle.sin()
turn = torch.stack([torch.stack([c, -s]), torch.stack([s, c])])
turn[1, 0].backward()
print(turn.shape, angle.grad)
# > torch.Size([2, 2]) tensor(1.)

# %% as_tensor tags=["remove-cell"]
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    for make in (torch.as_tensor, torch.tensor, torch.FloatTensor):
        assert not make([loss, loss]).requires_grad
assert len(caught) == 6

# %% not_this
w.grad = None
again = torch.tensor(loss.item(), requires_grad=True)
again.backward()
print(w.grad)
# > None
