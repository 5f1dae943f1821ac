# syntax=docker/dockerfile:1
# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: CC0-1.0

FROM python:3.13-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/tafelrunde
WORKDIR /src
COPY requirements.txt requirements-build.txt ./
# Everything by hash, the build tool too: one package comes as source only.
RUN /opt/tafelrunde/bin/pip install --require-hashes -r requirements-build.txt \
    && /opt/tafelrunde/bin/pip install --require-hashes --no-build-isolation -r requirements.txt
COPY pyproject.toml README.md ./
COPY LICENSES LICENSES
COPY bot bot
COPY commands commands
COPY config config
COPY method method
COPY storage storage
RUN /opt/tafelrunde/bin/pip install --no-deps --no-build-isolation . \
    && /opt/tafelrunde/bin/pip uninstall --yes setuptools pip

FROM python:3.13-slim
LABEL org.opencontainers.image.title="Tafelrunde" \
      org.opencontainers.image.description="A Matrix bot for focus groups" \
      org.opencontainers.image.licenses="EUPL-1.2"
ENV PATH=/opt/tafelrunde/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    TAFELRUNDE_DATA=/data
# Pictures: scripts that the packaged font has not (Amharic, Tamil and others), and emoji.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends fonts-noto-core fonts-noto-color-emoji \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --user-group --no-create-home --home-dir /data --shell /usr/sbin/nologin tafelrunde \
    && install --directory --owner=tafelrunde --group=tafelrunde --mode=0700 /data
COPY --from=build /opt/tafelrunde /opt/tafelrunde
USER 10001:10001
WORKDIR /data
VOLUME /data
STOPSIGNAL SIGTERM
# /healthz answers while the event loop lives; whether the bot is ready is the monitoring's question (/readyz).
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8780/healthz', timeout=4)"]
ENTRYPOINT ["tafelrunde"]
CMD ["run"]
