"""Notebooks run afresh by a real Jupyter kernel."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbformat import NotebookNode


def execute(book: NotebookNode, folder: Path) -> None:
    """Run each cell of the notebook in the folder, and put what it gives into it; raises `CellExecutionError`."""
    # By files: a port that was free when Jupyter asked may be another test's when it is bound.
    with TemporaryDirectory() as sockets:
        kernel = AsyncKernelManager(kernel_name="python3", transport="ipc", ip=f"{sockets}/kernel")
        NotebookClient(book, km=kernel, timeout=None, resources={"metadata": {"path": str(folder)}}).execute()
