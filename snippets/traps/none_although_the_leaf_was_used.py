# %% wrong
import torch

x = torch.tensor(2.0, requires_grad=True)
y = x**2
x.requires_grad_(False)
y.backward()
print(x.grad)
# > None

# %% truth
h = 0.5
print(((2 + h) ** 2 - (2 - h) ** 2) / (2 * h))
# > 4.0

# %% notice
y = x.requires_grad_(True) ** 2
x.requires_grad_(False)
node = y.grad_fn.next_functions[0][0]
print(node.variable is x, x.requires_grad)
# > True False

# %% notice_by_grad tags=["raises-exception"]
torch.autograd.grad(y, x, retain_graph=True)
# > RuntimeError: One of the differentiated Tensors does not require grad

# %% cured
x = torch.tensor(2.0, requires_grad=True)
y = x**2
y.backward()
x.requires_grad_(False)
print(x.grad)
# > tensor(4.)

# %% rescued
x = torch.tensor(2.0, requires_grad=True)
y = x**2
x.requires_grad_(False)
x.requires_grad_(True)
y.backward()
print(x.grad)
# > tensor(4.)
