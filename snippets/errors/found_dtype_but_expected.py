# %% fails tags=["raises-exception"]
import torch
from torch.nn.functional import binary_cross_entropy

p = torch.tensor([0.5, 0.5], requires_grad=True)
binary_cross_entropy(p, torch.tensor([1, 0]))
# > RuntimeError: Found dtype Long but expected Float

# %% cured
binary_cross_entropy(p, torch.tensor([1, 0]).float()).backward()
print(p.grad)
# > tensor([-1.,  1.])

# %% double_fails tags=["raises-exception"]
import numpy as np

target = torch.from_numpy(np.array([1.0, 0.0]))
binary_cross_entropy(p, target)
# > RuntimeError: Found dtype Double but expected Float

# %% bits tags=["remove-cell"]
bits = [torch.finfo(t.dtype).bits for t in (target, p)]
assert bits == [64, 32]

# %% double_cured
print(binary_cross_entropy(p, target.float()))
# > tensor(0.6931, grad_fn=<BinaryCrossEntropyBackward0>)

# %% model_fails tags=["raises-exception"]
model = torch.nn.Linear(1, 1)
inputs = torch.from_numpy(np.array([[1.0], [2.0]]))
target = torch.tensor([[1.0], [0.0]])
binary_cross_entropy(model.double()(inputs).sigmoid(), target)
# > RuntimeError: Found dtype Float but expected Double

# %% model_cured
p64 = model(inputs).sigmoid()
binary_cross_entropy(p64, target.to(p64.dtype)).backward()
print(model.weight.grad.dtype)
# > torch.float64
model.zero_grad()
p32 = model.float()(inputs.float()).sigmoid()
binary_cross_entropy(p32, target).backward()
print(model.weight.grad.dtype)
# > torch.float32

# %% half_fails tags=["raises-exception"]
binary_cross_entropy(p.bfloat16(), torch.tensor([1.0, 0.0]))
# > RuntimeError: Found dtype Float but expected BFloat16

# %% half_cured
h = p.bfloat16()
print(binary_cross_entropy(h.float(), torch.tensor([1.0, 0.0])))
# > tensor(0.6931, grad_fn=<BinaryCrossEntropyBackward0>)

# %% huber_fails tags=["raises-exception"]
from torch.nn.functional import huber_loss

loss = huber_loss(p, torch.tensor([1, 0]))
print(loss.item())
# > 0.125
loss.backward()
# > RuntimeError: Found dtype Long but expected Float

# %% huber_cured
p.grad = None
huber_loss(p, torch.tensor([1, 0]).float()).backward()
print(p.grad)
# > tensor([-0.2500,  0.2500])
