# %% fails
import torch
from torch.autograd import Variable

layer = torch.nn.Linear(2, 1)
x = Variable(torch.ones(1, 2), volatile=True)
# > UserWarning: volatile was removed and now has no effect. Use `with torch.no_grad():` instead.
print(layer(x).requires_grad)
# > True

# %% cured
x = torch.ones(1, 2)
with torch.no_grad():
    print(layer(x).requires_grad)
# > False

# %% attribute
x.volatile = True
# > UserWarning: volatile was removed and now has no effect. Use `with torch.no_grad():` instead.
print(x.volatile)
# > UserWarning: volatile was removed (Variable.volatile is always False)
# > False

# %% asked
print(x.requires_grad)
# > False

# %% not_this
print(layer.eval()(x).requires_grad)
# > True

# %% variable tags=["remove-cell"]
assert type(Variable(torch.ones(2))) is torch.Tensor
