# %% measured
measured = {
    "lessons": 40,
    "cores": 2,
    "date": "2026-11-25",
    "machine": "Linux x86_64, Python 3.11.7",
    "versions": {
        "torch": "2.13.0",
        "mkdocs": "1.6.1",
        "mkdocs-material": "9.8.1",
        "mkdocs-jupyter": "0.26.3",
        "markdown-exec": "1.12.6"
    },
    "seconds": {
        "import torch": {"wall": 0.8, "cpu": 0.88, "memory": 198},
        "snippets": {"wall": 1.59, "cpu": 1.68, "memory": 262},
        "plain": {"wall": 0.86, "cpu": 0.85, "memory": 35},
        "gradbook": {"wall": 2.35, "cpu": 3.57, "memory": 319},
        "gradbook again": {"wall": 0.81, "cpu": 0.81, "memory": 36},
        "markdown-exec": {"wall": 3.7, "cpu": 3.79, "memory": 287},
        "plain edit": {"wall": 1.25},
        "gradbook edit": {"wall": 1.09},
        "mkdocs-jupyter": {"wall": 101.25, "cpu": 90.46, "memory": 421}
    }
}

# %% table
seconds = measured["seconds"]
print(f"{'':16}{'wall s':>8}{'CPU s':>8}{'MiB':>6}")
# >                   wall s   CPU s   MiB
for name, row in seconds.items():
    cpu, memory = row.get("cpu", ""), row.get("memory", "")
    print(f"{name:16}{row['wall']:8}{cpu:>8}{memory:>6}")
# > import torch         0.8    0.88   198
# > snippets            1.59    1.68   262
# > plain               0.86    0.85    35
# > gradbook            2.35    3.57   319
# > gradbook again      0.81    0.81    36
# > markdown-exec        3.7    3.79   287
# > plain edit          1.25
# > gradbook edit       1.09
# > mkdocs-jupyter    101.25   90.46   421

# %% limit
own = seconds["snippets"]["wall"] - seconds["import torch"]["wall"]
limit = (
    seconds["import torch"]["wall"]
    + own / measured["cores"]
    + seconds["plain"]["wall"]
)
print(f"limit {limit:.2f} s, build {seconds['gradbook']['wall']:.2f} s")
# > limit 2.06 s, build 2.35 s

# %% picture tags=["hide-input"]
import matplotlib.pyplot as plt

names = {
    "plain": "nothing run",
    "gradbook again": "Gradbook, unchanged",
    "gradbook": "Gradbook",
    "markdown-exec": "markdown-exec",
    "mkdocs-jupyter": "mkdocs-jupyter",
}
fig, ax = plt.subplots(figsize=(5, 2.6))
bars = ax.barh(
    list(names.values()), [seconds[name]["cpu"] for name in names]
)
ax.bar_label(bars, fmt="%.1f", padding=3)
ax.invert_yaxis()
ax.set_xscale("log")
ax.set_xlim(right=4 * seconds["mkdocs-jupyter"]["cpu"])
ax.set_xlabel("CPU seconds, logarithmic")
ax.grid(False)
fig.set_label(
    "CPU seconds of a build, on a logarithmic scale: "
    + ", ".join(
        f"{label} {seconds[name]['cpu']:.1f}"
        for name, label in names.items()
    )
    + "."
)
# > CPU seconds of a build, on a logarithmic scale: nothing run 0.8, Gradbook, unchanged 0.8, Gradbook 3.6, markdown-exec 3.8, mkdocs-jupyter 90.5.

# %% quicker
from gradbook import winner

walls = {
    name: seconds[name]["wall"]
    for name in ("gradbook", "markdown-exec", "mkdocs-jupyter")
}
winner(walls, margin=1.05)
# > gradbook is faster than markdown-exec and mkdocs-jupyter

# %% share
share = seconds["mkdocs-jupyter"]["cpu"] / measured["lessons"]
print(f"{share:.1f} CPU seconds a lesson")
# > 2.3 CPU seconds a lesson

# %% nearer
plain, again, cold = (
    seconds[name]["wall"]
    for name in ("plain", "gradbook again", "gradbook")
)
"the plain pages" if again - plain < cold - again else "from nothing"
# > 'the plain pages'

# %% checking
extra = seconds["gradbook"]["wall"] - limit
print(f"{extra:.2f} s beyond the limit, {extra / limit:.0%} of it")
# > 0.29 s beyond the limit, 14% of it
