# One image for the service, its workers and the migrations: `docker build -t nobet .`
# And one for the browser that takes pictures of pages: `docker build --target browser -t nobet-browser .`
# The fonts are those that app/evidence/fonts.py knows by name; `nobet doctor` tells whether they are there.

FROM python:3.12-slim AS build

ENV PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PYTHONDONTWRITEBYTECODE=1

RUN python -m venv /opt/nobet
ENV PATH=/opt/nobet/bin:$PATH

# Dependencies first: they change less often than the code, and only what the lock file vouches for is installed.
WORKDIR /build
COPY requirements.lock requirements.runtime.lock ./
RUN pip install --require-hashes -r requirements.runtime.lock

# The package is built with the setuptools of the lock file, outside the environment that goes into the image.
RUN awk '/^[^ ]/ { keep = /^setuptools==/ } keep' requirements.lock > build.lock \
    && pip install --require-hashes --no-deps --target /build/tools -r build.lock
COPY pyproject.toml README.md LICENSE ./
COPY app ./app
COPY migrations ./migrations
RUN PYTHONPATH=/build/tools pip install --no-deps --no-build-isolation .


# A browser reads what strangers wrote. It is a container of its own, without secrets, and compose.yaml lets it reach
# nothing but the workers, through whose gateway all its requests go. Its own sandbox needs rights that a container does
# not have (user namespaces, or a program that runs as root): here the container is the sandbox.
# The headless shell is Chromium without windows, half its size. It takes commands on loopback alone; socat passes them on.
# When either of the two ends, so does the container, and is started anew.
FROM debian:bookworm-slim AS browser

RUN apt-get update \
    && apt-get install --yes --no-install-recommends \
        chromium-headless-shell \
        fonts-noto-core \
        fonts-noto-cjk \
        fonts-noto-color-emoji \
        socat \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10002 --user-group --no-create-home --home-dir /tmp --shell /usr/sbin/nologin browser

USER browser
WORKDIR /tmp
EXPOSE 9222

# The flags are those of app/evidence/pages/chromium.py, and what a container asks for.
ENTRYPOINT ["bash", "-c", "socat TCP-LISTEN:9222,fork,reuseaddr TCP:127.0.0.1:9223 & chromium-headless-shell \"$@\" & wait -n", "browser"]
CMD ["--no-sandbox", \
    "--disable-dev-shm-usage", \
    "--user-data-dir=/tmp/profile", \
    "--remote-debugging-port=9223", \
    "--disable-background-networking", \
    "--disable-component-update", \
    "--disable-sync", \
    "--no-first-run", \
    "--no-pings", \
    "--disable-domain-reliability", \
    "--dns-prefetch-disable", \
    "--disable-gpu", \
    "--mute-audio", \
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp", \
    "--disable-quic", \
    "--js-flags=--max-old-space-size=256"]

# By the way that workers come.
HEALTHCHECK --interval=15s --timeout=6s --start-period=20s --retries=4 \
    CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/9222 && printf 'GET /json/version HTTP/1.1\\r\\nHost: 127.0.0.1\\r\\n\\r\\n' >&3 && timeout 4 grep -qm1 webSocketDebuggerUrl <&3"]


FROM python:3.12-slim

RUN apt-get update \
    && apt-get install --yes --no-install-recommends \
        fonts-noto-core \
        fonts-noto-cjk \
        fonts-noto-color-emoji \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --user-group --home-dir /var/lib/nobet --shell /usr/sbin/nologin nobet \
    && install --directory --owner nobet --group nobet --mode 0700 /var/lib/nobet /var/lib/nobet/evidence

COPY --from=build /opt/nobet /opt/nobet

ENV PATH=/opt/nobet/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    NOBET_ENVIRONMENT=production \
    NOBET_DATA_DIR=/var/lib/nobet \
    NOBET_HOST=0.0.0.0 \
    NOBET_PORT=8000

USER nobet
WORKDIR /var/lib/nobet
VOLUME /var/lib/nobet
EXPOSE 8000

# Alive, not ready: a database that is away must not make every container restart. A worker has no port; compose.yaml
# switches this off for it.
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=4 \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen('http://127.0.0.1:' + os.environ['NOBET_PORT'] + '/health/live', timeout=4)"]

ENTRYPOINT ["nobet"]
CMD ["serve"]
