FROM python:3.11-slim-bookworm

# Any requirement and options of pip. Where a CPU build of torch is offered, name it here with
# --build-arg and save the gigabytes that a GPU's libraries take; README tells how.
ARG TORCH="torch==2.13.0"

RUN apt-get update \
    && apt-get install --yes --no-install-recommends libseccomp2 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --no-create-home tutor \
    && install --directory --owner=tutor /data

WORKDIR /app
RUN pip install --no-cache-dir ${TORCH}
COPY pyproject.toml constraints.txt README.md LICENSE config.toml ./
COPY engine engine
COPY handlers handlers
COPY bot bot
# Editable: the project stays in /app, where no jail may read, instead of site-packages,
# of which a jail reads what students import.
RUN pip install --no-cache-dir --constraint constraints.txt --editable .

ENV TUTOR_STORAGE__PATH=/data XDG_CACHE_HOME=/data/cache
VOLUME /data
USER tutor

# `tutor serve` touches this file as long as Telegram answers it.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD test -n "$(find "$TUTOR_STORAGE__PATH/alive" -mmin -1)"

CMD ["tutor", "serve"]
