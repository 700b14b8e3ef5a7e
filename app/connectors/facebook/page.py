"""How Facebook's pages are read when a picture of a message is taken there. From memory: they change unannounced."""

from app.messages import PageHabits

PAGE = PageHabits(
    login_addresses=(r"^https?://[^/]*facebook\.com/(login|checkpoint|recover)\b",),
    login_selectors=("form#login_form", "form[data-testid=royal_login_form]"),
    session_cookies=("c_user", "xs"),
)
