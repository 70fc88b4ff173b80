# %% fails tags=["raises-exception"]
import torch
from torch.distributions import Bernoulli, Categorical, Normal

scores = torch.tensor([float("nan"), 0.5], requires_grad=True)
Categorical(probs=scores)
# > ValueError: Expected parameter probs (Tensor of shape (2,)) of distribution Categorical(probs: torch.Size([2])) to satisfy the constraint Simplex(), but found invalid values:
# > tensor([nan, nan], grad_fn=<DivBackward0>)

# %% found
layer = torch.nn.Linear(2, 2)
loss = layer(torch.zeros(1, 2)).softmax(1).sum() * float("inf")
loss.backward()
for name, p in layer.named_parameters():
    print(name, p.grad.isfinite().all().item())
# > weight False
# > bias False

# %% scale_fails tags=["raises-exception"]
raw = torch.tensor([-1.0, 2.0], requires_grad=True)
Normal(torch.zeros(2), raw)
# > ValueError: Expected parameter scale (Tensor of shape (2,)) of distribution Normal(loc: torch.Size([2]), scale: torch.Size([2])) to satisfy the constraint GreaterThan(lower_bound=0.0), but found invalid values:
# > tensor([-1.,  2.], requires_grad=True)

# %% scale_cured
scale = torch.nn.functional.softplus(raw) + 1e-6
density = Normal(torch.zeros(2), scale).log_prob(torch.ones(2))
density.sum().backward()
print(raw.grad.isfinite().all())
# > tensor(True)

# %% rounds tags=["remove-cell"]
assert torch.nn.functional.softplus(torch.tensor(-200.0)) == 0

# %% probs_fails tags=["raises-exception"]
Categorical(probs=torch.tensor([-1.0, 1.0]))
# > ValueError: Expected parameter probs (Tensor of shape (2,)) of distribution Categorical(probs: torch.Size([2])) to satisfy the constraint Simplex(), but found invalid values:
# > tensor([-inf, inf])

# %% probs_cured
print(Categorical(logits=torch.tensor([0.0, 0.0])).probs)
# > tensor([0.5000, 0.5000])
print(Categorical(probs=torch.tensor([3.0, 1.0])).probs)
# > tensor([0.7500, 0.2500])

# %% covariance_fails tags=["raises-exception"]
from torch.distributions import MultivariateNormal

zero = torch.zeros(2)
matrix = torch.tensor([[1.0, 2.0], [2.0, 1.0]])
MultivariateNormal(zero, covariance_matrix=matrix)
# > ValueError: Expected parameter covariance_matrix (Tensor of shape (2, 2)) of distribution MultivariateNormal(loc: torch.Size([2]), covariance_matrix: torch.Size([2, 2])) to satisfy the constraint PositiveDefinite(), but found invalid values:
# > tensor([[1., 2.],
# >         [2., 1.]])

# %% covariance_cured
softplus = torch.nn.functional.softplus
raw = torch.tensor([[1.0, 9.0], [2.0, 1.0]], requires_grad=True)
lower = raw.tril(-1) + torch.diag(softplus(raw.diagonal()) + 1e-6)
normal = MultivariateNormal(zero, scale_tril=lower)
normal.log_prob(torch.ones(2)).backward()
print(raw.grad.isfinite().all())
# > tensor(True)

# %% logits tags=["remove-cell"]
assert torch.linalg.eigvalsh(matrix).round().tolist() == [-1, 3]
try:
    Categorical(logits=scores)
    raise AssertionError
except ValueError as error:
    assert "IndependentConstraint(Real(), 1)" in str(error)

# %% above_fails tags=["raises-exception"]
Bernoulli(probs=torch.tensor(1.0 + 1e-6))
# > ValueError: Expected parameter probs (Tensor of shape ()) of distribution Bernoulli(probs: 1.0000009536743164) to satisfy the constraint Interval(lower_bound=0.0, upper_bound=1.0), but found invalid values:
# > 1.0000009536743164

# %% above_cured
p = torch.tensor(1.0 + 1e-6).clamp(0.0, 1.0)
print(Bernoulli(probs=p).mean)
# > tensor(1.)

# %% not_this
broken = Categorical(probs=scores, validate_args=False)
print(broken.log_prob(torch.tensor(0)))
# > tensor(nan, grad_fn=<SqueezeBackward1>)
