"""The Telegram channel; the only place that imports python-telegram-bot."""

import os

# Else the library warns at each 429, and at some messages, that a number will become a timedelta.
os.environ.setdefault("PTB_TIMEDELTA", "1")
