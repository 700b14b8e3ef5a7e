"""What an account can do, as it is answered."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from pydantic import Field

from app.actions.steps import why_lacking
from app.api.views.common import View
from app.connectors.base import Outbound
from app.decisions.capabilities import Capability, Lack
from app.messages import Channel
from app.records.lacks import Found


class LackView(View):
    """Hesabın yapamadığı bir iş ve nedeni."""

    capability: Annotated[Capability, Field(description="Yapılamayan; işlem türleriyle aynı sözcükler")]
    channel: Annotated[Channel, Field(description="Hangi mesajlar için: `comment`, `mention` ya da `dm`")]
    because: Annotated[Lack, Field(description="Neden", examples=["tier"])]
    tr: Annotated[str, Field(description="Nedeni, Türkçe", examples=["Satın alınan erişim düzeyinde yok."])]
    en: Annotated[str, Field(description="Nedeni, İngilizce", examples=["The access level does not have it."])]
    code: Annotated[str | None, Field(description="Platformun reddettiği kod", examples=["403/client-forbidden"])]
    until: Annotated[
        datetime | None, Field(description="Ne zaman yeniden deneneceği", examples=["2026-11-23T15:00:00Z"])
    ]


class CapabilitiesView(View):
    """Hesabın platformun API'siyle yapabildikleri ve yapamadıkları."""

    capabilities: Annotated[
        list[Capability],
        Field(description="En az bir kanalda kendiliğinden yapılabilenler", examples=[["hide", "reply"]]),
    ]
    lacks: Annotated[list[LackView], Field(description="Yapılamayanlar, kanal kanal, nedeniyle")]


def capabilities_of(outbound: Outbound, found: Sequence[Found]) -> CapabilitiesView:
    """What the connector says, with what was found or switched off since; asked without a call."""
    noted = {one.capability: one for one in found}
    missing = []
    for channel in Channel:
        lacks = outbound.lacks(channel)
        for capability in Capability:
            one = noted.get(capability) if capability not in lacks else None
            lack = lacks.get(capability) or (one.because if one is not None else None)
            if lack is not None:
                missing.append(
                    LackView(
                        capability=capability,
                        channel=channel,
                        because=lack,
                        tr=why_lacking(lack).tr,
                        en=why_lacking(lack).en,
                        code=one.code if one is not None else None,
                        until=one.until_at if one is not None else None,
                    )
                )
    lacked = {(entry.capability, entry.channel) for entry in missing}
    possible = [each for each in Capability if any((each, channel) not in lacked for channel in Channel)]
    return CapabilitiesView(capabilities=possible, lacks=missing)
