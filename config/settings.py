"""Django's settings; whatever differs between installations comes from environment."""

from datetime import timedelta
from typing import Any

from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

from config import administration, environment, front_end, log

BASE_DIR = environment.ROOT
ENVIRONMENT = environment.read()

DEBUG = ENVIRONMENT.debug
DEMO = ENVIRONMENT.demo
CLOCK = ENVIRONMENT.clock
REDIS_URL = ENVIRONMENT.redis_url
DATA_DIR = ENVIRONMENT.data_dir
VERSION = environment.VERSION
METRICS_TOKEN = ENVIRONMENT.metrics_token
CLOCK_METRICS_PORT = ENVIRONMENT.clock_metrics_port
SECRET_KEY = ENVIRONMENT.secret_key
ALLOWED_HOSTS = ENVIRONMENT.allowed_hosts
CSRF_TRUSTED_ORIGINS = ENVIRONMENT.csrf_trusted_origins
BEHIND_TLS = ENVIRONMENT.behind_tls

# What is installed

INSTALLED_APPS = [
    "unfold",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    "axes",
    "csp",
    "channels",
    "accounts",
    "conversations",
    "supervisor",
    "dashboard",
    "desk",
    "gateways",
    "replay",
]

MIDDLEWARE = [
    "config.requests.noted",
    "django.middleware.security.SecurityMiddleware",
    "config.static_files.StaticMiddleware",
    "config.policy.PolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
    "config.one_thread.one_thread",
]

ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
            ]
        },
    }
]

# Data

SQLITE: dict[str, Any] = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;"
        "PRAGMA temp_store=MEMORY; PRAGMA journal_size_limit=67108864"
    ),
}
POSTGRES: dict[str, Any] = {
    # Away, it is asked for again every second or two, never with growing patience.
    "pool": {"min_size": 2, "max_size": 24, "timeout": 4, "reconnect_timeout": 4},
    "connect_timeout": 3,
    # Statements that come again are prepared: commands take a third less of the
    # database. A pooler between must know prepared statements (PgBouncer 1.21).
    "server_side_binding": True,
    "prepare_threshold": 3,
    # A cable that is out says nothing: within 6 s a connection counts as lost.
    "tcp_user_timeout": 6_000,
    "keepalives_idle": 3,
    "keepalives_interval": 1,
    "keepalives_count": 3,
    "options": (
        "-c statement_timeout=15s -c lock_timeout=5s"
        " -c idle_in_transaction_session_timeout=30s"
        # Not the 4 of spinning disks, by which a whole table looks cheap to read.
        " -c random_page_cost=1.1"
    ),
}
ON_SQLITE = ENVIRONMENT.database["ENGINE"].endswith("sqlite3")

DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        **ENVIRONMENT.database,
        "ATOMIC_REQUESTS": False,
        # Else each pooled connection to a server that was restarted fails somebody.
        "CONN_HEALTH_CHECKS": not ON_SQLITE,
        "OPTIONS": SQLITE if ON_SQLITE else POSTGRES,
        # Threads of one test need one file: an in-memory database has no WAL.
        "TEST": {"NAME": DATA_DIR / "test.sqlite3"} if ON_SQLITE else {},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Who is who

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "accounts.sessions.FloorBackend",
]
PASSWORD_HASHERS = [
    "accounts.hashers.LeanArgon2",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = LOGIN_URL

AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_CALLABLE = "config.lockout.answer"
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
AXES_DISABLE_ACCESS_LOG = True  # else each token log-in makes a session
# uvicorn has already judged X-Forwarded-For; the header itself is anybody's to write.
AXES_IPWARE_META_PRECEDENCE_ORDER = ("REMOTE_ADDR",)

# Safety

SESSION_COOKIE_SECURE = BEHIND_TLS
CSRF_COOKIE_SECURE = BEHIND_TLS
CSRF_FAILURE_VIEW = "accounts.sessions.csrf_failure"
SECURE_HSTS_SECONDS = 31_536_000 if BEHIND_TLS else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024
# The proxy in front redirects to TLS, and decides for the domains beside this one.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W008", "security.W021"]

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# The API

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.tokens.TokenAuthentication",
        "accounts.sessions.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["accounts.parsers.StrictJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "config.errors.answer",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Floorwalker",
    "DESCRIPTION": "Real-time supervision of a contact centre's conversations.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "APPEND_COMPONENTS": {
        "securitySchemes": {
            "chatToken": {
                "type": "apiKey",
                "in": "header",
                "name": "Authorization",
                "description": "`Chat <token>`; from `POST /api/v1/chat/`.",
            }
        }
    },
    # Names for choices that several fields share, or that share a field's name.
    "ENUM_NAME_OVERRIDES": {
        "State": "conversations.choice_names.STATES",
        "OfferState": "conversations.choice_names.OFFER_STATES",
        "OfferKind": "conversations.choice_names.OFFER_KINDS",
        "SenderKind": "conversations.choice_names.SENDERS",
        "ParticipantKind": "conversations.choice_names.PARTICIPANT_KINDS",
        "Visibility": "conversations.choice_names.VISIBILITIES",
        "PublicVisibility": "conversations.choice_names.PUBLIC_ONLY",
        "Presence": "conversations.choice_names.PRESENCES",
        "SettablePresence": "conversations.choice_names.SETTABLE_PRESENCES",
        "ChannelKind": "conversations.choice_names.CHANNEL_KINDS",
        "Elevation": "conversations.choice_names.ELEVATIONS",
    },
}

# Administration

UNFOLD = administration.UNFOLD

# Languages and time

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("da", _("Danish"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_TZ = True
TIME_ZONE = ENVIRONMENT.time_zone

# Static files

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "config.static_files.PackageFinder",
]
PLAIN_FILES = "django.contrib.staticfiles.storage.StaticFilesStorage"
HASHED_FILES = "config.static_files.HashedFiles"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": PLAIN_FILES if DEBUG else HASHED_FILES},
}
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_ALLOW_ALL_ORIGINS = False
IMPORT_MAP = front_end.IMPORT_MAP

# Logs

LOGGING = log.settings(ENVIRONMENT.log_format, ENVIRONMENT.log_level)
