# %% dual
import torch
import torch.autograd.forward_ad as forward

with forward.dual_level():
    x = forward.make_dual(torch.tensor(2.0), torch.tensor(1.0))
    y = 2 * x**4 + x**3 + 3 * x**2 + 5 * x + 1
    print(forward.unpack_dual(y))
# > UnpackedDualTensor(primal=tensor(63.), tangent=tensor(93.))

# %% product_rule tags=["hide-input"]
from gradbook import identity

identity("(a + b h)(c + d h) = a c + (a d + b c) h + O(h^2)")
# > (a + b h)(c + d h) = a c + (a d + b c) h + O(h^2) (proved: SymPy, numbers at 8 points)


# %% by_hand
class Dual:
    def __init__(self, primal, tangent=0):
        self.primal, self.tangent = primal, tangent

    def __add__(self, other):
        return Dual(
            self.primal + other.primal, self.tangent + other.tangent
        )

    def __mul__(self, other):
        a, b, c, d = *self, *other
        return Dual(a * c, a * d + b * c)

    def __iter__(self):
        return iter((self.primal, self.tangent))


def number(value):
    return Dual(value)


x = Dual(3, 1)
print(*x * x, "and", *x * x * x + number(5) * x)
# > 9 6 and 42 32

# %% direction
from torch.func import jvp


def g(p):
    a, b = p
    return torch.stack([a * b, a**2, b**3])


point = torch.tensor([2.0, 3.0])
values, rates = jvp(g, (point,), (torch.tensor([1.0, 0.0]),))
print(values, rates)
# > tensor([ 6.,  4., 27.]) tensor([3., 4., 0.])

# %% mixed
print(jvp(g, (point,), (torch.tensor([2.0, 1.0]),))[1])
# > tensor([ 8.,  8., 27.])
print(jvp(g, (point,), (torch.tensor([0.0, 1.0]),))[1] + 2 * rates)
# > tensor([ 8.,  8., 27.])

# %% direction_rule tags=["hide-input"]
from gradbook import gradient

gradient(
    "r(u b + v a) + s(2a u) + t(3b^2 v)",
    u="r b + 2s a",
    v="r a + 3t b^2",
    name="D",
)
# > dD/du = r b + 2s a, dD/dv = r a + 3t b^2 (proved: SymPy, finite differences, autograd at 8 points)


# %% keeps_nothing
def kept(run):
    def pack(tensor):
        sizes.append(tensor.numel())
        return tensor

    sizes = []
    hooks = torch.autograd.graph.saved_tensors_hooks(pack, lambda t: t)
    with hooks:
        run()
    return sum(sizes)


def sines(x):
    for _ in range(10):
        x = x.sin()
    return x


x = torch.ones(1000)
tracked = torch.ones(1000, requires_grad=True)
print(kept(lambda: sines(tracked)))
# > 10000
print(kept(lambda: jvp(sines, (x,), (x,))))
# > 0


# %% nested
def polynomial(x):
    return 2 * x**4 + x**3 + 3 * x**2 + 5 * x + 1


def slope_of(f):
    return lambda x: jvp(f, (x,), (torch.ones_like(x),))[1]


f, x = polynomial, torch.tensor(2.0)
for _ in range(3):
    f = slope_of(f)
    print(f(x).item())
# > 93.0
# > 114.0
# > 102.0

# %% linearize
from torch.func import linearize

value, push = linearize(lambda x: x**3, torch.tensor(2.0))
# > UserWarning: Attempted to insert a get_attr Node with no underlying reference in the owning GraphModule! Call GraphModule.add_submodule to add the necessary submodule, GraphModule.add_parameter to add the necessary Parameter, or nn.Module.register_buffer to add the necessary buffer
print(value)
# > tensor(8.)
print(push(torch.tensor(1.0)), push(torch.tensor(2.0)))
# > tensor(12.) tensor(24.)

# %% straight_part tags=["hide-input"]
import matplotlib.pyplot as plt

at = torch.linspace(0.5, 3, 60)
line = value + torch.stack([push(d) for d in at - 2])
fig, ax = plt.subplots(figsize=(5, 3))
ax.plot(at, at**3, "C0", label="$x^3$")
ax.plot(at, line, "C1--", label="value + push")
ax.plot(2, 8, "ko")
ax.set(xlabel="$x$")
ax.legend()
fig.set_label(
    f"A cubic and its straight part at 2, which touches it in (2, "
    f"{value:g}). At 3 the curve is at {at[-1] ** 3:g} and the line "
    f"at {line[-1]:g}."
)
# > A cubic and its straight part at 2, which touches it in (2, 8). At 3 the curve is at 27 and the line at 20.

# %% cube_rule tags=["hide-input"]
from gradbook import derivative

derivative("x^3", "3x^2")
# > dy/dx = 3x^2 (proved: SymPy, finite differences, autograd at 16 points)

# %% linearize_work
from torch.utils.flop_counter import FlopCounterMode


def work(call):
    with FlopCounterMode(display=False) as counter:
        call()
    return counter.get_total_flops()


torch.manual_seed(0)
W, x = torch.randn(50, 50), torch.randn(50, 1)
layer = lambda x: torch.tanh(W @ x)
value, push = linearize(layer, x)
# > UserWarning: Attempted to insert a get_attr Node with no underlying reference in the owning GraphModule! Call GraphModule.add_submodule to add the necessary submodule, GraphModule.add_parameter to add the necessary Parameter, or nn.Module.register_buffer to add the necessary buffer
push(x)
once = work(lambda: layer(x))
costs = [work(lambda: jvp(layer, (x,), (x,))), work(lambda: push(x))]
print([cost // once for cost in costs])
# > [3, 1]

# %% linearize_if tags=["remove-cell"]
try:
    linearize(lambda x: x if x > 0 else -x, torch.tensor(2.0))
except RuntimeError as error:
    assert "data-dependent control flow" in str(error)
else:
    raise AssertionError

# %% switches
with forward.dual_level():
    x = forward.make_dual(torch.tensor(3.0), torch.tensor(1.0))
    with torch.no_grad():
        print(forward.unpack_dual(x**2).tangent)
    with torch.inference_mode():
        print(forward.unpack_dual(x**2).tangent)
    print(forward.unpack_dual(x.detach() ** 2).tangent)
# > tensor(6.)
# > None
# > None
three, one = torch.tensor(3.0), torch.tensor(1.0)
with torch.inference_mode():
    print(jvp(lambda x: x**2, (three,), (one,))[1])
# > tensor(6.)

# %% item
print(jvp(lambda x: x * x, (torch.tensor(3.0),), (torch.tensor(1.0),)))
# > (tensor(9.), tensor(6.))
with forward.dual_level():
    x = forward.make_dual(torch.tensor(3.0), torch.tensor(1.0))
    print(forward.unpack_dual(x.item() * x))
# > UnpackedDualTensor(primal=tensor(9.), tangent=tensor(3.))

# %% nested_levels tags=["raises-exception"]
with forward.dual_level():
    with forward.dual_level():
        pass
# > RuntimeError: Nested forward mode AD is not supported at the moment

# %% no_level tags=["raises-exception"]
forward.make_dual(torch.tensor(2.0), torch.tensor(1.0))
# > RuntimeError: Trying to create a dual Tensor for forward AD but no level exists, make sure to enter_dual_level() first.

# %% level_left
print(forward.unpack_dual(y))
# > UnpackedDualTensor(primal=tensor(63.), tangent=None)

# %% no_tuple tags=["raises-exception"]
jvp(torch.sin, torch.tensor(0.0), torch.tensor(1.0))
# > RuntimeError: jvp(f, primals, tangents): Expected primals to be a tuple. E.g. it should be valid to call f(*primals).

# %% a_tuple
print(jvp(torch.sin, (torch.tensor(0.0),), (torch.tensor(1.0),)))
# > (tensor(0.), tensor(1.))

# %% no_formula tags=["raises-exception"]
rows = torch.ones(2, 3)
jvp(lambda x: torch.cdist(x, rows), (rows,), (rows,))
# > NotImplementedError: Trying to use forward AD with _cdist_forward that does not support it because it has not been implemented yet.
# > Please file an issue to PyTorch at https://github.com/pytorch/pytorch/issues/new?template=feature-request.yml so that we can prioritize its implementation or submit a PR adding the implementation to derivatives.yaml

# %% fast_input
square = lambda x: x**2
print(jvp(square, (torch.tensor(3.0),), (torch.tensor(2.0),))[1])
# > tensor(12.)

# %% product
print(*Dual(2, 3) * Dual(4, 5))
# > 8 22

# %% sine
import math


def sin(x):
    return Dual(math.sin(x.primal), math.cos(x.primal) * x.tangent)


x = Dual(0.0, 1.0)
print(*sin(x), "and", *sin(x) * x)
# > 0.0 1.0 and 0.0 0.0

# %% constant_on_the_way
f = lambda x: x.detach() * x
print(jvp(f, (torch.tensor(5.0),), (torch.tensor(1.0),))[1])
# > tensor(5.)

# %% in_prose tags=["remove-cell"]
derivative("x^3 + 5x", "3x^2 + 5")
# > dy/dx = 3x^2 + 5 (proved: SymPy, finite differences, autograd at 16 points)
