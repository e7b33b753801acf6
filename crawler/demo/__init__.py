"""The bundled demo forum: a small Discuz! of our own on loopback with invented texts, and the truth about them.

It is a test bed: nothing else in the project may import it, and it imports nothing of the project.
"""

from crawler.demo.forum import DemoForum
from crawler.demo.reading import Missing
from crawler.demo.server import Server, serve

__all__ = ["DemoForum", "Missing", "Server", "serve"]
