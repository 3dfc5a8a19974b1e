"""A process of its own that speaks: what to say and in which form in, the sound in base64 out.

One line of JSON each way. It takes one core.

    python -m nlu.speech.speaker '{"model_dir": "var/voice"}'
"""

import base64
import json
import os
import sys
from pathlib import Path

from nlu.speech.encode import encoded
from nlu.speech.speak import RATE, NoVoice, Voice


def main() -> int:
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what a library prints must not stand between the answers
    try:
        voice = Voice(Path(json.loads(sys.argv[1])["model_dir"]))
    except NoVoice as problem:
        sys.stderr.write(f"{problem}\n")
        return 2
    for line in sys.stdin:
        asked = json.loads(line)
        sound = encoded(voice.say(asked["words"]), RATE, asked["form"])
        answers.write(json.dumps({"sound": base64.b64encode(sound).decode()}) + "\n")
        answers.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
