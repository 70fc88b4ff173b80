# %% fails
import torch
from torch.nn.functional import softmax

scores = torch.zeros(2, 3)
print(softmax(scores).sum(1))
# > UserWarning: Implicit dimension choice for softmax has been deprecated. Change the call to include dim=X as an argument.
# > tensor([1., 1.])

# %% cured
print(softmax(scores, dim=-1).sum(1))
# > tensor([1., 1.])

# %% three
stack = torch.zeros(2, 4, 3)
guessed = softmax(stack)
# > UserWarning: Implicit dimension choice for softmax has been deprecated. Change the call to include dim=X as an argument.
print(guessed.sum(-1)[0, 0], guessed.sum(0)[0, 0])
# > tensor(1.5000) tensor(1.)

# %% others tags=["remove-cell"]
import warnings

from torch.nn import functional as F

for f in (F.log_softmax, F.softmin, torch.nn.Softmax()):
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        f(scores)
    assert "Implicit dimension choice" in str(seen[0].message)
