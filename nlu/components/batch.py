"""Rasa's understanding of many texts: JSON Lines in, JSON Lines out, no server.

Run as `python -m nlu.components.batch MODEL` in Rasa's environment.
"""

import asyncio
import json
import os
import sys
from typing import Any, TextIO

from rasa.core.agent import Agent
from rasa.shared.constants import DEFAULT_NLU_FALLBACK_INTENT_NAME


async def parse(model: str, results: TextIO) -> None:
    agent = Agent.load(model)
    for line in sys.stdin:
        parsed = await agent.parse_message(json.loads(line))
        kept = {"intent": _guess(parsed), "entities": parsed["entities"]}
        results.write(json.dumps(kept, ensure_ascii=False) + "\n")
        results.flush()


def _guess(parsed: dict[str, Any]) -> Any:
    """The likeliest intent, also where the bot would rather ask than believe it."""
    ranking = parsed.get("intent_ranking") or [parsed["intent"]]
    real = [intent for intent in ranking if intent["name"] != DEFAULT_NLU_FALLBACK_INTENT_NAME]
    return {name: (real or ranking)[0][name] for name in ("name", "confidence")}


if __name__ == "__main__":
    # Rasa and its libraries print to standard output; only results may go there.
    own_output = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    asyncio.run(parse(sys.argv[1], own_output))
