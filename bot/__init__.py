"""The bot and its command line. The version of Minhu stands here, and nowhere else."""

__version__ = "0.2.0"
