"""The query language of X's search, as far as replies and mentions need it.

Terms stand beside each other or with OR between them, in parentheses, and with - before what must not be. Every other
operator of X's is refused here, by its name.
https://docs.x.com/x-api/posts/search/integrate/operators
"""

import re
from collections.abc import Callable, Iterator
from typing import Final

from app.sandbox.x.posts import XPost
from app.sandbox.x.problems import invalid

TOKEN: Final = re.compile(r'\s*(?:(?P<sign>[()]|-(?=[^\s-]))|(?P<quoted>"[^"]*")|(?P<word>[^\s()"]+))')
STANDALONE: Final = frozenset({"conversation_id", "from", "to", "in_reply_to_tweet_id"})

Test = Callable[[XPost], bool]


class Query:
    """A query, read; `accepts` tells whether a post belongs to what it finds."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = list(_tokens(text))
        self._at = 0
        self._has_standalone = False
        self.accepts = self._either()
        if self._at < len(self._tokens):
            raise self._wrong(f"no viable alternative at input '{self._tokens[self._at]}'")
        if not self._has_standalone:
            raise self._wrong("at least one operator has to stand alone, not negated")

    def _either(self) -> Test:
        tests = [self._all()]
        while self._peek() == "OR":
            self._at += 1
            tests.append(self._all())
        return lambda post: any(test(post) for test in tests)

    def _all(self) -> Test:
        tests = []
        while self._peek() not in {None, ")", "OR"}:
            tests.append(self._term())
        if not tests:
            raise self._wrong("a term is missing")
        return lambda post: all(test(post) for test in tests)

    def _term(self) -> Test:
        word = self._tokens[self._at]
        self._at += 1
        if word == "-":
            had = self._has_standalone
            if self._peek() is None:
                raise self._wrong("a term is missing")
            test = self._term()
            self._has_standalone = had
            return lambda post: not test(post)
        if word == "(":
            test = self._either()
            if self._peek() != ")":
                raise self._wrong("missing ')'")
            self._at += 1
            return test
        if word in {")", "OR"}:
            raise self._wrong("a term is missing")
        return self._operator(word)

    def _operator(self, word: str) -> Test:
        name, colon, value = word.partition(":")
        if not colon or word.startswith('"'):
            return self._words(word)
        self._has_standalone = self._has_standalone or name in STANDALONE
        match name, value:
            case "conversation_id" | "in_reply_to_tweet_id", _ if not re.fullmatch(r"[0-9]{1,19}", value):
                raise self._wrong(f"'{value}' is not an id")
            case "conversation_id", _:
                return lambda post: post.conversation_id == value
            case "in_reply_to_tweet_id", _:
                return lambda post: post.replied_to == value
            case "from", _:
                return lambda post: value.lower().removeprefix("@") in {post.author.handle.lower(), post.author.id}
            case "to", _:
                return lambda post: _is_to(post, value.lower().removeprefix("@"))
            case "is", "reply":
                return lambda post: post.replied_to is not None
            case "is", "retweet" | "quote":
                return lambda post: False
            case "has", "media" | "images" | "videos":
                return lambda post: post.media is not None
            case _:
                raise self._wrong(f"Reference to invalid operator '{name}', or the sandbox does not simulate '{word}'")

    def _words(self, word: str) -> Test:
        self._has_standalone = True
        wanted = word.strip('"').casefold()
        if wanted.startswith("@"):
            return lambda post: wanted[1:] in post.names
        return lambda post: wanted in post.typed.casefold()

    def _peek(self) -> str | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _wrong(self, why: str) -> Exception:
        return invalid(f"There were errors processing your request: {why}", query=self._text)


def _tokens(text: str) -> Iterator[str]:
    at = 0
    while text[at:].strip():
        found = TOKEN.match(text, at)
        if found is None:
            raise invalid("There were errors processing your request: missing quote", query=text)
        yield found["sign"] or found["quoted"] or found["word"]
        at = found.end()


def _is_to(post: XPost, handle: str) -> bool:
    """Whether it is a direct reply to someone, by handle or id."""
    above = post.replied_to_author
    return above is not None and handle in {above.id, above.handle.lower()}
