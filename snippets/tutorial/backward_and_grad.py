# %% grad_returns
import torch

x = torch.tensor(2.0, requires_grad=True)
y = 2 * x**4 + x**3 + 3 * x**2 + 5 * x + 1
print(torch.autograd.grad(y, x))
# > (tensor(93.),)
print(x.grad)
# > None

# %% backward_stores
y = 2 * x**4 + x**3 + 3 * x**2 + 5 * x + 1
print(torch.autograd.backward(y))
# > None
print(x.grad)
# > tensor(93.)

# %% mailboxes tags=["hide-input"]
class Mailboxes:
    """What two calls of each function return, and what they store."""

    def __init__(self):
        leaf = torch.tensor(2.0, requires_grad=True)
        calls = {
            "grad(y, x)": lambda y: torch.autograd.grad(y, leaf),
            "backward(y)": torch.autograd.backward,
        }
        self.found = {}
        for call, ask in calls.items():
            leaf.grad, self.found[call] = None, []
            for _ in range(2):
                returned = ask(
                    2 * leaf**4 + leaf**3 + 3 * leaf**2 + 5 * leaf + 1
                )
                boxes = [repr(returned), repr(leaf.grad)]
                self.found[call].append(boxes)

    def __repr__(self):
        return "; ".join(
            f"{call}: returned {returned}, x.grad {stored}"
            for call, rows in self.found.items()
            for returned, stored in rows
        )

    def box(self, content):
        kind = "empty" if content == "None" else "gradient"
        return f'<td class="{kind}"><code>{content}</code></td>'

    def _repr_html_(self):
        tables = ""
        for call, rows in self.found.items():
            body = "".join(
                f'<tr><th scope="row">call {k}</th>'
                f"{''.join(map(self.box, row))}</tr>"
                for k, row in enumerate(rows, 1)
            )
            head = "".join(
                f'<th scope="col">{name}</th>'
                for name in ("returned", "<code>x.grad</code>")
            )
            tables += (
                f'<table class="boxes"><caption><code>{call}</code>'
                f"</caption><tr><td></td>{head}</tr>{body}</table>"
            )
        return f'<div class="mailboxes">{tables}</div>'


Mailboxes()
# > grad(y, x): returned (tensor(93.),), x.grad None; grad(y, x): returned (tensor(93.),), x.grad None; backward(y): returned None, x.grad tensor(93.); backward(y): returned None, x.grad tensor(186.)

# %% retained_on_the_way tags=["remove-cell"]
leaf = torch.tensor(2.0, requires_grad=True)
middle = leaf**2
middle.retain_grad()
torch.autograd.grad(3 * middle, leaf)
print(leaf.grad, middle.grad)
# > None tensor(3.)

# %% two_slopes tags=["hide-input"]
from gradbook import gradient

gradient("a^2 b", a="2a b", b="a^2")
# > dy/da = 2a b, dy/db = a^2 (proved: SymPy, ...)

# %% several_inputs
a = torch.tensor(2.0, requires_grad=True)
b = torch.tensor(3.0, requires_grad=True)
da, db = torch.autograd.grad(a**2 * b, (a, b))
print(da)
# > tensor(12.)
print(db)
# > tensor(4.)

# %% chosen_inputs
torch.autograd.backward(a**2 * b, inputs=[a])
print(a.grad)
# > tensor(12.)
print(b.grad)
# > None

# %% retained_though_not_named tags=["remove-cell"]
middle = leaf**2
middle.retain_grad()
torch.autograd.backward(3 * middle * b, inputs=[leaf])
print(middle.grad, b.grad)
# > tensor(9.) None

# %% several_outputs
x.grad = None
torch.autograd.backward([x**2, x**3])
print(x.grad)
# > tensor(16.)

# %% weighted_outputs
x.grad = None
weights = [torch.tensor(1.0), torch.tensor(10.0)]
torch.autograd.backward([x**2, x**3], grad_tensors=weights)
print(x.grad)
# > tensor(124.)

# %% weighted_sum tags=["hide-input"]
gradient("v x^2 + w x^3", x="2v x + 3w x^2", name="s")
# > ds/dx = 2v x + 3w x^2 (proved: SymPy, ...)

# %% weighted_grad
outputs = [x**2, x**3]
print(torch.autograd.grad(outputs, x, grad_outputs=weights))
# > (tensor(124.),)

# %% unused tags=["raises-exception"]
z = torch.tensor(5.0, requires_grad=True)
torch.autograd.grad(x**3, (x, z))
# > RuntimeError: The differentiated Tensor at index 1 appears to not have been used in the graph. Set allow_unused=True if this is the desired behavior.

# %% unused_none
print(torch.autograd.grad(x**3, (x, z), allow_unused=True))
# > (tensor(12.), None)

# %% none_with_a_path tags=["remove-cell"]
class Halfway(torch.autograd.Function):
    @staticmethod
    def forward(ctx, a, b):
        return a * b

    @staticmethod
    def backward(ctx, g):
        return g, None


y = Halfway.apply(x, z)
print(len(y.grad_fn.next_functions))
# > 2
print(torch.autograd.grad(y, (x, z), allow_unused=True)[1])
# > None

# %% unused_zero
print(torch.autograd.grad(x**3, (x, z), materialize_grads=True))
# > (tensor(12.), tensor(0.))

# %% backward_never_asks tags=["remove-cell"]
z.grad = torch.tensor(8.0)
torch.autograd.backward(x**3)
print(z.grad)
# > tensor(8.)
z.grad = None

# %% fall tags=["hide-input"]
from gradbook import derivative

derivative("5t^2 + 3t", "10t + 3", name="s")
# > ds/dt = 10t + 3 (proved: SymPy, ...)

# %% velocity
t = torch.tensor(2.0, requires_grad=True)
s = 5 * t**2 + 3 * t
(v,) = torch.autograd.grad(s, t, create_graph=True)
(a,) = torch.autograd.grad(v, t)
print(v)
# > tensor(23., grad_fn=<AddBackward0>)
print(a)
# > tensor(10.)

# %% without_a_graph tags=["remove-cell"]
(v,) = torch.autograd.grad(5 * t**2 + 3 * t, t)
print(v, v.requires_grad)
# > tensor(23.) False

# %% piles_up
x.grad = None
torch.autograd.backward(x**3)
torch.autograd.backward(x**3)
print(x.grad)
# > tensor(24.)

# %% fresh
print(torch.autograd.grad(x**3, x))
# > (tensor(12.),)
print(torch.autograd.grad(x**3, x))
# > (tensor(12.),)

# %% intermediate
u = x**2
print(torch.autograd.grad(5 * u, u))
# > (tensor(5.),)

# %% no_mail tags=["raises-exception"]
w = torch.tensor(3.0, requires_grad=True)
torch.autograd.grad(w**2, w)
w.detach() - 0.1 * w.grad
# > TypeError: unsupported operand type(s) for *: 'float' and 'NoneType'

# %% kept_return
(g,) = torch.autograd.grad(w**2, w)
print(w.detach() - 0.1 * g)
# > tensor(2.4000)

# %% forgotten_tuple
g = torch.autograd.grad(w**2, w)
print(2 * g)
# > (tensor(6.), tensor(6.))

# %% unpacked_tuple
(g,) = torch.autograd.grad(w**2, w)
print(2 * g)
# > tensor(12.)

# %% same_graph_twice tags=["raises-exception"]
y = w**2
torch.autograd.grad(y, w)
torch.autograd.backward(y)
# > RuntimeError: Trying to backward through the graph a second time (or directly access saved tensors after they have already been freed). Saved intermediate values of the graph are freed when you call .backward() or autograd.grad(). Specify retain_graph=True if you need to backward through the graph a second time or if you need to access saved tensors after calling backward.

# %% new_graph
y = w**2
print(torch.autograd.grad(y, w))
# > (tensor(6.),)
y = w**2
torch.autograd.backward(y)
print(w.grad)
# > tensor(6.)

# %% constant tags=["raises-exception"]
k = torch.tensor(4.0)
torch.autograd.grad(k * w, k)
# > RuntimeError: One of the differentiated Tensors does not require grad

# %% no_help tags=["remove-cell"]
try:
    torch.autograd.grad(k * w, k, allow_unused=True)
except RuntimeError as error:
    print(error)
# > One of the differentiated Tensors does not require grad

# %% tracked_constant
k.requires_grad_()
print(torch.autograd.grad(k * w, k))
# > (tensor(3.),)

# %% predict_unused
x = torch.tensor(2.0, requires_grad=True)
z = torch.tensor(5.0, requires_grad=True)
print(torch.autograd.grad(x**2 + 0 * z, (x, z)))
# > (tensor(4.), tensor(0.))

# %% predict_weights
weights = [torch.tensor(2.0), torch.tensor(1.0)]
torch.autograd.backward([x**2, x**3], weights)
print(x.grad)
# > tensor(20.)

# %% predict_mailbox
v = torch.tensor(2.0, requires_grad=True)
torch.autograd.grad(v**3, v)
torch.autograd.backward(v**3)
torch.autograd.grad(v**3, v)
print(v.grad)
# > tensor(12.)

# %% both_parameters
w = torch.tensor(2.0, requires_grad=True)
b = torch.tensor(1.0, requires_grad=True)
loss = (5 * w + b - 8) ** 2
torch.autograd.backward(loss)
print(w.grad, b.grad)
# > tensor(30.) tensor(6.)

# %% only_b
w.grad = b.grad = None
loss = (5 * w + b - 8) ** 2
torch.autograd.backward(loss, inputs=[b])
print(w.grad, b.grad)
# > None tensor(6.)
