"""Speech synthesis as a child process: text and format on stdin, base64 audio on stdout.

Each request and each answer is one line of JSON. The process uses one core.

    python -m nlu.speech.speaker '{"model_dir": "var/voice"}'
"""

import base64
import json
import os
import sys
from pathlib import Path

from nlu.confinement import confine
from nlu.speech.encode import encode_audio
from nlu.speech.speak import RATE, NoVoice, Voice


def main() -> int:
    """Answer requests until stdin closes; the exit code is 2 without a voice."""
    answers = os.fdopen(os.dup(1), "w")
    confine()
    os.dup2(2, 1)  # output of libraries goes to stderr, not between the answers
    try:
        voice = Voice(Path(json.loads(sys.argv[1])["model_dir"]))
    except NoVoice as problem:
        sys.stderr.write(f"{problem}\n")
        return 2
    for line in sys.stdin:
        request = json.loads(line)
        sound = encode_audio(voice.say(request["words"]), RATE, request["form"])
        answers.write(json.dumps({"sound": base64.b64encode(sound).decode()}) + "\n")
        answers.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
