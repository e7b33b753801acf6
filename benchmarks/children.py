"""Commands of the project as a user runs them, measured."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from typing import NamedTuple


class Cost(NamedTuple):
    seconds: float
    cpu: float
    """Processor seconds of all its processes."""
    peak: float
    """The most memory that one of its processes held, in MB."""


def scrapy(*args: str) -> Cost:
    """What ``scrapy ARGS`` took, start included; RuntimeError with its last words if it fails."""
    command = [sys.executable, "-m", "scrapy", *args]
    begun = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        assert process.stderr is not None
        told = process.stderr.read()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)}: exit {process.returncode}\n{told.decode()[-2000:]}")
    return Cost(time.perf_counter() - begun, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)
