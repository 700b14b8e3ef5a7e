"""The world: all records, indexed the ways they are asked for."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta

from app.sandbox.seed import Platform, SeedAccount
from app.sandbox.world.clock import Clock, Ids
from app.sandbox.world.habits import Habits
from app.sandbox.world.records import (
    ActivitySubscription,
    AppSubscription,
    Block,
    CallOnItem,
    ClockShift,
    Comment,
    DirectMessage,
    FeedSubscription,
    Grant,
    Hook,
    Mail,
    MemberSubscription,
    Mention,
    Moderation,
    Mute,
    Person,
    Post,
    QuotaDay,
    Record,
    ReplayJob,
    State,
    Subscription,
)
from app.sandbox.world.refusals import RefusedError, Why


class World:
    """Everything that exists. Changed by `put` alone, so that whoever keeps the state sees every change.

    `habits` are the platforms' ways. `keep` is called with each new record; give none for a world in memory.
    """

    def __init__(
        self,
        accounts: Iterable[SeedAccount],
        *,
        habits: Mapping[Platform, Habits],
        clock: Clock,
        keep: Callable[[Record], None] | None = None,
    ) -> None:
        self.accounts = {account.external_id: account for account in accounts}
        self.habits = habits
        self.clock = clock
        self.ids = Ids(clock)
        self._keep = keep
        self.clear()

    def clear(self) -> None:
        """Forget everything but the accounts."""
        self.clock.shift = timedelta()
        self.people: dict[str, Person] = {}
        self.posts: dict[str, Post] = {}
        self.comments: dict[str, Comment] = {}
        self.messages: dict[str, DirectMessage] = {}
        self.blocks: dict[tuple[str, str], Block] = {}
        self.subscriptions: dict[str, Subscription] = {}
        self.app_subscriptions: dict[str, AppSubscription] = {}
        self.member_subscriptions: dict[tuple[str, str], MemberSubscription] = {}
        self.mentions: dict[str, Mention] = {}
        self.moderations: dict[str, Moderation] = {}
        self.grants: dict[str, Grant] = {}
        self.feeds: dict[tuple[str, str], FeedSubscription] = {}
        self.quotas: dict[tuple[str, str], QuotaDay] = {}
        self.mutes: dict[tuple[str, str], Mute] = {}
        self.hooks: dict[str, Hook] = {}
        self.activity_subscriptions: dict[str, ActivitySubscription] = {}
        self.replays: dict[str, ReplayJob] = {}
        self.mails: dict[str, Mail] = {}
        self.calls: defaultdict[str, list[CallOnItem]] = defaultdict(list)
        # Ids in the order in which they came.
        self.comments_of_post: defaultdict[str, list[str]] = defaultdict(list)
        self.replies_of: defaultdict[str, list[str]] = defaultdict(list)
        self.messages_of_thread: defaultdict[str, list[str]] = defaultdict(list)
        self.private_reply_to: dict[str, str] = {}
        self.comment_of_version: dict[str, str] = {}
        self.usernames: dict[tuple[str, str], str] = {}

    def put(self, record: Record) -> None:
        """Add the record, or put it in the place of the one with its id."""
        self.restore(record)
        if self._keep is not None:
            self._keep(record)

    def restore(self, record: Record) -> None:
        """As `put`, for a record that is kept already."""
        match record:
            case Comment():
                self._restore_comment(record)
            case DirectMessage():
                self._restore_message(record)
            case CallOnItem():
                self.calls[record.item_id].append(record)
            case Person():
                self.people[record.id] = record
                self.usernames[record.account_id, record.username] = record.id
            case Post():
                self.posts[record.id] = record
            case Block():
                self.blocks[record.account_id, record.person_id] = record
            case Subscription():
                self.subscriptions[record.page_id] = record
            case AppSubscription():
                self.app_subscriptions[record.object] = record
            case MemberSubscription():
                self.member_subscriptions[record.organization, record.member] = record
            case Mention():
                self.mentions[record.id] = record
            case Moderation():
                self.moderations[record.comment_id] = record
            case Grant():
                self.grants[record.token] = record
            case FeedSubscription():
                self.feeds[record.topic, record.callback] = record
            case QuotaDay():
                self.quotas[record.project, record.day] = record
            case Mute():
                self.mutes[record.account_id, record.person_id] = record
            case Hook():
                self.hooks[record.id] = record
            case ActivitySubscription():
                self.activity_subscriptions[record.id] = record
            case ReplayJob():
                self.replays[record.id] = record
            case Mail():
                self.mails[record.id] = record
            case ClockShift():
                self.clock.shift = timedelta(seconds=record.seconds)

    def _restore_comment(self, comment: Comment) -> None:
        if comment.id not in self.comments:
            self.comments_of_post[comment.post_id].append(comment.id)
            if comment.parent_id is not None:
                self.replies_of[comment.parent_id].append(comment.id)
        self.comments[comment.id] = comment
        self.comment_of_version |= {version_id: comment.id for version_id, _ in comment.versions}

    def _restore_message(self, message: DirectMessage) -> None:
        if message.id not in self.messages:
            self.messages_of_thread[message.thread_id].append(message.id)
            if message.comment_id is not None:
                self.private_reply_to[message.comment_id] = message.id
        self.messages[message.id] = message

    def records(self) -> Iterable[Record]:
        """All that exists, in an order in which it can be restored."""
        yield ClockShift(seconds=self.clock.shift.total_seconds())
        for stored in (self.people, self.posts, self.comments, self.messages, self.blocks, self.subscriptions):
            yield from stored.values()
        yield from self.app_subscriptions.values()
        yield from self.member_subscriptions.values()
        for more in (
            self.mentions,
            self.moderations,
            self.grants,
            self.feeds,
            self.quotas,
            self.mutes,
            self.hooks,
            self.activity_subscriptions,
            self.replays,
        ):
            yield from more.values()
        yield from self.mails.values()
        for calls in self.calls.values():
            yield from calls

    def accounts_on(self, platform: Platform) -> list[SeedAccount]:
        """The accounts of a platform, the university's own first."""
        return [account for account in self.accounts.values() if account.platform is platform]

    def account(self, account_id: str) -> SeedAccount:
        """The account; refused as gone if there is none."""
        try:
            return self.accounts[account_id]
        except KeyError:
            raise RefusedError(Why.GONE, account_id) from None

    def posts_of(self, account_id: str) -> list[Post]:
        """An account's posts, newest first."""
        posts = [
            post for post in self.posts.values() if post.account_id == account_id and post.state is not State.DELETED
        ]
        return sorted(posts, key=lambda post: post.created_at, reverse=True)

    def block_of(self, account_id: str, person_id: str) -> Block | None:
        """The bar on a person, if there is one."""
        return self.blocks.get((account_id, person_id))

    def subscribed_fields(self, page_id: str) -> tuple[str, ...]:
        """The webhook fields installed on a Page."""
        subscription = self.subscriptions.get(page_id)
        return subscription.fields if subscription else ()
