"""Loads what the first message needs: intents, articles, places, dangers."""

from backend import clock
from backend.database import Database
from backend.knowledge import service as knowledge
from backend.routing import service as routing
from bot.rasa import training
from nlu.appeals import parts
from nlu.city.loaded import elsewhere
from nlu.messages import answer_clauses
from nlu.messages.parser import parser_of
from nlu.trained import danger_model

FIRST = "西湖区文三路楼下夜里施工太吵"


def warm_up(database: Database) -> None:
    danger_model()
    answer_clauses.model()
    parser_of(training.MODEL).parse(FIRST)
    parts.read(FIRST)
    elsewhere()
    with database.begin() as session:
        knowledge.index(session)
        routing.route(
            session, text="楼下夜里施工太吵", location_text="西湖区文三路", said_at=clock.now()
        )
