"""A web server on loopback whose pages are made by hand, hostile ones too."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

Page = Callable[[asyncio.StreamWriter], Awaitable[None]]


@dataclass(slots=True)
class Web:
    """Its port, its pages by path, and what it was asked for: first lines and header lines."""

    port: int = 0
    pages: dict[str, Page | str] = field(default_factory=dict)
    asked: list[list[str]] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def paths(self) -> list[str]:
        """The paths that were asked for."""
        return [lines[0].split(" ")[1] for lines in self.asked]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request after the other on a connection, until one of them closes it."""
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                lines = head.decode("latin-1").split("\r\n")[:-2]
                self.asked.append(lines)
                page = self.pages.get(lines[0].split(" ")[1].partition("?")[0])
                if isinstance(page, str):
                    writer.write(html(page))
                elif page is not None:
                    await page(writer)
                else:
                    writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
                await writer.drain()
                if "Connection: close" in lines:
                    return
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


def html(body: str) -> bytes:
    """A page as an answer."""
    content = f'<!doctype html><html lang="tr"><meta charset="utf-8"><body>{body}</body></html>'.encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(content)}\r\n\r\n"
    return head.encode() + content


def redirect(to: str) -> Page:
    """A page that leads elsewhere."""

    async def page(writer: asyncio.StreamWriter) -> None:
        writer.write(f"HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n".encode())

    return page


@asynccontextmanager
async def serving(host: str = "127.0.0.1") -> AsyncIterator[Web]:
    """A server without pages yet."""
    web, answering = Web(), set[asyncio.Task[None]]()

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(web.serve(reader, writer))
        answering.add(task)
        task.add_done_callback(answering.discard)

    server = await asyncio.start_server(connected, host, 0)
    web.port = server.sockets[0].getsockname()[1]
    try:
        yield web
    finally:
        server.close()
        for task in answering:
            task.cancel()
        await asyncio.gather(*answering, return_exceptions=True)
