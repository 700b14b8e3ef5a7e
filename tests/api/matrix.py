"""Who may do what (policy section 6), as one table: every endpoint and every role. Written apart from the code's own.

A new endpoint needs a line in `MATRIX`; one that takes a body needs it in `BODIES` too, and one whose line says ``own``
needs a record of its kind in `tests/api/own_records.py`. Each cell is called over HTTP in `test_permissions.py`.

``all`` let in, ``own`` let in to what is theirs (their accounts, their unit's notifications) and to nothing else,
``self`` let in, to what is about themselves alone,
``-`` refused.
"""

from dataclasses import dataclass
from typing import Any

from tests.api.builders import a_picture

MATRIX = """
                                                  responsible specialist director top_management security sks service_unit agency auditor
GET    /v1/reviews                                own         all        all      -              -        -   -            -      all
GET    /v1/reviews/{id}                            own         all        all      -              -        -   -            -      all
POST   /v1/reviews/{id}/decision                   own         all        all      -              -        -   -            -      -
POST   /v1/reviews/{id}/claim                      own         all        all      -              -        -   -            -      -
DELETE /v1/reviews/{id}/claim                      own         all        all      -              -        -   -            -      -
POST   /v1/reviews/{id}/wait                       own         all        all      -              -        -   -            -      -
GET    /v1/reviews/{id}/advisers                   own         all        all      -              -        -   -            -      all
DELETE /v1/reviews/{id}/wait                       own         all        all      -              -        -   -            -      -
POST   /v1/reviews/decisions                       own         all        all      -              -        -   -            -      -
GET    /v1/approvals                               own         all        all      -              -        -   -            -      all
GET    /v1/approvals/{id}                          own         all        all      -              -        -   -            -      all
POST   /v1/approvals/{id}/approve                  own         all        all      -              -        -   -            -      -
POST   /v1/approvals/{id}/refuse                   own         all        all      -              -        -   -            -      -
GET    /v1/messages                               own         all        all      -              own      own own          -      all
GET    /v1/messages/{id}                          own         all        all      -              own      own own          -      all
POST   /v1/messages/{id}/override                 own         all        all      -              -        -   -            -      -
GET    /v1/messages/{id}/notes                     own         all        all      -              own      own own          -      all
POST   /v1/messages/{id}/notes                     own         all        all      -              own      own own          -      -
GET    /v1/messages/{id}/undo                      own         all        all      -              -        -   -            -      -
POST   /v1/messages/{id}/undo                      own         all        all      -              -        -   -            -      -
POST   /v1/messages/{id}/open                      own         all        all      -              own      own own          -      -
POST   /v1/messages/{id}/earlier                   own         all        all      -              -        -   -            -      -
PUT    /v1/messages/{id}/author                    own         all        all      -              -        -   -            -      -
GET    /v1/reviewers/load                          -           -          all      -              -        -   -            -      -
POST   /v1/messages/{id}/hold                     -           -          all      -              -        -   -            -      -
DELETE /v1/messages/{id}/hold                     -           -          all      -              -        -   -            -      -
GET    /v1/actions                                own         all        all      -              -        -   -            -      all
GET    /v1/actions/{id}                           own         all        all      -              -        -   -            -      all
POST   /v1/actions/{id}/release                   own         all        all      -              -        -   -            -      -
POST   /v1/actions/{id}/discard                   own         all        all      -              -        -   -            -      -
POST   /v1/actions/{id}/retry                     own         all        all      -              -        -   -            -      -
GET    /v1/tasks                                  own         all        all      -              -        -   -            -      all
POST   /v1/tasks/{id}/confirm                     own         all        all      -              -        -   -            -      -
GET    /v1/evidence                               own         all        all      -              own      own -            -      all
GET    /v1/evidence/{id}                          own         all        all      -              own      own -            -      all
POST   /v1/evidence/exports                       -           all        all      -              -        -   -            -      -
GET    /v1/evidence/{id}/image                    own         all        all      -              own      own -            -      all
POST   /v1/messages/{id}/evidence/upload          own         all        all      -              -        -   -            -      -
POST   /v1/messages/{id}/evidence/capture         own         all        all      -              -        -   -            -      -
POST   /v1/messages/{id}/evidence/waive           -           all        all      -              -        -   -            -      -
GET    /v1/platforms                              all         all        all      all            -        -   -            -      all
PUT    /v1/platforms/{platform}/browser-state     -           all        all      -              -        -   -            -      -
DELETE /v1/platforms/{platform}/browser-state     -           all        all      -              -        -   -            -      -
GET    /v1/notifications                          own         all        all      own            own      own own          -      all
GET    /v1/notifications/{id}                     own         all        all      own            own      own own          -      all
POST   /v1/notifications/{id}/acknowledge         own         all        all      own            own      own own          -      -
POST   /v1/notifications/{id}/snooze              own         all        all      own            own      own own          -      -
POST   /v1/notifications/{id}/report              own         all        all      own            own      own own          -      -
GET    /v1/complaints                             -           all        all      -              own      own own          -      all
GET    /v1/modes/silence                          all         all        all      all            -        -   -            -      all
POST   /v1/modes/silence                          -           -          all      all            -        -   -            -      -
DELETE /v1/modes/silence                          -           -          all      all            -        -   -            -      -
GET    /v1/modes/silence/history                  all         all        all      all            -        -   -            -      all
POST   /v1/modes/silence/withheld/release         all         all        all      -              -        -   -            -      -
POST   /v1/modes/silence/withheld/discard         all         all        all      -              -        -   -            -      -
GET    /v1/suggestions                            -           all        all      all            -        -   -            -      all
POST   /v1/suggestions/{id}/accept                -           -          all      -              -        -   -            -      -
POST   /v1/suggestions/{id}/dismiss               -           -          all      -              -        -   -            -      -
GET    /v1/crises                                 -           all        all      -              -        -   -            -      all
POST   /v1/crises                                 -           -          all      -              -        -   -            -      -
GET    /v1/crises/{id}                            -           all        all      -              -        -   -            -      all
GET    /v1/crises/{id}/authors                    -           all        all      -              -        -   -            -      -
POST   /v1/crises/{id}/messages                   -           all        all      -              -        -   -            -      -
POST   /v1/crises/{id}/notes                      -           all        all      -              -        -   -            -      -
POST   /v1/crises/{id}/close                      -           -          all      -              -        -   -            -      -
GET    /v1/calendars                              all         all        all      all            -        -   -            -      all
GET    /v1/calendars/history                      all         all        all      all            -        -   -            -      all
PUT    /v1/calendars                              -           -          all      -              -        -   -            -      -
GET    /v1/limits                                 -           all        all      -              -        -   -            -      all
POST   /v1/limits/{id}/lift                       -           all        all      -              -        -   -            -      -
GET    /v1/templates                              all         all        all      -              -        -   -            -      all
POST   /v1/templates/{key}/approve                -           -          all      -              -        -   -            -      -
GET    /v1/templates/{key}/texts                  all         all        all      -              -        -   -            -      all
POST   /v1/templates/{key}/texts                  -           all        all      -              -        -   -            -      -
POST   /v1/templates/{key}/texts/{id}/approve     -           -          all      -              -        -   -            -      -
POST   /v1/templates/{key}/texts/{id}/retire      -           -          all      -              -        -   -            -      -
POST   /v1/templates/{key}/preview                all         all        all      -              -        -   -            -      all
GET    /v1/appeals                                own         all        all      -              -        -   -            -      all
POST   /v1/appeals/{id}/uphold                    own         all        all      -              -        -   -            -      -
POST   /v1/appeals/{id}/restore                   own         all        all      -              -        -   -            -      -
GET    /v1/policies                               -           all        all      -              -        -   -            -      all
GET    /v1/policies/{version}                     -           all        all      -              -        -   -            -      all
POST   /v1/policies/evaluate                      -           all        all      -              -        -   -            -      all
GET    /v1/policies/precision                     -           all        all      -              -        -   -            -      all
POST   /v1/policies                               -           all        all      -              -        -   -            -      -
GET    /v1/policies/{version}/compare             -           all        all      -              -        -   -            -      all
POST   /v1/policies/{version}/backtest            -           all        all      -              -        -   -            -      -
GET    /v1/policies/{version}/backtests/{id}      -           all        all      -              -        -   -            -      all
POST   /v1/policies/{version}/activate            -           -          all      -              -        -   -            -      -
POST   /v1/policies/{version}/approve             -           all        all      -              -        -   -            -      -
POST   /v1/policies/{version}/withdraw            -           -          all      -              -        -   -            -      -
POST   /v1/messages/{id}/save-as-case             -           all        all      -              -        -   -            -      -
GET    /v1/cases                                  -           all        all      -              -        -   -            -      all
GET    /v1/cases/{id}                             -           all        all      -              -        -   -            -      all
DELETE /v1/cases/{id}                             -           all        all      -              -        -   -            -      -
GET    /v1/accounts                               own         all        all      all            -        -   -            -      all
POST   /v1/accounts/{id}/connect                  -           all        all      -              -        -   -            -      -
PUT    /v1/accounts/{id}/token                    -           all        all      -              -        -   -            -      -
PUT    /v1/accounts/{id}/capabilities/{capability} -          all        all      -              -        -   -            -      -
GET    /v1/units                                  -           all        all      all            -        -   -            -      all
PATCH  /v1/units/{key}                            -           -          all      -              -        -   -            -      -
POST   /v1/units                                   -           -          all      -              -        -   -            -      -
GET    /v1/people                                 -           -          all      -              -        -   -            -      all
POST   /v1/people                                  -           -          all      -              -        -   -            -      -
PATCH  /v1/people/{id}                             -           -          all      -              -        -   -            -      -
GET    /v1/deliveries                             -           all        all      -              -        -   -            -      all
GET    /v1/deliveries/{id}                        -           all        all      -              -        -   -            -      all
POST   /v1/deliveries/{id}/replay                 -           all        all      -              -        -   -            -      -
GET    /v1/jobs                                   -           all        all      -              -        -   -            -      all
POST   /v1/jobs/{id}/retry                        -           all        all      -              -        -   -            -      -
POST   /v1/jobs/{id}/discard                      -           all        all      -              -        -   -            -      -
GET    /v1/privacy/requests                       -           -          all      -              -        -   -            -      all
POST   /v1/privacy/requests                       -           -          all      -              -        -   -            -      -
GET    /v1/privacy/requests/{id}                  -           -          all      -              -        -   -            -      all
POST   /v1/privacy/requests/{id}/export           -           -          all      -              -        -   -            -      -
POST   /v1/privacy/requests/{id}/erase            -           -          all      -              -        -   -            -      -
GET    /v1/audit                                  -           -          all      -              -        -   -            -      all
GET    /v1/me                                     self        self       self     self           self     self self         self   self
GET    /v1/tokens                                 self        self       self     self           self     self self         self   self
POST   /v1/tokens                                 self        self       self     self           self     self self         self   self
DELETE /v1/tokens/{id}                            own         own        all      own            own      own own          own    own
"""  # noqa: E501  (a table is read down its columns)

FILES = {("POST", "/v1/messages/{id}/evidence/upload"): {"file": ("ekran.png", a_picture(), "image/png")}}
BODIES: dict[tuple[str, str], Any] = {
    ("POST", "/v1/messages/{id}/override"): {"action": "keep", "reason": "deneme"},
    ("POST", "/v1/messages/{id}/notes"): {"text": "deneme"},
    ("POST", "/v1/messages/{id}/hold"): {"reason": "deneme"},
    ("POST", "/v1/reviews/{id}/decision"): {"action": "keep", "reason": "deneme", "version": "1.1"},
    ("POST", "/v1/reviews/decisions"): {
        "action": "keep",
        "reason": "deneme",
        "items": [{"id": "{id}", "version": "1.1"}],
    },
    ("POST", "/v1/approvals/{id}/approve"): {"reason": "deneme"},
    ("POST", "/v1/approvals/{id}/refuse"): {"reason": "deneme"},
    ("POST", "/v1/messages/{id}/undo"): {"reason": "deneme"},
    ("PUT", "/v1/messages/{id}/author"): {"kind": "student", "source": "deneme"},
    ("POST", "/v1/reviews/{id}/wait"): {"reason": "deneme", "until": "2027-01-01T12:00:00Z", "unit": "sks"},
    ("POST", "/v1/messages/{id}/evidence/waive"): {"reason": "deneme"},
    ("PUT", "/v1/platforms/{platform}/browser-state"): {
        "cookies": [{"name": "oturum", "value": "deneme", "domain": "ornek.edu.tr"}]
    },
    ("POST", "/v1/actions/{id}/release"): {},
    ("POST", "/v1/actions/{id}/discard"): {"reason": "deneme"},
    ("POST", "/v1/tasks/{id}/confirm"): {"note": "deneme"},
    ("POST", "/v1/notifications/{id}/snooze"): {"until": "2126-11-25T09:00:00+03:00"},
    ("POST", "/v1/notifications/{id}/report"): {"text": "deneme", "is_done": False},
    ("POST", "/v1/evidence/exports"): {"messages": [999999], "reason": "deneme"},
    ("POST", "/v1/modes/silence"): {"reason": "deneme"},
    ("POST", "/v1/modes/silence/withheld/release"): {},
    ("POST", "/v1/modes/silence/withheld/discard"): {"reason": "deneme"},
    ("POST", "/v1/suggestions/{id}/accept"): {"reason": "deneme"},
    ("POST", "/v1/suggestions/{id}/dismiss"): {"reason": "deneme"},
    ("POST", "/v1/crises"): {"title": "deneme", "reason": "deneme"},
    ("POST", "/v1/crises/{id}/messages"): {"messages": [1]},
    ("POST", "/v1/crises/{id}/notes"): {"text": "deneme"},
    ("POST", "/v1/crises/{id}/close"): {"summary": "deneme"},
    ("PUT", "/v1/calendars"): {"reason": "deneme"},
    ("POST", "/v1/limits/{id}/lift"): {"reason": "deneme"},
    ("POST", "/v1/templates/{key}/texts"): {"language": "en", "text": "deneme", "reason": "deneme"},
    ("POST", "/v1/templates/{key}/texts/{id}/retire"): {"reason": "deneme"},
    ("POST", "/v1/templates/{key}/preview"): {},
    ("POST", "/v1/appeals/{id}/uphold"): {"reason": "deneme"},
    ("POST", "/v1/appeals/{id}/restore"): {"reason": "deneme"},
    ("POST", "/v1/policies/evaluate"): {"text": "deneme"},
    ("POST", "/v1/policies"): {"reason": "deneme", "base": "yok", "changes": {}},
    ("POST", "/v1/policies/{version}/backtest"): {},
    ("POST", "/v1/policies/{version}/activate"): {"reason": "deneme"},
    ("POST", "/v1/messages/{id}/save-as-case"): {"note": "deneme"},
    ("DELETE", "/v1/cases/{id}"): {"reason": "deneme"},
    ("PUT", "/v1/accounts/{id}/token"): {"access_token": "deneme"},
    ("PUT", "/v1/accounts/{id}/capabilities/{capability}"): {"is_on": True, "reason": "deneme"},
    ("PATCH", "/v1/units/{key}"): {},
    ("POST", "/v1/units"): {"key": "kulucka", "name_tr": "Kuluçka", "name_en": "Incubator", "email": "k@ornek.test"},
    ("POST", "/v1/people"): {"name": "Deneme Kişi", "email": "yeni@ornek.test", "role": "auditor"},
    ("PATCH", "/v1/people/{id}"): {},
    ("POST", "/v1/tokens"): {"label": "deneme"},
    ("POST", "/v1/privacy/requests"): {"note": "deneme", "identifiers": ["kimse"]},
    ("POST", "/v1/privacy/requests/{id}/erase"): {"reason": "deneme"},
    ("POST", "/v1/jobs/{id}/discard"): {"reason": "deneme"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One endpoint: what each role gets there."""

    method: str
    path: str
    cells: dict[str, str]

    def sent(self, id: object) -> dict[str, Any]:
        """What is sent along for one record, as httpx takes it."""
        key = (self.method, self.path)
        return {"files": FILES[key]} if key in FILES else {"json": _filled(BODIES.get(key), id)}

    @property
    def kind(self) -> str:
        """Of what kind the records behind it are: ``messages`` for ``/v1/messages/{id}/override``."""
        return self.path.split("/")[2]

    def at(self, id: object) -> str:
        """The address for one record; what else is named in it exists."""
        path = self.path.replace("{id}", str(id)).replace("{capability}", "hide").replace("{platform}", "yok")
        return path.replace("{key}", "yok").replace("{version}", "yok")


def _filled(body: Any, id: object) -> Any:
    """The body with the record's id where it names one."""
    if isinstance(body, dict):
        return {key: _filled(value, id) for key, value in body.items()}
    if isinstance(body, list):
        return [_filled(value, id) for value in body]
    return id if body == "{id}" else body


def _lines() -> tuple[Line, ...]:
    heading, *rows = [row.split() for row in MATRIX.strip().splitlines()]
    return tuple(
        Line(method=method, path=path, cells=dict(zip(heading, cells, strict=True))) for method, path, *cells in rows
    )


LINES = _lines()
