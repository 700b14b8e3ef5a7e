"""How LinkedIn's pages are read when a picture of a message is taken there. From memory: they change unannounced."""

from app.messages import PageHabits

PAGE = PageHabits(
    login_addresses=(r"^https?://[^/]*linkedin\.com/(login|authwall|checkpoint|uas/login|signup)\b",),
    login_selectors=("form.login__form", ".authwall-join-form"),
    session_cookies=("li_at",),
)
