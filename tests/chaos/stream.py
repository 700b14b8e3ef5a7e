"""What people write, edit and take back while everything goes wrong. Pure: the same seed, the same stream."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from random import Random

from app.sandbox.seed import Platform
from app.sandbox.world.habits import Habits

# Of each label what the shipped rules and the classifier surely know: what is tried here is the way, not the judgement.
TEXTS: Mapping[str, Sequence[str]] = {
    "neutral": ("yarın hava güzel olacakmış", "günaydın, iyi haftalar", "kütüphane bugün kaça kadar açık acaba"),
    "praise": ("harika bir üniversite, teşekkürler",),
    "complaint": ("yemekhanede yemekler buz gibi, aylardır düzelmedi, şikayetçiyim",),
    "question": ("yüksek lisans başvuruları ne zaman bitiyor",),
    "insult": ("siz tam bir şerefsizsiniz, geri zekalılar",),
    "privacy": ("Ahmet'in numarası 0532 412 67 89, arayın rahatsız edin",),
    "threat": ("okulu havaya uçuracağım, hepinizi öldüreceğim",),
    "self_harm": ("artık yaşamak istemiyorum, her şeye son vermeyi düşünüyorum",),
    "advertisement": ("TAKİPÇİ SATIN AL www.ucuztakipci.com %50 indirim",),
    "hate": ("pis çingeneler, sizi buradan temizlemek lazım",),
}
# Far more of what leads to acts than on a real page: an act is what can go wrong.
SHARES = {
    "neutral": 20,
    "praise": 5,
    "complaint": 20,
    "question": 10,
    "insult": 10,
    "privacy": 15,
    "threat": 5,
    "self_harm": 10,
    "advertisement": 3,
    "hate": 2,
}


class Act(StrEnum):
    """What a person does."""

    COMMENT = "comment"
    ANSWER = "answer"
    DM = "dm"
    EDIT = "edit"
    REMOVE = "remove"


ABOUT_ANOTHER = frozenset({Act.ANSWER, Act.EDIT, Act.REMOVE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing that somebody does, `at` this share of the whole time; `of` is the step whose item it is about."""

    number: int
    at: float
    platform: Platform
    act: Act
    author: str = ""
    label: str = ""
    text: str = ""
    of: int | None = None


def make_stream(seed: int, *, messages: int, habits: Mapping[Platform, Habits]) -> list[Step]:
    """So many comments and messages, with edits and removals among them, on all the platforms alike."""
    random = Random(f"stream {seed}")
    platforms = sorted(habits)
    steps: list[Step] = []
    written: dict[Platform, list[Step]] = {platform: [] for platform in platforms}
    at_once = 0
    while at_once < messages:
        platform = platforms[at_once % len(platforms)]
        ways = habits[platform]
        earlier = written[platform][-40:]
        act = _act(random, ways, has_earlier=bool(earlier))
        number = len(steps)
        subject = random.choice(earlier) if act in ABOUT_ANOTHER else None
        if act is Act.EDIT and subject is not None and not ways.edits_comments and subject.act is not Act.DM:
            continue
        if act is Act.ANSWER and subject is not None and subject.act is not Act.COMMENT:
            continue
        label = random.choices(list(SHARES), list(SHARES.values()))[0]
        step = Step(
            number=number,
            at=at_once / messages,
            platform=platform,
            act=act,
            author=_author(random, number),
            label=label,
            text=f"{random.choice(TEXTS[label])}{_ending(random)}",
            of=subject.number if subject is not None else None,
        )
        steps.append(step)
        if act in (Act.COMMENT, Act.DM, Act.ANSWER):
            written[platform].append(step)
            at_once += 1
        elif subject is not None and act is Act.REMOVE:
            written[platform].remove(subject)
    return steps


def _act(random: Random, ways: Habits, *, has_earlier: bool) -> Act:
    if has_earlier and random.random() < 0.10:
        return Act.EDIT
    if has_earlier and random.random() < 0.05:
        return Act.REMOVE
    if has_earlier and random.random() < 0.10:
        return Act.ANSWER
    return Act.DM if ways.has_messages and random.random() < 0.25 else Act.COMMENT


def _author(random: Random, number: int) -> str:
    """Mostly somebody new: nobody is told the same within a day, and so little would be said."""
    return f"Kişi {number}" if random.random() < 0.9 else f"Tanıdık {random.randrange(20)}"


def _ending(random: Random) -> str:
    return random.choice(("", ".", "!", "...", " :("))
