"""What the bot settles itself, before Rasa: voice notes, its own way of talking, calls, care.

Pure rules in `dialogue` (hearing, wishes, calling, care) say what a message means; here it is done.
"""
