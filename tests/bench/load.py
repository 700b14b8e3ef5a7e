"""A load generator that costs little: raw HTTP/1.1 over kept connections."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What came of it: requests per second, the latencies in seconds, sorted, and how many answers were not 200."""

    per_second: float
    latencies: tuple[float, ...]
    refused: int = 0

    def percentile(self, share: float) -> float:
        """Latency below which this share of the requests lies."""
        return self.latencies[min(len(self.latencies) - 1, int(share * len(self.latencies)))]


def request(path: str, headers: Sequence[tuple[str, str]], body: bytes) -> bytes:
    """A POST request as bytes."""
    head = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(body)}"]
    head += [f"{name}: {value}" for name, value in headers]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


async def send_all(
    port: int,
    requests: Sequence[bytes],
    *,
    connections: int = 16,
    per_second: float | None = None,
    may_be_refused: bool = False,
) -> Load:
    """Send every request once, over this many connections; every answer must be 200 where none may be refused.

    `per_second`: evenly at this rate, as long as a connection is free; otherwise as fast as they are answered.
    """
    waiting = iter(enumerate(requests))
    latencies: list[float] = []
    refused = 0

    async def one_connection() -> None:
        nonlocal refused
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for number, data in waiting:
            if per_second is not None:
                await asyncio.sleep(max(0.0, begun + number / per_second - time.perf_counter()))
            sent_at = time.perf_counter()
            writer.write(data)
            head = await reader.readuntil(b"\r\n\r\n")
            if not head.startswith(b"HTTP/1.1 200"):
                refused += 1
                if not may_be_refused:
                    raise RuntimeError(head.decode())
            length = next(
                (
                    int(line.split(b":")[1])
                    for line in head.split(b"\r\n")
                    if line.lower().startswith(b"content-length")
                ),
                0,
            )
            await reader.readexactly(length)
            latencies.append(time.perf_counter() - sent_at)
        writer.close()

    begun = time.perf_counter()
    async with asyncio.TaskGroup() as tasks:
        for _ in range(connections):
            tasks.create_task(one_connection())
    seconds = time.perf_counter() - begun
    return Load(per_second=len(requests) / seconds, latencies=tuple(sorted(latencies)), refused=refused)
