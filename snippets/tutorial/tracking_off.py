# %% short_answer
import torch

x = torch.tensor(3.0, requires_grad=True)
with torch.no_grad():
    y = x**2
print(y)

# %% recorded
y = x**2
print(y)

# %% flag_off
c = torch.tensor(3.0, requires_grad=True)
c.requires_grad_(False)
print(c)
print(c**2)

# %% block_off
with torch.no_grad():
    y = x**2
print(y)
print(x)

# %% detached
d = x.detach()
print(d)
print(d**2)

# %% inference
with torch.inference_mode():
    i = x**2
print(i)
print(i.is_inference())

# %% compare
results = {
    "recorded": x**2,
    "requires_grad_(False)": c**2,
    "no_grad": y,
    "detach": d**2,
    "inference_mode": i,
}
print("x**2 by               requires_grad  is_leaf  is_inference")
for way, t in results.items():
    flags = f"{t.requires_grad!s:13}  {t.is_leaf!s:7}  {t.is_inference()}"
    print(f"{way:21} {flags}")

# %% all_recorded
a = x**2 + 1
loss = a * x
loss.backward()
print(loss.item(), x.grad)

# %% a_detached
x.grad = None  # forget the 28
a = x**2 + 1
loss = a.detach() * x
loss.backward()
print(loss.item(), x.grad)

# %% shared_memory
w = torch.tensor(3.0, requires_grad=True)
w.detach().fill_(100.0)
print(w)

# %% own_memory
w = torch.tensor(3.0, requires_grad=True)
w.detach().clone().fill_(100.0)
print(w)

# %% too_late
w = torch.tensor(3.0, requires_grad=True)
y = w**2
w.requires_grad_(False)
y.backward()
print(w.grad)

# %% eval_records
model = torch.nn.Linear(1, 1)
model.eval()
print(model(torch.ones(1)).requires_grad)

# %% eval_and_no_grad
with torch.no_grad():
    print(model(torch.ones(1)).requires_grad)

# %% no_grad_drops
drop = torch.nn.Dropout(p=1.0)  # sets every entry to zero
with torch.no_grad():
    print(drop(torch.ones(3)))
drop.eval()
print(drop(torch.ones(3)))

# %% flag_of_computed tags=["raises-exception"]
y = x**2
y.requires_grad_(False)

# %% detach_computed
print(y.detach())

# %% backward_without_graph tags=["raises-exception"]
with torch.no_grad():
    loss = x**2
loss.backward()

# %% backward_with_graph
x.grad = None
loss = x**2
loss.backward()
print(x.grad)

# %% inference_in_training tags=["raises-exception"]
w = torch.tensor(2.0, requires_grad=True)
w * i

# %% cloned_for_training
(w * i.clone()).backward()
print(w.grad)

# %% used_later
for way, t in results.items():
    try:
        (w * t).backward()
        print(way, "works")
    except RuntimeError:
        print(way, "raises")

# %% part_unrecorded
x.grad = None
y = x**2
with torch.no_grad():
    z = y * x
(y + z).backward()
print(x.grad)

# %% line
w = torch.tensor(2.0, requires_grad=True)
b = torch.tensor(1.0, requires_grad=True)
(w * 5 + b).backward()
print(w.grad, b.grad)

# %% line_frozen
w = torch.tensor(2.0, requires_grad=True)
b = torch.tensor(1.0, requires_grad=True)
w.requires_grad_(False)
(w * 5 + b).backward()
print(w.grad, b.grad)
