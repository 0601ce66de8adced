"""Production settings, and the only file of the project that reads the environment."""

from pathlib import Path
from urllib.parse import urlsplit

import environ
import structlog
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parents[2]
env = environ.Env()

# --- What the environment says (names: docs/exploitation.md) -------------------------------------------------------
SECRET_KEY = env("SECRET_KEY")
SITE_URL = env("SITE_URL", default="http://localhost:8000").rstrip("/")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[urlsplit(SITE_URL).hostname or "localhost"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[SITE_URL])
REGION_CODE = env("REGION_CODE", default="75")
NETWORK_NAME = env("NETWORK_NAME", default="SO Coopération")
TILE_URL = env("TILE_URL", default="")
TILE_ATTRIBUTION = env("TILE_ATTRIBUTION", default="")
# What the law asks every site to say (LCEN, article 1-1): who answers for it, and who hosts it.
LEGAL_DIRECTOR = env("LEGAL_DIRECTOR", default="")
LEGAL_HOST = env("LEGAL_HOST", default="")
MAIL_FROM = env("MAIL_FROM", default="contact@example.org")
PORTAL_VAR = Path(env("PORTAL_VAR", default=str(BASE_DIR / "var")))
# Which kind of process this is: a page must answer fast or give up, a worker may take longer, a command as long as it needs.
PORTAL_PROCESS = env("PORTAL_PROCESS", default="command")

DEBUG = False
IS_HTTPS = SITE_URL.startswith("https://")

# --- Applications ---------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "directory",
    "soco.accounts",
    "soco.mailing",
    "soco.web",
    "import_export",
    "pghistory",
    "pgtrigger",
    "django_filters",
    "django_htmx",
    "django_structlog",
    "lucide",
    "csp",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "django.forms",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "pghistory.middleware.HistoryMiddleware",
    "soco.web.readonly.ReadOnlyGetMiddleware",
]

ROOT_URLCONF = "soco.urls"
FORM_RENDERER = "soco.web.forms.PortalRenderer"
WSGI_APPLICATION = "soco.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "soco.web.context.site",
            ],
        },
    },
]

# --- Database, cache, broker ----------------------------------------------------------------------------------------
_STATEMENT_TIMEOUT = {"web": "10s", "worker": "5min", "command": "0"}[PORTAL_PROCESS]
DATABASES = {"default": env.db("DATABASE_URL")}
DATABASES["default"] |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
DATABASES["default"].setdefault("OPTIONS", {})["options"] = (
    f"-c statement_timeout={_STATEMENT_TIMEOUT} -c lock_timeout=5s -c pg_trgm.similarity_threshold=0.3"
)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {"default": env.cache("CACHE_URL", default="locmemcache://")}

CELERY_BROKER_URL = env("BROKER_URL", default="redis://localhost:6379/0")
BEAT_TICK_SECONDS = 20
BEAT_LATE_SECONDS = 120

# --- People ---------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "home"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
# A page read never writes: neither the session nor the messages may touch the database on GET.
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"

# --- Language and time ----------------------------------------------------------------------------------------------
LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", _("français"))]
TIME_ZONE = "Europe/Paris"
USE_I18N = True
USE_TZ = True
USE_THOUSAND_SEPARATOR = False

# --- Static files and media -----------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = PORTAL_VAR / "static"
MEDIA_ROOT = PORTAL_VAR / "media"
MEDIA_URL = "/media/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "soco.web.leaflet.LeafletFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# A file missing from the manifest costs its cache, not the page (the error page itself must always render).
WHITENOISE_MANIFEST_STRICT = False

# --- Mail (nothing leaves before an address of a server is given) -----------------------------------------------------
EMAIL_BACKEND = "soco.mailing.backends.FolderBackend"
EMAIL_FILE_PATH = PORTAL_VAR / "mails"
if env("EMAIL_URL", default=""):
    vars().update(env.email("EMAIL_URL"))
EMAIL_TIMEOUT = 30
DEFAULT_FROM_EMAIL = MAIL_FROM
SERVER_EMAIL = MAIL_FROM

# --- Security -------------------------------------------------------------------------------------------------------
SECURE_SSL_REDIRECT = IS_HTTPS
SECURE_REDIRECT_EXEMPT = [r"^sante/$"]  # probes speak plain HTTP inside the private network
SECURE_HSTS_SECONDS = 31_536_000 if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = IS_HTTPS
# Not in the browsers' preload list: that is a promise of the whole parent domain, and hard to take back.
SECURE_HSTS_PRELOAD = False
SILENCED_SYSTEM_CHECKS = ["security.W021"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if IS_HTTPS else None
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SESSION_COOKIE_SECURE = IS_HTTPS
CSRF_COOKIE_SECURE = IS_HTTPS
CSRF_FAILURE_VIEW = "soco.web.views.csrf_failure"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000  # it also bounds the parameters of an address: odd ones are ignored, not refused

# « https://{s}.tile.example.org/{z}/{x}/{y}.png »: the sub-domain placeholder becomes a wildcard of the policy.
_TILE_ORIGIN = ["{0.scheme}://{0.netloc}".format(urlsplit(TILE_URL)).replace("{s}", "*")] if TILE_URL else []
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:", *_TILE_ORIGIN],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# --- Import and export: rights of their own, apart from the right to edit ---------------------------------------------
IMPORT_EXPORT_IMPORT_PERMISSION_CODE = "import"
IMPORT_EXPORT_EXPORT_PERMISSION_CODE = "export"
IMPORT_EXPORT_ESCAPE_FORMULAE_ON_EXPORT = True
IMPORT_EXPORT_USE_TRANSACTIONS = True

# --- History: who and from which page, kept with each change; pages that only read need no context -----------------------
PGHISTORY_MIDDLEWARE_METHODS = ("POST", "PUT", "PATCH", "DELETE")

# --- Logs: one JSON object a line, on standard error ------------------------------------------------------------------
_SHARED_PROCESSORS = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
]
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": structlog.stdlib.ProcessorFormatter,
            "processor": structlog.processors.JSONRenderer(ensure_ascii=False),
            "foreign_pre_chain": _SHARED_PROCESSORS,
        },
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django.server": {"handlers": ["console"], "level": "INFO", "propagate": False},
        "django_structlog": {"level": "WARNING"},
    },
}
structlog.configure(
    processors=[
        structlog.stdlib.filter_by_level,
        *_SHARED_PROCESSORS,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)

# --- The répertoire ---------------------------------------------------------------------------------------------------
DIRECTORY_NEIGHBOUR_KM = 20
DIRECTORY_PAGE_SIZE = 20
DIRECTORY_FACETS_SECONDS = 600
HOME_FIGURES_SECONDS = 600
# Fields that a référent's own change publishes at once, among the plain ones of directory/editable.py.
DIRECTORY_TRUSTED_FIELDS = ["description", "address", "phone", "website"]
# The yearly question writes to real town halls: off until the network decides to start it.
DIRECTORY_CONFIRMATION_IS_ON = env.bool("DIRECTORY_CONFIRMATION_IS_ON", default=False)
DIRECTORY_CONFIRMATION_MONTHS = 11
DIRECTORY_CONFIRMATION_A_DAY = 20
DIRECTORY_CONFIRMATION_REMINDER_DAYS = 21
DIRECTORY_REPORTS_AN_HOUR = 10
