"""`minhu`, on a clock that begins at ten in the morning: at night pushes wait until seven.

The shift is given in seconds, so that a Minhu that is started again goes on by the same clock.
"""

import os
import time

import time_machine

from bot.cli import main

if __name__ == "__main__":
    time_machine.travel(time.time() + float(os.environ["CLOCK_SHIFT"]), tick=True).start()
    main()
