"""Prints nginx's configuration for compose.yaml, while its image is built."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

from deploy.cluster import nginx  # noqa: E402

WEB = ("web1:8000", "web2:8000", "web3:8000")


def main() -> None:
    facts = nginx.Site(
        # A container that is made anew may have another address.
        web=[f"{place} resolve" for place in WEB],
        listen="8080",
        static=Path("/srv/static"),
        access_log="/dev/stdout floorwalker",
    )
    # Docker's own name server.
    sys.stdout.write("resolver 127.0.0.11 valid=5s;\n" + nginx.site(facts))


if __name__ == "__main__":
    main()
