# %% fails tags=["raises-exception"]
import torch

torch.ones(2, dtype=torch.bfloat16).numpy()
# > TypeError: Got unsupported ScalarType BFloat16

# %% cured
h = torch.tensor([0.1, 3.0], dtype=torch.bfloat16)
print(h.float().numpy())
# > [0.10009766 3.        ]

# %% exact tags=["remove-cell"]
every = torch.arange(2**16, dtype=torch.int32).to(torch.int16)
every = every.view(torch.bfloat16)
back = every.float().bfloat16()
same = (back == every) | (every != every)
assert same.all()

# %% autocast
layer = torch.nn.Linear(2, 1)
with torch.autocast("cpu", dtype=torch.bfloat16):
    out = layer(torch.ones(1, 2))
print(out.dtype, layer.weight.dtype)
# > torch.bfloat16 torch.float32
