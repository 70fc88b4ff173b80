# %% fails
import torch

scaler = torch.cuda.amp.GradScaler(enabled=False)
# > FutureWarning: `torch.cuda.amp.GradScaler(args...)` is deprecated. Please use `torch.amp.GradScaler('cuda', args...)` instead.

# %% cured
scaler = torch.amp.GradScaler("cuda", enabled=False)

# %% state
old = torch.cpu.amp.GradScaler(init_scale=1024.0)
# > FutureWarning: `torch.cpu.amp.GradScaler(args...)` is deprecated. Please use `torch.amp.GradScaler('cpu', args...)` instead.
new = torch.amp.GradScaler("cpu")
new.load_state_dict(old.state_dict())
print(new.get_scale())
# > 1024.0

# %% same tags=["remove-cell"]
import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    old = torch.cuda.amp.GradScaler(enabled=False)
assert isinstance(old, torch.amp.GradScaler)

# %% places tags=["remove-cell"]
import inspect


def places(function):
    return list(inspect.signature(function).parameters)


old = places(torch.cuda.amp.GradScaler)
assert places(torch.amp.GradScaler) == ["device", *old]
