"""Settings of the test suite: the installation's own, with what tests need different."""

import atexit
import os
import shutil
import tempfile

if "STMM_DATA_DIR" not in os.environ:
    # In memory where there is plenty: SQLite waits for the disk at each commit, as it should
    memory = "/dev/shm"  # noqa: S108  a folder of a random name is made in it
    plenty = os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 2 * 1024**3
    os.environ["STMM_DATA_DIR"] = tempfile.mkdtemp(
        prefix="stmm-tests-", dir=memory if plenty else None
    )
    atexit.register(shutil.rmtree, os.environ["STMM_DATA_DIR"], ignore_errors=True)
os.environ.setdefault("STMM_SECRET_KEY", "a key for the tests only, of no use to anyone elsewhere")
os.environ["STMM_DEMONSTRATION"] = "1"
os.environ["STMM_KEEP_MAIL"] = "0"

from stmm.settings import *  # noqa: F403  the variables must be set before this import
from stmm.settings import DATABASES, STMM_DATA_DIR

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
LOGGING_CONFIG = None

# Each test client would look through every front-end package again; a live server has its own way
WHITENOISE_USE_FINDERS = False
STATIC_ROOT = STMM_DATA_DIR / "static"
STATIC_ROOT.mkdir(exist_ok=True)

if "sqlite" in DATABASES["default"]["ENGINE"]:
    # A file, as in an installation: connections to a database in memory share its locks
    DATABASES["default"]["TEST"] = {"NAME": str(STMM_DATA_DIR / "tests.sqlite3")}
