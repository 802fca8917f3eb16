"""Settings: everything that differs between installations comes from the environment.

The table of variables is in README, Configuration.
"""

from pathlib import Path

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from stmm import environment

BASE_DIR = Path(__file__).resolve().parent.parent
NODE_MODULES = BASE_DIR / "node_modules"

# What this installation is
STMM_DEMONSTRATION = environment.flag("STMM_DEMONSTRATION")
STMM_OFFICIAL = environment.flag("STMM_OFFICIAL")
STMM_DATA_DIR = Path(environment.text("STMM_DATA_DIR", str(BASE_DIR / ".demo")))
STMM_SAMPLE_NOTICE = environment.text(
    "STMM_SAMPLE_NOTICE",
    "Demonstration. Prices and product identifiers are samples, not the State’s."
    if STMM_DEMONSTRATION
    else "",
)
STMM_THEME = environment.text("STMM_THEME", "oceanside")
STMM_PUBLIC_CATALOG = environment.flag("STMM_PUBLIC_CATALOG")
STMM_PUBLIC_QUESTIONS = environment.flag("STMM_PUBLIC_QUESTIONS")
STMM_PUBLIC_EXEMPTIONS = environment.flag("STMM_PUBLIC_EXEMPTIONS")
STMM_KEEP_MAIL = environment.flag("STMM_KEEP_MAIL", default=STMM_DEMONSTRATION)

DEBUG = environment.flag("STMM_DEBUG")
SECRET_KEY = environment.text("STMM_SECRET_KEY")
ALLOWED_HOSTS = environment.words(
    "STMM_ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]" if STMM_DEMONSTRATION or DEBUG else ""
)
if not ALLOWED_HOSTS:
    raise ImproperlyConfigured("Set STMM_ALLOWED_HOSTS to the host names of this site.")
CSRF_TRUSTED_ORIGINS = environment.words("STMM_TRUSTED_ORIGINS")

INSTALLED_APPS = [
    "stmm",
    "stmm.look",
    "orders",
    "exemptions",
    "catalog",
    "stmm.agencies",
    "stmm.outbox",
    "stmm.documents",
    "stmm.audit",
    "stmm.accounts",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "axes",
    "csp",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "stmm.accounts.signed_out.SignInFirst",
    "stmm.agencies.middleware.AccessMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "stmm.look.wrong_method.WrongMethodPage",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "stmm.urls"
WSGI_APPLICATION = "stmm.wsgi.application"

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
                "stmm.look.context.installation",
                "stmm.outbox.context.unread_notices",
            ],
        },
    },
]
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# Database: SQLite unless DATABASE_URL names another; both carry the whole test suite
DATABASES = {
    "default": dj_database_url.parse(
        environment.text("DATABASE_URL", f"sqlite:///{STMM_DATA_DIR / 'db.sqlite3'}"),
        conn_max_age=600,
        conn_health_checks=True,
        # What a connection keeps for itself is lost when the next transaction has another one
        disable_server_side_cursors=environment.flag("STMM_BEHIND_POOLER"),
    )
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["ENGINE"] = "stmm.queued_sqlite"
    DATABASES["default"]["OPTIONS"] = {
        # A transaction that reads and then writes must hold the write lock from its start:
        # upgraded later it fails with "database is locked" whatever the timeout.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
        ),
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Who signs in, and how
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "stmm.accounts.backends.PersonBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
SESSION_COOKIE_AGE = 8 * 60 * 60
AXES_FAILURE_LIMIT = environment.number("STMM_LOGIN_ATTEMPTS", 8)
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_HANDLER = "stmm.accounts.attempts.AttemptsHandler"
AXES_LOCKOUT_TEMPLATE = "registration/lockout.html"
AXES_RESET_ON_SUCCESS = True
AXES_USERNAME_CALLABLE = "stmm.accounts.lockout.account_tried"
AXES_VERBOSE = False

# Days are Pacific days (decisions.md, Dates)
LANGUAGE_CODE = "en-us"
TIME_ZONE = "America/Los_Angeles"
USE_I18N = False
USE_TZ = True

# Static files: ours and the npm packages, served by whitenoise, never from a CDN
STATIC_URL = "static/"
STATICFILES_DIRS = [
    BASE_DIR / "static",
    ("state-template", NODE_MODULES / "@cagovweb/state-template/dist"),
    ("public-sans", NODE_MODULES / "@fontsource/public-sans"),
    ("htmx", NODE_MODULES / "htmx.org/dist"),
]
WHITENOISE_USE_FINDERS = STMM_DEMONSTRATION or DEBUG
STATIC_ROOT = None if WHITENOISE_USE_FINDERS else STMM_DATA_DIR / "static"
WHITENOISE_AUTOREFRESH = DEBUG
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if WHITENOISE_USE_FINDERS
            else "whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}

# Jobs: stored in the database, in the transaction of the change that asks for them
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# Mail
if STMM_KEEP_MAIL:
    # What passes by the outbox lets its reader in, so it is kept on no page: the links by which
    # passwords are set
    EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
EMAIL_HOST = environment.text("STMM_SMTP_HOST", "localhost")
EMAIL_PORT = environment.number("STMM_SMTP_PORT", 25)
EMAIL_HOST_USER = environment.text("STMM_SMTP_USER", "")
EMAIL_HOST_PASSWORD = environment.text("STMM_SMTP_PASSWORD", "")
EMAIL_USE_TLS = environment.flag("STMM_SMTP_TLS")
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = environment.text("STMM_MAIL_FROM", "calnet-orders@stmm.example")
# For links in mails: where people reach this site
STMM_SITE_URL = environment.text("STMM_SITE_URL", f"https://{ALLOWED_HOSTS[0]}").rstrip("/")
STMM_MAIL_DOMAIN = DEFAULT_FROM_EMAIL.rsplit("@", 1)[-1].rstrip(">")

# Uploads and posts
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

# Security
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
# The demonstration is plain http on the person's own machine
_HTTPS = not (STMM_DEMONSTRATION or DEBUG)
SECURE_SSL_REDIRECT = _HTTPS
SESSION_COOKIE_SECURE = _HTTPS
CSRF_COOKIE_SECURE = _HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if _HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _HTTPS
SECURE_HSTS_PRELOAD = _HTTPS
if environment.flag("STMM_BEHIND_PROXY"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        name: {"level": "WARNING"}
        for name in (
            "django_tasks_db",
            "fontTools",
            "pikepdf",
            "weasyprint",
            # Each job in two lines: they would push the logins out of sight
            *(["django_tasks"] if STMM_DEMONSTRATION else []),
        )
    },
}
