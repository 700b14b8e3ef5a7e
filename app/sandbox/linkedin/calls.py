"""What LinkedIn's REST calls do. Each is a function of what was asked, listed in `CALLS` by address and method.

Paths are beneath ``/rest/``; URNs in them are percent-encoded in full.
"""

import json
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final

from app.sandbox.endpoint import Answer, Call
from app.sandbox.ground import Ground
from app.sandbox.linkedin import restli
from app.sandbox.linkedin.errors import LinkedInError, denied, invalid, missing
from app.sandbox.linkedin.render import comment_shown, history, mention_shown, milliseconds, post_shown, summary
from app.sandbox.linkedin.seed import ACCOUNTS, ADMINISTRATORS, APPLICATION_ID
from app.sandbox.linkedin.urns import comment_parts, comment_urn, number_of, read_segment, share_urn
from app.sandbox.seed import Platform, SeedAccount
from app.sandbox.world import comments
from app.sandbox.world.records import Comment, MemberSubscription, Mention, Post
from app.sandbox.world.refusals import RefusedError
from app.sandbox.world.state import World

EVENTS: Final = "ORGANIZATION_SOCIAL_ACTION_NOTIFICATIONS"
ACTIONS: Final = frozenset(
    {"LIKE", "COMMENT", "SHARE", "SHARE_MENTION", "ADMIN_COMMENT", "COMMENT_EDIT", "COMMENT_DELETE"}
)
MOST: Final = 100
KEPT_FOR: Final = timedelta(days=60)
SUBSCRIBED_FOR: Final = timedelta(days=60)
_COMMENT_FIELDS: Final = frozenset({"actor", "object", "message", "parentComment", "content"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One call: `ids` are the decoded URNs and numbers of the address, `parameters` still as written."""

    ground: Ground
    call: Call
    ids: tuple[str, ...]
    parameters: dict[str, str]

    @property
    def world(self) -> World:
        """What there is."""
        return self.ground.world

    def parameter(self, name: str) -> str:
        """A parameter that must be there."""
        value = self.parameters.get(name)
        if value is None:
            raise invalid(f"Parameter {name} is required")
        return restli.text(value)

    def only(self, *names: str) -> None:
        """Refuse what the call does not know."""
        unknown = sorted(self.parameters.keys() - set(names))
        if unknown:
            raise LinkedInError(400, f"Unpermitted query parameters: {unknown}", code="QUERY_PARAM_NOT_ALLOWED")

    def document(self) -> dict[str, Any]:
        """The body, which must be a JSON object."""
        try:
            found = json.loads(self.call.body)
        except ValueError:
            raise invalid("The body is not JSON") from None
        if not isinstance(found, dict):
            raise invalid("The body must be a JSON object")
        return found


Handler = Callable[[Asked], Answer]


def route(method: str, path: str) -> tuple[Handler, tuple[str, ...]]:
    """What carries out a call, and the URNs and numbers of its address. Raises LinkedInError."""
    parts = path.strip("/").split("/")
    shape: list[str] = []
    ids: list[str] = []
    for place, part in enumerate(parts):
        if place % 2 == 0:
            shape.append(part)
            continue
        value = part if part.startswith("(") and parts[0] == "eventSubscriptions" else read_segment(part)
        if value is None:
            raise invalid(f"Syntax exception in path variables: {part[:80]}")
        shape.append("{}")
        ids.append(value)
    address = "/".join(shape)
    handler = CALLS.get((address, method))
    if handler is not None:
        return handler, tuple(ids)
    if any(known == address for known, _ in CALLS):
        raise LinkedInError(405, f"{method} is not supported for {address}", code="METHOD_NOT_ALLOWED")
    raise LinkedInError(404, f"No virtual resource found: {parts[0][:60]}", code="RESOURCE_NOT_FOUND")


def list_comments(asked: Asked) -> Answer:
    """The comments beneath a post, or the replies beneath a comment; with ``ids`` those with these numbers."""
    asked.only("start", "count", "ids")
    post, parent = _thread(asked, asked.ids[0])
    if "ids" in asked.parameters:
        return _several(asked, post)
    if isinstance(post, Mention):
        return _page(asked, [_answer_shown(asked.world, post, *one) for one in post.answers])
    found = (
        comments.replies(asked.world, parent.id)
        if parent is not None
        else [
            comment
            for comment in comments.present(asked.world, asked.world.comments_of_post.get(post.id, ()))
            if comment.parent_id is None
        ]
    )
    return _page(asked, [comment_shown(asked.world, comment) for comment in found])


def show_comment(asked: Asked) -> Answer:
    """One comment."""
    asked.only()
    return Answer(content=comment_shown(asked.world, _comment(asked)))


def create_comment(asked: Asked) -> Answer:
    """Comment as the organisation, or reply beneath a top-level comment; answers 201 with ``x-restli-id``."""
    asked.only()
    body = asked.document()
    unknown = sorted(body.keys() - _COMMENT_FIELDS)
    if unknown:
        raise invalid(f"Unrecognized fields: {unknown}")
    if body.get("content"):
        raise denied("/content: field is not writable")
    account = _organization(body.get("actor"))
    post, beneath = _thread(asked, asked.ids[0])
    text = _message(body.get("message"))
    if isinstance(post, Mention):
        return _answer_mention(asked, account, post, text)
    _check_object(body.get("object"), post)
    parent = _parent(asked, body.get("parentComment"), beneath)
    asked.call.touched[parent.id if parent else post.id] = "comments"
    outcome = (
        comments.answer(asked.world, account, parent.id, text)
        if parent is not None
        else comments.comment_as_account(asked.world, account, post, text)
    )
    asked.ground.announce(outcome.events)
    shown = comment_shown(asked.world, outcome.result)
    return Answer(status=201, content=shown, headers={"x-restli-id": number_of(outcome.result)})


def change_comment(asked: Asked) -> Answer:
    """Change the text of a comment of our own: PARTIAL_UPDATE."""
    asked.only("actor")
    if asked.call.headers.get("x-restli-method", "").upper() != "PARTIAL_UPDATE":
        raise invalid("A POST to an entity needs the header X-RestLi-Method: PARTIAL_UPDATE")
    account = _organization(asked.parameter("actor"))
    comment = _comment(asked)
    if comment.author_id != account.external_id:
        raise denied()
    patch = asked.document().get("patch")
    message = patch.get("message") if isinstance(patch, dict) else None
    text = _message(message.get("$set") if isinstance(message, dict) else None)
    asked.call.touched[comment.id] = "update"
    outcome = comments.edit(asked.world, comment.id, comment.author_id, text)
    asked.ground.announce(outcome.events)
    return Answer(status=204)


def delete_comment(asked: Asked) -> Answer:
    """Delete a comment as the organisation."""
    asked.only("actor")
    account = _organization(asked.parameter("actor"))
    comment = _comment(asked)
    asked.call.touched[comment.id] = "delete"
    if comment.account_id != account.external_id:
        raise denied()
    if not comment.is_ours and not asked.ground.settings.linkedin_deletes_members_comments:
        raise denied("Not enough permissions to delete the comment of another member")
    outcome = comments.remove(asked.world, comment.id, by_account=True)
    asked.ground.announce(outcome.events)
    return Answer(status=204)


def show_summary(asked: Asked) -> Answer:
    """How often something was liked and commented."""
    asked.only()
    post, parent = _thread(asked, asked.ids[0])
    if isinstance(post, Mention):
        count = len(post.answers)
    elif parent is not None:
        count = len(comments.replies(asked.world, parent.id))
    else:
        count = len(comments.present(asked.world, asked.world.comments_of_post.get(post.id, ())))
    shown = {
        "$URN": asked.ids[0],
        "target": asked.ids[0],
        "commentsSummary": summary(count),
        "likesSummary": {"totalLikes": 0, "aggregatedTotalLikes": 0, "likedByCurrentUser": False},
    }
    return Answer(content=shown)


def list_posts(asked: Asked) -> Answer:
    """An organisation's posts, the newest first."""
    asked.only("q", "author", "start", "count", "sortBy", "isDsc")
    if asked.call.headers.get("x-restli-method", "").upper() != "FINDER":
        raise invalid("Finding posts needs the header X-RestLi-Method: FINDER")
    _finder(asked, "author")
    if asked.parameters.get("sortBy", "LAST_MODIFIED") not in {"CREATED", "LAST_MODIFIED"}:
        raise invalid("sortBy must be CREATED or LAST_MODIFIED")
    account = _organization(asked.parameter("author"))
    return _page(asked, [post_shown(post) for post in asked.world.posts_of(account.external_id)])


def show_post(asked: Asked) -> Answer:
    """One post: ours, or one that names us."""
    asked.only("viewContext")
    found, parent = _thread(asked, asked.ids[0])
    if parent is not None:
        raise invalid("The id must be a share or ugcPost URN")
    return Answer(content=mention_shown(found) if isinstance(found, Mention) else post_shown(found))


def pull_notifications(asked: Asked) -> Answer:
    """What happened at an organisation within a time, the newest first; up to 60 days back."""
    asked.only("q", "actions", "organizationalEntity", "timeRange", "start", "count")
    _finder(asked, "criteria")
    account = _organization(asked.parameter("organizationalEntity"))
    actions = set(restli.listed(asked.parameters.get("actions", "List()"))) or ACTIONS
    if not actions <= ACTIONS:
        raise invalid(f"Unknown actions: {sorted(actions - ACTIONS)}")
    now = asked.world.clock.now()
    start, end = milliseconds(now - KEPT_FOR), milliseconds(now)
    if "timeRange" in asked.parameters:
        given = restli.record(asked.parameters["timeRange"])
        if not given.keys() <= {"start", "end"} or not all(value.isdecimal() for value in given.values()):
            raise invalid("timeRange must be (start:milliseconds,end:milliseconds)")
        start, end = max(start, int(given.get("start", start))), int(given.get("end", end))
    found = [
        told
        for told in history(asked.world, account.external_id)
        if told.action in actions and start <= milliseconds(told.at) <= end
    ]
    found.sort(key=lambda told: told.at, reverse=True)
    return _page(asked, [told.to(ADMINISTRATORS[0], _number_of_told(told.content)) for told in found])


def list_roles(asked: Asked) -> Answer:
    """The organisations in which the member whose token is used has a role."""
    asked.only("q", "role", "state", "start", "count", "roleAssignee")
    _finder(asked, "roleAssignee")
    if asked.parameters.get("role", "ADMINISTRATOR") != "ADMINISTRATOR":
        return _page(asked, [])
    return _page(
        asked,
        [
            {
                "organization": account.external_id,
                "roleAssignee": ADMINISTRATORS[0],
                "role": "ADMINISTRATOR",
                "state": "APPROVED",
            }
            for account in ACCOUNTS
        ],
    )


def show_subscription(asked: Asked) -> Answer:
    """One administrator's subscription to an organisation."""
    asked.only()
    found = asked.world.member_subscriptions.get(_subscription_key(asked))
    if found is None or not found.is_on:
        raise missing()
    return Answer(content=_subscription_shown(found))


def list_subscriptions(asked: Asked) -> Answer:
    """All subscriptions of an administrator."""
    asked.only("q", "subscriber", "eventType", "start", "count")
    _finder(asked, "subscriberAndEventType")
    member = asked.parameter("subscriber")
    found = [
        _subscription_shown(one)
        for one in asked.world.member_subscriptions.values()
        if one.is_on and (one.member == member or member.endswith(APPLICATION_ID))
    ]
    return _page(asked, found)


def subscribe(asked: Asked) -> Answer:
    """Have notifications sent to a webhook."""
    asked.only()
    organization, member = _subscription_key(asked)
    webhook = asked.document().get("webhook")
    if not isinstance(webhook, str) or not webhook.startswith(("https://", "http://127.0.0.1", "http://localhost")):
        raise invalid("webhook must be an https address")
    asked.world.put(
        MemberSubscription(
            organization=organization,
            member=member,
            webhook=webhook,
            expires_at=asked.world.clock.now() + SUBSCRIBED_FOR,
        )
    )
    return Answer(status=204)


def unsubscribe(asked: Asked) -> Answer:
    """Have no more notifications sent."""
    asked.only()
    found = asked.world.member_subscriptions.get(_subscription_key(asked))
    if found is None or not found.is_on:
        raise missing()
    asked.world.put(replace(found, is_on=False))
    return Answer(status=204)


CALLS: Final[Mapping[tuple[str, str], Handler]] = {
    ("socialActions/{}", "GET"): show_summary,
    ("socialMetadata/{}", "GET"): show_summary,
    ("socialActions/{}/comments", "GET"): list_comments,
    ("socialActions/{}/comments", "POST"): create_comment,
    ("socialActions/{}/comments/{}", "GET"): show_comment,
    ("socialActions/{}/comments/{}", "POST"): change_comment,
    ("socialActions/{}/comments/{}", "DELETE"): delete_comment,
    ("posts", "GET"): list_posts,
    ("posts/{}", "GET"): show_post,
    ("organizationalEntityNotifications", "GET"): pull_notifications,
    ("organizationAcls", "GET"): list_roles,
    ("eventSubscriptions", "GET"): list_subscriptions,
    ("eventSubscriptions/{}", "GET"): show_subscription,
    ("eventSubscriptions/{}", "PUT"): subscribe,
    ("eventSubscriptions/{}", "DELETE"): unsubscribe,
}


def _thread(asked: Asked, urn: str) -> tuple[Post | Mention, Comment | None]:
    """What a URN names: a post by its activity or its share, a comment with its post, or a member's post."""
    parts = comment_parts(urn)
    if parts is not None:
        comment = comments.existing(asked.world, f"urn:li:comment:({_activity(asked.world, parts[0])},{parts[1]})")
        return asked.world.posts[comment.post_id], comment
    post = asked.world.posts.get(_activity(asked.world, urn))
    if post is not None and post.platform is Platform.LINKEDIN:
        return post, None
    mention = next(
        (one for one in asked.world.mentions.values() if one.platform is Platform.LINKEDIN and one.post_id == urn), None
    )
    if mention is None:
        raise missing()
    return mention, None


def _activity(world: World, urn: str) -> str:
    """The activity that a share stands for; any other name as it is."""
    number = urn.removeprefix("urn:li:share:")
    found = (post.id for post in world.posts.values() if number != urn and post.shortcode == number)
    return next(found, urn)


def _comment(asked: Asked) -> Comment:
    post, _ = _thread(asked, asked.ids[0])
    if isinstance(post, Mention):
        raise missing()
    return comments.existing(asked.world, f"urn:li:comment:({post.id},{asked.ids[1]})")


def _several(asked: Asked, post: Post | Mention) -> Answer:
    numbers = restli.listed(asked.parameters["ids"])
    results: dict[str, object] = {}
    errors: dict[str, object] = {}
    for number in numbers:
        try:
            comment = comments.existing(asked.world, f"urn:li:comment:({post.id},{number})")
        except RefusedError:
            errors[number] = missing().answer().content
        else:
            results[number] = comment_shown(asked.world, comment)
    statuses = {number: 200 if number in results else 404 for number in numbers}
    return Answer(content={"results": results, "errors": errors, "statuses": statuses})


def _organization(value: object) -> SeedAccount:
    """Whom a call acts for: an organisation that the member administers."""
    if not isinstance(value, str) or not value.startswith("urn:li:organization:"):
        raise invalid("actor must be an organization URN")
    found = next((account for account in ACCOUNTS if account.external_id == value), None)
    if found is None:
        raise denied()
    return found


def _message(value: object) -> str:
    text = value.get("text") if isinstance(value, dict) else None
    if not isinstance(text, str):
        raise invalid("/message/text :: field is required but not found and has no default value")
    return text


def _check_object(value: object, post: Post) -> None:
    if value not in {post.id, share_urn(post)}:
        raise invalid("/object :: must be the post that the comment stands beneath")


def _parent(asked: Asked, given: object, beneath: Comment | None) -> Comment | None:
    """The comment that a reply goes beneath: always one at the top, and named in the body."""
    if given is None:
        if beneath is not None:
            raise invalid("/parentComment :: is required for a reply to a comment")
        return None
    parts = comment_parts(given) if isinstance(given, str) else None
    if parts is None:
        raise invalid("/parentComment :: must be a comment URN")
    parent = comments.existing(asked.world, f"urn:li:comment:({_activity(asked.world, parts[0])},{parts[1]})")
    if parent.parent_id is not None or (beneath is not None and beneath.id != parent.id):
        raise invalid("/parentComment :: must be the top-level comment of the thread")
    return parent


def _answer_mention(asked: Asked, account: SeedAccount, mention: Mention, text: str) -> Answer:
    if mention.account_id != account.external_id:
        raise denied()
    asked.world.habits[Platform.LINKEDIN].check_comment(text)
    urn = comment_urn(mention.post_id, asked.world.ids.number())
    asked.call.touched[mention.id] = "comments"
    answered = replace(mention, answers=(*mention.answers, (urn, text)))
    asked.world.put(answered)
    number = urn.rpartition(",")[2].removesuffix(")")
    return Answer(status=201, content=_answer_shown(asked.world, answered, urn, text), headers={"x-restli-id": number})


def _answer_shown(world: World, mention: Mention, urn: str, text: str) -> dict[str, object]:
    at = milliseconds(mention.at)
    return {
        "$URN": urn,
        "commentUrn": urn,
        "id": urn.rpartition(",")[2].removesuffix(")"),
        "actor": mention.account_id,
        "object": mention.post_id,
        "message": {"attributes": [], "text": text},
        "created": {"actor": mention.account_id, "impersonator": ADMINISTRATORS[0], "time": at},
        "lastModified": {"actor": mention.account_id, "time": at},
        "content": [],
    }


def _page(asked: Asked, elements: list[dict[str, object]]) -> Answer:
    start = restli.number(asked.parameters, "start", default=0, most=100_000)
    count = restli.number(asked.parameters, "count", default=10, most=MOST)
    shown = elements[start : start + count]
    paging = {"start": start, "count": count, "links": [], "total": len(elements)}
    return Answer(content={"paging": paging, "elements": shown})


def _finder(asked: Asked, name: str) -> None:
    if asked.parameter("q") != name:
        raise invalid(f"q must be {name}")


def _subscription_key(asked: Asked) -> tuple[str, str]:
    fields = restli.record(asked.ids[0])
    wanted = {"developerApplication", "user", "entity", "eventType"}
    if fields.keys() != wanted or fields["eventType"] != EVENTS:
        raise invalid(f"The key needs {sorted(wanted)}")
    if fields["developerApplication"] != f"urn:li:developerApplication:{APPLICATION_ID}":
        raise denied("The application is not yours")
    if fields["user"] not in ADMINISTRATORS:
        raise denied("The member does not administer the organization")
    return _organization(fields["entity"]).external_id, fields["user"]


def _subscription_shown(found: MemberSubscription) -> dict[str, object]:
    return {
        "webhook": found.webhook,
        "expiresAt": milliseconds(found.expires_at),
        "eventSubscriptionKey": {
            "developerApplication": f"urn:li:developerApplication:{APPLICATION_ID}",
            "user": found.member,
            "entity": found.organization,
            "eventType": EVENTS,
        },
    }


def _number_of_told(content: Mapping[str, object]) -> int:
    """The number of a pulled notification: always the same for the same thing."""
    return zlib.crc32(json.dumps(content, sort_keys=True).encode())
