from datetime import UTC, datetime
from typing import Any

from app.decisions.model import Urgency
from app.notices.model import OutgoingNotice, Place


def a_notice(**changes: Any) -> OutgoingNotice:
    notice: dict[str, Any] = {
        "id": "42",
        "kind": "threat",
        "urgency": Urgency.URGENT,
        "place": Place(platform="instagram", account="@ieu.ornek"),
        "link": "https://nobet.ornek.edu.tr/console/notifications/42",
        "created_at": datetime(2026, 5, 1, 10, 0, 5, 123456, tzinfo=UTC),
        "email": "guvenlik@ornek.edu.tr",
    }
    return OutgoingNotice(**(notice | changes))
