"""How passwords are kept."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class LeanArgon2(Argon2PasswordHasher):
    """Argon2id with OWASP's parameters (19 MiB, two passes, one lane).

    Django's own ask for 100 MB and eight threads at every log-in, more than a small
    server has to spare when a whole shift of agents comes back at once.
    """

    time_cost = 2
    memory_cost = 19_456
    parallelism = 1
