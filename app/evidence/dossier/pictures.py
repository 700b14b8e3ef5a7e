"""The pictures that the pages of an evidence file show, each as a file beside the template."""

import io
from collections.abc import Mapping
from dataclasses import dataclass, field

from PIL import Image

from app.errors import UploadRefusedError
from app.evidence.dossier.content import SHOWN, Dossier
from app.evidence.uploads import Picture, drawn_anew, opened

# What strangers and staff hand in: drawn anew for the pages, since one odd file must not keep the rest from a court.
FOREIGN = frozenset({"upload", "upload_copy", "media", "thumbnail"})
# In pixels, the longer side of what is drawn anew; a page shows no more.
LONGEST = 6000
# Beyond this height, in widths, a page shows a picture so small that its words are read in the original.
TALL = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A picture for the template: its file's name and content."""

    name: str
    content: bytes = field(repr=False)
    is_tall: bool


def shown_pictures(dossier: Dossier) -> Mapping[str, Shown]:
    """What the pages show, by the SHA-256 of its original."""
    images = [image for one in dossier.messages for image in one.images if image["media_type"] in SHOWN]
    foreign = {image["sha256"] for image in images if image["kind"] in FOREIGN}
    found: dict[str, Shown] = {}
    for image in images:
        sha256 = image["sha256"]
        content = dossier.objects.get(sha256)
        if content is None or sha256 in found:
            continue
        if sha256 not in foreign:
            found[sha256] = _shown(sha256, SHOWN[image["media_type"]], content)
        elif (drawn := _drawn_anew(content)) is not None:
            found[sha256] = _shown(sha256, SHOWN[drawn.media_type], drawn.content)
    return found


def _shown(sha256: str, suffix: str, content: bytes) -> Shown:
    # Of our own pictures, and of those drawn anew, the size alone is read.
    with Image.open(io.BytesIO(content)) as picture:
        is_tall = picture.height > picture.width * TALL
    return Shown(name=f"{sha256}.{suffix}", content=content, is_tall=is_tall)


def _drawn_anew(content: bytes) -> Picture | None:
    """The picture as we draw it; None where it cannot be opened: then its original alone is in the file."""
    try:
        picture, kind = opened(content)
    except UploadRefusedError:
        return None
    picture.thumbnail((LONGEST, LONGEST))
    return drawn_anew(picture, kind)
