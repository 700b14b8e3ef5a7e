"""What can end a request early: each kind with its status and its words, in Turkish and English."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of problem: its status, its name and a sentence for the person."""

    status: int
    title: str
    title_en: str
    detail: str
    detail_en: str


KINDS: Mapping[str, Kind] = {
    "bad_request": Kind(
        status=400,
        title="İstek anlaşılamadı",
        title_en="The request was not understood",
        detail="İstek biçimi bozuk; belgelerdeki örneğe bakın.",
        detail_en="The request is malformed; see the example in the documentation.",
    ),
    "unauthorized": Kind(
        status=401,
        title="Kimlik doğrulanamadı",
        title_en="Not signed in",
        detail="Oturum açın (/auth/login) ya da geçerli bir erişim anahtarı gönderin: Authorization: Bearer <anahtar>.",
        detail_en="Sign in (/auth/login), or send a valid access token: Authorization: Bearer <token>.",
    ),
    "signature_rejected": Kind(
        status=401,
        title="İmza doğrulanamadı",
        title_en="The signature was not proven",
        detail="Teslimatın platformdan geldiği kanıtlanamadı; saklanmadı.",
        detail_en="The delivery is not proven to come from the platform; it was not stored.",
    ),
    "forbidden": Kind(
        status=403,
        title="Bu işlem için yetkiniz yok",
        title_en="You may not do this",
        detail="Rolünüz bu işleme izin vermiyor.",
        detail_en="Your role does not allow this.",
    ),
    "scope_too_small": Kind(
        status=403,
        title="Bu anahtar yalnızca okumak içindir",
        title_en="This token is for reading alone",
        detail="Değişiklik için write kapsamlı bir anahtar ya da tarayıcıda açılmış bir oturum gerekir.",
        detail_en="Changing something takes a token of scope write, or a session in the browser.",
    ),
    "foreign_page": Kind(
        status=403,
        title="İstek Nöbet'in bir sayfasından gelmedi",
        title_en="The request was not made by a page of Nöbet",
        detail=(
            "Oturumla yapılan değişiklikler aynı sitenin sayfasından gelmeli ve X-CSRF-Token başlığını taşımalıdır "
            "(değeri: GET /v1/me)."
        ),
        detail_en=(
            "Changes made with a session must come from a page of this site and carry the header X-CSRF-Token "
            "(its value: GET /v1/me)."
        ),
    ),
    "content_closed": Kind(
        status=403,
        title="İçerik size kapalı",
        title_en="The content is closed to you",
        detail="İçerik yalnızca SKS ve Kurumsal İletişim Direktörlüğü'ne açıktır.",
        detail_en="The content is open to Health, Culture and Sports and to Corporate Communications only.",
    ),
    "handshake_refused": Kind(
        status=403,
        title="Doğrulama anahtarı yanlış",
        title_en="Wrong verify token",
        detail="Abonelik doğrulaması bu hizmetin beklediği anahtarı taşımıyor.",
        detail_en="The subscription handshake does not carry the token that this service expects.",
    ),
    "not_found": Kind(
        status=404,
        title="Bulunamadı",
        title_en="Not found",
        detail="Böyle bir kayıt yok ya da size açık değil.",
        detail_en="There is no such record, or it is not open to you.",
    ),
    "method_not_allowed": Kind(
        status=405,
        title="Bu adres bu yöntemi desteklemiyor",
        title_en="Method not allowed",
        detail="Desteklenen yöntemler Allow başlığındadır.",
        detail_en="The Allow header names the methods that are supported.",
    ),
    "too_slow": Kind(
        status=408,
        title="İstek zamanında tamamlanmadı",
        title_en="The request took too long to arrive",
        detail="Gövde süresi içinde gelmedi.",
        detail_en="The body did not arrive in time.",
    ),
    "not_possible": Kind(
        status=409,
        title="Şu anki durumda yapılamaz",
        title_en="Not possible in the present state",
        detail="Kayıt bu arada değişti ya da bu işlem ona uygulanamaz.",
        detail_en="The record changed meanwhile, or this cannot be done with it.",
    ),
    "changed_meanwhile": Kind(
        status=409,
        title="Bu arada değişti",
        title_en="Changed meanwhile",
        detail="Bu kayıt hakkında başka biri karar verdi ya da kayıt siz bakarken değişti.",
        detail_en="Somebody else decided on this item, or it changed while you looked.",
    ),
    "still_running": Kind(
        status=409,
        title="Aynı istek sürüyor",
        title_en="The same request is still running",
        detail=("Bu Idempotency-Key ile bir istek sürüyor ya da sonucu bilinmiyor. Tekrarlamadan önce kayda bakın."),
        detail_en=("A request with this Idempotency-Key runs or its outcome is unknown. Look at the record first."),
    ),
    "too_large": Kind(
        status=413,
        title="Gövde çok büyük",
        title_en="The body is too large",
        detail="İstek gövdesi izin verilen büyüklüğü aşıyor.",
        detail_en="The body is larger than allowed.",
    ),
    "invalid": Kind(
        status=422,
        title="Alanlar geçersiz",
        title_en="Invalid fields",
        detail="Bazı alanlar eksik ya da geçersiz; errors listesine bakın.",
        detail_en="Some fields are missing or invalid; see errors.",
    ),
    "upload_refused": Kind(
        status=422,
        title="Dosya alınmadı",
        title_en="The file was not taken",
        detail="Yalnızca bozuk olmayan PNG, JPEG, WebP ve PDF dosyaları yüklenebilir.",
        detail_en="Only sound PNG, JPEG, WebP and PDF files are taken.",
    ),
    "key_reused": Kind(
        status=422,
        title="Idempotency-Key başka bir istekte kullanılmış",
        title_en="The Idempotency-Key was used for another request",
        detail="Her yeni istek için yeni bir anahtar üretin.",
        detail_en="Make a new key for each new request.",
    ),
    "too_many_guesses": Kind(
        status=429,
        title="Çok fazla geçersiz erişim anahtarı",
        title_en="Too many invalid access tokens",
        detail="Bu adresten art arda geçersiz erişim anahtarları geldi; Retry-After süresi dolunca yeniden deneyin.",
        detail_en="Too many invalid access tokens came from this address; try again after Retry-After.",
    ),
    "internal": Kind(
        status=500,
        title="Beklenmeyen bir hata oluştu",
        title_en="An unexpected error",
        detail="Hata kaydedildi. Tekrar deneyin; sürerse request_id ile bildirin.",
        detail_en="The error was logged. Try again; if it persists, report it with the request_id.",
    ),
    "evidence_unreadable": Kind(
        status=502,
        title="Kanıt görüntüsü okunamadı",
        title_en="The evidence image could not be read",
        detail="Görüntü depoda yok, okunamıyor ya da mühürdeki özetiyle uyuşmuyor.",
        detail_en="The image is missing from the store, unreadable, or does not match its recorded digest.",
    ),
    "evidence_unstored": Kind(
        status=503,
        title="Kanıt saklanamadı",
        title_en="The evidence could not be stored",
        detail="Kanıt deposuna yazılamıyor; biraz sonra yeniden deneyin.",
        detail_en="The evidence store takes nothing at the moment; try again later.",
    ),
    "unavailable": Kind(
        status=503,
        title="Hizmet şu anda kullanılamıyor",
        title_en="Unavailable at the moment",
        detail="Veritabanına ulaşılamıyor; biraz sonra yeniden deneyin.",
        detail_en="The database cannot be reached; try again in a moment.",
    ),
    "token_key_missing": Kind(
        status=503,
        title="Erişim anahtarları saklanamıyor",
        title_en="Access tokens cannot be stored",
        detail="Bilgi İşlem, erişim anahtarlarını şifreleyen anahtarı (NOBET_TOKEN_KEYS) henüz ayarlamamış.",
        detail_en="The key that encrypts access tokens (NOBET_TOKEN_KEYS) is not set.",
    ),
    "sign_in_missing": Kind(
        status=409,
        title="Oturumla bağlama henüz ayarlanmadı",
        title_en="Connecting by sign-in is not set up yet",
        detail="Bilgi İşlem, bu platformdaki uygulamanın kimliğini ve gizli anahtarını henüz ayarlamamış.",
        detail_en="The id and secret of our application at this platform are not among the settings.",
    ),
    "secret_missing": Kind(
        status=503,
        title="Platform henüz yapılandırılmadı",
        title_en="The platform is not configured yet",
        detail="Bu platformun gizli anahtarı ayarlarda yok.",
        detail_en="This platform's secret is not among the settings.",
    ),
}
