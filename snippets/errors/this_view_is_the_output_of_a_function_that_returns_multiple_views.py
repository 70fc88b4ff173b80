# %% fails tags=["raises-exception"]
import torch

w = torch.tensor([1.0, 2.0, 3.0, 4.0], requires_grad=True)
h = 3 * w
first, second = h.split(2)
first.mul_(2)
# > RuntimeError: Output 0 of Split is a view and is being modified inplace. This view is the output of a function that returns multiple views. Such functions do not allow the output views to be modified inplace. You should replace the inplace operation by an out-of-place one.

# %% cured
first, second = h.split(2)
first = first * 2
(first.sum() + second.sum()).backward()
print(w.grad)
# > tensor([6., 6., 3., 3.])

# %% indexed
w.grad = None
h = 3 * w
h[:2].mul_(2)
h.sum().backward()
print(w.grad)
# > tensor([6., 6., 3., 3.])

# %% loop_fails tags=["raises-exception"]
h = 3 * w.reshape(2, 2)
for row in h:
    row.mul_(2)
# > RuntimeError: Output 0 of Unbind is a view and is being modified inplace. This view is the output of a function that returns multiple views. Such functions do not allow the output views to be modified inplace. You should replace the inplace operation by an out-of-place one.

# %% loop_cured
w.grad = None
h = 3 * w.reshape(2, 2)
for i in range(len(h)):
    h[i].mul_(2)
h.sum().backward()
print(w.grad)
# > tensor([6., 6., 6., 6.])

# %% function_fails tags=["raises-exception"]
class Twice(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x.view(-1), x.view(-1)

    @staticmethod
    def backward(ctx, g, h):
        return g + h


a, b = Twice.apply(2 * w)
a += 1
# > RuntimeError: Output 0 of Twice is a view and is being modified inplace. This view is the output of a function that returns multiple views. Such functions do not allow the output views to be modified inplace. You should replace the inplace operation by an out-of-place one.

# %% function_cured
class Twice(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x.clone(), x.clone()

    @staticmethod
    def backward(ctx, g, h):
        return g + h


w.grad = None
a, b = Twice.apply(2 * w)
a += 1
(a + b).sum().backward()
print(w.grad)
# > tensor([4., 4., 4., 4.])
