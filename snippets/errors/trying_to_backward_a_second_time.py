# %% fails tags=["raises-exception"]
import torch

x = torch.tensor(2.0, requires_grad=True)
y = x**2
y.backward()
y.backward()
# > RuntimeError: Trying to backward through the graph a second time (or directly access saved tensors after they have already been freed). Saved intermediate values of the graph are freed when you call .backward() or autograd.grad(). Specify retain_graph=True if you need to backward through the graph a second time or if you need to access saved tensors after calling backward.

# %% cured
x = torch.tensor(2.0, requires_grad=True)
for _ in range(2):
    y = x**2
    y.backward()
print(x.grad)
# > tensor(8.)

# %% freed
y = x**2
y.backward()
print(y.grad_fn.next_functions)
# > ((<AccumulateGrad object at 0x…>, 0),)

# %% shared_fails tags=["raises-exception"]
x = torch.tensor(2.0, requires_grad=True)
shared = x**2
first = 3 * shared
second = shared**2
first.backward()
second.backward()
# > RuntimeError: Trying to backward through the graph a second time (or directly access saved tensors after they have already been freed). Saved intermediate values of the graph are freed when you call .backward() or autograd.grad(). Specify retain_graph=True if you need to backward through the graph a second time or if you need to access saved tensors after calling backward.

# %% shared_cured
x = torch.tensor(2.0, requires_grad=True)
shared = x**2
first = 3 * shared
second = shared**2
(first + second).backward()
print(x.grad)
# > tensor(44.)

# %% shared_by_hand tags=["remove-cell"]
# first is 3x², second is x⁴.
assert x.grad == 6 * x + 4 * x**3 == 6 * 2 + 4 * 2**3

# %% carried_fails tags=["raises-exception"]
w = torch.tensor(3.0, requires_grad=True)
state = torch.tensor(1.0)
for _ in range(2):
    state = w * state
    (state**2).backward()
# > RuntimeError: Trying to backward through the graph a second time (or directly access saved tensors after they have already been freed). Saved intermediate values of the graph are freed when you call .backward() or autograd.grad(). Specify retain_graph=True if you need to backward through the graph a second time or if you need to access saved tensors after calling backward.

# %% carried_cured
w = torch.tensor(3.0, requires_grad=True)
state = torch.tensor(1.0)
for _ in range(2):
    state = w * state.detach()
    w.grad = None
    (state**2).backward()
    print(state.item(), w.grad)
# > 3.0 tensor(6.)
# > 9.0 tensor(54.)

# %% outside_fails tags=["raises-exception"]
w = torch.tensor(2.0, requires_grad=True)
scale = w**2
for _ in range(2):
    (scale * 5).backward()
# > RuntimeError: Trying to backward through the graph a second time (or directly access saved tensors after they have already been freed). Saved intermediate values of the graph are freed when you call .backward() or autograd.grad(). Specify retain_graph=True if you need to backward through the graph a second time or if you need to access saved tensors after calling backward.

# %% outside_cured
w = torch.tensor(2.0, requires_grad=True)
for _ in range(2):
    w.grad = None
    scale = w**2
    (scale * 5).backward()
    print(w.grad)
# > tensor(20.)
# > tensor(20.)

# %% function_fails tags=["raises-exception"]
class Square(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * x

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        return 2 * x * grad


x = torch.tensor(2.0, requires_grad=True)
y = Square.apply(x)
y.backward()
y.backward()
# > RuntimeError: Trying to backward through the graph a second time (or directly access saved tensors after they have already been freed). Saved intermediate values of the graph are freed when you call .backward() or autograd.grad(). Specify retain_graph=True if you need to backward through the graph a second time or if you need to access saved tensors after calling backward.

# %% function_cured
x = torch.tensor(2.0, requires_grad=True)
for _ in range(2):
    x.grad = None
    y = Square.apply(x)
    y.backward()
    print(x.grad)
# > tensor(4.)
# > tensor(4.)

# %% read_fails tags=["raises-exception"]
x = torch.tensor(2.0, requires_grad=True)
y = x**2
y.backward()
y.grad_fn._saved_self
# > RuntimeError: Trying to backward through the graph a second time (or directly access saved tensors after they have already been freed). Saved intermediate values of the graph are freed when you call .backward() or autograd.grad(). Specify retain_graph=True if you need to backward through the graph a second time or if you need to access saved tensors after calling backward.

# %% read_cured
y = x**2
saved = y.grad_fn._saved_self
y.backward()
print(saved)
# > tensor(2., requires_grad=True)

# %% not_this tags=["raises-exception"]
w = torch.tensor([2.0], requires_grad=True)
step = torch.optim.SGD([w], lr=0.1)
y = (w**2).sum()
for _ in range(2):
    y.backward(retain_graph=True)
    step.step()
# > RuntimeError: one of the variables needed for gradient computation has been modified by an inplace operation: [torch.FloatTensor [1]] is at version 1; expected version 0 instead. Hint: enable anomaly detection to find the operation that failed to compute its gradient, with torch.autograd.set_detect_anomaly(True, check_nan=False).
