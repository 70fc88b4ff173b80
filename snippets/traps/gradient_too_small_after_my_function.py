# %% wrong
import torch


class Double(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x.mul_(2)

    @staticmethod
    def backward(ctx, grad):
        return 2 * grad


def loss(x, double):
    h = x + 1
    doubled = double(h)
    return h + doubled


x = torch.tensor(3.0, requires_grad=True)
value = loss(x, Double.apply)
value.backward()
print(value.item(), x.grad.item())
# > 16.0 3.0

# %% before_and_after tags=["remove-cell"]
h = x.detach() + 1
assert h == 4
assert Double.apply(h).data_ptr() == h.data_ptr() and h == 8
assert value == 2 * (x + 1) + 2 * (x + 1)

# %% truth
with torch.no_grad():
    above = loss(torch.tensor(3.5), Double.apply)
    below = loss(torch.tensor(2.5), Double.apply)
    print((above - below).item())
# > 4.0

# %% notice
h = torch.tensor(4.0)
copy = h.clone()
Double.apply(h)
print(torch.equal(h, copy))
# > False

# %% cured
class Double(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return 2 * x

    @staticmethod
    def backward(ctx, grad):
        return 2 * grad


x.grad = None
value = loss(x, Double.apply)
value.backward()
print(value.item(), x.grad.item())
# > 12.0 3.0

# %% stays tags=["remove-cell"]
h = torch.tensor(4.0)
assert h + Double.apply(h) == 4 + 8 and h == 4

# %% marked
class DoubleInPlace(Double):
    @staticmethod
    def forward(ctx, x):
        ctx.mark_dirty(x)
        return x.mul_(2)


x.grad = None
value = loss(x, DoubleInPlace.apply)
value.backward()
print(value.item(), x.grad.item())
# > 16.0 4.0

# %% leaf tags=["raises-exception"]
DoubleInPlace.apply(x)
# > RuntimeError: a leaf Variable that requires grad has been used in an in-place operation.
