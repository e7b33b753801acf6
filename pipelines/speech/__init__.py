"""What the stages ``speaker`` and ``metadata`` know about printed Chinese speeches; pure, one concept a module."""
