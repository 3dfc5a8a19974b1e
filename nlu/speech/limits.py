"""How much is listened to; known also where no sound library is needed."""

LONGEST_SECONDS = 60  # channels let nobody record more in one message
