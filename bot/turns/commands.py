"""Runs the commands of a decision, in order, within the turn's transaction."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import singledispatch
from typing import Any

from backend.attachments.storage import give_to_case
from backend.call_backs import service as call_backs
from backend.case_codes import codes
from backend.cases import anonymity, at_once, pushes, queries, registration
from backend.cases.appeals import Appeal
from backend.cases.settling import article_answer
from backend.cases.step import Notification, StepContext
from backend.cases.stepping import act, note_once
from backend.consultations import service as consultations
from backend.conversations import emergencies
from backend.conversations import service as conversations
from backend.database import Session
from backend.desk.merging import merge
from backend.errors import Conflict
from backend.knowledge import service as knowledge
from backend.knowledge import uses
from backend.messaging import held_messages, outbox, passive_replies
from backend.models.cases import Case
from backend.models.conversations import Conversation
from backend.privacy import requests
from backend.ratings import service as ratings
from backend.residents import linking
from backend.residents.service import forget_care, forget_phone, note_care, save_phone
from backend.residents.service import set_elder_mode as switch_elder_mode
from backend.settings import settings
from backend.texts import consultations as consultation_texts
from backend.texts import privacy as privacy_texts
from backend.vocabulary.actors import RESIDENT
from backend.vocabulary.case_lifecycle import Action
from backend.vocabulary.grades import Grade
from backend.vocabulary.privacy import RequestKind
from backend.vocabulary.step_details import (
    Details,
    MaybeReason,
    MaybeText,
    Merge,
    WithReason,
    WithText,
)
from backend.vocabulary.texts import Text
from dialogue import commands as do
from dialogue.draft import Draft
from dialogue.texts import chat as texts

SUPPORTED = "市民附议"


@dataclass
class Run:
    """Context and output of commands: notifications in `notices`, other replies in `texts`."""

    session: Session
    conversation: Conversation
    message_id: int
    channel: str
    now: datetime
    notices: list[Notification] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
    buttons: list[Any] = field(default_factory=list)

    @property
    def key(self) -> str:
        """Idempotency key of what this message registers."""
        return f"inbox:{self.message_id}"

    @property
    def resident_id(self) -> int:
        return self.conversation.account.resident_id

    def own(self, case_no: str) -> Case:
        case = queries.by_number(self.session, case_no)
        assert case.resident_id == self.resident_id
        return case

    def act(self, case_no: str, details: Details) -> None:
        act(replace(self._step(case_no, details), notifications=self.notices))

    def note(self, case_no: str, details: Details) -> None:
        note_once(self._step(case_no, details), self.message_id)

    def _step(self, case_no: str, details: Details) -> StepContext:
        return StepContext(self.session, self.own(case_no), RESIDENT, self.now, details)


@singledispatch
def execute(command: object, run: Run) -> None:
    """Raises Conflict when somebody else was first, and then nothing of the turn stands."""
    raise TypeError(f"no such command: {type(command).__name__}")


@execute.register
def _register(command: do.Register, run: Run) -> None:
    appeal = appeal_of(command.draft, command.anonymous)
    case = registration.register(
        run.session, run.conversation, appeal, key=run.key, now=run.now, notifications=run.notices
    )
    if text := pushes.registered_and_dispatched(case):
        run.notices[:] = [Notification(case, text, [])]
    if run.channel == outbox.WEB:  # a page may be closed for good; other chats stay
        code = codes.make(run.session, case, now=run.now)
        run.texts.append(texts.QUERY_CODE.format(code=code))


def appeal_of(draft: Draft, anonymous: bool | None) -> Appeal:
    return Appeal(
        text=draft.text,
        location=draft.place or None,
        pin=draft.pin,
        kind=draft.kind,
        anonymous=anonymous,
        wording=draft.full_wording,
        parts={
            "matter": draft.matter,
            "location": draft.place or None,
            "since": draft.since or None,
            "wish": draft.wish or None,
            "who": draft.who or None,
        },
    )


@execute.register
def _speak(command: do.Speak, run: Run) -> None:
    try:
        what = consultations.speak(
            run.session, command.consultation_id, run.resident_id,
            choice=command.choice, words=command.words, channel=run.channel, now=run.now,
        )  # fmt: skip
    except Conflict:
        run.texts.append(consultation_texts.IS_CLOSED)
    else:
        run.texts.append(consultation_texts.NOTED.format(what=what))


@execute.register
def _support(command: do.Support, run: Run) -> None:
    """The resident's newest case joins the incident; it stays alone when that cannot be."""
    lead = queries.by_number(run.session, command.lead_no)
    own = queries.resident_cases(run.session, run.resident_id, only_open=True)
    case = next((each for each in own if each.lead_id is None and each.id != lead.id), None)
    if case is None:
        return
    details = Merge(lead=lead.case_no, reason=SUPPORTED)
    try:
        with run.session.begin_nested():
            merge(StepContext(run.session, case, RESIDENT, run.now, details), lead)
    except Conflict:
        run.texts.append(consultation_texts.JOINING_FAILED)


@execute.register
def _add_detail(command: do.AddDetail, run: Run) -> None:
    run.note(command.case_no, WithText(Action.ADD_DETAIL, command.text))
    _give_files(run, command.case_no)


@execute.register
def _write_back(command: do.WriteBack, run: Run) -> None:
    run.note(command.case_no, WithText(Action.WRITE_BACK, command.text))
    _give_files(run, command.case_no)


def _give_files(run: Run, case_no: str) -> None:
    case = run.own(case_no)
    give_to_case(run.session, run.conversation.id, case.id, now=run.now)


@execute.register
def _chase(command: do.Chase, run: Run) -> None:
    run.note(command.case_no, MaybeText(Action.CHASE, command.text))


@execute.register
def _withdraw(command: do.Withdraw, run: Run) -> None:
    run.act(command.case_no, MaybeReason(Action.WITHDRAW))


@execute.register
def _rate(command: do.Rate, run: Run) -> None:
    ratings.rate(
        run.session, run.own(command.case_no), Grade(command.score),
        round=command.round, message_id=run.message_id, now=run.now,
    )  # fmt: skip


@execute.register
def _give_reason(command: do.GiveReason, run: Run) -> None:
    ratings.give_reason(run.session, run.own(command.case_no), command.reason, now=run.now)


@execute.register
def _say_solved(command: do.SaySolved, run: Run) -> None:
    ratings.set_solved(
        run.session, run.own(command.case_no),
        solved=command.solved, round=command.round, now=run.now,
    )  # fmt: skip


@execute.register
def _reopen(command: do.Reopen, run: Run) -> None:
    run.act(command.case_no, WithReason(Action.REOPEN, command.reason))
    _give_files(run, command.case_no)


@execute.register
def _close_rated(command: do.CloseRated, run: Run) -> None:
    ratings.close(run.session, run.own(command.case_no), now=run.now)


@execute.register
def _note_article(command: do.NoteArticle, run: Run) -> None:
    uses.note_shown(run.session, command.article_id, run.conversation.id, now=run.now)


@execute.register
def _keep_answer(command: do.KeepAnswer, run: Run) -> None:
    article = knowledge.by_id(run.session, command.article_id)
    assert article is not None
    answer = at_once.read_answer(article.id, article_answer(article.body, article.office))
    appeal = Appeal(command.question, None, kind=at_once.INQUIRY, answer=answer)
    registration.register(
        run.session, run.conversation, appeal, key=run.key, now=run.now, notifications=run.notices
    )


@execute.register
def _keep_question(command: do.KeepQuestion, run: Run) -> None:
    knowledge.keep_unanswered(run.session, command.question, command.article_id, now=run.now)


@execute.register
def _ask_for_person(command: do.AskForPerson, run: Run) -> None:
    chat, reason = run.conversation.id, command.reason
    conversations.ask_for_person(run.session, chat, reason, now=run.now, code=command.code)
    uses.note_person_asked(run.session, chat, now=run.now)


@execute.register
def _report_emergency(command: do.ReportEmergency, run: Run) -> None:
    emergencies.report(
        run.session, run.conversation, command.kind, command.words, command.reason, now=run.now
    )


@execute.register
def _leave_queue(_: do.LeaveQueue, run: Run) -> None:
    conversations.leave_queue(run.session, run.conversation.id)


@execute.register
def _arrange_call(command: do.ArrangeCall, run: Run) -> None:
    call_backs.ask(
        run.session, run.conversation, command.phone, (command.start, command.end),
        message_id=run.message_id, now=run.now,
    )  # fmt: skip


@execute.register
def _cancel_calls(_: do.CancelCalls, run: Run) -> None:
    call_backs.cancel(run.session, run.resident_id, now=run.now)


@execute.register
def _make_link_code(_: do.MakeLinkCode, run: Run) -> None:
    code = linking.make_code(run.session, run.resident_id, now=run.now)
    run.texts.append(texts.LINK_CODE.format(code=code))


@execute.register
def _link_chats(command: do.LinkChats, run: Run) -> None:
    chat = run.conversation
    try:
        is_new = linking.link(run.session, chat.account, command.code, now=run.now)
    except linking.LinkRefused as refused:
        run.texts.append(refused.text)
        return
    if not is_new:
        run.texts.append(texts.LINKED_ALREADY)
        return
    held_messages.release_held(run.session, chat.account.resident_id, chat.id)
    _tell_others(run, texts.LINKED_HERE, chat.account.resident_id)
    run.texts.append(texts.LINKED)
    run.buttons.append(texts.PROGRESS_HERE)


@execute.register
def _unlink_chat(_: do.UnlinkChat, run: Run) -> None:
    chat = run.conversation
    former_resident = chat.account.resident_id
    if not linking.unlink(run.session, chat, now=run.now):
        run.texts.append(texts.NOT_LINKED)
        return
    held_messages.return_to_home_chats(run.session, [former_resident, chat.account.resident_id])
    _tell_others(run, texts.UNLINKED_HERE, former_resident)
    run.texts.append(texts.UNLINKED)


def _tell_others(run: Run, text: Text, resident_id: int) -> None:
    """Tell each other chat of the resident once that this chat was linked or unlinked."""
    text_for_others = text.format(channel=texts.CHANNEL_NAMES.get(run.channel, texts.OTHER_CHANNEL))
    for chat in conversations.chats_of(run.session, resident_id):
        if chat.id != run.conversation.id:
            key = f"linking:{run.message_id}:{chat.id}"
            outbox.reply(run.session, chat, text_for_others, now=run.now, dedupe_key=key)


@execute.register
def _prefer_this_chat(_: do.PreferThisChat, run: Run) -> None:
    run.conversation.account.preferred_at = run.now


@execute.register
def _set_elder_mode(command: do.SetElderMode, run: Run) -> None:
    switch_elder_mode(run.conversation.account.resident, on=command.on)


@execute.register
def _note_care(command: do.NoteCare, run: Run) -> None:
    note_care(run.conversation.account.resident, command.needs, now=run.now)


@execute.register
def _forget_care(_: do.ForgetCare, run: Run) -> None:
    forget_care(run.conversation.account.resident)


@execute.register
def _save_phone(command: do.SavePhone, run: Run) -> None:
    save_phone(run.conversation.account.resident, command.phone)


@execute.register
def _forget_phone(_: do.ForgetPhone, run: Run) -> None:
    forget_phone(run.conversation.account.resident)


@execute.register
def _show_privacy(_: do.ShowPrivacy, run: Run) -> None:
    city = settings()
    run.texts.append(privacy_texts.ABOUT.format(days=city.keep_recordings_days))
    if city.public_url:
        address = f"{city.public_url.rstrip('/')}/public/privacy"
        run.texts.append(privacy_texts.WHOLE_PAGE.format(address=address))


@execute.register
def _ask_for_data(command: do.AskForData, run: Run) -> None:
    code = requests.ask(run.session, run.conversation, command.kind, now=run.now)
    is_copy = command.kind is RequestKind.COPY
    text = privacy_texts.COPY_NOTED if is_copy else privacy_texts.ERASURE_NOTED
    run.texts.append(text.format(code=code))


@execute.register
def _hide_identity(command: do.HideIdentity, run: Run) -> None:
    anonymity.set_anonymous(
        run.session, run.resident_id,
        hidden=command.hidden, message_id=run.message_id, now=run.now,
    )  # fmt: skip


@execute.register
def _give_files_to_case(command: do.GiveFiles, run: Run) -> None:
    run.note(command.case_no, WithText(Action.ADD_DETAIL, command.what))
    _give_files(run, command.case_no)


@execute.register
def _take_back_reply(command: do.TakeBackReply, run: Run) -> None:
    passive_replies.take_back(run.session, command.message_id, now=run.now)
