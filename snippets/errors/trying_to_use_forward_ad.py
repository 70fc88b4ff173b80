# %% fails tags=["raises-exception"]
import torch

attention = torch.nn.functional.scaled_dot_product_attention
x = torch.ones(1, 1, 2, 4)
torch.func.jvp(lambda v: attention(v, v, v), (x,), (x,))
# > NotImplementedError: Trying to use forward AD with _scaled_dot_product_flash_attention_for_cpu that does not support it because it has not been implemented yet.
# > Please file an issue to PyTorch at https://github.com/pytorch/pytorch/issues/new?template=feature-request.yml so that we can prioritize its implementation or submit a PR adding the implementation to derivatives.yaml

# %% hessian tags=["remove-cell"]
def score(v):
    return attention(v, v, v).sum()


for transform in [torch.func.jacfwd, torch.func.hessian]:
    try:
        transform(score)(x)
    except NotImplementedError as error:
        assert "Trying to use forward AD" in str(error)
    else:
        raise AssertionError
assert torch.func.jacrev(score)(x).shape == x.shape
# > UserWarning: There is a performance drop because we have not yet implemented the batching rule for aten::_scaled_dot_product_flash_attention_for_cpu_backward. Please file us an issue on GitHub so that we can prioritize its implementation.

# %% cured
from torch.nn.attention import SDPBackend, sdpa_kernel

with sdpa_kernel(SDPBackend.MATH):
    value, slope = torch.func.jvp(
        lambda v: attention(v, v, v), (x,), (x,)
    )
print(slope[0, 0, 0])
# > tensor([1., 1., 1., 1.])

# %% cdist_fails tags=["raises-exception"]
points = torch.tensor([[3.0, 4.0]])
origin = torch.zeros(1, 2)


def distance(p):
    return torch.cdist(p, origin)


torch.func.jacfwd(distance)(points)
# > NotImplementedError: Trying to use forward AD with _cdist_forward that does not support it because it has not been implemented yet.
# > Please file an issue to PyTorch at https://github.com/pytorch/pytorch/issues/new?template=feature-request.yml so that we can prioritize its implementation or submit a PR adding the implementation to derivatives.yaml

# %% cdist_cured
print(torch.func.jacrev(distance)(points).flatten())
# > tensor([0.6000, 0.8000])

# %% length tags=["remove-cell"]
assert distance(points) == 5

# %% cdist_spelled
def distance(p):
    return (p[:, None] - origin).norm(dim=2).sum()


print(torch.func.jacfwd(distance)(points).flatten())
# > tensor([0.6000, 0.8000])
hessian = torch.func.hessian(distance)(points)
print(hessian.reshape(2, 2))
# > tensor([[ 0.1280, -0.0960],
# >         [-0.0960,  0.0720]])

# %% lstm_fails tags=["raises-exception"]
torch.manual_seed(0)
lstm = torch.nn.LSTM(2, 2)
steps = torch.ones(3, 1, 2)
torch.func.jvp(lambda v: lstm(v)[0], (steps,), (steps,))
# > NotImplementedError: Trying to use forward AD with mkldnn_rnn_layer that does not support it because it has not been implemented yet.
# > Please file an issue to PyTorch at https://github.com/pytorch/pytorch/issues/new?template=feature-request.yml so that we can prioritize its implementation or submit a PR adding the implementation to derivatives.yaml

# %% lstm_cured
def hidden(v):
    return lstm(v)[0]


_, slope = torch.autograd.functional.jvp(hidden, steps, steps)
rise = hidden(1.01 * steps) - hidden(0.99 * steps)
print(torch.allclose(slope, rise / 0.02, atol=1e-4))
# > True

# %% not_this tags=["raises-exception"]
with torch.no_grad():
    torch.func.jvp(hidden, (steps,), (steps,))
# > NotImplementedError: Trying to use forward AD with mkldnn_rnn_layer that does not support it because it has not been implemented yet.
# > Please file an issue to PyTorch at https://github.com/pytorch/pytorch/issues/new?template=feature-request.yml so that we can prioritize its implementation or submit a PR adding the implementation to derivatives.yaml
