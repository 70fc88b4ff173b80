# %% fails
import torch

x = torch.tensor(3.0, requires_grad=True)
(x**3).backward(create_graph=True)
# > UserWarning: Using backward() with create_graph=True will create a reference cycle between the parameter and its gradient which can cause a memory leak. We recommend using autograd.grad when creating the graph to avoid this. If you have to use this function, make sure to reset the .grad fields of your parameters to None after use to break the cycle and avoid the leak.
print(x.grad)
# > tensor(27., grad_fn=<CopyBackwards>)

# %% cured
x = torch.tensor(3.0, requires_grad=True)
(slope,) = torch.autograd.grad(x**3, x, create_graph=True)
slope.backward()
print(slope.item(), x.grad)
# > 27.0 tensor(18.)

# %% cycle
import gc
import weakref

x = torch.tensor(3.0, requires_grad=True)
(x**3).backward(create_graph=True)
watch = weakref.ref(x)
del x
gc.collect()
print(watch() is None)
# > False

# %% emptied
x = torch.tensor(3.0, requires_grad=True)
(x**3).backward(create_graph=True)
watch = weakref.ref(x)
x.grad = None
del x
print(watch() is None)
# > True

# %% optimizer
x = torch.tensor(3.0, requires_grad=True)
optimizer = torch.optim.SGD([x], lr=0.1)
(slope,) = torch.autograd.grad(x**3, x, create_graph=True)
(curvature,) = torch.autograd.grad(slope, x)
x.grad = slope.detach()
optimizer.step()
print(curvature.item(), f"{x.item():.1f}")
# > 18.0 0.3

# %% with_grad tags=["remove-cell"]
x = torch.tensor(3.0, requires_grad=True)
(slope,) = torch.autograd.grad(x**3, x, create_graph=True)
watch = weakref.ref(x)
del x, slope
assert watch() is None

# %% not_this
import warnings

warnings.simplefilter("ignore")
x = torch.tensor(3.0, requires_grad=True)
(x**3).backward(create_graph=True)
x.grad.backward()
print(x.grad.item())
# > 45.0

# %% sum tags=["remove-cell"]
assert x.grad == 3 * 3**2 + 6 * 3 == 27 + 18
x.grad = None
