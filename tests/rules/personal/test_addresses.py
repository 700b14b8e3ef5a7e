"""6.4.9: where someone lives; not venues, ways, sites on the web, our own address."""

import pytest

from tests.rules.personal.marked import marked


@pytest.mark.parametrize(
    "text",
    [
        "Portakal Caddesi No:7, Balçova",
        "sokak no 5 lira oldu",
        "Kordon caddesinde 3 saat bekledim",
        "web sitesi 3 gündür açılmıyor",
        "İnönü Caddesi 5. durak",
        "Susam Sokağı 80'ler çocukları",
        "100. yıl caddesi 2 kilometre",
        "bizim mahallede 3 kedi var",
        "Söyleşi: Kent Kütüphanesi, Mithatpaşa Cad. No: 1087",
        "Kahve Dükkanı: Lale Caddesi No 12",
        "Daire başkanlığı 2. kat",
        "Mavi Apt kiralık",
        "Dershane adresi İnönü Cad. No: 310 Kat: 2",
        "Yeni şubemiz Cumhuriyet Bulvarı No:45/A açıldı",
        "yarın Lale Cad. 12 önünde buluşuyoruz",
    ],
)
def test_places_that_are_no_ones_home_are_left_alone(text: str) -> None:
    assert marked(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "adresim ⟦Fahri Altay Mah. 4217 sk. no:12 d:5 Karabağlar⟧",
        "⟦Çetin Deniz mah 148 sok Menekşe apt kat 3 no 9⟧ zile bas",
        "ev: ⟦Lale mah. Begonya sokak 6/4⟧ herkes gelsin",
        "⟦Gül sk. 22/8⟧ de oturuyorum",
        "⟦Güzelyalı 62. sokak 14/3⟧ orada",
        "⟦Kardelen Mah. 12/1 Sokak No:4⟧ ikamet ediyor",
        "⟦Barış Mah. Lale Sk. 3B/21 Bornova⟧",
        "⟦Adatepe Mah. Doğuş Cad. 207/B-6 Buca⟧",
        "⟦Lale Mah. 372/16 Sk. No: 5 İç Kapı No: 14 Bornova/İZMİR⟧",
        "⟦Kızılay Cad. Mehtap Apt. 18/4, 35600 Karşıyaka⟧ Ali",
        "⟦Lale cad. Sezer apt 2. kat⟧ babaannem orda",
        "⟦Balçova 15. sokak Bahar apt.⟧'na",
        "⟦Lale apartmanı 3 numara⟧da oturuyor",
        "⟦kat 4 daire 16 Erguvan apt⟧",
        "⟦Umut durağı yanı Sevgi apt. en üst kat sağ⟧, anahtar",
        "⟦Menekşe sitesi B blok daire 9⟧ evimiz",
        "Mağazanız için adres Lale'ydi. evim ⟦Gül Mah. 12 sok. No 17⟧",
        "kuzenim Zafer ⟦Lale mah. 31. sk. Dost apt. kat 4⟧ altında",
        "O kızın adresi: ⟦Üçkuyular, Lale Cad. No:1145/4⟧ akşam",
        "⟦Yeşilova Köyü, Çeşmebaşı Mevkii No 3, Ödemiş⟧",
        "⟦Nərimanov rayonu, Təbriz küçəsi 44, mənzil 19⟧",
    ],
)
def test_addresses_are_marked_from_the_name_to_the_town(text: str) -> None:
    assert marked(text) == text
