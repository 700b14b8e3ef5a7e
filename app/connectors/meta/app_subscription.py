"""What Meta tells our application at all: the webhook of an object (`page`, `instagram`), its address and its fields.

It stands above the subscriptions of the Pages: where it is missing, or names another address, none of them tells us
anything. An object has one address in an application, so each installation of this service needs an application of its
own.
https://developers.facebook.com/docs/graph-api/reference/app/subscriptions
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.connectors.meta.graph import Call, Graph, node
from app.connectors.values import as_flag, as_list, as_object, as_text
from app.errors import TokenRejectedError

OBJECTS = {"facebook": "page", "instagram": "instagram"}
OF_INSTAGRAM = frozenset(
    {"comments", "live_comments", "mentions", "messages", "message_edit", "messaging_postbacks", "standby"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AppSubscription:
    """The subscription to one object. `graph` calls with the application's own token, not with a Page's.

    `callback` is our door; `verify_token` the word that Meta is to say there, None where it is not set: then the
    subscription is looked at, and left to a person.
    """

    graph: Graph
    app_id: str
    needed: frozenset[str]
    callback: str
    verify_token: str | None = field(repr=False)

    async def problem(self) -> str | None:
        """What is wrong with it; None where Meta tells us of everything."""
        found = await self._found()
        if found is None:
            return f"the application has no webhook for {self._object}"
        address = as_text(found.get("callback_url")) or "nowhere"
        if address.rstrip("/") != self.callback.rstrip("/"):
            return f"the application's webhook for {self._object} leads to {address}"
        if as_flag(found.get("active")) is False:
            return f"the application's webhook for {self._object} is switched off"
        missing = self.needed - _fields(found)
        return f"the application is not told of {', '.join(sorted(missing))}" if missing else None

    async def repair(self) -> None:
        """Have Meta tell us here, with values; what it tells besides stays. Meta asks at our door before it answers."""
        if self.verify_token is None:
            raise self.graph.refused(
                "subscribe_app", "no verify token", "no word is set that Meta could prove itself by"
            )
        fields = sorted(self.needed | _fields(await self._found() or {}))
        call = Call(
            name="subscribe_app",
            method="POST",
            path=self._path,
            form={
                "object": self._object,
                "callback_url": self.callback,
                "fields": ",".join(fields),
                "include_values": "true",
                "verify_token": self.verify_token,
            },
        )
        self.graph.require_success(call.name, await self._run(call))

    async def _found(self) -> Mapping[str, object] | None:
        answer = await self._run(Call(name="find_app_subscription", method="GET", path=self._path))
        objects = (as_object(item) for item in as_list(answer.get("data")))
        return next((one for one in objects if one.get("object") == self._object), None)

    async def _run(self, call: Call) -> Mapping[str, object]:
        try:
            return await self.graph.run(call)
        except TokenRejectedError as error:
            # This token is made of the application's id and secret: signing in to the account would mend nothing.
            detail = "Meta does not take the application's id and secret"
            raise self.graph.refused(call.name, f"app secret {error.code}", detail) from error

    @property
    def _object(self) -> str:
        return OBJECTS[self.graph.account.platform]

    @property
    def _path(self) -> str:
        return node(self.app_id, "subscriptions")


def _fields(found: Mapping[str, object]) -> frozenset[str]:
    """The names of the fields, which come with their versions."""
    names = (as_text(as_object(one).get("name")) or as_text(one) for one in as_list(found.get("fields")))
    return frozenset(name for name in names if name)
