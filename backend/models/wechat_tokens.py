"""Table of the access tokens of WeChat accounts."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from backend.database import Base


class WeChatToken(Base):
    __tablename__ = "wechat_tokens"

    app_id: Mapped[str] = mapped_column(primary_key=True)
    token: Mapped[str | None]
    expires_at: Mapped[datetime | None]
    fetching_until: Mapped[datetime | None]  # somebody is fetching a new one
    forced_at: Mapped[datetime | None]
