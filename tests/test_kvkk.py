"""docs/kvkk.md says what the policy, the permissions and the code really do."""

from app.decisions.retention import RecordKind
from tests.kvkk import PAGE, tables, with_tables


def test_the_page_for_the_data_controller_is_in_step() -> None:
    page = PAGE.read_text(encoding="utf-8")

    assert all(f"<!-- {name} -->" in page for name in tables())
    assert with_tables(page) == page, "run `python -m tests.kvkk`"


def test_every_kind_of_record_has_its_row() -> None:
    assert len(tables()["records"].splitlines()) == 2 + len(RecordKind)
