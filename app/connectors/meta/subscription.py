"""Whether Meta tells our application of a Page: it stops after an hour of failures, without a word.

The list of fields takes the place of the former one, and the Page of an Instagram account may be an account of its own
here, so fields that are there already stay. What Instagram tells follows from the application's own subscription (see
`AppSubscription`), once the linked Page has our application at all.
https://developers.facebook.com/docs/graph-api/reference/page/subscribed_apps
"""

import asyncio
from collections import defaultdict
from collections.abc import Mapping

from app.connectors.base import Kept, Standing
from app.connectors.meta.app_subscription import AppSubscription
from app.connectors.meta.graph import Call, Graph, node
from app.connectors.values import as_id, as_list, as_object, as_text
from app.messages import ExternalId

OF_A_PAGE = frozenset(
    {
        "feed",
        "mention",
        "ratings",
        "messages",
        "message_echoes",
        "message_edits",
        "messaging_postbacks",
        "messaging_policy_enforcement",
        "standby",
    }
)
OF_AN_INSTAGRAM_ACCOUNT = frozenset({"feed"})
MOST_PAGES = 3


class Turns:
    """One repair of a Page at a time: its own and its Instagram account's would undo each other."""

    def __init__(self) -> None:
        self._of_page: defaultdict[ExternalId, asyncio.Lock] = defaultdict(asyncio.Lock)

    def of(self, page: ExternalId) -> asyncio.Lock:
        """The lock of a Page."""
        return self._of_page[page]


class MetaSubscription:
    """The subscription to one Page. `app_id` None: any application with our token counts as ours.

    `of_app` is what stands above it; None where the application's id and secret are not set, so that nobody can look.
    """

    def __init__(
        self,
        graph: Graph,
        *,
        needed: frozenset[str],
        app_id: str | None,
        of_app: AppSubscription | None,
        turns: Turns,
    ) -> None:
        self._graph = graph
        self._turns = turns
        self._needed = needed
        self._app_id = app_id
        self._of_app = of_app

    async def check(self, kept: Kept) -> Standing:
        """Ask which fields we are told of, by the Page and at all."""
        missing = self._needed - await self._present()
        of_page = f"missing {', '.join(sorted(missing))}" if missing else None
        of_app = await self._of_app.problem() if self._of_app is not None else None
        return Standing(problem="; ".join(filter(None, (of_app, of_page))) or None)

    async def repair(self, kept: Kept) -> bool:
        """Ask for what is missing beside what is there, at the Page and at the application."""
        async with self._turns.of(self._page()):
            fields = sorted(self._needed | await self._present())
            call = Call(
                name="subscribe",
                method="POST",
                path=node(self._page(), "subscribed_apps"),
                form={"subscribed_fields": ",".join(fields)},
            )
            self._graph.require_success(call.name, await self._graph.run(call))
        if self._of_app is not None and await self._of_app.problem() is not None:
            await self._of_app.repair()
        return True

    async def _present(self) -> frozenset[str]:
        fields: set[str] = set()
        path = node(self._page(), "subscribed_apps")
        async for page in self._graph.pages("find_subscription", path, {}, at_most=MOST_PAGES):
            for app in filter(self._is_ours, map(as_object, page)):
                fields |= {name for field in as_list(app.get("subscribed_fields")) if (name := _name(field))}
        return frozenset(fields)

    def _is_ours(self, app: Mapping[str, object]) -> bool:
        return self._app_id is None or as_id(app.get("id")) == self._app_id

    def _page(self) -> ExternalId:
        account = self._graph.account
        if account.platform == "facebook":
            return account.external_id
        if account.page_id is None:
            raise self._graph.refused("find_subscription", "no page", "the account's Facebook Page is not known")
        return account.page_id


def _name(field: object) -> str | None:
    """A field's name, also where it comes with its version."""
    return as_text(as_object(field).get("name")) or as_text(field)
