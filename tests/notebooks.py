"""Notebooks run afresh by a real Jupyter kernel."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from nbclient import NotebookClient
from nbformat import NotebookNode


def execute(book: NotebookNode, folder: Path) -> None:
    """Run each cell of the notebook in the folder, and put what it gives into it; raises `CellExecutionError`."""
    # By files: a port that was free when Jupyter asked may be another test's when it is bound.
    with TemporaryDirectory() as sockets:
        where = {"metadata": {"path": str(folder)}}
        client = NotebookClient(book, timeout=None, kernel_name="python3", resources=where)
        kernel = client.create_kernel_manager()
        kernel.transport, kernel.ip = "ipc", f"{sockets}/kernel"
        client.execute()
