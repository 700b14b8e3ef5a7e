"""`make judge`: measures the judgement on messages it was not made from, and writes docs/judgement.md.

`training/test.jsonl` is the judge: written apart from all other messages, used for nothing else. `validation.jsonl` set
the thresholds, so its figures are a little kind. Peers are measured in the same run where they are installed.
"""

import importlib
import os
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from app.decisions.model import Disposition, Tier
from app.decisions.policy import Policy, shipped_policy
from app.measuring.cases import cases_of, load_cases
from app.measuring.judged import (
    Count,
    Judged,
    confused,
    harmless_taken_down,
    judge,
    macro_f1,
    of_label,
    private_places,
    taken_down,
    worst,
)
from app.messages import Channel
from app.rules.model import Label
from app.signals.classifier.classify import Classifier
from app.signals.language import LanguageDetector
from training.classifier import tasks

HERE = Path(__file__).parent
REPORT = HERE.parent / "docs" / "judgement.md"


def main() -> None:
    """Measure and write."""
    policy, detect, classifier = shipped_policy(), LanguageDetector(), Classifier()

    def judged(name: str) -> list[Judged]:
        return judge(load_cases([HERE / name], detect, classifier.score, policy.allowed_contacts), policy)

    test, validation, privacy = judged("test.jsonl"), judged("validation.jsonl"), judged("messages/privacy.jsonl")
    folder = os.environ.get("NOBET_CORPORA")
    posted = list(tasks.held_back(Path(folder))) if folder else []
    real = judge(cases_of(_rows(posted), detect, classifier.score, policy.allowed_contacts), policy)
    parts = [
        _HEAD,
        _summary(test, validation, privacy),
        _ordinary(judged("ordinary.jsonl"), real),
        _disguises(judged("disguised_test.jsonl"), judged("disguised.jsonl")),
        _languages(test),
        "## Labels, on the test messages\n\n" + _labels(test),
        "## Labels, on the validation messages\n\nThe thresholds come from these, so the figures are kind.\n\n"
        + _labels(validation),
        "## What is taken for what\n\nA label missed while another was wrongly found (test messages):\n\n"
        + _confusion(test),
        "## Worst mistakes\n\nOn the test messages, those that weigh most first.\n\n" + _mistakes(test),
        _offence(classifier, posted),
        *_speed_and_peers(test, policy, detect),
    ]
    REPORT.write_text("\n\n".join(part.strip() for part in parts if part) + "\n", encoding="utf-8")
    print(f"written: {REPORT.name}")


_HEAD = """
# How good the judgement is

Made by `make judge`; not edited by hand. The test messages (`training/test.jsonl`) were written apart from all others
and serve nothing but this page. The validation messages (`training/validation.jsonl`) set the thresholds. Both are hard
on purpose: grave labels and their look-alikes are far more frequent than on a real page.
"""


def _percent(value: float) -> str:
    return f"{100 * value:.1f} %"


def _figures(count: Count) -> str:
    return (
        f"precision {_percent(count.precision)} ({count.right} of {count.found}), "
        f"recall {_percent(count.recall)} ({count.right} of {count.there})"
    )


def _summary(test: Sequence[Judged], validation: Sequence[Judged], privacy: Sequence[Judged]) -> str:
    lines = ["## In short", "", "| | test | validation |", "|---|---|---|"]
    rows: list[tuple[str, Callable[[Sequence[Judged]], str]]] = [
        ("messages", lambda some: str(len(some))),
        ("taken down (removed or contained)", lambda some: _figures(taken_down(some))),
        (
            "harmless messages taken down (criticism, praise, complaint, none)",
            lambda some: f"{harmless_taken_down(some).found} of {harmless_taken_down(some).there}",
        ),
        ("`self_harm`", lambda some: _figures(of_label(some, Label.SELF_HARM))),
        (
            "`self_harm` taken down",
            lambda some: str(
                sum(one.decision.disposition.takes_down for one in some if Label.SELF_HARM in one.case.labels)
            ),
        ),
        ("macro F1 over labels", lambda some: f"{macro_f1(some):.3f}"),
        ("mistakes of language", lambda some: f"{_language_wrong(some)} of {len(some)}"),
    ]
    lines += [f"| {name} | {show(test)} | {show(validation)} |" for name, show in rows]
    places = private_places(privacy)
    lines += [
        "",
        f"Places of private data, exact to the code point, on {len(privacy)} messages written for it "
        f"(`training/messages/privacy.jsonl`): F1 {places.f1:.3f} ({_figures(places)}).",
    ]
    return "\n".join(lines)


def _rows(posted: Sequence[tasks.Posted]) -> list[dict[str, object]]:
    """Tweets and text messages that were read by the policy, as labelled comments."""
    return [
        {
            "id": one.key,
            "channel": Channel.COMMENT,
            "platform": "x",
            "lang": "",
            "text": one.text,
            "labels": list(one.reading.labels),
            "optional_labels": list(one.reading.unsure),
            "disposition": _follows(one.reading.labels),
        }
        for one in posted
        if one.reading
    ]


def _follows(grave: Sequence[str]) -> Disposition:
    """What follows from grave labels (`training/README.md`)."""
    if not grave or Label.SELF_HARM in grave:
        return Disposition.KEEP
    return Disposition.CONTAIN if Label.THREAT in grave else Disposition.REMOVE


def _ordinary(written: Sequence[Judged], real: Sequence[Judged]) -> str:
    """What a page is full of on an ordinary day, nothing of it hard: none of it may go."""
    lines = [
        "## Ordinary messages, and real ones",
        "",
        "Written: what stands under a university's posts on ordinary days, all harmless and none meant to be hard "
        "(`training/ordinary.jsonl`). Real: texts of the corpora kept from training, each read by the policy "
        "(`training/corpora_read.jsonl`). What is harmless carries nothing grave, without doubt.",
        "",
        "| | messages | harmless | of these taken down | taken for a cry for help | take-downs |",
        "|---|---|---|---|---|---|",
    ]
    groups = {"written": written} | {
        corpus.folder: [one for one in real if one.case.id.startswith(f"{source}-")]
        for source, corpus in tasks.CORPORA.items()
    }
    for name, some in groups.items():
        if not some:
            continue
        harmless = [one for one in some if (one.case.labels | one.case.optional).isdisjoint(tasks.GRAVE)]
        down = sum(one.decision.disposition.takes_down for one in harmless)
        alarms = sum(Label.SELF_HARM in one.decision.labels for one in harmless)
        figures = _figures(taken_down(some)) if len(harmless) < len(some) else "-"
        lines.append(f"| {name} | {len(some)} | {len(harmless)} | {down} | {alarms} | {figures} |")
    return "\n".join(lines)


def _disguises(test: Sequence[Judged], developed_with: Sequence[Judged]) -> str:
    """Insults written past filters, and innocent texts that look like them."""
    return (
        "Insults in disguise and innocent texts that look like them, written apart from all others "
        f"(`training/disguised_test.jsonl`, {len(test)} messages): {_disguised(test)}. On those that the rules were "
        f"developed with (`training/disguised.jsonl`), where figures are kind: {_disguised(developed_with)}."
    )


def _disguised(judged: Sequence[Judged]) -> str:
    rude = {Label.INSULT, Label.HATE}
    insults = [one for one in judged if rude & one.case.labels]
    innocent = [one for one in judged if not rude & (one.case.labels | one.case.optional)]
    found = sum(bool(rude & set(one.decision.labels)) for one in insults)
    hit = sum(bool(rude & set(one.decision.labels)) for one in innocent)
    return (
        f"{found} of {len(insults)} found ({_percent(found / len(insults))}), {hit} of {len(innocent)} innocent ones "
        f"taken for an insult ({_percent(hit / len(innocent))})"
    )


def _language_wrong(judged: Sequence[Judged]) -> int:
    return sum(one.decision.language is not None and one.decision.language != one.case.language for one in judged)


def _languages(judged: Sequence[Judged]) -> str:
    lines = [
        "## Languages, on the test messages",
        "",
        "| language | messages | told right | take-downs | macro F1 |",
        "|---|---|---|---|---|",
    ]
    for language in sorted({str(one.case.language) for one in judged}):
        some = [one for one in judged if one.case.language == language]
        told = sum(one.decision.language == language for one in some)
        lines.append(
            f"| {language} | {len(some)} | {told} | {_figures(taken_down(some))} | {_macro_of_present(some)} |"
        )
    return "\n".join(lines)


def _macro_of_present(some: Sequence[Judged]) -> str:
    counts = [of_label(some, label) for label in Label]
    present = [count.f1 for count in counts if count.there]
    return f"{statistics.mean(present):.3f}" if present else "-"


def _labels(judged: Sequence[Judged]) -> str:
    lines = ["| label | messages | certain: P | R | likely and better: P | R | F1 |", "|---|---|---|---|---|---|---|"]
    for label in Label:
        certain, both = of_label(judged, label, (Tier.CERTAIN,)), of_label(judged, label)
        first = f"{_percent(certain.precision)} | {_percent(certain.recall)}" if certain.found else "- | -"
        second = f"{_percent(both.precision)} | {_percent(both.recall)}"
        lines.append(f"| `{label}` | {both.there} | {first} | {second} | {both.f1:.3f} |")
    return "\n".join(lines)


def _confusion(judged: Sequence[Judged]) -> str:
    lines = ["| missed | found instead | times |", "|---|---|---|"]
    lines += [f"| `{missed}` | `{found}` | {times} |" for (missed, found), times in list(confused(judged).items())[:15]]
    return "\n".join(lines)


def _mistakes(judged: Sequence[Judged]) -> str:
    lines = ["| message | should be | was taken for | disposition |", "|---|---|---|---|"]
    for one in worst(judged, at_most=25):
        wanted = ", ".join(sorted(one.case.labels)) or "none"
        got = ", ".join(one.decision.labels) or "none"
        text = one.case.message.text.replace("|", "\\|")[:140]
        lines.append(f"| {text} | {wanted} | {got} | {one.decision.disposition} |")
    return "\n".join(lines)


def _macro(right: Sequence[str], found: Sequence[str]) -> float:
    values = []
    for name in sorted(set(right)):
        hits = sum(r == f == name for r, f in zip(right, found, strict=True))
        values.append(2 * hits / (right.count(name) + found.count(name)))
    return statistics.mean(values)


def _offence(classifier: Classifier, posted: Sequence[tasks.Posted]) -> str:
    """Offence in tweets at large: heads learnt from the corpora, on the tenth of them that was kept from training."""
    if not posted:
        return "## Offence at large\n\nNot measured in this run: NOBET_CORPORA names no folder."
    tweets = [one for one in posted if one.source == "offenseval"]
    right = ["offensive" if one.known["offensive"] else "not" for one in tweets]
    found = ["offensive" if classifier.offence(one.text) > 0.5 else "not" for one in tweets]
    lines = [
        "## Offence at large",
        "",
        f"OffensEval 2020, Turkish, {len(tweets)} tweets kept from training: macro F1 "
        f"{_macro(right, found):.3f}. The official test set is not used here.",
    ]
    tweets = [one for one in posted if one.source == "tddi"]
    names = tuple(f"tddi_{name.lower()}" for name in tasks.TDDI)
    scored = classifier.heads([one.text for one in tweets], names)
    classes = [names[max(range(len(names)), key=row.__getitem__)] for row in scored]
    lines.append(
        f"TDDI 2023, five classes, {len(tweets)} kept from training: macro F1 "
        f"{_macro([max(names, key=one.known.__getitem__) for one in tweets], classes):.3f}."
    )
    return "\n".join(lines)


# What the lists decide without the encoder: what much of a real page is made of.
_SMALL_TALK = (
    "günaydın",
    "iyi haftalar 🌸",
    "@ali hayırlı olsun 🎉",
    "çok teşekkürler",
    "👏👏👏",
    "amin inşallah",
    "Thank you!",
)


def _speed_and_peers(test: Sequence[Judged], policy: Policy, detect: LanguageDetector) -> tuple[str, str]:
    """Time of one message on one core, all signals included, by a classifier that remembers none of them."""
    begun = time.perf_counter()
    classifier = Classifier()
    load = time.perf_counter() - begun
    written = _times([one.case.message.text for one in test], policy, detect, classifier)
    small_talk = _times(_SMALL_TALK * 30, policy, detect, classifier)
    quantiles = statistics.quantiles(written, n=100)
    speed = (
        "## Speed\n\n"
        f"One message with all signals: median {statistics.median(written):.1f} ms, 95 % {quantiles[94]:.1f} ms; where "
        f"lists decide (greetings, thanks, applause) median {statistics.median(small_talk):.2f} ms. "
        f"The classifier loads in {load:.1f} s."
    )
    return speed, _peers(test, statistics.mean(written))


def _times(texts: Sequence[str], policy: Policy, detect: LanguageDetector, classifier: Classifier) -> list[float]:
    """Milliseconds for each text."""
    from app.evaluate import Case as Line
    from app.evaluate import evaluate_case

    times: list[float] = []
    for number, text in enumerate(texts):
        line = Line(id=str(number), channel=Channel.COMMENT, text=text)
        begun = time.perf_counter()
        evaluate_case(line, policy, detect, classifier.score)
        times.append(1000 * (time.perf_counter() - begun))
    return times


def _peers(judged: Sequence[Judged], each: float) -> str:
    """Other filters on the same messages: is it one that must not stand (insult, hate, harassment, threat)?"""
    bad = {Label.INSULT, Label.HATE, Label.HARASSMENT, Label.THREAT}
    texts = [one.case.message.text for one in judged]
    wanted = ["bad" if bad & one.case.labels else "good" for one in judged]
    lines = [
        "## Peers",
        "",
        "Filters one can install, on the test messages, asked what they answer: whether a message is abusive "
        "(here: carries `insult`, `hate`, `harassment` or `threat`).",
        "",
        "| filter | macro F1 | precision | recall | a message |",
        "|---|---|---|---|---|",
    ]
    ours = ["bad" if bad & set(one.decision.labels) else "good" for one in judged]
    lines.append(_peer_row("Nöbet", wanted, ours, each))
    for name, make in _PEERS.items():
        try:
            ask = make()
        except ImportError:
            lines.append(f"| {name} | not installed | | | |")
            continue
        begun = time.perf_counter()
        found = ["bad" if ask(text) else "good" for text in texts]
        lines.append(_peer_row(name, wanted, found, 1000 * (time.perf_counter() - begun) / len(texts)))
    return "\n".join(lines)


def _peer_row(name: str, wanted: Sequence[str], found: Sequence[str], each: float) -> str:
    right = sum(w == f == "bad" for w, f in zip(wanted, found, strict=True))
    count = Count(found=list(found).count("bad"), right=right, there=list(wanted).count("bad"))
    shares = f"{_macro(wanted, found):.3f} | {_percent(count.precision)} | {_percent(count.recall)}"
    return f"| {name} | {shares} | {each:.2f} ms |"


def _glin() -> Callable[[str], bool]:
    package = importlib.import_module("glin_profanity")
    checker = package.Filter({"languages": ["turkish", "english", "german", "french", "arabic", "russian", "persian"]})
    return lambda text: bool(checker.is_profane(text))


def _better() -> Callable[[str], bool]:
    checker = importlib.import_module("better_profanity").profanity
    return lambda text: bool(checker.contains_profanity(text))


def _alt() -> Callable[[str], bool]:
    predict = importlib.import_module("profanity_check").predict
    return lambda text: bool(predict([text])[0])


_PEERS: dict[str, Callable[[], Callable[[str], bool]]] = {
    "glin-profanity": _glin,
    "better-profanity": _better,
    "alt-profanity-check": _alt,
}


if __name__ == "__main__":
    main()
