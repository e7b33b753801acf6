"""``python -m crawler.demo``: serve the demo forum until told to stop."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from dataclasses import fields

from crawler.demo import DemoForum, serve
from crawler.demo.switches import Switches


def main(arguments: list[str] | None = None) -> int:
    """Exit status 0 after SIGTERM, SIGINT or the parent's end, 1 if the forum cannot start."""
    parser = argparse.ArgumentParser(
        prog="python -m crawler.demo", description="A Discuz! forum of invented texts on loopback."
    )
    parser.add_argument("--port", type=int, default=8080, help="0: any free one")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=300)
    parser.add_argument("--with-parent", action="store_true", help="end when standard input closes")
    parser.add_argument("--control", action="store_true", help="answer /_control, /_truth and /_log")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help=f"a switch: {_names()}")
    options = parser.parse_args(arguments)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    try:
        switches = dict(_switch(text) for text in options.set)
        server = serve(DemoForum(options.seed, options.threads), options.port, options.control, **switches)
    except (OSError, OverflowError) as error:
        print(f"the demo forum cannot listen on port {options.port}: {error}", file=sys.stderr)
        return 1
    except ValueError as error:
        print(f"the demo forum cannot start: {error}", file=sys.stderr)
        return 1
    with server:
        print(f"demo forum on {server.url}", flush=True)
        if options.with_parent:
            threading.Thread(target=_wait_for_end, args=(stop,), daemon=True).start()
        stop.wait()
    return 0


def _names() -> str:
    return ", ".join(field.name for field in fields(Switches))


def _switch(text: str) -> tuple[str, object]:
    """``NAME=VALUE`` with the value in the switch's own type; raises ``ValueError``."""
    name, equals, value = text.partition("=")
    defaults = {field.name: field.default for field in fields(Switches)}
    if not equals or name not in defaults:
        raise ValueError(f"--set {text}: write NAME=VALUE with a NAME of {_names()}")
    default: object = defaults[name]
    if isinstance(default, bool):
        if value not in ("0", "1"):
            raise ValueError(f"--set {name}: write 0 or 1")
        return name, value == "1"
    return name, int(value) if isinstance(default, int) else float(value) if isinstance(default, float) else value


def _wait_for_end(stop: threading.Event) -> None:
    while sys.stdin.buffer.read(4096):
        pass
    stop.set()


if __name__ == "__main__":
    sys.exit(main())
