# %% fails tags=["raises-exception"]
import torch
import torch.multiprocessing as mp

w = torch.tensor([1.0, 2.0], requires_grad=True)
queue = mp.SimpleQueue()
queue.put(2 * w)
# > RuntimeError: Cowardly refusing to serialize non-leaf tensor which requires_grad, since autograd does not support crossing process boundaries.  If you just want to transfer the data, call detach() on the tensor before serializing (e.g., putting it on the queue).

# %% cured
queue.put((2 * w).detach())
print(queue.get())
# > tensor([2., 4.])

# %% shared
sent = (2 * w).detach()
queue.put(sent)
arrived = queue.get()
sent[0] = 100.0
print(arrived)
# > tensor([100.,   4.])

# %% stacked tags=["remove-cell"]
try:
    torch.stack([2 * w, 2 * w], out=torch.empty(2, 2))
except RuntimeError as error:
    assert "stack(): functions with out=..." in str(error)
else:
    raise AssertionError

# %% no_grad
class Examples(torch.utils.data.Dataset):
    def __len__(self):
        return 2

    @torch.no_grad()
    def __getitem__(self, i):
        return i * w


queue.put(Examples()[1])
print(queue.get())
# > tensor([1., 2.])

# %% leaf
queue.put(w)
there = queue.get()
(2 * there).sum().backward()
queue.put(there.grad)
print(queue.get())
# > tensor([2., 2.])

# %% not_this
import pickle

back = pickle.loads(pickle.dumps(2 * w))
print(back.requires_grad, back.grad_fn)
# > True None
