# %% two_layers
import torch

x = torch.tensor(1.0, requires_grad=True)
y = 3 * x + 2
z = 2 * y**2
z.backward()
x.grad
# > tensor(60.)

# %% matrix
x = torch.tensor([[1., 2., 3], [3., 2., 1.]], requires_grad=True)
print(x)
# > tensor([[1., 2., 3.],
# >         [3., 2., 1.]], requires_grad=True)

# %% first_layer
y = 3 * x + 2
print(y)
# > tensor([[ 5.,  8., 11.],
# >         [11.,  8.,  5.]], grad_fn=<AddBackward0>)

# %% second_layer
z = 2 * y**2
print(z)
# > tensor([[ 50., 128., 242.],
# >         [242., 128.,  50.]], grad_fn=<MulBackward0>)

# %% mean
out = z.mean()
print(out)
# > tensor(140., grad_fn=<MeanBackward0>)

# %% mean_by_hand
values = [50, 128, 242, 242, 128, 50]
print(sum(values), sum(values) / 6)
# > 840 140.0

# %% graph tags=["hide-input"]
from gradbook import draw

draw(out, gradients=False)
# > Graph of out = 140: 6 nodes (2 Mul, 1 Add, 1 Mean, 1 Pow, 1 AccumulateGrad), 1 path to x

# %% backward
out.backward()

# %% gradient
print(x.grad)
# > tensor([[10., 16., 22.],
# >         [22., 16., 10.]])

# %% nudge
nudged = torch.tensor([[1.01, 2., 3.], [3., 2., 1.]])
new_out = (2 * (3 * nudged + 2) ** 2).mean()
print(round(new_out.item() - out.item(), 4))
# > 0.1003

# %% keep_intermediate
x.grad = None
y = 3 * x + 2
z = 2 * y**2
y.retain_grad()
z.retain_grad()
z.mean().backward()

# %% at_z
print(z.grad)
# > tensor([[0.1667, 0.1667, 0.1667],
# >         [0.1667, 0.1667, 0.1667]])

# %% at_y
print(y.grad)
# > tensor([[3.3333, 5.3333, 7.3333],
# >         [7.3333, 5.3333, 3.3333]])

# %% at_x
print(x.grad)
# > tensor([[10., 16., 22.],
# >         [22., 16., 10.]])

# %% entries_by_hand
print("x  4y  4y·3  4y·3/6")
# > x  4y  4y·3  4y·3/6
for entry in [1, 2, 3]:
    y_entry = 3 * entry + 2
    at_y, at_x = 4 * y_entry, 4 * y_entry * 3
    print(f"{entry}  {at_y}  {at_x:<4}  {at_x / 6}")
# > 1  20  60    10.0
# > 2  32  96    16.0
# > 3  44  132   22.0

# %% paths tags=["hide-input"]
class Paths:
    """Each entry of `x` on its way to `out`, and the gradient back."""

    def told(self, k):
        tensors = (x, y, z, x.grad)
        a, b, c, slope = (t.flatten()[k].item() for t in tensors)
        row = ["Top", "Bottom"][k // 3]
        column = ["left", "middle", "right"][k % 3]
        return (
            f"{row} {column}: "
            f"3 · {a:g} + 2 = {b:g}, 2 · {b:g}² = {c:g}; "
            f"back 1 × 1/6 × 4 · {b:g} × 3 = {slope:g}"
        )

    def cell(self, k, entry, tensor):
        stop = f' tabindex="0" aria-describedby="path-{k}"'
        return (
            f'<td class="{f"e{k}" if tensor.dim() else "all"}"'
            f"{stop if tensor is x else ''}>{entry:.3g}</td>"
        )

    def table(self, kind, caption, tensor):
        entries = enumerate(tensor.flatten().tolist())
        cells = [self.cell(k, entry, tensor) for k, entry in entries]
        rows = "".join(
            f"<tr>{''.join(row)}</tr>"
            for row in (cells[:3], cells[3:])
            if row
        )
        return (
            f'<table class="{kind}"><caption>{caption}</caption>'
            f"{rows}</table>"
        )

    def __repr__(self):
        return ". ".join(map(self.told, range(6)))

    def _repr_html_(self):
        tables = [
            self.table("value", "x", x),
            self.table("gradient", "∂ at x = 3 · ∂ at y", x.grad),
            self.table("value", "y = 3x + 2", y),
            self.table("gradient", "∂ at y = 4y · ∂ at z", y.grad),
            self.table("value", "z = 2y²", z),
            self.table("gradient", "∂ at z = ∂ at out / 6", z.grad),
            self.table("value", "out", out),
            self.table("gradient", "∂ at out", torch.ones(())),
        ]
        items = [
            f'<li class="e{k}" id="path-{k}">{self.told(k)}.</li>'
            for k in range(6)
        ]
        return (
            f'<div class="paths"><div>{"".join(tables)}</div>'
            f"<ul>{''.join(items)}</ul></div>"
        )


Paths()
# > Top left: 3 · 1 + 2 = 5, 2 · 5² = 50; back 1 × 1/6 × 4 · 5 × 3 = 10. Top middle: 3 · 2 + 2 = 8, 2 · 8² = 128; back 1 × 1/6 × 4 · 8 × 3 = 16. Top right: 3 · 3 + 2 = 11, 2 · 11² = 242; back 1 × 1/6 × 4 · 11 × 3 = 22. Bottom left: 3 · 3 + 2 = 11, 2 · 11² = 242; back 1 × 1/6 × 4 · 11 × 3 = 22. Bottom middle: 3 · 2 + 2 = 8, 2 · 8² = 128; back 1 × 1/6 × 4 · 8 × 3 = 16. Bottom right: 3 · 1 + 2 = 5, 2 · 5² = 50; back 1 × 1/6 × 4 · 5 × 3 = 10

# %% rule tags=["hide-input"]
from gradbook import gradient, identity

gradient(
    "1/6 sum(2(3x + 2)^2)",
    x_i="1/6 * 4y_i * 3",
    where={"y": "3x + 2"},
    shapes={"x": "6"},
    name="o",
)
# > do/dx_i = 1/6 * 4y_i * 3 (proved: SymPy, ...)

# %% slopes_in_sentences tags=["remove-cell"]
from gradbook import derivative

derivative("2y^2", "4y")
derivative("3x + 2", "3")
# > dy/dx = 3 (proved: SymPy, ...)

# %% multiplied_out tags=["hide-input"]
identity("1/6 * 4(3x + 2) * 3 = 2(3x + 2)")
# > 1/6 * 4(3x + 2) * 3 = 2(3x + 2) (proved: SymPy, ...)

# %% formula
print(2 * y)
# > tensor([[10., 16., 22.],
# >         [22., 16., 10.]], grad_fn=<MulBackward0>)

# %% no_record tags=["remove-cell"]
print(x.grad.grad_fn)
# > None

# %% twice_the_data
for entries in [x, torch.cat([x, x])]:
    some = entries.detach().requires_grad_()
    (2 * (3 * some + 2) ** 2).mean().backward()
    print(len(some), some.grad[0])
# > 2 tensor([10., 16., 22.])
# > 4 tensor([ 5.,  8., 11.])

# %% not_a_scalar tags=["raises-exception"]
z = 2 * (3 * x + 2) ** 2
z.backward()
# > RuntimeError: grad can be implicitly created only for scalar outputs

# %% scalar_first
x.grad = None
z.mean().backward()
print(x.grad)
# > tensor([[10., 16., 22.],
# >         [22., 16., 10.]])

# %% not_a_leaf
y = 3 * x + 2
y.mean().backward()
print(y.grad)
# > UserWarning: The .grad attribute of a Tensor that is not a leaf Tensor is being accessed. Its .grad attribute won't be populated during autograd.backward(). If you indeed want the .grad field to be populated for a non-leaf Tensor, use .retain_grad() on the non-leaf Tensor. If you access the non-leaf Tensor by mistake, make sure you access the leaf Tensor instead. See github.com/pytorch/pytorch/pull/30531 for more information.
# > None

# %% retained
y = 3 * x + 2
y.retain_grad()
y.mean().backward()
print(y.grad)
# > tensor([[0.1667, 0.1667, 0.1667],
# >         [0.1667, 0.1667, 0.1667]])

# %% sum_instead
x.grad = None
(2 * (3 * x + 2) ** 2).sum().backward()
print(x.grad[0])
# > tensor([ 60.,  96., 132.])

# %% all_zero
x = torch.zeros(2, 3, requires_grad=True)
(2 * (3 * x + 2) ** 2).mean().backward()
print(x.grad[0])
# > tensor([4., 4., 4.])

# %% one_row
x = torch.tensor([[1., 2., 3.]], requires_grad=True)
(2 * (3 * x + 2) ** 2).mean().backward()
print(x.grad)
# > tensor([[20., 32., 44.]])

# %% doubled tags=["remove-cell"]
assert x.grad.tolist() == [[2 * n for n in [10, 16, 22]]]

# %% vanishing
x = torch.full((2, 3), -2 / 3, requires_grad=True)
out = (2 * (3 * x + 2) ** 2).mean()
out.backward()
print(out)
# > tensor(0., grad_fn=<MeanBackward0>)
print(x.grad)
# > tensor([[0., 0., 0.],
# >         [0., 0., 0.]])
