# One image for the service, its workers and the migrations: `docker build -t nobet .`
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
