"""The handlers of a message, in the order in which they are tried.

Each module is named after what a resident wants. A handler answers the message and returns True,
or leaves it to the next one. The order is data, and is tested.
"""

from dialogue.handlers import (
    add_detail,
    anonymity,
    appeal,
    article_detail,
    ask_question,
    call_back,
    cancel,
    care,
    case_questions,
    chase,
    consult,
    contact,
    danger,
    elder_mode,
    elsewhere,
    files,
    fraud,
    link_chats,
    menu,
    not_understood,
    nothing_said,
    open_question,
    person,
    privacy,
    progress,
    rate,
    reopen,
    say_again,
    small_talk,
    unit_message,
    voice_note,
    withdraw,
)
from dialogue.turn import Handler

HANDLERS: tuple[Handler, ...] = (
    danger.handle,  # the number to call, before anything else
    files.handle,  # a photo without words
    nothing_said.handle,  # no words, another language, only curses
    menu.handle,  # an entry of the menu, or a number that could mean two things
    elder_mode.handle,  # short sentences and numbers, or the usual way again
    say_again.handle,  # once more, slower, the next piece
    unit_message.handle,  # the answer to what a unit wrote
    voice_note.handle,  # read back before anything comes of it
    consult.handle,  # what the city asks all residents
    link_chats.handle,  # 绑定, 解绑, where progress is told
    privacy.handle,  # what is stored of me, a copy of it, its erasure
    call_back.handle,  # please ring me
    person.handle,  # a person, please; or no longer
    care.handle,  # life is hard for me
    anonymity.handle,  # do not tell them who I am
    fraud.handle,  # reported to the police, or not yet
    open_question.handle,  # the answer to what we asked
    cancel.handle,  # never mind; or: lodge it after all
    reopen.handle,  # do it again
    rate.handle,  # how it went
    article_detail.handle,  # what to bring, how long, for the article just shown
    elsewhere.handle,  # it is in another city
    withdraw.handle,
    chase.handle,  # hurry
    case_questions.handle,  # how long, who, will they ring
    progress.handle,  # where is my case
    add_detail.handle,  # more for a case that is open
    contact.handle,  # a phone number
    appeal.handle,  # something is wrong, or could be better, or was done well
    ask_question.handle,  # a question that an article may answer
    small_talk.handle,
    not_understood.handle,
)
