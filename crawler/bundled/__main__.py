"""``python -m crawler.bundled``: serve the demo forum on loopback until told to stop."""

from __future__ import annotations

import argparse
import signal
import sys
import threading

from crawler.bundled.forum import DemoForum
from crawler.bundled.server import DemoServer


def _until_closed(stop: threading.Event) -> None:
    sys.stdin.read()
    stop.set()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m crawler.bundled", description=__doc__)
    parser.add_argument("--port", type=int, default=8799, help="0: any free one")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=300)
    parser.add_argument(
        "--control", action="store_true", help="let tests change the forum (POST /_control) and ask for its truth"
    )
    parser.add_argument("--with-parent", action="store_true", help="end when standard input closes")
    options = parser.parse_args()
    try:
        server = DemoServer(DemoForum(options.seed, options.threads), options.port, control=options.control)
    except OSError as error:
        print(f"demo forum: cannot listen on port {options.port}: {error.strerror}", file=sys.stderr)
        return 1
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    signal.signal(signal.SIGINT, lambda *_: stop.set())
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"demo forum on {server.url}", flush=True)
    if options.with_parent:
        threading.Thread(target=_until_closed, args=(stop,), daemon=True).start()
    stop.wait()
    server.shutdown()
    return 0


sys.exit(main())
