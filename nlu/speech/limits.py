"""Limit of a recording, in a module that imports no sound library."""

LONGEST_SECONDS = 60  # the limit of the channels for one message
