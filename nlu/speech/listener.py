"""A process of its own that listens: names of files in, what was said in them out.

One line of JSON each way. It takes one core at most.

    python -m nlu.speech.listener '{"engine": "auto", "model_dir": null, "own_folder": "var"}'
"""

import json
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from nlu.speech.decode import SoundError
from nlu.speech.listen import listen
from nlu.speech.recognise import Choice, recogniser
from nlu.speech.recogniser import NoRecogniser, Recogniser


def main() -> int:
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what a library prints must not stand between the answers
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


def _choice(given: dict[str, Any]) -> Choice:
    folder = given["model_dir"]
    return Choice(given["engine"], Path(folder) if folder else None, Path(given["own_folder"]))


def _answer(path: str, hearing: Recogniser) -> dict[str, Any]:
    try:
        return {"heard": asdict(listen(Path(path).read_bytes(), hearing))}
    except (SoundError, OSError) as problem:
        return {"problem": str(problem)}


if __name__ == "__main__":
    sys.exit(main())
