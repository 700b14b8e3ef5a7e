"""How X's pages are read when a picture of a message is taken there. From memory: they change unannounced."""

from app.messages import PageHabits

PAGE = PageHabits(
    login_addresses=(r"^https?://(x|twitter)\.com/(i/flow/login|login|account/access)\b",),
    login_selectors=("[data-testid=loginButton]",),
    message_selectors=("article:has(a[href*='/status/{id}'])",),
    session_cookies=("auth_token",),
)
