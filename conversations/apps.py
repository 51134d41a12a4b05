"""Registers the room `conversations` with Django, and what its clock notes."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConversationsConfig(AppConfig):
    name = "conversations"
    verbose_name = _("Conversations")

    def ready(self) -> None:
        """Every clock notes now and then why what waits is not assigned, and forgets
        old receipts."""
        from conversations.clock import JOBS
        from conversations.explaining import Noting
        from conversations.receipts import Forgetting

        JOBS.extend((Noting(), Forgetting()))
