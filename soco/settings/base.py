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
# How IATI knows the network: an agency of its code list and the number there; « FR-RCS-… » only for a registered company.
IATI_ORG_PREFIX = env("IATI_ORG_PREFIX", default="FR-INSEE-SO-COOPERATION")
# Signing in through an identity provider (ProConnect): offered only once the three first are given.
OIDC_SERVER_URL = env("OIDC_SERVER_URL", default="").rstrip("/")
OIDC_CLIENT_ID = env("OIDC_CLIENT_ID", default="")
OIDC_CLIENT_SECRET = env("OIDC_CLIENT_SECRET", default="")
OIDC_NAME = env("OIDC_NAME", default="ProConnect")
OIDC_SCOPES = env.list("OIDC_SCOPES", default=["openid", "given_name", "usual_name", "email"])  # ProConnect's
# A provider that checks addresses itself without saying so claim by claim; false: only « email_verified » is believed.
OIDC_TRUST_EMAIL = env.bool("OIDC_TRUST_EMAIL", default=False)
# How many proxies of ours stand before the site: the visitor's address is read that many steps back, or is the peer's.
TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)
PORTAL_VAR = Path(env("PORTAL_VAR", default=str(BASE_DIR / "var")))
# Which kind of process this is: a page must answer fast or give up, a worker may take longer, a command as long as it needs.
PORTAL_PROCESS = env("PORTAL_PROCESS", default="command")

DEBUG = False
IS_HTTPS = SITE_URL.startswith("https://")

# --- Applications ---------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "opendata",
    "outreach",
    "events",
    "surveys",
    "directory",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "soco.accounts",
    "soco.mailing",
    "soco.web",
    "anymail",
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
    "allauth.account.middleware.AccountMiddleware",
    "soco.accounts.second_factor.SecondFactorMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "pghistory.middleware.HistoryMiddleware",
    "soco.web.private.PrivatePagesMiddleware",
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
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "my_space"
LOGOUT_REDIRECT_URL = "home"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

# A code to copy rather than a link to follow: nothing changes on a GET, and mail scanners that open links do nothing.
CODE_SECONDS = 15 * 60
ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "length": 8, "dashed": True}
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXY_COUNT
ACCOUNT_ADAPTER = "soco.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_FORMS = {
    "login": "soco.accounts.forms.LoginForm",
    "signup": "soco.accounts.forms.SignupForm",
    "add_email": "soco.accounts.forms.AddEmailForm",
    "request_login_code": "soco.accounts.forms.RequestLoginCodeForm",
    "confirm_login_code": "soco.accounts.forms.ConfirmLoginCodeForm",
    "confirm_email_verification_code": "soco.accounts.forms.ConfirmEmailVerificationCodeForm",
    "confirm_password_reset_code": "soco.accounts.forms.ConfirmPasswordResetCodeForm",
    "reset_password": "soco.accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "soco.accounts.forms.ResetPasswordKeyForm",
    "change_password": "soco.accounts.forms.ChangePasswordForm",
    "set_password": "soco.accounts.forms.SetPasswordForm",
    "reauthenticate": "soco.accounts.forms.ReauthenticateForm",
}
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = CODE_SECONDS
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = CODE_SECONDS
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = CODE_SECONDS
ACCOUNT_PREVENT_ENUMERATION = True
# allauth's own limits a minute, and a cap a day: nobody's mailbox is filled by a stranger's patience.
ACCOUNT_RATE_LIMITS = {
    "request_login_code": "20/m/ip,3/m/key,20/d/key",
    "reset_password": "20/m/ip,5/m/key,20/d/key",
}
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 5 * 60
ACCOUNT_SESSION_REMEMBER = True

MFA_ADAPTER = "soco.accounts.adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = NETWORK_NAME
MFA_TOTP_TOLERANCE = 1
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not IS_HTTPS
MFA_FORMS = {
    "authenticate": "soco.accounts.second_factor_forms.AuthenticateForm",
    "reauthenticate": "soco.accounts.second_factor_forms.ReauthenticateForm",
    "activate_totp": "soco.accounts.second_factor_forms.ActivateTOTPForm",
    "add_webauthn": "soco.accounts.second_factor_forms.AddWebAuthnForm",
    "edit_webauthn": "soco.accounts.second_factor_forms.EditWebAuthnForm",
}

SOCIALACCOUNT_ADAPTER = "soco.accounts.adapter.SocialAccountAdapter"
SOCIALACCOUNT_FORMS = {"signup": "soco.accounts.forms.SocialSignupForm"}
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True  # a verified address alone opens the account that bears it
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "provider_class": "soco.accounts.oidc.provider.PortalProvider",
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "connexion",
                "name": OIDC_NAME,
                "client_id": OIDC_CLIENT_ID,
                "secret": OIDC_CLIENT_SECRET,
                "settings": {
                    "server_url": OIDC_SERVER_URL,
                    "scope": OIDC_SCOPES,
                    "verified_email": OIDC_TRUST_EMAIL,
                },
            }
        ]
        if OIDC_SERVER_URL and OIDC_CLIENT_ID and OIDC_CLIENT_SECRET
        else [],
    }
}

# Two cookies in all, session and CSRF: what a page has to say after a POST waits in the session.
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

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
# For each exchange with the server, of which a mail has eight: less in all than the lease of a worker.
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = MAIL_FROM
# Answers reach a person, never a « no-reply ».
MAIL_REPLY_TO = env("MAIL_REPLY_TO", default=MAIL_FROM)
# « user:password » that the mail provider gives with each bounce notice; empty: notices are not accepted.
ANYMAIL = {"WEBHOOK_SECRET": env("MAIL_WEBHOOK_SECRET", default="")}
# A worker silent for this long was killed; twice the longest time that one batch may take (see mailing.delivery).
MAILING_LEASE_SECONDS = 120
MAILING_SWEEP_SECONDS = 60
# What nobody asked for just now leaves from Monday to Friday between these hours, and no more than this a day.
MAILING_DECENT_HOURS = (8, 20)
MAILING_WEEK_DAYS = 5
MAILING_DAILY_CAP = {"service": 1000, "information": 5000}
MAILING_BODY_MONTHS = 12
MAILING_ROW_MONTHS = 36
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
# Browsers check where a form's answer sends them on: signing in elsewhere starts with a form of ours.
_OIDC_ORIGIN = ["{0.scheme}://{0.netloc}".format(urlsplit(OIDC_SERVER_URL))] if OIDC_SERVER_URL else []
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:", *_TILE_ORIGIN],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF, *_OIDC_ORIGIN],
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
# A visitor's address is personal data, and nothing that reads these lines needs it.
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
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
# « Près de chez vous »: how far a collectivité goes to act with another one.
DIRECTORY_COOPERATION_KM = 30
DIRECTORY_PAGE_SIZE = 20
DIRECTORY_FACETS_SECONDS = 600
HOME_FIGURES_SECONDS = 600
# Fields that a référent's own change publishes at once, among the plain ones of directory/editable.py.
DIRECTORY_TRUSTED_FIELDS = ["description", "identity_tags", "address", "phone", "website"]
# The same of its jumelages: what they do and when they did it last; what they are is read first.
DIRECTORY_TRUSTED_JUMELAGE_FIELDS = [
    "last_action_on",
    "last_action",
    "objectives",
    "context",
    "history",
    "theme_codes",
    "sdgs",
]
# The yearly question writes to real town halls: off until the network decides to start it.
DIRECTORY_CONFIRMATION_IS_ON = env.bool("DIRECTORY_CONFIRMATION_IS_ON", default=False)
DIRECTORY_CONFIRMATION_MONTHS = 11
DIRECTORY_CONFIRMATION_A_DAY = 20
DIRECTORY_CONFIRMATION_REMINDER_DAYS = 21
DIRECTORY_REPORTS_AN_HOUR = 10
# « Recherche de partenaires »: how much each criterion counts (see directory/partner_matching.py), from which score on a match is
# shown, how many are, and how many candidates are weighed.
DIRECTORY_MATCHING_WEIGHTS = {"country": 30, "theme": 25, "identity": 15, "size": 15, "language": 10, "kind": 5}
DIRECTORY_MATCHING_LEAST = 60
DIRECTORY_MATCHING_SHOWN = 6
DIRECTORY_MATCHING_CANDIDATES = 200
DIRECTORY_SEARCH_MONTHS = 18  # the furthest last day of an announcement
DIRECTORY_SEARCH_EXTENSION_DAYS = 183
DIRECTORY_SEARCH_WARNING_DAYS = 14
DIRECTORY_SEARCHES_AN_HOUR = 5  # from one network, without an account
# A jumelage of which no action is known for so long is to be verified.
DIRECTORY_VITALITY_MONTHS = 36

# --- The agenda ---------------------------------------------------------------------------------------------------------
# Seats kept for collectivités never met are given back to all so many days before the event.
EVENTS_RESERVED_RELEASE_DAYS = 3
EVENTS_PAGE_SIZE = 20
# From one network: a town hall's whole office may register behind one address.
EVENTS_REGISTRATIONS_AN_HOUR = env.int("EVENTS_REGISTRATIONS_AN_HOUR", default=60)
EVENTS_MOST_PEOPLE = 10  # of one registration
# Invitations of one gesture, and how many days of silence come before the only reminder.
EVENTS_MOST_INVITATIONS = 500
EVENTS_INVITATION_REMINDER_DAYS = 7

# --- Questionnaires -----------------------------------------------------------------------------------------------------
SURVEYS_LINK_DAYS = 400  # the link of a respondent; the wave says until when answers are taken
SURVEYS_MOST_RESPONDENTS = 12  # of one collectivité in one wave, former ones included
SURVEYS_LINKS_AN_HOUR = 20  # asked for again from one network
SURVEYS_LINKS_A_DAY = 4  # of collectivités that one address wants to answer for
SURVEYS_PAGE_SIZE = 50
SURVEYS_FILE_MEGABYTES = 5
SURVEYS_MOST_FILES = 20  # of one collectivité in one wave, those that were replaced included

# --- Open data --------------------------------------------------------------------------------------------------------
OPENDATA_REQUESTS_A_MINUTE = 120  # of the API, from one address
OPENDATA_FRESH_SECONDS = 60  # how long a cache may answer in the API's place
