"""Which steps a story has, and who sends something in each."""

BEGINNING = ("opens", "accepts")
MIDDLE = (
    "talk",
    "gets_angry",
    "is_monitored",
    "is_whispered",
    "is_joined",
    "is_declined",
    "is_transferred",
    "talk_on",
)
END = ("is_closed", "is_rated")
WHOLE = (*BEGINNING, *MIDDLE, *END)
PART = 2
PARTS = (
    WHOLE,
    *(
        (*BEGINNING, *MIDDLE[first : first + PART], *END)
        for first in range(len(MIDDLE) - PART + 1)
    ),
)
"""The whole story, and stories with a part of its middle: they are told much faster."""
ACTORS = {
    "opens": ("customer",),
    "accepts": ("nora",),
    "talk": ("nora", "customer"),
    "gets_angry": ("customer",),
    "is_monitored": ("boss",),
    "is_whispered": ("boss",),
    "is_joined": ("boss",),
    "is_declined": ("boss", "tomas"),
    "is_transferred": ("boss", "freja"),
    "talk_on": ("nora", "freja", "customer"),
    "is_closed": ("boss",),
    "is_rated": ("customer",),
}
"""Who sends something in each step."""
