"""opsrail: support operations as code; every change planned, proved and reversible."""

__version__ = "0.1.0"
