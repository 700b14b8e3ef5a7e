"""What no policy document may say, whoever proposes it: checked when a document is read, not when it is run. Pure.

A wrong document is told by its first fault: the place in the document, and a sentence in Turkish and English.
"""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from app.decisions.model import REMOVING, SUPPORT, ActionKind, Disposition, Stage, Tier, Urgency
from app.decisions.screenshots import Need, rank
from app.rules.model import ARTICLES, Label

if TYPE_CHECKING:
    from app.decisions.policy import LabelPolicy, Policy

# These stand above every stage: never switched off, shadowed or asked about first (policy section 3).
ALWAYS_ACT = frozenset({Label.SELF_HARM, Label.THREAT})

# The machine may never take a message down for one of these alone (policy section 2; architecture I5).
NEVER_TAKEN_DOWN = frozenset(
    {
        Label.SELF_HARM,
        Label.CRITICISM,
        Label.PRAISE,
        Label.COMPLAINT,
        Label.MISINFORMATION,
        Label.ADMISSION_QUESTION,
        Label.GRADUATE_QUESTION,
        Label.JOB_APPLICATION,
        Label.QUESTION_OTHER,
        Label.SENSITIVE_TOPIC,
        Label.DISASTER,
    }
)

# What is done against a message or its author.
AGAINST = REMOVING | {ActionKind.REPORT_TO_PLATFORM}

# What the articles themselves say of a screenshot of the page (6.4.12, 6.4.13, 6.4.15).
LEAST_SCREENSHOT = {
    Label.THREAT: Need.DEMANDED,
    Label.VIOLENCE_DRUGS: Need.DEMANDED,
    Label.SELF_HARM: Need.ASKED,
}

# Policy section 3: what a measured share must be, at the lower end of its interval, for a tier that takes down.
LEAST = {Tier.CERTAIN: 0.98, Tier.LIKELY: 0.70}
# Who speaks of harming themself is found by recall.
LEAST_RECALL = 0.95

# What every support message names (policy section 5).
EMERGENCY = "112"
# In these there are support messages whatever else there is: in Turkish, and for a language that nobody recognised.
SUPPORTED = ("tr", "und")


class SafeguardError(ValueError):
    """A document says what none may. `place`: where in it, dotted; the words are in English, `turkish` beside them."""

    def __init__(self, place: str, turkish: str, english: str) -> None:
        super().__init__(english)
        self.place = place
        self.turkish = turkish


def check(policy: "Policy") -> None:
    """Raise SafeguardError for the first thing that the document may not say."""
    for faults in (_of_labels, _of_stages, _of_figures, _of_danger, _of_support, _of_screenshots):
        for fault in faults(policy):
            raise fault


def _of_labels(policy: "Policy") -> Iterator[SafeguardError]:
    if missing := set(Label) - set(policy.labels):
        names = ", ".join(sorted(missing))
        yield SafeguardError("labels", f"Politikası olmayan etiketler: {names}.", f"labels without a policy: {names}")
    for label, entry in policy.labels.items():
        yield from _of_label(label, entry, policy)


def _of_label(label: Label, entry: "LabelPolicy", policy: "Policy") -> Iterator[SafeguardError]:
    place = f"labels.{label}"
    if entry.article not in ARTICLES:
        yield SafeguardError(
            f"{place}.article",
            f"{entry.article} maddesi Prosedür'de yok.",
            f"label {label}: article {entry.article} is not in the procedure",
        )
    for tier, wanted in (("certain", entry.certain), ("likely", entry.likely)):
        if label in NEVER_TAKEN_DOWN and wanted.takes_down:
            yield SafeguardError(
                f"{place}.{tier}",
                f"Hiçbir mesaj yalnızca {label} etiketi yüzünden kaldırılamaz ya da gizlenemez (6.4.3, 6.4.5, 6.4.15).",
                f"label {label} may never lead to a take-down (architecture I5)",
            )
        if label is Label.THREAT and wanted is Disposition.REMOVE:
            yield SafeguardError(
                f"{place}.{tier}",
                "Tehdit gizlenir; makine silmez, güvenliğe aslı gerekebilir (6.4.12).",
                "a threat is contained, never removed by the machine (6.4.12)",
            )
    for number, step in enumerate(entry.steps):
        if label in NEVER_TAKEN_DOWN and step.do in AGAINST:
            yield SafeguardError(
                f"{place}.steps.{number}.do",
                f"{label} etiketi yüzünden kimse gizlenemez, silinemez, engellenemez ya da bildirilemez.",
                f"label {label} may have no step {step.do}: nothing is done against anyone for it",
            )
        if label is Label.THREAT and step.do in (ActionKind.DELETE, ActionKind.BLOCK):
            yield SafeguardError(
                f"{place}.steps.{number}.do",
                "Tehditte silme ve engelleme bir kişinin kararıdır (6.4.12).",
                f"a threat may have no step {step.do}: that is a person's decision (6.4.12)",
            )
        if step.template is not None and step.template not in policy.templates:
            yield _no_template(f"{place}.steps.{number}.template", label, step.template)
    if entry.suggests is not None and entry.suggests not in policy.templates:
        yield _no_template(f"{place}.suggests", label, entry.suggests)


def _no_template(place: str, label: Label, key: str) -> SafeguardError:
    return SafeguardError(place, f"{key} adlı bir metin yok.", f"label {label}: there is no template {key}")


def _of_stages(policy: "Policy") -> Iterator[SafeguardError]:
    for name, stages in policy.stages.items():
        label = name.partition(".")[0]
        if label not in set(Label):
            yield SafeguardError(
                f"stages.{name}",
                "Böyle bir etiket yok; bir etiketin ya da bir kuralın (etiket.kural) adı yazılmalıdır.",
                f"stage of {name}: there is no such label; name a label, or a rule as label.rule",
            )
        if label in ALWAYS_ACT and set(stages.values()) != {Stage.ACT}:
            yield SafeguardError(
                f"stages.{name}",
                "Kendine zarar verme ve tehdit kuralları kapatılamaz, gölgeye alınamaz, önce sorulamaz.",
                f"rule {name} may not be switched off, shadowed or asked about (policy section 3)",
            )


def _of_figures(policy: "Policy") -> Iterator[SafeguardError]:
    """Power is earned by measurement: a tier that takes messages down has the figures for it."""
    takes_down = {
        label for label, entry in policy.labels.items() if entry.certain.takes_down or entry.likely.takes_down
    }
    for rule, measured in policy.tiers.items():
        if rule.partition(".")[0] in takes_down and measured.lower < LEAST.get(measured.tier, 0.0):
            yield _too_little(f"tiers.{rule}.tier", measured.tier, measured.lower)
    for label in takes_down & policy.weighing.keys():
        weighing = policy.weighing[label]
        for tier, threshold in ((Tier.CERTAIN, weighing.certain), (Tier.LIKELY, weighing.likely)):
            if threshold is not None and threshold.lower < LEAST[tier]:
                yield _too_little(f"weighing.{label}.{tier}", tier, threshold.lower)


def _too_little(place: str, tier: Tier, lower: float) -> SafeguardError:
    return SafeguardError(
        place,
        f"Ölçülen isabetin alt sınırı {lower:g}; {tier} için en az {LEAST[tier]:g} gerekir.",
        f"the measured precision is {lower:g} at its lower end; {tier} needs {LEAST[tier]:g} (policy section 3)",
    )


def _of_danger(policy: "Policy") -> Iterator[SafeguardError]:
    """6.4.15: whoever may harm themself is found, written to, and those who must know are told at once."""
    for rule, measured in policy.tiers.items():
        if rule.partition(".")[0] in ALWAYS_ACT and measured.tier is Tier.FAINT:
            yield SafeguardError(
                f"tiers.{rule}.tier",
                "Kendine zarar verme ve tehdit kuralları sonuçsuz bırakılamaz.",
                f"rule {rule} may not be left without a consequence (policy section 3)",
            )
    for label in sorted(ALWAYS_ACT):
        if not policy.queue.is_at_once(policy.labels[label].priority):
            yield SafeguardError(
                f"labels.{label}.priority",
                f"{label} etiketi kuyrukta beklemez; önceliği hemen bakılanlar arasında olmalıdır.",
                f"label {label} does not wait in the queue: its priority must be one that is due at once",
            )
    weighing = policy.weighing.get(Label.SELF_HARM)
    if weighing is not None and (weighing.likely is None or weighing.likely.share < LEAST_RECALL):
        yield SafeguardError(
            "weighing.self_harm.likely",
            f"Kendine zarar verme söylemlerinin en az {LEAST_RECALL:.0%} kadarı bulunmalıdır (6.4.15).",
            f"self-harm must be found with a recall of {LEAST_RECALL:g} or more (policy section 3)",
        )
    wanted: tuple[tuple[Label, str, Callable[[LabelPolicy], bool]], ...] = (
        (Label.SELF_HARM, "private_message", _writes_support),
        (Label.SELF_HARM, "sks", lambda entry: _tells_at_once(entry, "sks")),
        (Label.THREAT, "guvenlik", lambda entry: _tells_at_once(entry, "guvenlik")),
    )
    for label, what, holds in wanted:
        if not holds(policy.labels[label]):
            yield SafeguardError(
                f"labels.{label}.steps",
                f"{label} adımlarından {what} çıkarılamaz (6.4.12, 6.4.15).",
                f"the steps of {label} lack {what} (6.4.12, 6.4.15)",
            )


def _of_support(policy: "Policy") -> Iterator[SafeguardError]:
    """6.4.15: the support message goes out by itself, in whatever language, and says what it must."""
    for key in SUPPORT:
        template = policy.templates.get(key)
        if template is None or not template.approved:
            yield SafeguardError(
                f"templates.{key}.approved",
                "Destek mesajı onay bekleyemez (6.4.15).",
                f"template {key} waits for nobody's approval (6.4.15)",
            )
            continue
        if missing := set(SUPPORTED) - set(template.texts):
            names = ", ".join(sorted(missing))
            yield SafeguardError(
                f"templates.{key}.texts",
                f"Destek mesajının şu dillerde sözleri olmalıdır: {names}.",
                f"template {key} lacks its words in: {names}",
            )
        for language, text in template.texts.items():
            if (fault := fault_of_support(f"templates.{key}.texts.{language}", text)) is not None:
                yield fault


def fault_of_support(place: str, text: str) -> SafeguardError | None:
    """What keeps these words from being a support message: they name no help, or wait for a value to be filled in."""
    if EMERGENCY not in text:
        return SafeguardError(
            place, f"Destek mesajı {EMERGENCY} numarasını söylemelidir.", f"a support message names {EMERGENCY}"
        )
    if "{" in text:
        return SafeguardError(
            place, "Destek mesajında değişken olamaz.", "a support message has no variables: an empty one would stop it"
        )
    return None


def _of_screenshots(policy: "Policy") -> Iterator[SafeguardError]:
    """A document may ask for more pictures of pages than the procedure does, never for fewer."""
    for label, screenshot in policy.screenshots.items():
        if screenshot.article != policy.labels[label].article:
            yield SafeguardError(
                f"screenshots.{label}.article",
                f"{label} etiketinin maddesi {policy.labels[label].article}.",
                f"label {label} follows article {policy.labels[label].article}",
            )
    for label, least in LEAST_SCREENSHOT.items():
        said = policy.screenshots.get(label)
        if said is None or rank(said.need) < rank(least):
            article = policy.labels[label].article
            yield SafeguardError(
                f"screenshots.{label}.need",
                f"{article} maddesi ekran görüntüsü ister; {label} için en az {least} yazılmalıdır.",
                f"article {article} asks for a screenshot: {label} needs at least {least}",
            )


def _writes_support(entry: "LabelPolicy") -> bool:
    return any(
        step.do is ActionKind.PRIVATE_MESSAGE and step.template == "support" and step.when == "always"
        for step in entry.steps
    )


def _tells_at_once(entry: "LabelPolicy", unit: str) -> bool:
    return any(
        step.do is ActionKind.NOTIFY and step.to == unit and step.urgency is Urgency.URGENT and step.when == "always"
        for step in entry.steps
    )
