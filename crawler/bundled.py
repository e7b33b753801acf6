"""Starts the bundled demo forum beside a crawl that was given no address."""

from __future__ import annotations

import contextlib
import subprocess
import sys


class BundledForumError(RuntimeError):
    """The demo forum could not start; the message says why."""


class BundledForum:
    """The demo forum as a process of its own on loopback; it ends with this one, however that ends."""

    def __init__(self, port: int, threads: int) -> None:
        command = [
            sys.executable,
            "-m",
            "crawler.demo",
            "--port",
            str(port),
            "--threads",
            str(threads),
            "--with-parent",
        ]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None and self.process.stderr is not None
        line = self.process.stdout.readline()
        if "http://" not in line:
            complaint = self.process.stderr.read().strip().splitlines()
            raise BundledForumError(
                f"the demo forum did not start on port {port}: {complaint[-1] if complaint else 'no message'};"
                " give another port with -s DEMO_PORT=NUMBER"
            )
        self.url = line[line.index("http://") :].strip()

    def stop(self) -> None:
        with contextlib.suppress(OSError):
            if self.process.stdin is not None:
                self.process.stdin.close()
        self.process.terminate()
        self.process.wait(timeout=10)
