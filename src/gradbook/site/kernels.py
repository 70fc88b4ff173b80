"""Jupyter kernels for the labs, forked from the server that runs the pages: torch is imported once for all of them."""

from __future__ import annotations

import os
import sys
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning import KernelProvisionerFactory, LocalProvisioner

from gradbook.run.fork import fork

LAUNCHER = "ipykernel_launcher"
APPLICATION = "ipykernel.kernelapp"


def use_forked_kernels() -> None:
    """Let this process start its IPython kernels by forking, where the system can."""
    KernelProvisionerFactory.instance().default_provisioner_name = "gradbook-fork"


class ForkProvisioner(LocalProvisioner):
    """Starts an IPython kernel in a fork of the server, any other kernel as usual."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        if LAUNCHER not in cmd:
            return await super().launch_kernel(cmd, **kwargs)
        arguments = cmd[cmd.index(LAUNCHER) + 1 :]
        self.process = _Forked(arguments, kwargs["env"], kwargs.get("cwd") or os.getcwd())
        self.pid = self.pgid = self.process.pid
        return self.connection_info


class _Forked:
    """The forked process under the names of subprocess.Popen that the provisioner uses."""

    stdin = stdout = stderr = None

    def __init__(self, arguments: list[str], environment: dict[str, str], folder: str) -> None:
        self.process = fork(_kernel, (arguments, dict(environment), folder))
        self.pid = self.process.pid
        self.kill, self.terminate = self.process.kill, self.process.terminate

    def poll(self) -> int | None:
        return self.process.exitcode

    def wait(self) -> int | None:
        self.process.join()
        return self.process.exitcode

    def send_signal(self, number: int) -> None:
        os.kill(self.pid, number)


def _kernel(arguments: list[str], environment: dict[str, str], folder: str) -> None:
    """In the forked process: be what `python -m ipykernel_launcher` would be."""
    from importlib import import_module

    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    if matplotlib := sys.modules.get("matplotlib"):  # imported by the server, for the pages
        matplotlib.rcdefaults()
        # Imported anew, it finds IPython there, which then shows its figures.
        sys.modules.pop("matplotlib.pyplot", None)
        matplotlib.use("module://matplotlib_inline.backend_inline")
    # It ends with the server, and says nothing of clients and encryption to who builds a site.
    arguments += [f"--IPKernelApp.parent_handle={os.getppid()}", "--IPKernelApp.log_level=ERROR"]
    sys.argv = [LAUNCHER, *arguments]
    import_module(APPLICATION).launch_new_instance(arguments)
