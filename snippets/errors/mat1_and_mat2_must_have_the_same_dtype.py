# %% fails tags=["raises-exception"]
import numpy as np
import torch

layer = torch.nn.Linear(2, 1)
data = torch.from_numpy(np.array([[1.0, 2.0]]))
layer(data)
# > RuntimeError: mat1 and mat2 must have the same dtype, but got Double and Float

# %% cured
layer(data.float()).sum().backward()
print(layer.weight.grad)
# > tensor([[1., 2.]])

# %% half_fails tags=["raises-exception"]
half = torch.nn.Linear(2, 1).half()
half(torch.ones(1, 2))
# > RuntimeError: mat1 and mat2 must have the same dtype, but got Float and Half

# %% bits tags=["remove-cell"]
bits = [torch.finfo(t.dtype).bits for t in (half.weight, torch.ones(1))]
assert bits == [16, 32]

# %% half_cured
with torch.autocast("cpu", dtype=torch.bfloat16):
    out = layer(torch.ones(1, 2))
print(out.dtype, layer.weight.dtype)
# > torch.bfloat16 torch.float32

# %% not_this
print(layer.weight.element_size())
# > 4
print(torch.nn.Linear(2, 1).double().weight.element_size())
# > 8
