from fastapi import APIRouter

from backend.database import Database
from backend.messaging.attachments import AttachmentFolder


def console_routes(database: Database, folder: AttachmentFolder) -> APIRouter:
    return APIRouter(prefix="/console")
