# %% fails tags=["raises-exception"]
import torch


def noisy(x):
    return x + torch.randn(())


torch.vmap(noisy)(torch.zeros(3))
# > RuntimeError: vmap: called random operation while in randomness error mode. Please either use the 'same' or 'different' randomness flags on vmap or perform the randomness operation out of vmap

# %% cured
torch.manual_seed(0)
different = torch.vmap(noisy, randomness="different")
same = torch.vmap(noisy, randomness="same")
print(different(torch.zeros(3)))
# > tensor([ 1.5410, -0.2934, -2.1788])
print(same(torch.zeros(3)))
# > tensor([0.5684, 0.5684, 0.5684])

# %% dropout_fails tags=["raises-exception"]
net = torch.nn.Sequential(
    torch.nn.Linear(2, 1), torch.nn.Dropout(0.5)
)
weights = dict(net.named_parameters())
examples = torch.ones(3, 2)


def loss(weights, x):
    return torch.func.functional_call(net, weights, (x,)).sum()


grads = torch.func.grad(loss)
torch.vmap(grads, in_dims=(None, 0))(weights, examples)
# > RuntimeError: vmap: called random operation while in randomness error mode. Please either use the 'same' or 'different' randomness flags on vmap or perform the randomness operation out of vmap

# %% dropout_cured
per_example = torch.vmap(
    grads, in_dims=(None, 0), randomness="different"
)
print(per_example(weights, examples)["0.bias"].shape)
# > torch.Size([3, 1])

net.eval()
per_example = torch.vmap(grads, in_dims=(None, 0))
print(per_example(weights, examples)["0.weight"])
# > tensor([[[1., 1.]],
# >
# >         [[1., 1.]],
# >
# >         [[1., 1.]]])

# %% jacfwd_fails tags=["raises-exception"]
f = torch.nn.functional.dropout
torch.func.jacfwd(f)(torch.ones(2))
# > RuntimeError: vmap: called random operation while in randomness error mode. Please either use the 'same' or 'different' randomness flags on vmap or perform the randomness operation out of vmap

# %% jacfwd_cured
jacobian = torch.func.jacfwd(f, randomness="same")(torch.ones(2))
print((jacobian - torch.diag(jacobian.diagonal())).abs().sum())
# > tensor(0.)

# %% hessian tags=["remove-cell"]
try:
    torch.func.hessian(lambda x: f(x).pow(2).sum())(torch.ones(2))
except RuntimeError as error:
    assert "randomness error mode" in str(error)
else:
    raise AssertionError
entries = jacobian.diagonal()
assert all(entry in (0.0, 2.0) for entry in entries.tolist())

# %% not_this tags=["raises-exception"]
def seeded(x):
    torch.manual_seed(0)
    return x + torch.randn(())


torch.vmap(seeded)(torch.zeros(3))
# > RuntimeError: vmap: called random operation while in randomness error mode. Please either use the 'same' or 'different' randomness flags on vmap or perform the randomness operation out of vmap
