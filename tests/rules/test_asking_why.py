"""Who asks why their message was removed is recognised; who asks anything else is not."""

import pytest

from app.rules.asking_why import asks_why_removed


@pytest.mark.parametrize(
    "text",
    [
        "Neden yorumumu sildiniz?",
        "yorumum niye silindi acaba",
        "YORUMUM NEDEN KALDIRILDI",
        "mesajım niçin gizlendi, ne yazmışım ki",
        "yorumumu neden kaldırdınız açıklar mısınız",
        "niye siliyorsunuz yorumları",
        "yorumlarım sürekli siliniyor, sebebi nedir",
        "dün yazdıklarımı ne diye sildiniz",
        "yorumum hangi kurala göre kaldırıldı",
        "yazdigim yorum neden gorunmuyor",
        "Why was my comment removed?",
        "why did you delete my comment",
        "My post has been hidden, why?",
        "Which rule was my message deleted for? my message was deleted",
        "you guys deleted my comments... how come",
    ],
)
def test_this_asks_why(text: str) -> None:
    assert asks_why_removed(text)


@pytest.mark.parametrize(
    "text",
    [
        "neden ders kaldırıldı bu dönem",
        "yorumum yok",
        "yorumumu ben sildim, neden sordunuz",
        "otobüs seferleri niye kaldırıldı, yorumlara da bakmıyorsunuz",
        "neden mesajıma cevap vermiyorsunuz",
        "niye not sistemini değiştirdiniz",
        "lütfen yorumumu silin",
        "kaydım neden silindi",
        "mesajımı neden görmüyorsunuz",
        "why was the course removed",
        "why don't you answer my message",
        "please delete my comment",
        "can you remove this post",
        "neden " + "a" * 600 + " yorumum silindi",
        "neden böyle oldu bilmiyorum. " + "çok güzel bir gündü " * 10 + "yorumum silindi",
        "",
    ],
)
def test_this_does_not(text: str) -> None:
    assert not asks_why_removed(text)
