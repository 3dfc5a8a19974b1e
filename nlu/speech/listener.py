"""Speech recognition as a child process: file paths on stdin, recognitions on stdout.

Each request and each answer is one line of JSON. The process uses one core.

    python -m nlu.speech.listener '{"engine": "auto", "model_dir": null, "own_folder": "var"}'
"""

import json
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from nlu.confinement import confine
from nlu.speech.decode import SoundError
from nlu.speech.listen import listen
from nlu.speech.recognise import Choice, recogniser
from nlu.speech.recogniser import NoRecogniser, Recogniser


def main() -> int:
    """Answer requests until stdin closes; the exit code is 2 without a recogniser."""
    answers = os.fdopen(os.dup(1), "w")
    confine()
    os.dup2(2, 1)  # output of libraries goes to stderr, not between the answers
    try:
        hearing = recogniser(_choice(json.loads(sys.argv[1])))
    except NoRecogniser as problem:
        sys.stderr.write(f"{problem}\n")
        return 2
    if hearing is None:
        return 0
    for line in sys.stdin:
        answers.write(json.dumps(_answer(json.loads(line), hearing)) + "\n")
        answers.flush()
    return 0


def _choice(options: dict[str, Any]) -> Choice:
    folder = options["model_dir"]
    return Choice(options["engine"], Path(folder) if folder else None, Path(options["own_folder"]))


def _answer(path: str, hearing: Recogniser) -> dict[str, Any]:
    try:
        return {"heard": asdict(listen(Path(path).read_bytes(), hearing))}
    except (SoundError, OSError) as problem:
        return {"problem": str(problem)}


if __name__ == "__main__":
    sys.exit(main())
