"""A load generator that costs little: raw HTTP/1.1 over kept connections."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What came of it: requests per second, and the latencies in seconds, sorted."""

    per_second: float
    latencies: tuple[float, ...]

    def percentile(self, share: float) -> float:
        """Latency below which this share of the requests lies."""
        return self.latencies[min(len(self.latencies) - 1, int(share * len(self.latencies)))]


def request(path: str, headers: Sequence[tuple[str, str]], body: bytes) -> bytes:
    """A POST request as bytes."""
    head = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(body)}"]
    head += [f"{name}: {value}" for name, value in headers]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


async def send_all(port: int, requests: Sequence[bytes], *, connections: int = 16) -> Load:
    """Send every request once, over this many connections; every answer must be 200."""
    waiting = iter(requests)
    latencies: list[float] = []

    async def one_connection() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for data in waiting:
            begun = time.perf_counter()
            writer.write(data)
            head = await reader.readuntil(b"\r\n\r\n")
            if not head.startswith(b"HTTP/1.1 200"):
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
            latencies.append(time.perf_counter() - begun)
        writer.close()

    begun = time.perf_counter()
    async with asyncio.TaskGroup() as tasks:
        for _ in range(connections):
            tasks.create_task(one_connection())
    seconds = time.perf_counter() - begun
    return Load(per_second=len(requests) / seconds, latencies=tuple(sorted(latencies)))
