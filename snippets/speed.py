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
        "import torch": {"wall": 0.73, "cpu": 0.82, "memory": 202},
        "snippets": {"wall": 1.45, "cpu": 1.54, "memory": 263},
        "plain": {"wall": 0.77, "cpu": 0.77, "memory": 35},
        "gradbook": {"wall": 2.28, "cpu": 3.22, "memory": 331},
        "gradbook again": {"wall": 0.72, "cpu": 0.72, "memory": 36},
        "markdown-exec": {"wall": 3.08, "cpu": 3.16, "memory": 287},
        "plain edit": {"wall": 1.22},
        "gradbook edit": {"wall": 1.15},
        "mkdocs-jupyter": {"wall": 94.88, "cpu": 89.08, "memory": 423}
    }
}

# %% table
seconds = measured["seconds"]
print(f"{'':16}{'wall s':>8}{'CPU s':>8}{'MiB':>6}")
# >                   wall s   CPU s   MiB
for name, row in seconds.items():
    cpu, memory = row.get("cpu", ""), row.get("memory", "")
    print(f"{name:16}{row['wall']:8}{cpu:>8}{memory:>6}")
# > import torch        0.73    0.82   202
# > snippets            1.45    1.54   263
# > plain               0.77    0.77    35
# > gradbook            2.28    3.22   331
# > gradbook again      0.72    0.72    36
# > markdown-exec       3.08    3.16   287
# > plain edit          1.22
# > gradbook edit       1.15
# > mkdocs-jupyter     94.88   89.08   423

# %% limit
own = seconds["snippets"]["wall"] - seconds["import torch"]["wall"]
limit = (
    seconds["import torch"]["wall"]
    + own / measured["cores"]
    + seconds["plain"]["wall"]
)
print(f"limit {limit:.2f} s, build {seconds['gradbook']['wall']:.2f} s")
# > limit 1.86 s, build 2.28 s

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
# > CPU seconds of a build, on a logarithmic scale: nothing run 0.8, Gradbook, unchanged 0.7, Gradbook 3.2, markdown-exec 3.2, mkdocs-jupyter 89.1.

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
# > 2.2 CPU seconds a lesson

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
# > 0.42 s beyond the limit, 23% of it
