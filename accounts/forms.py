"""The log-in form."""

from __future__ import annotations

from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError

from accounts import throttling


class LoginForm(AuthenticationForm):
    """Django's, saying so when it is the throttle that refused."""

    def get_invalid_login_error(self) -> ValidationError:
        """A right password would not have helped either while locked out."""
        if self.request is not None and throttling.is_locked_out(self.request):
            return ValidationError(throttling.sentence(), code="throttled")
        return super().get_invalid_login_error()
