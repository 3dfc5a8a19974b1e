"""Routing models learnt from a city's past cases: storing them and switching between them."""

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
_SWITCH_LOCK = 8_240_002  # a PostgreSQL advisory lock: of two switches at once one would be lost
_LAST_SWITCH = (
    select(RoutingModel.id, RoutingModel.name, RoutingModel.digest)
    .select_from(ModelSwitch)
    .outerjoin(RoutingModel, ModelSwitch.model_id == RoutingModel.id)
    .order_by(ModelSwitch.id.desc())
    .limit(1)
)


@dataclass(frozen=True)
class StoredModel:
    """A model's row without its content; `id` None is the built-in model."""

    id: int | None
    name: str
    digest: str = ""


_BUILT_IN = StoredModel(None, BUILT_IN)


class _ModelCache:
    """The last learnt model that this process has unpacked."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._digest = ""
        self._model: LinearModel | None = None

    def get(self, session: Session, stored: StoredModel) -> LinearModel:
        with self._lock:
            if self._model is None or self._digest != stored.digest:
                self._model = load_model(session, stored)
                self._digest = stored.digest
            return self._model


_cache = _ModelCache()


def model_in_use(session: Session) -> LinearModel:
    """The model that decides; one transaction asks once and uses one model throughout."""
    model: LinearModel | None = session.info.get(_IN_USE)
    if model is None:
        stored = in_use(session)
        model = case_model() if stored.id is None else _cache.get(session, stored)
        session.info[_IN_USE] = model
    return model


def in_use(session: Session) -> StoredModel:
    """The model of the last switch, or the built-in one."""
    last = session.execute(_LAST_SWITCH).one_or_none()
    return StoredModel(*last) if last is not None and last.id is not None else _BUILT_IN


def stored_model(session: Session, model_id: int | None) -> StoredModel:
    """Raises NotFound."""
    if model_id is None:
        return _BUILT_IN
    columns = select(RoutingModel.id, RoutingModel.name, RoutingModel.digest)
    row = session.execute(columns.where(RoutingModel.id == model_id)).one_or_none()
    if row is None:
        raise NotFound(f"no model {model_id}; `minhu model list` shows which there are")
    return StoredModel(*row)


def load_model(session: Session, stored: StoredModel) -> LinearModel:
    """The content of a stored model."""
    if stored.id is None:
        return case_model()
    packed = session.scalars(select(RoutingModel.packed).where(RoutingModel.id == stored.id)).one()
    return with_name(from_bytes(packed), stored.name)


def with_name(model: LinearModel, name: str) -> LinearModel:
    """The model with the name that its evidence shows."""
    return replace(model, notes={**model.notes, "name": name})


def add(session: Session, packed: bytes, name: str, *, now: datetime) -> RoutingModel:
    """Store a model that `minhu learn` wrote. Raises BadInput or Conflict."""
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
    new: StoredModel,
    replay: dict[str, Any],
    *,
    replayed_over: StoredModel,
    by: str,
    now: datetime,
) -> None:
    """Use model `new` in every process. `replay` is the report that was shown to the operator.

    Raises Conflict when `replayed_over`, the model that `replay` compared, is no longer in use.
    """
    _lock_switching(session)
    current = in_use(session)
    if current.id == new.id:
        raise Conflict(f"{new.name} is in use already")
    if current.id != replayed_over.id:
        raise Conflict("somebody switched meanwhile: look at a new replay")
    session.add(ModelSwitch(model_id=new.id, replay=replay, at=now, by=by))
    session.flush()


def switch_back(session: Session, *, by: str, now: datetime) -> StoredModel:
    """Undo the last switch that was not undone yet; returns that model. Raises Conflict."""
    _lock_switching(session)
    earlier = _earlier_model(session)
    session.add(ModelSwitch(model_id=earlier.id, replay=None, at=now, by=by))
    session.flush()
    return earlier


def _earlier_model(session: Session) -> StoredModel:
    rows = session.execute(
        select(ModelSwitch.model_id, ModelSwitch.replay.is_(None)).order_by(ModelSwitch.id)
    )
    model_ids: list[int | None] = [None]
    for model_id, is_back in rows:
        if is_back:
            model_ids.pop()
        else:
            model_ids.append(model_id)
    if len(model_ids) == 1:
        raise Conflict(f"there is nothing to go back to: {BUILT_IN} was in use from the start")
    return stored_model(session, model_ids[-2])


def _lock_switching(session: Session) -> None:
    session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _SWITCH_LOCK})
