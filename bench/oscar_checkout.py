"""django-oscar's checkout of 10 lines through the test client; `bench.oscar` runs it, apart.

From the empty basket to the thank-you page, as a customer who has signed in: ten products put in
the basket, then each step of the checkout with its forms. Prints the seconds of each order.
"""

import os
import shutil
import sys
import tempfile
from decimal import Decimal
from pathlib import Path
from time import perf_counter, process_time
from urllib.parse import unquote, urlsplit

import django
import oscar
from django.conf import settings
from django.urls import include, path, reverse
from oscar.defaults import *  # noqa: F403  as oscar's documentation has it

LINES = 10


def database() -> dict[str, object]:
    url = urlsplit(os.environ.get("DATABASE_URL", ""))
    if url.scheme.startswith("postgres"):
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": "oscar",
            "USER": url.username or "",
            "HOST": unquote(url.netloc.rpartition("@")[2]),
            "CONN_MAX_AGE": 600,
            "TEST": {"NAME": "oscar_bench"},
        }
    name = f"{tempfile.mkdtemp(prefix='oscar-')}/oscar.sqlite3"
    options = {
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": name,
        "TEST": {"NAME": name},
        "OPTIONS": options,
    }


OSCAR = (
    "oscar.config.Shop",
    "oscar.apps.analytics.apps.AnalyticsConfig",
    "oscar.apps.checkout.apps.CheckoutConfig",
    "oscar.apps.address.apps.AddressConfig",
    "oscar.apps.shipping.apps.ShippingConfig",
    "oscar.apps.catalogue.apps.CatalogueConfig",
    "oscar.apps.catalogue.reviews.apps.CatalogueReviewsConfig",
    "oscar.apps.communication.apps.CommunicationConfig",
    "oscar.apps.partner.apps.PartnerConfig",
    "oscar.apps.basket.apps.BasketConfig",
    "oscar.apps.payment.apps.PaymentConfig",
    "oscar.apps.offer.apps.OfferConfig",
    "oscar.apps.order.apps.OrderConfig",
    "oscar.apps.customer.apps.CustomerConfig",
    "oscar.apps.search.apps.SearchConfig",
    "oscar.apps.voucher.apps.VoucherConfig",
    "oscar.apps.wishlists.apps.WishlistsConfig",
    "oscar.apps.dashboard.apps.DashboardConfig",
    "oscar.apps.dashboard.reports.apps.ReportsDashboardConfig",
    "oscar.apps.dashboard.users.apps.UsersDashboardConfig",
    "oscar.apps.dashboard.orders.apps.OrdersDashboardConfig",
    "oscar.apps.dashboard.catalogue.apps.CatalogueDashboardConfig",
    "oscar.apps.dashboard.offers.apps.OffersDashboardConfig",
    "oscar.apps.dashboard.partners.apps.PartnersDashboardConfig",
    "oscar.apps.dashboard.pages.apps.PagesDashboardConfig",
    "oscar.apps.dashboard.ranges.apps.RangesDashboardConfig",
    "oscar.apps.dashboard.reviews.apps.ReviewsDashboardConfig",
    "oscar.apps.dashboard.vouchers.apps.VouchersDashboardConfig",
    "oscar.apps.dashboard.communications.apps.CommunicationsDashboardConfig",
    "oscar.apps.dashboard.shipping.apps.ShippingDashboardConfig",
    "widget_tweaks",
    "haystack",
    "treebeard",
    "sorl.thumbnail",
    "django_tables2",
)
CONTRIB = (
    "admin",
    "auth",
    "contenttypes",
    "sessions",
    "messages",
    "staticfiles",
    "sites",
    "flatpages",
)

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "oscar.apps.basket.middleware.BasketMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "oscar.apps.search.context_processors.search_form",
                "oscar.apps.checkout.context_processors.checkout",
                "oscar.core.context_processors.metadata",
            ]
        },
    }
]


def media() -> str:
    """A folder with the picture that oscar shows of products without one."""
    folder = tempfile.mkdtemp(prefix="oscar-media-")
    shutil.copy(Path(oscar.__file__).parent / "static/oscar/img/image_not_found.jpg", folder)
    return folder


def configure() -> None:
    defaults = {name: value for name, value in globals().items() if name.startswith("OSCAR_")}
    defaults["OSCAR_DEFAULT_CURRENCY"] = "USD"
    settings.configure(
        **defaults,
        SECRET_KEY="for this measurement only",
        ALLOWED_HOSTS=["testserver"],
        ROOT_URLCONF=__name__,
        SITE_ID=1,
        USE_TZ=True,
        STATIC_URL="/static/",
        MEDIA_ROOT=media(),
        LOGGING_CONFIG=None,
        DATABASES={"default": database()},
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        INSTALLED_APPS=[*(f"django.contrib.{app}" for app in CONTRIB), *OSCAR],
        HAYSTACK_CONNECTIONS={
            "default": {"ENGINE": "haystack.backends.simple_backend.SimpleEngine"}
        },
        EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend",
        AUTHENTICATION_BACKENDS=["oscar.apps.customer.auth_backends.EmailBackend"],
        MIDDLEWARE=MIDDLEWARE,
        TEMPLATES=TEMPLATES,
    )
    django.setup()


configure()

from django.apps import apps  # noqa: E402  after the settings
from django.contrib.auth.models import User  # noqa: E402  the same
from django.db import connection  # noqa: E402  the same
from django.test import Client  # noqa: E402  the same
from django.test.utils import setup_test_environment  # noqa: E402  the same
from oscar.apps.address.models import Country  # noqa: E402  the same
from oscar.apps.order.models import Order  # noqa: E402  the same
from oscar.test.factories import create_product  # noqa: E402  the same

urlpatterns = [
    path("i18n/", include("django.conf.urls.i18n")),
    path("", include(apps.get_app_config("oscar").urls[0])),
]

ADDRESS = {
    "first_name": "Ana",
    "last_name": "Reyes",
    "line1": "601 North 7th Street",
    "line4": "Sacramento",
    "postcode": "95811",
    "country": "US",
    "phone_number": "",
    "notes": "",
}


class Customer:
    """A browser that counts its requests."""

    def __init__(self) -> None:
        self.browser, self.requests = Client(), 0

    def get(self, name: str) -> None:
        self.requests += 1
        answer = self.browser.get(reverse(name))
        assert answer.status_code in {200, 302}, (name, answer.status_code)

    def post(self, url: str, **data: object) -> None:
        self.requests += 1
        answer = self.browser.post(url, data)
        assert answer.status_code == 302, (url, answer.content[:2000])

    def check_out(self, products: list[int]) -> None:
        for product in products:
            self.post(reverse("basket:add", args=[product]), quantity=1)
        self.get("basket:summary")
        self.get("checkout:index")
        self.get("checkout:shipping-address")
        self.post(reverse("checkout:shipping-address"), **ADDRESS)
        self.get("checkout:shipping-method")
        self.get("checkout:payment-method")
        self.get("checkout:payment-details")
        self.requests += 1
        preview = self.browser.post(reverse("checkout:preview"), {})
        assert preview.status_code == 200, preview.status_code
        self.post(reverse("checkout:preview"), action="place_order")
        self.get("checkout:thank-you")


def main(rounds: int) -> None:
    setup_test_environment()
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    Country.objects.create(
        iso_3166_1_a2="US", iso_3166_1_a3="USA", printable_name="US", name="US",
        is_shipping_country=True,
    )  # fmt: skip
    products = [
        create_product(title=f"Hosted VoIP {n}", price=Decimal(9), num_in_stock=10**9).pk
        for n in range(LINES)
    ]
    customer = Customer()
    person = User.objects.create_user("ana", "ana@chp.example", "a password")
    backend = "oscar.apps.customer.auth_backends.EmailBackend"
    customer.browser.force_login(person, backend)
    customer.check_out(products)  # what is read once for a process
    for _ in range(rounds):
        customer.requests, began, worked = 0, perf_counter(), process_time()
        customer.check_out(products)
        print(perf_counter() - began, process_time() - worked, customer.requests)
    assert Order.objects.count() == rounds + 1
    assert Order.objects.first().lines.count() == LINES
    connection.close()


if __name__ == "__main__":
    main(int(sys.argv[1]))
