# %% fails
import torch

layer = torch.nn.Linear(2, 1)
with torch.autocast("cuda"):
    print(layer(torch.ones(1, 2)).dtype)
# > UserWarning: CUDA is not available or torch_xla is imported. Disabling autocast.
# > torch.float32

# %% cured
device = "cuda" if torch.cuda.is_available() else "cpu"
with torch.autocast(device):
    print(layer.to(device)(torch.ones(1, 2, device=device)).dtype)
# > torch.bfloat16

# %% enabled
on_gpu = torch.cuda.is_available()
with torch.autocast("cuda", enabled=on_gpu):
    print(layer(torch.ones(1, 2)).dtype)
# > torch.float32
