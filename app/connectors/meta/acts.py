"""Acts that both platforms share: changing an object that may be gone already, and speaking."""

from collections.abc import Mapping

from app.connectors.base import Capability, Sent
from app.connectors.meta.failures import GoneError
from app.connectors.meta.graph import Call, Graph
from app.connectors.meta.inbox import sent
from app.connectors.texts import TextRule


async def change(graph: Graph, call: Call) -> None:
    """Hide, unhide or delete the object at the call's path.

    What is gone need not be hidden or deleted any more, so that counts as done, after a look: the platform gives one
    code (100/33) for what is gone and for what it will not let us change. It cannot be shown again, though.
    """
    try:
        graph.require_success(call.name, await graph.run(call))
    except GoneError:
        if call.name == Capability.UNHIDE or not await is_gone(graph, call):
            raise


async def is_gone(graph: Graph, call: Call) -> bool:
    """Whether the platform does not show the object at the call's path any more."""
    try:
        await graph.get(call.name, call.path, {"fields": "id"})
    except GoneError:
        return True
    return False


async def speak(graph: Graph, path: str, form: Mapping[str, str]) -> Sent:
    """Say something in public; return what it left behind."""
    call = Call(name=Capability.REPLY, method="POST", path=path, form=form, is_speech=True)
    return sent(graph, call, await graph.run(call), "id")


def require_text(graph: Graph, rules: Mapping[Capability, TextRule], kind: Capability, text: str) -> None:
    """Refuse a text that the platform would not take."""
    complaint = rules[kind].complaint(text)
    if complaint is not None:
        raise graph.refused(kind, "text", complaint)
