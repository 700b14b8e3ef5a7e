"""What the words before a number call it: "takip no 5320148812" is a parcel's, not a phone's."""

import re

from app.rules.forms.casing import strip_diacritics

_KINDS = (
    r"(?:takip|siparis|talep|fatura|dekont|referans|barkod|kargo|seri|dosya|basvuru|bilet|islem|cimer|kayit|evrak"
    r"|ogrenci|personel|sicil|uye|abone|musteri|sozlesme|tesisat|police|vergi|order|ticket|tracking|student|imei|isbn"
    r"|doi|issn|pnr|demirbas|urun|dilekce|gonderi|okul|sira|sinav|sgk|lisans|kupon|hesap|rezervasyon|заказ|заявка)(?:m|n|i|u|si|su|im|in|um|imiz|leri)?"
)
_NUMBER = r"(?:no|nosu|nom|num|numara|numaram|numarasi|numaramiz|kodu?|kodum|number|id)"
_END = r"(?:\s?[:#=№.])?\s?$"
_CALLED = re.compile(rf"(?<!\w){_KINDS}\s?{_NUMBER}{_END}")
_CALLED_LOOSELY = re.compile(rf"(?<!\w){_KINDS}(?:\s?{_NUMBER})?{_END}")
_LOOKS_BACK = 40


def is_otherwise_named(text: str, start: int, *, loosely: bool = False) -> bool:
    """Whether the number at `start` of lower-case `text` is called an order's, a student's or the like.

    `loosely` lets "sipariş 5320148812" do without a word for number, where "Sipariş: 0532 …" would be a phone's.
    """
    before = strip_diacritics(text[max(0, start - _LOOKS_BACK) : start])
    return (_CALLED_LOOSELY if loosely else _CALLED).search(before) is not None
