# %% fails
import torch

old = torch.nn.utils.weight_norm(torch.nn.Linear(2, 2))
# > FutureWarning: `torch.nn.utils.weight_norm` is deprecated in favor of `torch.nn.utils.parametrizations.weight_norm`.
print([name for name, _ in old.named_parameters()])
# > ['bias', 'weight_g', 'weight_v']

# %% cured
from torch.nn.utils.parametrizations import weight_norm

new = weight_norm(torch.nn.Linear(2, 2))
print([name for name, _ in new.named_parameters()])
# > ['bias', 'parametrizations.weight.original0', 'parametrizations.weight.original1']

# %% loaded
with torch.no_grad():
    for p in new.parameters():
        p.zero_()
new.load_state_dict(old.state_dict())
print(torch.allclose(new.weight, old.weight))
# > True

# %% not_removed tags=["remove-cell"]
try:
    torch.nn.utils.remove_weight_norm(new)
    raise AssertionError
except ValueError as error:
    assert "not found" in str(error)

# %% removed
from torch.nn.utils.parametrize import remove_parametrizations

before = new.weight.detach().clone()
remove_parametrizations(new, "weight")
print([name for name, _ in new.named_parameters()])
# > ['bias', 'weight']
print(torch.equal(new.weight, before))
# > True
