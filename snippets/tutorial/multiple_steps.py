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
for entry in [1, 2, 3]:
    y_entry = 3 * entry + 2
    print(entry, 4 * y_entry, 4 * y_entry * 3, 4 * y_entry * 3 / 6)
# > 1 20 60 10.0
# > 2 32 96 16.0
# > 3 44 132 22.0

# %% formula
print(2 * y)
# > tensor([[10., 16., 22.],
# >         [22., 16., 10.]], grad_fn=<MulBackward0>)

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
print(x.grad)
# > tensor([[ 60.,  96., 132.],
# >         [132.,  96.,  60.]])

# %% all_zero
x = torch.zeros(2, 3, requires_grad=True)
(2 * (3 * x + 2) ** 2).mean().backward()
print(x.grad)
# > tensor([[4., 4., 4.],
# >         [4., 4., 4.]])

# %% one_row
x = torch.tensor([[1., 2., 3.]], requires_grad=True)
(2 * (3 * x + 2) ** 2).mean().backward()
print(x.grad)
# > tensor([[20., 32., 44.]])

# %% vanishing
x = torch.full((2, 3), -2 / 3, requires_grad=True)
out = (2 * (3 * x + 2) ** 2).mean()
out.backward()
print(out)
# > tensor(0., grad_fn=<MeanBackward0>)
print(x.grad)
# > tensor([[0., 0., 0.],
# >         [0., 0., 0.]])
