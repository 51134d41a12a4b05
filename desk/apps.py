"""Registers the room `desk` with Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeskConfig(AppConfig):
    name = "desk"
    verbose_name = _("Agent desk")

    def ready(self) -> None:
        """The demo floor gets its quick replies from here."""
        from accounts.demo import STEPS
        from desk.demo import add_quick_replies

        STEPS.append(add_quick_replies)
