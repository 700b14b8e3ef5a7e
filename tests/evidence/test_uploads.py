"""What staff upload is what its content says, and what is looked at was drawn anew."""

import io
import struct
import zlib

import pytest
from PIL import Image, PngImagePlugin
from pypdf import PdfReader, PdfWriter
from pypdf.annotations import Link
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from app.errors import UploadRefusedError
from app.evidence.uploads import LARGEST, MOST_PIXELS, checked, opened, thumbnail


def a_picture(kind: str, **how: object) -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", (60, 40), (200, 10, 10)).save(drawn, kind, **how)
    return drawn.getvalue()


def a_document(pages: int = 1) -> PdfWriter:
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(200, 200)
    return writer


def written(writer: PdfWriter) -> bytes:
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def a_bomb(width: int, height: int) -> bytes:
    """A PNG that says that it is so large, and is a few hundred bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("kind", "media_type", "copied_as"),
    [("PNG", "image/png", "image/png"), ("JPEG", "image/jpeg", "image/jpeg"), ("WEBP", "image/webp", "image/png")],
)
async def test_pictures_are_kept_as_they_came_and_copied_for_viewing(
    kind: str, media_type: str, copied_as: str
) -> None:
    content = a_picture(kind)

    upload = await checked(content)

    assert (upload.original.content, upload.original.media_type) == (content, media_type)
    assert upload.copy is not None
    assert upload.copy.media_type == copied_as
    assert Image.open(io.BytesIO(upload.copy.content)).size == (60, 40)


async def test_nothing_that_stood_beside_the_pixels_is_in_the_copy() -> None:
    words = PngImagePlugin.PngInfo()
    words.add_text("Comment", "<script>alert(1)</script>")
    png = a_picture("PNG", pnginfo=words) + b"PK\x03\x04 hidden.zip"
    exif = Image.Exif()
    exif[0x010E] = "Ayşe'nin telefonu"
    jpeg = a_picture("JPEG", exif=exif, comment=b"<?php ?>")

    for content in (png, jpeg):
        copy = (await checked(content)).copy
        assert copy is not None
        for secret in (b"script", b"hidden.zip", b"telefonu", b"php"):
            assert secret not in copy.content


async def test_a_picture_that_lies_on_its_side_is_put_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6

    copy = (await checked(a_picture("JPEG", exif=exif))).copy

    assert copy is not None
    assert Image.open(io.BytesIO(copy.content)).size == (40, 60)


async def test_a_photograph_with_a_second_view_behind_it_is_a_jpeg() -> None:
    content = a_picture("MPO", save_all=True, append_images=[Image.new("RGB", (60, 40))])

    upload = await checked(content)

    assert upload.original.media_type == "image/jpeg"


async def test_a_camera_that_describes_its_picture_badly_still_took_it() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = "İzmir"
    # How wide it is stands there as words.
    odd = exif.tobytes().replace(b"\x01\x0e", b"\x01\x00", 1)

    upload = await checked(a_picture("JPEG", exif=odd))

    assert upload.copy is not None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html><script>alert(1)</script></html>",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"MZ\x90\x00 a program",
        a_picture("GIF"),
        a_picture("BMP"),
        a_picture("TIFF"),
        a_picture("PNG")[:80],
        a_picture("JPEG")[:-200],
        b"%PDF-1.7\nnothing else",
        b"%PDF-1.7 " + a_picture("PNG"),
        b"x" * (LARGEST + 1),
    ],
    ids=["empty", "html", "svg", "exe", "gif", "bmp", "tiff", "cut png", "cut jpeg", "no pdf", "png as pdf", "large"],
)
async def test_what_is_none_of_the_kinds_or_broken_is_refused(content: bytes) -> None:
    with pytest.raises(UploadRefusedError) as refused:
        await checked(content)

    assert refused.value.why
    assert refused.value.why_en


@pytest.mark.parametrize("size", [(10_000, 10_000), (60_000, 60_000), (2_000_000_000, 2)])
async def test_a_picture_that_would_fill_the_memory_is_not_decoded(size: tuple[int, int]) -> None:
    assert size[0] * size[1] > MOST_PIXELS

    with pytest.raises(UploadRefusedError):
        await checked(a_bomb(*size))


async def test_a_document_is_kept_and_copied_page_by_page() -> None:
    content = written(a_document(3))

    upload = await checked(content)

    assert upload.original.content == content
    assert upload.copy is not None
    assert len(PdfReader(io.BytesIO(upload.copy.content)).pages) == 3


async def test_links_in_a_document_are_not_in_its_copy() -> None:
    writer = a_document()
    writer.add_annotation(0, Link(rect=(0, 0, 10, 10), url="https://kotu.example/"))

    copy = (await checked(written(writer))).copy

    assert copy is not None
    assert b"kotu.example" not in copy.content


def with_script() -> bytes:
    writer = a_document()
    action = {"/S": NameObject("/JavaScript"), "/JS": TextStringObject("app.alert('merhaba')")}
    writer.root_object[NameObject("/OpenAction")] = DictionaryObject(
        {NameObject(name): value for name, value in action.items()}
    )
    return written(writer)


def with_file() -> bytes:
    writer = a_document()
    writer.add_attachment("x.exe", b"MZ")
    return written(writer)


def with_action() -> bytes:
    writer = a_document()
    action = DictionaryObject({NameObject("/S"): NameObject("/Launch"), NameObject("/F"): TextStringObject("calc.exe")})
    writer.pages[0][NameObject("/AA")] = DictionaryObject({NameObject("/O"): action})
    return written(writer)


@pytest.mark.parametrize("content", [with_script(), with_file(), with_action()], ids=["script", "file", "action"])
async def test_a_document_that_does_something_is_kept_and_not_copied(content: bytes) -> None:
    upload = await checked(content)

    assert upload.original.content == content
    assert upload.copy is None


async def test_an_encrypted_document_is_refused_with_a_word_about_it() -> None:
    writer = a_document()
    writer.encrypt("gizli", algorithm="AES-256")

    with pytest.raises(UploadRefusedError, match="encrypted"):
        await checked(written(writer))


async def test_a_document_has_so_many_pages_at_most() -> None:
    with pytest.raises(UploadRefusedError, match="50 pages"):
        await checked(written(a_document(51)))


def test_a_thumbnail_is_small() -> None:
    drawn = io.BytesIO()
    Image.new("RGB", (3000, 1000)).save(drawn, "PNG")

    small = thumbnail(opened(drawn.getvalue())[0])

    assert Image.open(io.BytesIO(small.content)).size == (320, 107)
