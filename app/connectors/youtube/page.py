"""How YouTube's pages are read when a picture of a message is taken there. From memory: they change unannounced."""

from app.messages import PageHabits

PAGE = PageHabits(
    login_addresses=(r"^https?://accounts\.google\.com/", r"^https?://consent\.youtube\.com/"),
    message_selectors=("ytd-comment-view-model:has(a[href*='lc={id}'])",),
    # Comments are many, and come as one scrolls; the one that is named so comes first.
    message_parameter="lc",
    session_cookies=("SID", "__Secure-1PSID", "__Secure-3PSID", "LOGIN_INFO"),
)
