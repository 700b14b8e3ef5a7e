"""The way of one delivery, top to bottom: read → judge → carry out. Each stage commits by itself and may run twice."""

from dataclasses import dataclass

from app.actions.carry_out import Actions
from app.ingest.read import Reader
from app.judge import Judge, Outcome
from app.messages import DeliveryId, MessageId


@dataclass(frozen=True, slots=True, kw_only=True)
class Pipeline:
    """What happens to a comment."""

    reader: Reader
    judge: Judge
    actions: Actions

    async def handle_delivery(self, delivery_id: DeliveryId) -> None:
        """Read a delivery, then handle the message in it."""
        for message_id in await self.reader.read(delivery_id):
            await self.handle_message(message_id)

    async def handle_message(self, message_id: MessageId) -> None:
        """Judge every revision of the message that is not judged yet, and carry out what is due."""
        if await self.judge.judge(message_id) is not Outcome.NOTHING_TO_DO:
            await self.actions.carry_out(message_id)
