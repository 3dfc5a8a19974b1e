"""Texts about suggestions, praise and legal matters. Short for everybody: one wording each.

Placeholders as in `backend.texts.cases`, and `to` (recipient of a forwarded suggestion) and `path`
(where a legal matter is decided).
"""

from backend.vocabulary.case_lifecycle import Action
from backend.vocabulary.texts import Text
from backend.vocabulary.tracks import Track

# No deadline is named: a reply or a court's decision has no resolve deadline.
_WITH_THE_CENTRE = Text("正在核对该由谁来管。这些天由12345民呼中心负责。有事在这里说，或打12345。")
_WITH_A_UNIT = Text("您的事由{unit}负责。没人找您，就在这里说“催一下”。也可以打12345。")
_MOVED = {
    Action.RECALL: Text("我们再核对一下您的事该由谁来管。"),
    Action.CORRECT: None,
    Action.RETURN: _WITH_THE_CENTRE,
    Action.RELEASE: _WITH_THE_CENTRE,
    Action.REFUSE_RETURN: _WITH_A_UNIT,
    Action.ARBITRATE: _WITH_A_UNIT,
    Action.TAKE_OVER: _WITH_A_UNIT,
    Action.RECOMPUTE: None,
    Action.SUPERVISE: _WITH_A_UNIT,
}
_SUGGESTION = {
    **_MOVED,
    Action.REGISTER: Text("您的建议记下了，编号 {case_no}。{day}前答复您。"),
    Action.DISPATCH: Text("您的建议转给{unit}了。{day}前答复您。"),
    Action.CORRECT: Text("您说的记作建议了。{day}前答复您。"),
    Action.ACCEPT: Text("{unit}在看您的建议了。"),
    Action.EXTEND: Text("{unit}还要想一想（{reason}）。{day}前答复您。"),
    Action.RESUME: Text("您的建议请{unit}再看一遍。{day}前答复您。"),
    Action.REOPEN: Text("您的建议请{unit}再看一遍。{day}前答复您。"),
    Action.ADOPT: Text("{unit}采纳了您的建议，谢谢您！\n{outcome}\n这样答复您满意吗？"),
    Action.REPLY: Text("{unit}看了您的建议，谢谢您！\n{outcome}\n这样答复您满意吗？"),
    Action.FORWARD: Text("您的建议转送给{to}了，谢谢您！\n{outcome}\n这样答复您满意吗？"),
}
_PRAISE = {
    **_MOVED,
    Action.REGISTER: Text("您的表扬记下了，编号 {case_no}。我们会转达。"),
    Action.DISPATCH: Text("您的表扬转给{unit}了，谢谢您！"),
    Action.ACCEPT: Text("{unit}看到您的表扬了。"),
    Action.REOPEN: Text("您的表扬转给{unit}了，谢谢您！"),
    Action.PASS_ON: Text("您的表扬转达到了，谢谢您！\n{unit}说：{outcome}"),
    Action.EXTEND: None,
    Action.RESUME: None,
}
_LEGAL = {
    **_MOVED,
    Action.REGISTER: Text("记下了，编号 {case_no}。\n这类事要依法办，结果我们不能保证。\n{path}"),
    Action.DISPATCH: Text("您的事转给{unit}了。他们依法处理，有消息我告诉您。"),
    Action.EXTEND: Text("{unit}还要些时间（{reason}）。有消息我告诉您。"),
    Action.RESUME: Text("{unit}再看您的事。有消息我告诉您。"),
    Action.REOPEN: Text("{unit}再看您的事。有消息我告诉您。"),
    Action.BRING_BACK: Text("{unit}再看您的事。有消息我告诉您。"),
}
# None: residents are not told of this step, and no other text stands in for it.
STEPS: dict[tuple[Track, Action], Text | None] = {
    (track, action): text
    for track, texts in (
        (Track.SUGGESTION, _SUGGESTION),
        (Track.PRAISE, _PRAISE),
        (Track.LEGAL, _LEGAL),
    )
    for action, text in texts.items()
}
