# %% wrong
import torch

x = torch.tensor([1.0, 2.0, 3.0, 10.0])
w = torch.tensor(1.0, requires_grad=True)
pieces = x.split(3)
for piece in pieces:
    loss = ((w * piece) ** 2).mean()
    (loss / len(pieces)).backward()
print(f"{w.grad.item():.2f}")
# > 104.67

# %% truth
def f(w):
    return sum((w * a) ** 2 for a in [1, 2, 3, 10]) / 4


h = 0.5
print((f(1 + h) - f(1 - h)) / (2 * h))
# > 57.0

# %% formula tags=["remove-cell"]
for w_ in (1, 2):
    assert (lambda w: f(w) == w**2 * (1 + 4 + 9 + 100) / 4)(w_)

# %% notice
print([len(piece) for piece in pieces])
# > [3, 1]
for drop_last in [False, True]:
    loader = torch.utils.data.DataLoader(
        x, batch_size=3, drop_last=drop_last
    )
    print([len(piece) for piece in loader])
# > [3, 1]
# > [3]

# %% cured
w.grad = None
for piece in pieces:
    (((w * piece) ** 2).sum() / len(x)).backward()
print(f"{w.grad.item():.2f}")
# > 57.00

w.grad = None
for piece in pieces:
    loss = ((w * piece) ** 2).mean()
    (loss * len(piece) / len(x)).backward()
print(f"{w.grad.item():.2f}")
# > 57.00

# %% words
words = [torch.tensor([10.0]), torch.tensor([1.0, 2.0, 3.0])]
total = sum(len(row) for row in words)
w.grad = None
for row in words:
    (((w * row) ** 2).sum() / total).backward()
print(f"{w.grad.item():.2f}")
# > 57.00
