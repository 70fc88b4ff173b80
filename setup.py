"""Says in one line which Python is needed: pip 23 looks for all packages first, and names a hundred versions of one."""

import sys

if not (3, 11, 5) <= sys.version_info[:3] < (3, 15):
    found = ".".join(map(str, sys.version_info[:3]))
    sys.exit(f"Gradbook needs Python 3.11.5 to 3.14, and this is {found}.")

from setuptools import setup

setup()
