"""The discovery document: addresses, formats and the last change of the services."""

from typing import Any

from backend.settings import Mode
from nlu.city.loaded import power_list

SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
CONTACT = "民呼平台，电话 12345"
KEY_SERVICE = "向平台管理员申请，密钥属于一个已登记的来源"


def discovery(url: str, mode: Mode) -> dict[str, Any]:
    changeset = f"{power_list().version} 00:00"
    return {
        "changeset": changeset,
        "contact": CONTACT,
        "key_service": KEY_SERVICE,
        "endpoints": [
            {
                "specification": SPECIFICATION,
                "url": url,
                "changeset": changeset,
                "type": "production" if mode is Mode.PRODUCTION else "test",
                "formats": ["text/xml", "application/json"],
            }
        ],
    }
