# %% two_layers
import torch

x = torch.tensor(1.0, requires_grad=True)
y = 3 * x + 2
z = 2 * y**2
z.backward()
x.grad

# %% matrix
x = torch.tensor([[1., 2., 3], [3., 2., 1.]], requires_grad=True)
print(x)

# %% first_layer
y = 3 * x + 2
print(y)

# %% second_layer
z = 2 * y**2
print(z)

# %% mean
out = z.mean()
print(out)

# %% mean_by_hand
values = [50, 128, 242, 242, 128, 50]
print(sum(values), sum(values) / 6)

# %% backward
out.backward()

# %% gradient
print(x.grad)

# %% nudge
nudged = torch.tensor([[1.01, 2., 3.], [3., 2., 1.]])
new_out = (2 * (3 * nudged + 2) ** 2).mean()
print(round(new_out.item() - out.item(), 4))

# %% entries_by_hand
for entry in [1, 2, 3]:
    y_entry = 3 * entry + 2
    print(entry, 4 * y_entry, 4 * y_entry * 3, 4 * y_entry * 3 / 6)

# %% keep_intermediate
x.grad = None
y = 3 * x + 2
z = 2 * y**2
y.retain_grad()
z.retain_grad()
z.mean().backward()

# %% at_z
print(z.grad)

# %% at_y
print(y.grad)

# %% at_x
print(x.grad)

# %% formula
print(2 * y)

# %% not_a_scalar tags=["raises-exception"]
z = 2 * (3 * x + 2) ** 2
z.backward()

# %% scalar_first
x.grad = None
z.mean().backward()
print(x.grad)

# %% not_a_leaf
y = 3 * x + 2
y.mean().backward()
print(y.grad)

# %% retained
y = 3 * x + 2
y.retain_grad()
y.mean().backward()
print(y.grad)

# %% sum_instead
x.grad = None
(2 * (3 * x + 2) ** 2).sum().backward()
print(x.grad)

# %% all_zero
x = torch.zeros(2, 3, requires_grad=True)
(2 * (3 * x + 2) ** 2).mean().backward()
print(x.grad)

# %% one_row
x = torch.tensor([[1., 2., 3.]], requires_grad=True)
(2 * (3 * x + 2) ** 2).mean().backward()
print(x.grad)

# %% vanishing
x = torch.full((2, 3), -2 / 3, requires_grad=True)
out = (2 * (3 * x + 2) ** 2).mean()
out.backward()
print(out)
print(x.grad)
