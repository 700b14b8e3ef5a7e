"""Names of provinces and of districts, by which an address ends; folded, in one word each."""

_PROVINCES = """
adana adiyaman afyon afyonkarahisar agri aksaray amasya ankara antalya ardahan artvin aydin balikesir bartin batman
bayburt bilecik bingol bitlis bolu burdur bursa canakkale cankiri corum denizli diyarbakir duzce edirne elazig erzincan
erzurum eskisehir gaziantep giresun gumushane hakkari hatay igdir isparta istanbul izmir kahramanmaras karabuk karaman
kars kastamonu kayseri kilis kirikkale kirklareli kirsehir kocaeli konya kutahya malatya manisa mardin mersin mugla mus
nevsehir nigde ordu osmaniye rize sakarya samsun sanliurfa siirt sinop sirnak sivas tekirdag tokat trabzon tunceli usak
van yalova yozgat zonguldak
"""
_DISTRICTS_OF_IZMIR = """
aliaga balcova bayindir bayrakli bergama beydag bornova buca cesme cigli dikili foca gaziemir guzelbahce karabaglar
karaburun karsiyaka kemalpasa kinik kiraz konak menderes menemen narlidere odemis seferihisar selcuk tire torbali urla
alsancak hatay goztepe guzelyali uckuyular inciralti mavisehir bostanli
"""
_OTHER_DISTRICTS = """
akhisar alasehir salihli soma turgutlu yunusemre sehzadeler kusadasi didim efeler nazilli soke bodrum fethiye marmaris
milas menteşe edremit ayvalik burhaniye karesi altieylul kadikoy uskudar besiktas sisli beyoglu fatih bakirkoy
bahcelievler bagcilar esenyurt maltepe kartal pendik tuzla umraniye atasehir sariyer cankaya kecioren mamak yenimahalle
etimesgut sincan nilufer osmangazi yildirim muratpasa konyaalti kepez alanya merkezefendi pamukkale seyhan cukurova
antakya iskenderun defne akdeniz yenisehir toroslar mezitli odunpazari tepebasi izmit gebze adapazari serdivan
"""
TOWNS = frozenset(f"{_PROVINCES} {_DISTRICTS_OF_IZMIR} {_OTHER_DISTRICTS}".replace("ş", "s").split())
