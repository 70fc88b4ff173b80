# %% fails
import torch

with torch.cuda.amp.autocast(enabled=False):
    print(torch.is_autocast_enabled("cuda"))
# > FutureWarning: `torch.cuda.amp.autocast(args...)` is deprecated. Please use `torch.amp.autocast('cuda', args...)` instead.
# > False

# %% cured
with torch.amp.autocast("cuda", enabled=False):
    print(torch.is_autocast_enabled("cuda"))
# > False

# %% places tags=["remove-cell"]
import inspect


def places(function):
    return list(inspect.signature(function).parameters)


assert places(torch.cuda.amp.autocast)[0] == "enabled"
assert places(torch.amp.autocast)[:2] == ["device_type", "dtype"]

# %% cpu
print(torch.autocast is torch.amp.autocast)
# > True
with torch.cpu.amp.autocast():
    print(torch.ones(2, 2).mm(torch.ones(2, 2)).dtype)
# > FutureWarning: `torch.cpu.amp.autocast(args...)` is deprecated. Please use `torch.amp.autocast('cpu', args...)` instead.
# > torch.bfloat16
with torch.autocast("cpu"):
    print(torch.ones(2, 2).mm(torch.ones(2, 2)).dtype)
# > torch.bfloat16

# %% decorator
class Net(torch.nn.Linear):
    @torch.autocast("cpu")
    def forward(self, x):
        return super().forward(x)


print(Net(2, 1)(torch.ones(1, 2)).dtype)
# > torch.bfloat16
