"""Files that staff upload as evidence: what they are is found out from their content, never from their name.

The original is sealed as it came. For viewing there is a copy that was drawn anew, so that nothing hidden in the
original reaches whoever looks; a document that carries scripts or files has none.
"""

import asyncio
import io
import struct
import warnings
from dataclasses import dataclass, field

from PIL import Image, ImageOps, UnidentifiedImageError
from pypdf import PdfReader, PdfWriter
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from app.errors import UploadRefusedError

LARGEST = 20 * 1024 * 1024
MOST_PIXELS = 50_000_000
MOST_PAGES = 50
SECONDS = 20.0
FORMATS = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}
# Pillow tells of broken files in many ways.
BROKEN = (OSError, ValueError, SyntaxError, EOFError, MemoryError, struct.error, TypeError, KeyError, OverflowError)
# Cameras put a smaller picture or a second view behind the first, which is a JPEG like any other.
SEVERAL = "MPO"
# Opened at once: what lies deeper than this is looked for no further, and the document is not drawn anew.
MOST_OBJECTS = 20_000
# Where a document says what is to happen, what it brings along, or asks for a form to be filled in.
ACTIVE = frozenset(
    {
        "/JS",
        "/JavaScript",
        "/OpenAction",
        "/AA",
        "/Launch",
        "/EmbeddedFiles",
        "/EmbeddedFile",
        "/Filespec",
        "/RichMedia",
        "/XFA",
        "/SubmitForm",
        "/ImportData",
        "/GoToR",
        "/GoToE",
        "/Movie",
        "/Sound",
        "/Rendition",
        "/3D",
    }
)
THUMBNAIL = (320, 320)


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """Bytes and what they are."""

    content: bytes = field(repr=False)
    media_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """What was uploaded, and the copy to look at; None where there must be none."""

    original: Picture
    copy: Picture | None


async def checked(content: bytes) -> Upload:
    """Look at what was uploaded. Raises UploadRefusedError with a sentence for the person."""
    if not content:
        raise UploadRefusedError("Dosya boş.", "The file is empty.")
    if len(content) > LARGEST:
        raise UploadRefusedError(
            f"Dosya {LARGEST // 1024 // 1024} MB'tan büyük olamaz.",
            f"The file may have {LARGEST // 1024 // 1024} MB at most.",
        )
    work = _document if content.startswith(b"%PDF-") else _picture
    try:
        async with asyncio.timeout(SECONDS):
            return await asyncio.to_thread(work, content)
    except TimeoutError:
        raise UploadRefusedError("Dosya zamanında açılamadı.", "The file could not be opened in time.") from None


def _picture(content: bytes) -> Upload:
    image, kind = opened(content)
    return Upload(original=Picture(content=content, media_type=FORMATS[kind]), copy=drawn_anew(image, kind))


def opened(content: bytes) -> tuple[Image.Image, str]:
    """Decode a picture as a whole, upright, and say of which format it is. Raises UploadRefusedError."""
    try:
        with warnings.catch_warnings():
            # A warning about a bomb is of no use to anybody here; the size is looked at below.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(content), formats=tuple(FORMATS))
        if image.width * image.height > MOST_PIXELS:
            raise UploadRefusedError(
                f"Resim en çok {MOST_PIXELS // 1_000_000} milyon piksel olabilir.",
                f"A picture may have {MOST_PIXELS // 1_000_000} million pixels at most.",
            )
        kind = "JPEG" if image.format == SEVERAL else image.format or ""
        image.load()
        return _upright(image), kind
    except Image.DecompressionBombError:
        raise UploadRefusedError("Resim çok büyük.", "The picture is too large.") from None
    except UnidentifiedImageError:
        raise UploadRefusedError(
            "Yalnızca PNG, JPEG, WebP ve PDF dosyaları yüklenebilir; bu dosyanın içeriği bunlardan biri değil.",
            "Only PNG, JPEG, WebP and PDF are taken; this file's content is none of them.",
        ) from None
    except BROKEN:
        raise UploadRefusedError("Resim bozuk; sonuna kadar açılamıyor.", "The picture is broken.") from None


def _upright(image: Image.Image) -> Image.Image:
    """The picture as its camera was held; as it lies where what it says of that cannot be read."""
    try:
        return ImageOps.exif_transpose(image)
    except BROKEN:
        return image


def drawn_anew(image: Image.Image, kind: str) -> Picture:
    """The same picture, encoded by us: pixels alone, nothing that stood beside them."""
    drawn = io.BytesIO()
    if kind == "JPEG":
        plain = image.convert("RGB")
        plain.info.clear()
        plain.save(drawn, "JPEG", quality=90)
        return Picture(content=drawn.getvalue(), media_type="image/jpeg")
    plain = image.convert("RGBA" if "A" in image.getbands() or "transparency" in image.info else "RGB")
    plain.info.clear()
    plain.save(drawn, "PNG")
    return Picture(content=drawn.getvalue(), media_type="image/png")


def thumbnail(image: Image.Image) -> Picture:
    """A small JPEG of a picture."""
    small = image.convert("RGB")
    small.info.clear()
    small.thumbnail(THUMBNAIL)
    drawn = io.BytesIO()
    small.save(drawn, "JPEG", quality=80)
    return Picture(content=drawn.getvalue(), media_type="image/jpeg")


def _document(content: bytes) -> Upload:
    original = Picture(content=content, media_type="application/pdf")
    try:
        reader = PdfReader(io.BytesIO(content), strict=False)
        if reader.is_encrypted:
            raise UploadRefusedError("PDF şifreli; parolasız hâlini yükleyin.", "The PDF is encrypted.")
        if not 0 < len(reader.pages) <= MOST_PAGES:
            raise UploadRefusedError(
                f"PDF 1 ile {MOST_PAGES} arasında sayfa içermeli.", f"A PDF must have 1 to {MOST_PAGES} pages."
            )
        if _is_active(reader):
            return Upload(original=original, copy=None)
        writer = PdfWriter()
        for page in reader.pages:
            # Links and notes stay out: they lead elsewhere.
            page.pop("/Annots", None)
            writer.add_page(page)
        drawn = io.BytesIO()
        writer.write(drawn)
    except (PyPdfError, OSError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError):
        # pypdf tells of broken documents in many ways.
        raise UploadRefusedError("PDF bozuk; okunamıyor.", "The PDF is broken and cannot be read.") from None
    return Upload(original=original, copy=Picture(content=drawn.getvalue(), media_type="application/pdf"))


def _is_active(reader: PdfReader) -> bool:
    """Whether anything in the document does something, or whether there is more in it than can be looked at."""
    waiting: list[object] = [reader.trailer]
    seen: set[int] = set()
    looked_at = 0
    while waiting:
        item = waiting.pop()
        looked_at += 1
        if looked_at > MOST_OBJECTS:
            return True
        if isinstance(item, IndirectObject):
            if item.idnum in seen:
                continue
            seen.add(item.idnum)
            item = item.get_object()
        if isinstance(item, DictionaryObject):
            if any(name in ACTIVE or item.raw_get(name) in ACTIVE for name in item if _is_name(item, name)):
                return True
            waiting.extend(item.raw_get(name) for name in item)
        elif isinstance(item, ArrayObject):
            waiting.extend(list.__iter__(item))
    return False


def _is_name(item: DictionaryObject, name: str) -> bool:
    return name in ACTIVE or (name in ("/S", "/Type", "/Subtype") and isinstance(item.raw_get(name), str))
