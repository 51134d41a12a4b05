"""Registers the room `accounts` with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        """The API's description and the end of tokens hook in by being imported."""
        from accounts import openapi, tokens  # noqa: F401
