"""Rasa's understanding of many texts without Rasa's server: JSON Lines in, JSON Lines out.

Run as `python -m nlu.components.batch MODEL` in Rasa's environment. It reads what the components
of this folder keep in the model, and does with it what they do.
"""

import json
import sys
import tarfile

from nlu.entities import EntityModel
from nlu.intents import IntentModel


def main(model: str) -> None:
    with tarfile.open(model) as archive:
        intents = IntentModel.from_bytes(_kept(archive, "/intents.zip"))
        entities = EntityModel(_kept(archive, "/entities.crfsuite"))
    for line in sys.stdin:
        text = json.loads(line)
        name, confidence = next(iter(intents.likelihoods(text).items()))
        found = {
            "intent": {"name": name, "confidence": confidence},
            "entities": entities.find(text),
        }
        print(json.dumps(found, ensure_ascii=False), flush=True)


def _kept(archive: tarfile.TarFile, ending: str) -> bytes:
    name = next(name for name in archive.getnames() if name.endswith(ending))
    file = archive.extractfile(name)
    assert file is not None
    return file.read()


if __name__ == "__main__":
    main(sys.argv[1])
