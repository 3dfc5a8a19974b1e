"""Rasa's understanding of many texts: JSON Lines in, JSON Lines out, no server.

Run as `python -m nlu.components.batch MODEL` in Rasa's environment.
"""

import asyncio
import json
import os
import sys
from typing import TextIO

from rasa.core.agent import Agent


async def parse(model: str, results: TextIO) -> None:
    agent = Agent.load(model)
    for line in sys.stdin:
        parsed = await agent.parse_message(json.loads(line))
        kept = {"intent": parsed["intent"], "entities": parsed["entities"]}
        results.write(json.dumps(kept, ensure_ascii=False) + "\n")
        results.flush()


if __name__ == "__main__":
    # Rasa and its libraries print to standard output; only results may go there.
    own_output = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    asyncio.run(parse(sys.argv[1], own_output))
