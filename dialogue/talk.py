"""Actions that answer, hand over to a person, or ask again."""

from rasa_sdk.events import ActiveLoop, SlotSet

from backend.cases import at_once
from backend.cases import service as cases
from backend.cases.service import Appeal
from backend.cases.settling import article_words
from backend.conversations.service import ask_for_person
from backend.knowledge import service as knowledge
from backend.messaging.messages import Button
from backend.messaging.outbox import last_reply
from backend.residents.service import save_phone
from backend.routing.service import tells_of_matter
from dialogue import texts
from dialogue.calling import CALL_ME
from dialogue.drafts import SURE
from dialogue.turn import Events, Turn
from nlu.articles import Answer
from nlu.openings import asks_nothing_yet
from nlu.text import find_phones, has_chinese

SAYS_NO_PHONE = ("不留", "不想留", "不用打", "别打", "没有电话", "没电话", "不方便")


def answer_question(turn: Turn) -> Events:
    """The article that answers, with two neighbours; else an honest no and what can be done.

    What tells of a matter without asking anything was taken for a question by mistake.
    """
    if turn.pressed.get("keep"):
        return keep_answer(turn)
    article_id = turn.pressed.get("article")
    if article_id and (article := knowledge.by_id(turn.session, article_id)):
        keep = _keep_button(turn, article.id)
        turn.say(texts.article(article.title, article.body, article.office), [keep])
        return [SlotSet("starts_appeal", False)]
    return _answer(turn, otherwise=texts.NO_ARTICLE)


def not_sure(turn: Turn) -> Events:
    """Not understood: an appeal if it tells of a matter, else an article, else a choice."""
    if not turn.is_in_form and tells_of_matter(turn.session, turn.words):
        return [SlotSet("starts_appeal", True)]
    if not has_chinese(turn.words):
        turn.say(texts.NO_WORDS)  # a bare number is nothing that could be lodged
        return [SlotSet("starts_appeal", False)]
    return _answer(turn, otherwise=texts.NOT_UNDERSTOOD)


def _answer(turn: Turn, *, otherwise: str) -> Events:
    if asks_nothing_yet(turn.words):
        turn.say(texts.WHAT_TO_ASK)
        return [SlotSet("starts_appeal", False)]
    answer = knowledge.answer(turn.session, turn.words)
    if turn.is_in_form:
        return _answer_between(turn, answer)
    matter = tells_of_matter(turn.session, turn.words)
    if found := answer.article:
        text = texts.article(found.title, found.body, found.office)
        say = turn.offer_to_lodge if matter else turn.say
        others = [*texts.neighbours(answer), _keep_button(turn, found.id)]
        return [*(say(text, others) or ()), SlotSet("starts_appeal", False)]
    if matter:
        return [SlotSet("starts_appeal", True)]
    person = Button("请人来答", "/request_human")
    offered = turn.offer_to_lodge(otherwise, [*texts.neighbours(answer), person])
    return [*offered, SlotSet("starts_appeal", False)]


def _answer_between(turn: Turn, answer: Answer) -> Events:
    """In the middle of an appeal; the form asks on, and nothing else may ask beside it."""
    found = answer.article
    turn.say(texts.article(found.title, found.body, found.office) if found else texts.NO_ANSWER_NOW)
    return [SlotSet("starts_appeal", False)]


def _keep_button(turn: Turn, article_id: str) -> Button:
    kept = {"keep": article_id, "words_of": turn.message_id}
    return Button(texts.KEEP_ANSWER, "/ask_question", kept)


def keep_answer(turn: Turn) -> Events:
    """What the bot has answered becomes a case that is closed at once: its messages tell (S32)."""
    article = knowledge.by_id(turn.session, str(turn.pressed["keep"]))
    if article is None:
        turn.say(texts.NOTHING_PENDING)
        return [SlotSet("starts_appeal", False)]
    asked = turn.words_of(int(turn.pressed["words_of"])) or article.title
    answer = at_once.kept(article.id, article_words(article.body, article.office))
    appeal = Appeal(asked, None, kind=at_once.INQUIRY, answer=answer)
    key = f"inbox:{turn.message_id}"
    cases.register(turn.session, turn.conversation, appeal, key=key, now=turn.now)
    turn.say(texts.ANSWER_KEPT)
    return [SlotSet("starts_appeal", False)]


def hand_off(turn: Turn) -> Events:
    """Put the chat in the queue for staff; the bot's form ends here."""
    new = ask_for_person(turn.session, turn.conversation.id, "市民要求人工", now=turn.now)
    turn.say(texts.WAITING if new else texts.ALREADY_WAITING, [Button(CALL_ME, CALL_ME)])
    return [ActiveLoop(None), SlotSet("requested_slot", None)]


def emergency(turn: Turn) -> Events:
    """The classifier's emergency, which the word patterns of `nlu.emergency` did not see.

    The numbers come first in any case; where it is not sure, the resident chooses what next.
    """
    if turn.heard().confidence >= SURE:
        ask_for_person(turn.session, turn.conversation.id, "疑似紧急情况", now=turn.now)
        turn.say(f"{texts.EMERGENCY}{texts.PERSON_ASKED}")
        return [ActiveLoop(None), SlotSet("requested_slot", None)]
    person = Button("转人工", "/request_human")
    offered = turn.offer_to_lodge(f"{texts.EMERGENCY}{texts.NOT_URGENT}", [person])
    return [ActiveLoop(None), SlotSet("requested_slot", None), *offered]


def repeat(turn: Turn) -> Events:
    last = last_reply(turn.session, turn.conversation.id)
    if last is None:
        turn.say(texts.NOTHING_TO_REPEAT)
    else:
        turn.say(last.text, [Button(**button) for button in last.buttons])
    return []


def save_contact(turn: Turn) -> Events:
    words = turn.words
    phones = find_phones(words)
    if phones:
        save_phone(turn.session, turn.resident_id, phones[0].value)
        turn.say(texts.PHONE_SAVED.format(phone=phones[0].value))
    elif any(no in words for no in SAYS_NO_PHONE):
        turn.say(texts.PHONE_DECLINED)
    else:
        turn.say(texts.NO_PHONE_SEEN)
    return []


ACTIONS = {
    "action_answer_question": answer_question,
    "action_hand_off": hand_off,
    "action_emergency": emergency,
    "action_repeat": repeat,
    "action_save_contact": save_contact,
    "action_unsure": not_sure,
}
