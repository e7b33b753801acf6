"""Spiders: ``forum`` fetches, ``captures`` reads what was saved. Both hand the same item on: a ``Capture``."""
