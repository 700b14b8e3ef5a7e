"""How Instagram's pages are read when a picture of a message is taken there. From memory: they change unannounced."""

from app.messages import PageHabits

PAGE = PageHabits(
    login_addresses=(r"^https?://[^/]*instagram\.com/(accounts/(login|suspended)|challenge)\b",),
    login_selectors=("form#loginForm",),
    session_cookies=("sessionid", "ds_user_id"),
)
