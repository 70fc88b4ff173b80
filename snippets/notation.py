# %% counting
import torch

x = torch.tensor([5.0, 7.0, 9.0])
print(x[0], x[2])
# > tensor(5.) tensor(9.)
print(x.sum(), x.mean())
# > tensor(21.) tensor(7.)

# %% derivatives
x = torch.tensor(3.0, requires_grad=True)
y = x**3
(first,) = torch.autograd.grad(y, x, create_graph=True)
(second,) = torch.autograd.grad(first, x)
print(first.item(), second.item())
# > 27.0 18.0

# %% partials
w = torch.tensor(2.0, requires_grad=True)
b = torch.tensor(3.0, requires_grad=True)
L = w**2 * b
L.backward()
print(w.grad, b.grad)
# > tensor(12.) tensor(4.)

# %% products
A = torch.tensor([[1.0, 2.0], [3.0, 4.0]])
a = torch.tensor([1.0, 2.0])
b = torch.tensor([3.0, 4.0])
print(A @ b)
# > tensor([11., 25.])
print(a * b)
# > tensor([3., 8.])
print(a @ b)
# > tensor(11.)
print(torch.outer(a, b))
# > tensor([[3., 4.],
# >         [6., 8.]])

# %% jacobian
x = torch.tensor([1.0, 2.0], requires_grad=True)
y = A @ x
y.backward(torch.tensor([1.0, 0.0]))
print(x.grad)
# > tensor([1., 2.])
print(torch.autograd.functional.jacobian(lambda x: A @ x, x))
# > tensor([[1., 2.],
# >         [3., 4.]])

# %% probabilities
z = torch.tensor([2.0, 1.0, 0.1])
p = torch.softmax(z, dim=0)
y = torch.nn.functional.one_hot(torch.tensor(0), 3)
print(p, y)
# > tensor([0.6590, 0.2424, 0.0986]) tensor([1, 0, 0])
print(-(y * torch.log(p)).sum())
# > tensor(0.4170)
print(torch.nn.functional.cross_entropy(z, torch.tensor(0)))
# > tensor(0.4170)

# %% in_prose tags=["remove-cell"]
from gradbook import derivative, gradient, identity

# The examples of the tables, as they stand there.
x = torch.tensor(0.5)
optimizer = torch.optim.SGD([x], lr=0.001, momentum=0.9)
assert f"{torch.e:.5f}" == "2.71828"
derivative("x^3", "3x^2")
derivative("x^3", "6x", order=2)
gradient("w^2 b", w="2w b", b="w^2")
identity("sigmoid(z) = 1/(1 + exp(-z))")
# > sigmoid(z) = 1/(1 + exp(-z)) (proved: SymPy, numbers at 16 points)
