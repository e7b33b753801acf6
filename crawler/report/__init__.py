"""The report: a corpus as one HTML page. ``read`` makes figures of the tables, ``page`` makes a page of the figures."""
