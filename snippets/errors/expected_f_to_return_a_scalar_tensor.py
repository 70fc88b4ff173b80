# %% fails tags=["raises-exception"]
import torch

x = torch.tensor([1.0, 2.0, 3.0])
torch.func.grad(lambda x: x**2)(x)
# > RuntimeError: grad_and_value(f)(*args): Expected f(*args) to return a scalar Tensor, got tensor with 1 dims. Maybe you wanted to use the vjp or jacrev APIs instead?

# %% cured
print(torch.func.grad(lambda x: (x**2).sum())(x))
# > tensor([2., 4., 6.])

# %% slopes tags=["remove-cell"]
assert torch.equal(torch.func.grad(lambda x: (x**2).sum())(x), 2 * x)

# %% mapped
print(torch.vmap(torch.func.grad(lambda x: x**2))(x))
# > tensor([2., 4., 6.])

# %% jacobian
print(torch.func.jacrev(lambda x: x**2)(x))
# > tensor([[2., 0., 0.],
# >         [0., 4., 0.],
# >         [0., 0., 6.]])

# %% one_fails tags=["raises-exception"]
layer = torch.nn.Linear(3, 1)
torch.func.grad(layer)(x)
# > RuntimeError: grad_and_value(f)(*args): Expected f(*args) to return a scalar Tensor, got tensor with 1 dims. Maybe you wanted to use the vjp or jacrev APIs instead?

# %% one_cured
slope = torch.func.grad(lambda x: layer(x).squeeze())(x)
print(slope.equal(layer.weight[0]))
# > True

# %% tuple_fails tags=["raises-exception"]
def loss_and_values(x):
    squares = x**2
    return squares.sum(), squares


torch.func.grad(loss_and_values)(x)
# > RuntimeError: grad_and_value(f)(*args): Expected f(*args) to return a Tensor, got <class 'tuple'>

# %% tuple_cured
slopes, squares = torch.func.grad(
    loss_and_values, has_aux=True
)(x)
print(slopes, squares)
# > tensor([2., 4., 6.]) tensor([1., 4., 9.])
