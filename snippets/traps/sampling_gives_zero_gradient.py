# %% wrong
import torch

torch.manual_seed(0)
p = torch.tensor(0.5, requires_grad=True)
sample = torch.bernoulli(p.expand(10_000))
loss = (3 * sample).mean()
loss.backward()
print(loss.grad_fn.name(), p.grad)
# > MeanBackward0 tensor(0.)

# %% truth
def expected(p):
    return p * 3 + (1 - p) * 0


h = 0.25
print((expected(0.5 + h) - expected(0.5 - h)) / (2 * h))
# > 3.0

# %% on_average tags=["remove-cell"]
assert (lambda p: expected(p) == 3 * p)(0.25)

# %% notice
draws = {
    "bernoulli": torch.bernoulli,
    "bernoulli_": torch.zeros(()).bernoulli_,
    "poisson": torch.poisson,
    "normal": lambda p: torch.normal(p, 1.0),
}
for name, draw in draws.items():
    print(name, torch.autograd.grad(draw(p), p)[0])
# > bernoulli tensor(0.)
# > bernoulli_ tensor(0.)
# > poisson tensor(0.)
# > normal tensor(0.)

# %% cured
p.grad = None
loss = p * 3 + (1 - p) * 0
loss.backward()
print(p.grad)
# > tensor(3.)

# %% log_prob
coin = torch.distributions.Bernoulli(p)
sample = coin.sample((10_000,))
loss = (3 * sample * coin.log_prob(sample)).mean()
(slope,) = torch.autograd.grad(loss, p)
print((slope - 3).abs() < 0.3)
# > tensor(True)

# %% rsample
x = torch.distributions.Normal(p, 1.0).rsample()
print(torch.autograd.grad(x, p))
# > (tensor(1.),)

# %% unrecorded tags=["remove-cell"]
assert not sample.requires_grad
