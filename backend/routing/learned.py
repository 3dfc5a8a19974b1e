"""The models a city has learnt from its history: which there are, and which one is in use."""

import hashlib
import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session, defer

from backend.errors import BadInput, Conflict, NotFound
from backend.models.units import ModelSwitch, RoutingModel
from nlu.classifiers.linear import LinearModel
from nlu.matters.past_cases import BUILT_IN, from_bytes
from nlu.trained import case_model

_IN_USE = "routing model in use"  # key of Session.info
_LOCK = 8_240_002  # of PostgreSQL's advisory locks: two switches at once would be one lost


@dataclass(frozen=True)
class Known:
    """A model by its place in the ledger; `id` None is the one that Minhu comes with."""

    id: int | None
    name: str
    digest: str = ""


_MINHUS_OWN = Known(None, BUILT_IN)


class _Loaded:
    """The one learnt model that this process has unpacked; another one takes its place."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._digest = ""
        self._model: LinearModel | None = None

    def get(self, session: Session, known: Known) -> LinearModel:
        with self._lock:
            if self._model is None or self._digest != known.digest:
                self._model = unpacked(session, known)
                self._digest = known.digest
            return self._model


_loaded = _Loaded()


def model_in_use(session: Session) -> LinearModel:
    """The same object until a switch, by whichever process, says otherwise.

    A transaction asks once: all that it decides is decided by one model.
    """
    model: LinearModel | None = session.info.get(_IN_USE)
    if model is None:
        known = in_use(session)
        model = case_model() if known.id is None else _loaded.get(session, known)
        session.info[_IN_USE] = model
    return model


_LAST_SWITCH = (
    select(RoutingModel.id, RoutingModel.name, RoutingModel.digest)
    .select_from(ModelSwitch)
    .outerjoin(RoutingModel, ModelSwitch.model_id == RoutingModel.id)
    .order_by(ModelSwitch.id.desc())
    .limit(1)
)


def in_use(session: Session) -> Known:
    last = session.execute(_LAST_SWITCH).one_or_none()
    return Known(*last) if last is not None and last.id is not None else _MINHUS_OWN


def known_model(session: Session, model_id: int | None) -> Known:
    """Raises NotFound."""
    if model_id is None:
        return _MINHUS_OWN
    columns = select(RoutingModel.id, RoutingModel.name, RoutingModel.digest)
    found = session.execute(columns.where(RoutingModel.id == model_id)).one_or_none()
    if found is None:
        raise NotFound(f"no model {model_id}; `minhu model list` shows which there are")
    return Known(*found)


def unpacked(session: Session, known: Known) -> LinearModel:
    if known.id is None:
        return case_model()
    packed = session.scalars(select(RoutingModel.packed).where(RoutingModel.id == known.id)).one()
    return named(from_bytes(packed), known.name)


def named(model: LinearModel, name: str) -> LinearModel:
    """With the name that its evidence is shown under."""
    return replace(model, notes={**model.notes, "name": name})


def add(session: Session, packed: bytes, name: str, *, now: datetime) -> RoutingModel:
    """Keep a model that `minhu learn` wrote. Raises BadInput or Conflict."""
    try:
        notes = from_bytes(packed).notes
    except ValueError as error:
        raise BadInput(str(error)) from error
    if name == BUILT_IN or session.scalar(select(RoutingModel.id).where(RoutingModel.name == name)):
        raise Conflict(f"there is a model {name!r} already")
    row = RoutingModel(
        name=name,
        digest=hashlib.sha256(packed).hexdigest(),
        packed=packed,
        cases=int(notes.get("cases", 0)),
        report=notes.get("report"),
        added_at=now,
    )
    session.add(row)
    session.flush()
    return row


def all_models(session: Session) -> Sequence[RoutingModel]:
    return session.scalars(
        select(RoutingModel).order_by(RoutingModel.id).options(defer(RoutingModel.packed))
    ).all()


def switch(
    session: Session,
    to: Known,
    replay: dict[str, Any],
    *,
    seen_over: Known,
    by: str,
    now: datetime,
) -> None:
    """Use another model from now on, in every process.

    Raises Conflict when `seen_over`, which the replay compared it with, is no longer in use.
    """
    _one_at_a_time(session)
    if in_use(session).id == to.id:
        raise Conflict(f"{to.name} is in use already")
    if in_use(session).id != seen_over.id:
        raise Conflict("somebody switched meanwhile: look at a new replay")
    session.add(ModelSwitch(model_id=to.id, replay=replay, at=now, by=by))
    session.flush()


def switch_back(session: Session, *, by: str, now: datetime) -> Known:
    """Use what was in use before the last switch that was not taken back. Raises Conflict."""
    _one_at_a_time(session)
    before = _before(session)
    session.add(ModelSwitch(model_id=before.id, replay=None, at=now, by=by))
    session.flush()
    return before


def _before(session: Session) -> Known:
    rows = session.execute(
        select(ModelSwitch.model_id, ModelSwitch.replay.is_(None)).order_by(ModelSwitch.id)
    )
    used: list[int | None] = [None]
    for model_id, is_back in rows:
        if is_back:
            used.pop()
        else:
            used.append(model_id)
    if len(used) == 1:
        raise Conflict(f"there is nothing to go back to: {BUILT_IN} was in use from the start")
    return known_model(session, used[-2])


def _one_at_a_time(session: Session) -> None:
    session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
