"""Registers the room `gateways` with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GatewaysConfig(AppConfig):
    name = "gateways"
    verbose_name = _("Gateways")

    def ready(self) -> None:
        """The demo floor gets its chat site from here."""
        from accounts.demo import STEPS
        from gateways.demo import add_chat_site

        STEPS.append(add_chat_site)
