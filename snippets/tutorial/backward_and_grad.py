# %% grad_returns
import torch

x = torch.tensor(2.0, requires_grad=True)
y = 2 * x**4 + x**3 + 3 * x**2 + 5 * x + 1
print(torch.autograd.grad(y, x))
print(x.grad)

# %% backward_stores
y = 2 * x**4 + x**3 + 3 * x**2 + 5 * x + 1
print(torch.autograd.backward(y))
print(x.grad)

# %% several_inputs
a = torch.tensor(2.0, requires_grad=True)
b = torch.tensor(3.0, requires_grad=True)
da, db = torch.autograd.grad(a**2 * b, (a, b))
print(da)
print(db)

# %% chosen_inputs
torch.autograd.backward(a**2 * b, inputs=[a])
print(a.grad)
print(b.grad)

# %% several_outputs
x.grad = None
torch.autograd.backward([x**2, x**3])
print(x.grad)

# %% weighted_outputs
x.grad = None
weights = [torch.tensor(1.0), torch.tensor(10.0)]
torch.autograd.backward([x**2, x**3], grad_tensors=weights)
print(x.grad)

# %% weighted_grad
outputs = [x**2, x**3]
print(torch.autograd.grad(outputs, x, grad_outputs=weights))

# %% unused tags=["raises-exception"]
z = torch.tensor(5.0, requires_grad=True)
torch.autograd.grad(x**3, (x, z))

# %% unused_none
print(torch.autograd.grad(x**3, (x, z), allow_unused=True))

# %% unused_zero
print(torch.autograd.grad(x**3, (x, z), materialize_grads=True))

# %% piles_up
x.grad = None
torch.autograd.backward(x**3)
torch.autograd.backward(x**3)
print(x.grad)

# %% fresh
print(torch.autograd.grad(x**3, x))
print(torch.autograd.grad(x**3, x))

# %% intermediate
u = x**2
print(torch.autograd.grad(5 * u, u))

# %% no_mail tags=["raises-exception"]
w = torch.tensor(3.0, requires_grad=True)
torch.autograd.grad(w**2, w)
w.detach() - 0.1 * w.grad

# %% kept_return
(g,) = torch.autograd.grad(w**2, w)
print(w.detach() - 0.1 * g)

# %% forgotten_tuple
g = torch.autograd.grad(w**2, w)
print(2 * g)

# %% unpacked_tuple
(g,) = torch.autograd.grad(w**2, w)
print(2 * g)

# %% same_graph_twice tags=["raises-exception"]
y = w**2
torch.autograd.grad(y, w)
torch.autograd.backward(y)

# %% new_graph
y = w**2
print(torch.autograd.grad(y, w))
y = w**2
torch.autograd.backward(y)
print(w.grad)

# %% constant tags=["raises-exception"]
k = torch.tensor(4.0)
torch.autograd.grad(k * w, k)

# %% tracked_constant
k.requires_grad_()
print(torch.autograd.grad(k * w, k))

# %% predict_unused
x = torch.tensor(2.0, requires_grad=True)
z = torch.tensor(5.0, requires_grad=True)
print(torch.autograd.grad(x**2, (x, z), allow_unused=True))
print(torch.autograd.grad(x**2, (x, z), materialize_grads=True))

# %% predict_weights
weights = [torch.tensor(2.0), torch.tensor(1.0)]
torch.autograd.backward([x**2, x**3], weights)
print(x.grad)

# %% predict_mailbox
v = torch.tensor(2.0, requires_grad=True)
torch.autograd.grad(v**3, v)
torch.autograd.backward(v**3)
torch.autograd.grad(v**3, v)
print(v.grad)

# %% both_parameters
w = torch.tensor(2.0, requires_grad=True)
b = torch.tensor(1.0, requires_grad=True)
loss = (5 * w + b - 8) ** 2
torch.autograd.backward(loss)
print(w.grad, b.grad)

# %% only_b
w.grad = b.grad = None
loss = (5 * w + b - 8) ** 2
torch.autograd.backward(loss, inputs=[b])
print(w.grad, b.grad)
