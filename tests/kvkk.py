"""The tables of docs/kvkk.md, made from the policy and the permissions: ``python -m tests.kvkk`` writes them anew."""

from collections.abc import Sequence
from pathlib import Path

from app.api.access import ALLOWED, ROLE_NAMES, Permission, Role
from app.connectors import INBOUND
from app.decisions.policy import shipped_policy
from app.decisions.retention import Keeping, RecordKind
from app.privacy import REASONS

PAGE = Path("docs/kvkk.md")
SEES = {
    Permission.MESSAGES_READ: "Mesajlar, yazar adları, kararlar",
    Permission.EVIDENCE_READ: "Kanıtlar ve görüntüleri",
    Permission.DELIVERIES_OPEN: "Ham teslimatların gövdeleri",
    Permission.NOTIFICATIONS_READ: "Bildirimler (metin içermez)",
    Permission.COMPLAINTS_READ: "Şikâyetler ve geri bildirimler",
    Permission.PEOPLE_READ: "Çalışanların adı ve e-postası",
    Permission.AUDIT_READ: "Denetim kaydı",
    Permission.PRIVACY_READ: "Kişi başvuruları",
    Permission.PRIVACY_CHANGE: "Dışa aktarma ve silme",
}


def tables() -> dict[str, str]:
    """Each table by the name that its place in the page has."""
    rules = shipped_policy().retention
    return {
        "records": _keeping(tuple(rules.records[kind] for kind in RecordKind)),
        "evidence": _keeping(tuple(rules.evidence.values())),
        "stays": _table(
            ("Tablo ya da sütun", "Neden kalır ya da ne bitirir"),
            [(f"`{name}`", reason) for name, reason in rules.kept.items()],
        ),
        "platforms": _table(
            ("Platform", "İçerik en çok"),
            [
                (str(name), f"{inbound.manners.stores_content_for.total_seconds() / 3600:g} saat")
                for name, inbound in sorted(INBOUND.items())
                if inbound.manners.stores_content_for is not None
            ],
        ),
        "roles": _table(
            ("Ne", "Kim görür"),
            [
                (what, ", ".join(ROLE_NAMES[role] for role in Role if role in ALLOWED[permission]))
                for permission, what in SEES.items()
            ],
        ),
        "kept": _table(
            ("Nerede", "Neden kalır"),
            [
                *(("mesaj, teslimat", reason) for key, reason in REASONS["because"].items() if key != "elsewhere"),
                *((f"`{table}`", reason) for table, reason in REASONS["columns"].items()),
            ],
        ),
    }


def with_tables(page: str) -> str:
    """The page with its tables made anew."""
    for name, table in tables().items():
        begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
        if begin in page:
            before, after = page.split(begin)[0], page.split(end)[1]
            page = f"{before}{begin}\n\n{table}\n\n{end}{after}"
    return page


def _keeping(kept: tuple[Keeping, ...]) -> str:
    rows = [(one.name, f"{one.days} gün", one.reason, one.ground) for one in kept]
    return _table(("Kayıt", "Süre", "Neden", "Hukuki sebep"), rows)


def _table(heading: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [heading, tuple("---" for _ in heading), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


if __name__ == "__main__":
    PAGE.write_text(with_tables(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
