"""Whatever stands in a delivery, the parser answers with events that can be stored."""

import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.connectors.linkedin import INBOUND
from tests.connectors.linkedin.builders import NESTED, TOP, on_wire
from tests.connectors.meta.test_hostile_input import check, places, put, values
from tests.connectors.reading import fixture, names_of

FIXTURES = [json.loads(fixture("linkedin", name)) for name in names_of("linkedin")]

odd_names = st.sampled_from(
    [
        "urn:li:comment:(,)",
        "urn:li:comment:(urn:li:comment:" * 50 + ",1)" * 50,
        f"urn:li:comment:({TOP},9)",
        f"urn:li:comment:({NESTED})",
        "urn:li:comment:(x,1)",
        "urn:li:comment:(urn:li:activity:1,%00)",
        "urn:li:comment:(urn:li:activity:\ud800,1)",
        "%" * 900,
        on_wire("urn:li:share:\x00"),
        "%25" * 300,
        "(" * 900,
        ":",
        "urn:li:organization:",
        TOP + TOP,
    ]
)


@st.composite
def mutated(draw: st.DrawFn) -> Any:
    """Return a fixture with odd values in up to three places."""
    document = draw(st.sampled_from(FIXTURES))
    for _ in range(draw(st.integers(1, 3))):
        document = put(document, draw(st.sampled_from(places(document))), draw(values | odd_names))
    return document


@given(document=mutated())
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_an_odd_value_anywhere_never_raises(document: Any) -> None:
    check(INBOUND, document)


@given(document=values)
@settings(max_examples=100, deadline=None)
def test_any_json_at_all_becomes_events(document: Any) -> None:
    check(INBOUND, document)


def test_null_in_any_single_place_never_raises() -> None:
    for document in FIXTURES:
        for path in places(document):
            check(INBOUND, put(document, path, None))
