"""Permissions: which role may take which action."""

from backend.errors import NotAllowed
from backend.models.staff import Role, StaffAccount
from backend.vocabulary.case_lifecycle import Action

_D, _H, _S, _L, _A = Role.DISPATCHER, Role.HANDLER, Role.SUPERVISOR, Role.LEADER, Role.ADMIN
SEES_LOW_RATINGS = frozenset({_S, _L, _H, _A})
TAKES_DOWN = frozenset({_D, _H, _A})
SEES_SOURCES = frozenset({_D, _S, _L, _A})
EDITS_TOPICS = frozenset({_D, _S, _A})
LEADS_CAMPAIGNS = frozenset({_S, _L, _A})
HANDLES_ALERTS = frozenset({_D, _S, _L, _A})
SEES_PHONES = frozenset({_D, _A})
ANSWERS_CHATS = frozenset({_D, _S, _A})
ADMINISTERS = frozenset({_A})
EDITS_ARTICLES = frozenset({_D, _A})
REVIEWS_ARTICLES = frozenset({_D, _S, _A})
TAKES_OVER_CHATS = frozenset({_S, _A})
MAY: dict[Action, frozenset[Role]] = {
    Action.DISPATCH: frozenset({_D, _A}),
    Action.RECALL: frozenset({_D, _A}),
    Action.CORRECT: frozenset({_D, _A}),
    Action.ANSWER: frozenset({_D, _A}),
    Action.DECLINE: frozenset({_D, _A}),
    Action.ACCEPT: frozenset({_H, _A}),
    Action.RETURN: frozenset({_H, _A}),
    Action.HOLD: frozenset({_H, _A}),
    Action.RESUME: frozenset({_H, _A}),
    Action.ASK_EXTENSION: frozenset({_H, _A}),
    Action.EXTEND: frozenset({_D, _S, _A}),
    Action.REFUSE_EXTENSION: frozenset({_D, _S, _A}),
    Action.REFUSE_RETURN: frozenset({_D, _A}),
    Action.ARBITRATE: frozenset({_S, _L, _A}),
    Action.CONTACT: frozenset({_D, _H, _S, _A}),
    Action.ADD_DETAIL: frozenset({_D, _S, _A}),
    Action.MESSAGE: frozenset({_D, _H, _S, _A}),
    Action.ASK_RELAY: frozenset({_H}),
    Action.SEE_NEWS: frozenset({_D, _H, _S, _A}),
    Action.ADD_TASK: frozenset({_D, _H, _A}),
    Action.CANCEL_TASK: frozenset({_D, _H, _A}),
    Action.ACCEPT_TASK: frozenset({_H, _A}),
    Action.FINISH_TASK: frozenset({_H, _A}),
    Action.RAISE_WHISTLE: frozenset({_H, _A}),
    Action.RESPOND: frozenset({_H, _A}),
    Action.RESOLVE: frozenset({_H, _A}),
    Action.CLOSE: frozenset({_D, _S, _A}),
    Action.REOPEN: frozenset({_D, _S, _A}),
    Action.REMIND: frozenset({_D, _S, _A}),
    Action.SUPERVISE: frozenset({_S, _A}),
    # Handlers cannot merge: a unit could hide late cases in a collective case.
    Action.MERGE: frozenset({_D, _S, _A}),
    Action.SPLIT: frozenset({_D, _S, _A}),
    Action.UNMASK: frozenset({_D, _S, _A}),
    Action.ADOPT: frozenset({_H, _A}),
    Action.REPLY: frozenset({_H, _A}),
    Action.FORWARD: frozenset({_H, _A}),
    Action.PASS_ON: frozenset({_H, _A}),
    Action.VISIT: frozenset({_H, _A}),
    Action.CONFIRM: frozenset({_D, _H, _S, _L, _A}),
    Action.SEND_BACK: frozenset({_D, _H, _S, _L, _A}),
    Action.ACKNOWLEDGE: frozenset({_H, _S, _L, _A}),
    Action.ASSIGN: frozenset({_H, _L, _A}),
    Action.INTERVIEW: frozenset({_S, _L, _A}),
    Action.ACKNOWLEDGE_URGING: frozenset({_H, _L, _A}),
    Action.FOLLOW_UP: frozenset({_D, _A}),
    Action.NOTE: frozenset({_D, _H, _S, _L, _A}),
    Action.PROPOSE_EXCLUSION: frozenset({_D, _H, _S, _A}),
    Action.AGREE_EXCLUSION: frozenset({_S, _L, _A}),
    Action.REFUSE_EXCLUSION: frozenset({_S, _L, _A}),
}


def require(staff: StaffAccount, action: Action) -> None:
    """Raises NotAllowed unless the role may take this step."""
    if Role(staff.role) not in MAY.get(action, frozenset()):
        raise NotAllowed(f"{Role(staff.role).label}不能{action.label}")


def require_sees_low_ratings(staff: StaffAccount) -> None:
    """Raises NotAllowed unless the role sees notices of low ratings."""
    if Role(staff.role) not in SEES_LOW_RATINGS:
        raise NotAllowed(f"{Role(staff.role).label}不看低分通报")


def require_takes_down(staff: StaffAccount) -> None:
    """Raises NotAllowed unless the role registers appeals for residents."""
    if Role(staff.role) not in TAKES_DOWN:
        raise NotAllowed(f"{Role(staff.role).label}不登记工单")


def require_sees_sources(staff: StaffAccount) -> None:
    """Raises NotAllowed unless the role sees where cases come from."""
    if Role(staff.role) not in SEES_SOURCES:
        raise NotAllowed(f"{Role(staff.role).label}不看来源")


def require_answers_chats(staff: StaffAccount) -> None:
    """Raises NotAllowed unless the role talks with residents."""
    if Role(staff.role) not in ANSWERS_CHATS:
        raise NotAllowed(f"{Role(staff.role).label}不接待会话")


def require_takes_over(staff: StaffAccount) -> None:
    """Raises NotAllowed unless the role takes over the chats of colleagues."""
    if Role(staff.role) not in TAKES_OVER_CHATS:
        raise NotAllowed(f"{Role(staff.role).label}不接管同事的会话")


def edits_topics(staff: StaffAccount) -> bool:
    """True if the role merges, splits, renames and dismisses topics."""
    return Role(staff.role) in EDITS_TOPICS


def require_edits_topics(staff: StaffAccount) -> None:
    """Raises NotAllowed unless the role corrects topics."""
    if not edits_topics(staff):
        raise NotAllowed(f"{Role(staff.role).label}不改热点")


def leads_campaigns(staff: StaffAccount) -> bool:
    """True if the role makes, publishes and ends campaigns and consultations."""
    return Role(staff.role) in LEADS_CAMPAIGNS


def require_leads_campaigns(staff: StaffAccount) -> None:
    """Raises NotAllowed unless the role leads campaigns."""
    if not leads_campaigns(staff):
        raise NotAllowed(f"{Role(staff.role).label}不办专项和问计")


def handles_alerts(staff: StaffAccount) -> bool:
    """True if the role raises alerts and takes their steps."""
    return Role(staff.role) in HANDLES_ALERTS


def require_handles_alerts(staff: StaffAccount) -> None:
    """Raises NotAllowed unless the role handles alerts."""
    if not handles_alerts(staff):
        raise NotAllowed(f"{Role(staff.role).label}不处置预警")


def require_edits_articles(staff: StaffAccount) -> None:
    """Raises NotAllowed unless the role writes articles of the knowledge base."""
    if Role(staff.role) not in EDITS_ARTICLES:
        raise NotAllowed(f"{Role(staff.role).label}不能改知识库")


def require_reviews_articles(staff: StaffAccount) -> None:
    """Raises NotAllowed unless the role reviews and publishes articles."""
    if Role(staff.role) not in REVIEWS_ARTICLES:
        raise NotAllowed(f"{Role(staff.role).label}不复核知识库")


def require_administers_city(staff: StaffAccount) -> None:
    """Raises NotAllowed unless the staff manage what the whole city uses."""
    require_administers(staff)
    if staff.unit.parent_code is not None:
        raise NotAllowed("这一页管全市的，由市里的中心来改")


def require_administers(staff: StaffAccount) -> None:
    """Raises NotAllowed unless the role manages accounts and searches the audit log."""
    if Role(staff.role) not in ADMINISTERS:
        raise NotAllowed(f"{Role(staff.role).label}不管账号和审计")
