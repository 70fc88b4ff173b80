# %% versions
import platform

import torch

print("torch", torch.__version__)  # may vary
print("Python", platform.python_version())  # may vary

# %% active tags=["remove-cell"]
# The command of a message is said as where the environment is active.
import os
import sys
from pathlib import Path

here = str(Path(sys.executable).parent)
os.environ["PATH"] = here + os.pathsep + os.environ["PATH"]
left = os.environ.pop("UV_RUN_RECURSION_DEPTH", None)

# %% drift
import subprocess
import sys
from pathlib import Path

Path("slope.py").write_text(
    "# %% slope\n"
    "import torch\n"
    "x = torch.tensor(2.0, requires_grad=True)\n"
    "(x**3).backward()\n"
    "print(x.grad)\n"
    "# > tensor(11.)\n"
)
command = [sys.executable, "-m", "gradbook", "check", "slope.py"]
check = subprocess.run(
    command, start_new_session=True, capture_output=True, text=True
)
print(check.stderr, end="")
# > slope.py:5 (cell slope)
# >   expected  tensor(11.)
# >   got       tensor(12.)
# > If the new value is right:  python -m gradbook update slope.py
# >
# > 1 problem.
print("exit status", check.returncode)
# > exit status 1

# %% wrong_claim tags=["raises-exception"]
from gradbook import derivative

derivative("x^3", "3x")
# > ...WrongClaim: dy/dx = 3x is wrong
# >   at x = ...
# >   the claim gives ...
# >   finite differences give ...
# >   torch.autograd gives ...

# %% right_claim
derivative("x^3", "3x^2")
# > dy/dx = 3x^2 (proved: SymPy, ...)

# %% digits
from gradbook.compare.matching import line_matches

print(line_matches("0.67", "0.6652"))
# > True
print(line_matches("0.669", "0.6667"))
# > False
print(line_matches("tensor(93.)", "tensor(93.5)"))
# > False

# %% normalized
from gradbook.run.outputs import normalize

print(normalize("<Node object at 0x7f3a91c04d30>"))
# > <Node object at 0x…>
print(normalize("/usr/lib/python3.11/site-packages/torch/x.py"))
# > torch/x.py
print(normalize("Odd. (Triggered internally at autograd.cpp:7.)"))
# > Odd.

# %% conditions
from gradbook.run import conditions

for what, how in conditions.stated():
    print(f"{what:<13}{how}")
# > variable     ATEN_CPU_CAPABILITY=default
# > variable     MKL_CBWR=COMPATIBLE
# > variable     COLUMNS=80
# > variable     LANG=C.UTF-8
# > variable     LINES=24
# > variable     LOGNAME=gradbook
# > variable     MKL_NUM_THREADS=1
# > variable     OMP_NUM_THREADS=1
# > variable     OPENBLAS_NUM_THREADS=1
# > variable     PYTHONDONTWRITEBYTECODE=1
# > variable     PYTHONHASHSEED=0
# > variable     TZ=UTC
# > variable     HOME and TMPDIR: the empty folder it runs in
# > variable     MATPLOTLIBRC and MPLBACKEND: the style of plots
# > let through  PATH, LD_LIBRARY_PATH, DYLD_LIBRARY_PATH
# > let through  PYTHONPATH, where it leads to installed packages
# > let through  GRADBOOK_THREADS
# > let through  ATEN_CPU_CAPABILITY
# > let through  ONEDNN_MAX_CPU_ISA
# > let through  MKL_ENABLE_INSTRUCTIONS
# > let through  MKL_CBWR
# > let through  OPENBLAS_CORETYPE
# > let through  OPENBLAS_L2_SIZE
# > import       installed packages, and what it wrote into its folder
# > input        none; sys.argv is empty
# > call         torch.set_num_threads(1)
# > call         torch.set_warn_always(True)
# > limit        60 seconds, unless its file asks for more
# > limit        1,000,000 bytes of output
# > limit        4 GiB of memory beside PyTorch
# > limit        no writing outside its folder
# > noted        each warning, as output of its statement
# > noted        values of expressions, on a page with draw
