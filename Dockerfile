# One image for the site, the tasks and the clock: docker-compose.yml gives each its command.
FROM python:3.13-slim AS libraries
RUN python -m venv /opt/venv
COPY requirements/production.lock /tmp/production.lock
RUN /opt/venv/bin/python -m pip install --no-cache-dir --disable-pip-version-check \
    --require-hashes --only-binary :all: -r /tmp/production.lock

FROM python:3.13-slim
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    DJANGO_SETTINGS_MODULE=soco.settings.base \
    PORTAL_VAR=/srv/portail
RUN useradd --system --uid 10001 --home-dir /srv/portail portail \
    && install --directory --owner=portail --group=portail /srv/portail /srv/portail/media
WORKDIR /app
COPY --from=libraries /opt/venv /opt/venv
COPY . .
# The settings ask for a key and a database's address; collecting the static files uses neither.
RUN SECRET_KEY=only-for-this-line DATABASE_URL=postgres://nobody@nowhere/nothing \
    python manage.py collectstatic --no-input
USER portail
EXPOSE 8000
CMD ["python", "-m", "gunicorn", "--config", "deploy/gunicorn.conf.py", "--bind", "0.0.0.0:8000", "soco.wsgi:application"]
