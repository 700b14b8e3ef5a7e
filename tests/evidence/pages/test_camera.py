"""Pictures of pages, of good ones and of those that were made to do harm."""

import asyncio
import io
import json
import os
import signal
import socket
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio
from PIL import Image

from app.errors import CaptureProblem, PageCaptureError
from app.evidence.pages.browser import BrowserPool
from app.evidence.pages.camera import TALLEST, Camera, MessageOnPage, PagePictures
from app.evidence.pages.chromium import Where, by_address, find_browser, flags
from app.messages import PageHabits
from app.outward import Allowed
from tests.browser import BROWSER, needs_browser
from tests.evidence.pages.web import Web, redirect, serving

# One browser for all of them: starting one takes as long as three pictures.
pytestmark = [needs_browser, pytest.mark.asyncio(loop_scope="module")]

WORDS = "Şerefsizsiniz, çöpsünüz! İğrenç"
FRAME = (225, 29, 72)
OURS = Allowed.of(["127.0.0.1"])


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pool() -> AsyncIterator[BrowserPool]:
    """A browser."""
    assert BROWSER is not None
    made = BrowserPool(BROWSER, at_once=2)
    yield made
    await made.close()


@pytest_asyncio.fixture(loop_scope="module")
async def web() -> AsyncIterator[Web]:
    """A web server without pages yet."""
    async with serving() as made:
        yield made


def camera_of(pool: BrowserPool, **limits: float) -> Camera:
    return Camera(
        pool,
        allowed=OURS,
        limit_seconds=limits.get("seconds", 12.0),
        most_bytes=int(limits.get("most_bytes", 25 * 1024 * 1024)),
    )


def message(web: Web, path: str = "/", text: str = WORDS, **more: object) -> MessageOnPage:
    made = MessageOnPage(
        url=web.url + path, text=text, author_name="Ayşe Yılmaz", external_id="900_1", habits=PageHabits()
    )
    return replace(made, **more)  # type: ignore[arg-type]


def comment(text: str, author: str = "Ayşe Yılmaz", *, id_: str = "") -> str:
    return f'<div id="{id_}" style="margin:8px"><b>{author}</b><p>{text}</p></div>'


def rows_of_frame(picture: bytes) -> list[int]:
    """The rows in which the frame's horizontal lines stand."""
    pixels = np.asarray(Image.open(io.BytesIO(picture)).convert("RGB"))
    return [int(row) for row in np.flatnonzero((pixels == FRAME).all(axis=2).sum(axis=1) > 100)]


async def problem_of(camera: Camera, wanted: MessageOnPage) -> CaptureProblem:
    with pytest.raises(PageCaptureError) as raised:
        await camera.take(wanted)
    return raised.value.problem


async def test_the_message_is_framed_in_both_pictures(pool: BrowserPool, web: Web) -> None:
    others = "".join(comment(f"yarın hava güzel {number}") for number in range(40))
    web.pages["/"] = others + comment(WORDS) + others

    taken = await camera_of(pool).take(message(web))

    assert taken.full is not None
    assert Image.open(io.BytesIO(taken.viewport)).size == (1280, 960)
    assert Image.open(io.BytesIO(taken.full)).height > 3000
    assert 300 < rows_of_frame(taken.viewport)[0] < 600, "brought to the middle"
    assert len(rows_of_frame(taken.full)) >= 2
    assert (taken.address, taken.is_whole, taken.is_cut) == (f"{web.url}/", True, False)


@pytest.mark.parametrize(
    ("shown", "text"),
    [
        ("Şerefsizsiniz, <b>çöpsünüz!</b>\n   İğrenç", WORDS),
        ('Yazıklar <img alt="😡" width="9" height="9"> olsun', "Yazıklar 😡 olsun"),
        ("Yazıklar <i class='emoji'></i> olsun", "Yazıklar 😡 olsun"),
        ("S\u0327erefsizsiniz, c\u0327o\u0308psu\u0308nu\u0308z! I\u0307g\u0306renc\u0327", WORDS),
        ("Şeref\u200bsizsiniz, çöpsünüz! İğrenç", WORDS),
        (WORDS, f"@izmirekonomiuni @ieu.muhendislik {WORDS}"),
        ("Yazıklar <i class='emoji'></i> olsun", "@izmirekonomiuni Yazıklar 😡 olsun"),
        ("&lt;script&gt;alert(1)&lt;/script&gt;", "<script>alert(1)</script>"),
    ],
)
async def test_the_message_is_found_however_the_page_writes_it(
    pool: BrowserPool, web: Web, shown: str, text: str
) -> None:
    web.pages["/"] = comment(shown)

    assert (await camera_of(pool).take(message(web, text=text))).is_whole


async def test_of_several_the_authors_own_is_framed(pool: BrowserPool, web: Web) -> None:
    quoted = comment(f"“{WORDS}” demiş biri", "Mehmet Çelik")
    same = comment(WORDS, "Mehmet Çelik")
    web.pages["/"] = (
        f"<script>var data = {json.dumps(WORDS)}</script>{quoted}{same}<div style='height:3000px'></div>"
        + (comment(WORDS))
    )

    taken = await camera_of(pool).take(message(web))

    assert taken.full is not None
    assert rows_of_frame(taken.full)[0] > 3000


async def test_a_short_word_is_not_found_within_others(pool: BrowserPool, web: Web) -> None:
    web.pages["/"] = comment("amfi boş mu") + "<div style='height:2000px'></div>" + comment("am", "Başka Biri")

    taken = await camera_of(pool).take(message(web, text="am"))

    assert taken.full is not None
    assert rows_of_frame(taken.full)[0] > 2000


async def test_a_folded_text_is_found_by_its_beginning_and_said_to_be_cut(pool: BrowserPool, web: Web) -> None:
    text = "Bu uzun bir şikâyet metnidir ve sayfada katlanmış olarak görünür, devamı ise gizlidir. " * 4
    web.pages["/"] = comment(text[:120] + "… <a>Devamını gör</a>")

    assert not (await camera_of(pool).take(message(web, text=text))).is_whole


async def test_what_comes_later_is_waited_for(pool: BrowserPool, web: Web) -> None:
    add = f"list.innerHTML = {json.dumps(comment(WORDS))}"
    web.pages["/"] = f"<div id=list></div><script>setTimeout(() => {{ {add} }}, 600)</script>"

    assert (await camera_of(pool).take(message(web))).is_whole


async def test_a_page_that_never_ends_is_captured_once_it_shows_the_message(pool: BrowserPool, web: Web) -> None:
    async def never(writer: asyncio.StreamWriter) -> None:
        body = f"<!doctype html><meta charset=utf-8>{comment(WORDS)}{' ' * 2000}"
        writer.write(f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n{body}".encode())
        await writer.drain()
        await asyncio.sleep(60)

    web.pages["/"] = never

    assert (await camera_of(pool, seconds=5).take(message(web))).is_whole


@pytest.mark.parametrize(
    "begin", [b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>bekleyin"]
)
async def test_a_page_that_never_ends_without_it_is_given_up_in_time(pool: BrowserPool, web: Web, begin: bytes) -> None:
    async def never(writer: asyncio.StreamWriter) -> None:
        writer.write(begin)
        await writer.drain()
        await asyncio.sleep(60)

    web.pages |= {"/": never, "/next": comment(WORDS)}
    camera = camera_of(pool, seconds=1)
    begun = asyncio.get_running_loop().time()

    assert await problem_of(camera, message(web)) is CaptureProblem.TOO_SLOW
    assert asyncio.get_running_loop().time() - begun < 10
    assert (await camera_of(pool).take(message(web, "/next"))).is_whole


async def test_a_script_that_never_ends_is_given_up_in_time(pool: BrowserPool, web: Web) -> None:
    web.pages |= {"/": comment("merhaba") + "<script>for (;;) {}</script>", "/next": comment(WORDS)}

    assert await problem_of(camera_of(pool, seconds=1), message(web)) is CaptureProblem.TOO_SLOW
    assert (await camera_of(pool).take(message(web, "/next"))).is_whole


async def test_a_page_of_200_megabytes_is_cut_off(pool: BrowserPool, web: Web) -> None:
    sent = 0

    async def large(writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 209715200\r\n\r\n")
        for _ in range(200):
            writer.write(b"<!--" + b"x" * (1024 * 1024 - 7) + b"-->")
            await writer.drain()
            sent += 1

    web.pages["/"] = large

    assert await problem_of(camera_of(pool), message(web)) is CaptureProblem.TOO_LARGE
    assert sent < 100


@pytest.mark.parametrize(
    "to", ["http://10.0.0.8/", "https://192.168.1.1/", "http://169.254.169.254/latest/meta-data/", "http://[::1]:1234/"]
)
async def test_a_redirect_to_a_private_address_leads_nowhere(pool: BrowserPool, web: Web, to: str) -> None:
    web.pages["/"] = redirect(to)

    assert await problem_of(camera_of(pool), message(web)) is CaptureProblem.PRIVATE_ADDRESS


async def test_a_script_that_leads_to_a_private_address_leads_nowhere(pool: BrowserPool, web: Web) -> None:
    web.pages["/"] = "<script>location.href = 'http://192.168.1.1/'</script>"

    assert await problem_of(camera_of(pool), message(web)) is CaptureProblem.PRIVATE_ADDRESS


async def test_nothing_that_a_page_holds_reaches_a_private_address(pool: BrowserPool, web: Web) -> None:
    """Another server of this machine, which is not on the list, hears of nothing."""
    async with serving("127.0.0.2") as hidden:
        address = f"127.0.0.2:{hidden.port}"
        web.pages["/"] = comment(WORDS) + (
            f'<img src="http://{address}/img"><iframe src="http://{address}/frame"></iframe>'
            f'<link rel="preconnect" href="http://{address}"><link rel="prefetch" href="http://{address}/prefetch">'
            f"<script>fetch('http://{address}/fetch', {{mode: 'no-cors'}}); new WebSocket('ws://{address}/socket');"
            f"navigator.sendBeacon('http://{address}/beacon'); new EventSource('http://{address}/events');</script>"
        )

        assert (await camera_of(pool).take(message(web))).is_whole
        assert hidden.asked == []


async def test_a_page_that_asks_to_sign_in_is_told_from_one_that_shows_nothing(pool: BrowserPool, web: Web) -> None:
    web.pages |= {
        "/post": redirect("/login?next=post"),
        "/login": "<form><input type=password></form>",
        "/wall": "<div class='wall'>Oturum açın</div>",
        "/empty": "<p>Bu içerik artık yok</p>",
    }
    habits = PageHabits(login_addresses=(r"/login\b",), login_selectors=(".wall",))
    camera = camera_of(pool)

    assert await problem_of(camera, message(web, "/post", habits=habits)) is CaptureProblem.LOGIN_WALL
    assert await problem_of(camera, message(web, "/wall", habits=habits)) is CaptureProblem.LOGIN_WALL


async def test_a_page_without_the_message_is_no_evidence(pool: BrowserPool, web: Web) -> None:
    web.pages["/empty"] = "<p>Bu içerik artık yok</p>"

    assert await problem_of(camera_of(pool), message(web, "/empty")) is CaptureProblem.NOT_SHOWN


async def test_a_message_that_goes_while_its_picture_is_taken_is_no_evidence(pool: BrowserPool, web: Web) -> None:
    gone = "<script>setInterval(() => document.getElementById('nobet-frame') && document.querySelector('p')?.remove())"
    web.pages["/"] = comment(WORDS) + gone + "</script>"

    assert await problem_of(camera_of(pool), message(web)) is CaptureProblem.NOT_SHOWN


async def test_a_message_behind_a_dialog_is_no_evidence(pool: BrowserPool, web: Web) -> None:
    cover = "position:fixed;inset:0;background:white"
    web.pages |= {
        "/": comment(WORDS) + f'<div style="{cover}">Çerezleri kabul edin</div>',
        "/escape": comment(WORDS)
        + f'<div id=cover style="{cover}"></div>'
        + '<script>onkeydown = (e) => e.key === "Escape" && cover.remove()</script>',
    }

    assert await problem_of(camera_of(pool), message(web)) is CaptureProblem.COVERED
    assert (await camera_of(pool).take(message(web, "/escape"))).is_whole


async def test_what_pages_do_to_be_a_nuisance_does_not_keep_them_from_being_captured(
    pool: BrowserPool, web: Web, tmp_path: Path
) -> None:
    web.pages["/"] = (
        comment(WORDS)
        + "<a id=a download='x.exe' href='data:application/octet-stream,x'></a>"
        + "<script>onload = () => { alert('dur'); confirm('?'); window.open('/popup'); a.click();"
        + "navigator.geolocation.getCurrentPosition(() => { document.body.innerHTML = '' });"
        + "Notification.requestPermission(); navigator.serviceWorker?.register('/worker.js') }</script>"
    )

    assert (await camera_of(pool).take(message(web))).is_whole
    assert "/worker.js" not in web.paths


async def test_a_download_is_refused(pool: BrowserPool, web: Web) -> None:
    async def file(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: 3\r\n\r\nabc")

    web.pages["/"] = file

    assert await problem_of(camera_of(pool), message(web)) is CaptureProblem.DOWNLOAD


@pytest.mark.parametrize("status", ["404 Not Found", "503 Service Unavailable"])
async def test_a_refused_page_is_said_to_be_one(pool: BrowserPool, web: Web, status: str) -> None:
    async def refused(writer: asyncio.StreamWriter) -> None:
        writer.write(f"HTTP/1.1 {status}\r\nContent-Type: text/html\r\nContent-Length: 5\r\n\r\nhayır".encode())

    web.pages["/"] = refused

    assert await problem_of(camera_of(pool), message(web)) is CaptureProblem.HTTP_ERROR


@pytest.mark.parametrize("url", ["file:///etc/passwd", "chrome://version", "javascript:alert(1)", "data:text/html,x"])
async def test_only_the_web_is_opened(pool: BrowserPool, web: Web, url: str) -> None:
    assert await problem_of(camera_of(pool), message(web, url=url)) is CaptureProblem.NO_LINK


async def test_a_very_tall_page_is_cut_around_the_message(pool: BrowserPool, web: Web) -> None:
    web.pages["/"] = "<div style='height:40000px'></div>" + comment(WORDS) + "<div style='height:40000px'></div>"

    taken = await camera_of(pool).take(message(web))

    assert taken.is_cut
    assert taken.full is not None
    assert Image.open(io.BytesIO(taken.full)).height == TALLEST
    assert len(rows_of_frame(taken.full)) >= 2


async def test_a_page_that_fits_the_window_is_one_picture(pool: BrowserPool, web: Web) -> None:
    web.pages |= {"/": comment(WORDS), "/long": comment(WORDS) + "<div style='height:1000px'></div>"}

    short = await camera_of(pool).take(message(web))
    long = await camera_of(pool).take(message(web, "/long"))

    assert short.full == short.viewport
    assert long.full is not None
    assert Image.open(io.BytesIO(long.full)).height > 1000


async def test_of_a_message_taller_than_the_window_its_beginning_is_shown(pool: BrowserPool, web: Web) -> None:
    tall = f"{WORDS} " * 400
    sticks = "<div style='position:sticky;top:0;height:60px;background:white'>Menü</div>"
    web.pages["/"] = f"{sticks}<div style='height:2000px'></div>" + comment(tall) + "<div style='height:2000px'></div>"

    taken = await camera_of(pool).take(message(web, text=tall.strip()))

    rows = rows_of_frame(taken.viewport)
    assert len(rows) == 3, "the upper line of the frame, not the lower"
    assert 60 < rows[0] < 200


async def test_one_capture_leaves_nothing_behind_for_the_next(pool: BrowserPool, web: Web) -> None:
    web.pages["/"] = comment(WORDS) + "<script>document.cookie = 'kim=ben'; localStorage.kim = 'ben'</script>"

    await camera_of(pool).take(message(web))
    await camera_of(pool).take(message(web))

    pages = [lines for lines in web.asked if lines[0].startswith("GET / ")]
    assert len(pages) == 2
    assert not any(line.startswith("Cookie:") for lines in pages for line in lines)


async def test_a_signed_in_state_is_shown_to_its_own_site_alone(pool: BrowserPool, web: Web) -> None:
    web.pages["/"] = comment(WORDS) + f'<img src="http://localhost:{web.port}/other">'
    cookie = {
        "name": "oturum",
        "value": "gizli",
        "domain": "127.0.0.1",
        "path": "/",
        "expires": -1,
        "httpOnly": True,
        "secure": False,
        "sameSite": "Lax",
    }
    camera = Camera(pool, allowed=Allowed.of(["127.0.0.1", "localhost", "::1"]))

    await camera.take(message(web, state={"cookies": [cookie], "origins": []}))

    sent = {lines[0].split(" ")[1]: [line for line in lines if line.startswith("Cookie")] for lines in web.asked}
    assert sent["/"] == ["Cookie: oturum=gizli"]
    assert sent.get("/other", []) == []


async def test_a_signed_in_state_that_the_browser_refuses_leaves_it_alive(pool: BrowserPool, web: Web) -> None:
    """The platform would ask to sign in; so whoever gave the state is told."""
    web.pages["/"] = comment(WORDS)
    await camera_of(pool).take(message(web))
    before = await browser_processes(pool)
    odd = {"name": "a;b", "value": "c", "domain": "127.0.0.1", "path": "/"}

    assert await problem_of(camera_of(pool), message(web, state={"cookies": [odd]})) is CaptureProblem.LOGIN_WALL
    assert await browser_processes(pool) == before
    assert (await camera_of(pool).take(message(web))).is_whole


async def test_a_browser_killed_in_mid_capture_fails_that_capture_alone(pool: BrowserPool, web: Web) -> None:
    async def slow(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>bekleyin")
        await writer.drain()
        for process in await browser_processes(pool):
            os.kill(process, signal.SIGKILL)
        await asyncio.sleep(5)

    web.pages |= {"/": slow, "/next": comment(WORDS)}

    assert await problem_of(camera_of(pool), message(web)) is CaptureProblem.BROWSER_DIED
    assert (await camera_of(pool).take(message(web, "/next"))).is_whole


async def test_a_browser_that_died_between_two_captures_is_not_noticed(pool: BrowserPool, web: Web) -> None:
    web.pages["/"] = comment(WORDS)
    await camera_of(pool).take(message(web))

    for process in await browser_processes(pool):
        os.kill(process, signal.SIGKILL)

    assert (await camera_of(pool).take(message(web))).is_whole


async def test_a_page_that_takes_too_much_memory_is_ended(pool: BrowserPool, web: Web) -> None:
    """Not by its scripts' own limit: what is drawn, and what typed arrays hold, is not counted there."""
    greedy = b"<script>let held = []; setInterval(() => held.push(new Uint8Array(64 << 20).fill(7)), 20)</script>"

    async def never(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + greedy + b"<p>bekleyin")
        await writer.drain()
        await asyncio.sleep(60)

    web.pages |= {"/": never, "/next": comment(WORDS)}

    assert await problem_of(camera_of(pool, seconds=40), message(web)) is CaptureProblem.TOO_MUCH_MEMORY
    assert (await camera_of(pool).take(message(web, "/next"))).is_whole


async def test_no_more_pages_are_open_at_once_than_was_said(pool: BrowserPool, web: Web) -> None:
    now, most = 0, 0

    async def counted(writer: asyncio.StreamWriter) -> None:
        nonlocal now, most
        now += 1
        most = max(most, now)
        await asyncio.sleep(0.2)
        now -= 1
        body = f"<!doctype html><meta charset=utf-8>{comment(WORDS)}".encode()
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % len(body) + body)

    web.pages["/"] = counted

    taken = await asyncio.gather(*(camera_of(pool).take(message(web)) for _ in range(5)))

    assert len(taken) == 5
    assert most <= 2


async def test_a_browser_that_runs_elsewhere_is_used_by_its_address(web: Web, tmp_path: Path) -> None:
    assert BROWSER is not None
    web.pages["/"] = comment(WORDS)
    command = [str(BROWSER.path), "--headless=new", "--remote-debugging-port=0", f"--user-data-dir={tmp_path}"]
    elsewhere = await asyncio.create_subprocess_exec(*command, *flags(), stderr=asyncio.subprocess.PIPE)
    assert elsewhere.stderr is not None
    async for line in elsewhere.stderr:
        if line.startswith(b"DevTools listening on "):
            break
    address = line.split(b"//")[1].split(b"/")[0].decode()
    pool = BrowserPool(Where(cdp_url=f"http://{address}", reached_at="127.0.0.1"), at_once=1)
    try:
        taken: PagePictures = await camera_of(pool).take(message(web))
        await pool.close()
        assert taken.is_whole
        assert elsewhere.returncode is None, "it is not ours to end"
    finally:
        elsewhere.kill()
        await elsewhere.wait()


async def test_a_browser_elsewhere_is_asked_by_its_address_since_it_answers_to_no_name() -> None:
    assert await by_address("http://localhost:9222") in ("http://127.0.0.1:9222", "http://[::1]:9222")
    assert await by_address("https://pages.example:9222") == "https://pages.example:9222"


@pytest.mark.parametrize(
    ("url", "said", "reached_at"),
    [
        ("http://browser:9222", None, socket.gethostname()),
        ("http://browser:9222", "worker.example", "worker.example"),
        ("http://127.0.0.1:9222", None, "127.0.0.1"),
    ],
)
async def test_a_browser_elsewhere_knows_where_to_find_this_machine(
    url: str, said: str | None, reached_at: str
) -> None:
    where = find_browser(path=None, cdp_url=url, reached_at=said)

    assert where == Where(cdp_url=url, reached_at=reached_at)


async def test_without_a_browser_at_that_place_the_capture_says_so(web: Web, tmp_path: Path) -> None:
    pool = BrowserPool(Where(path=tmp_path / "none"), at_once=1)

    assert await problem_of(camera_of(pool), message(web)) is CaptureProblem.BROWSER_DIED


async def browser_processes(pool: BrowserPool) -> Sequence[int]:
    """The process that all of the pool's others hang on."""
    browser = pool._browser
    assert browser is not None
    session = await browser.new_browser_cdp_session()
    found = await session.send("SystemInfo.getProcessInfo")
    return [process["id"] for process in found["processInfo"] if process["type"] == "browser"]
