"""What has long been over is in the database or in a file: not in both, not lost."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction

from conversations import archive, archive_files, retention
from conversations.append_only import lifted
from conversations.events import Kind
from conversations.models import Conversation, Event, Message
from conversations.states import Channel, Situation
from tests import building

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.behaviour]


@pytest.fixture(autouse=True)
def events_may_go() -> Iterator[None]:
    """Commits are real here; at the end events may go, for once."""
    yield
    with lifted():
        Event.objects.all().delete()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "archive"


def closed(days: int, channel: Channel | None = None) -> Conversation:
    """One that was closed so many days ago, with a word of the customer's."""
    with building.at(building.later(days=-days, hours=-1)):
        return building.in_situation(
            Situation.CLOSED, channel=channel, text="Where is the blue parcel?"
        )


def cut(days: int = 30) -> datetime:
    return retention.cut_of(days)


def archived(folder: Path) -> list[int]:
    """The ids in all finished files, as often as they are there."""
    return [
        one["conversation"]["id"]
        for path in archive_files.files(folder)
        for one in archive_files.read(path)
    ]


def kept() -> set[int]:
    return set(Conversation.objects.values_list("pk", flat=True))


def test_what_is_old_moves_with_all_that_hangs_on_it(folder: Path) -> None:
    old, young = closed(40), closed(20)
    ongoing = building.in_situation(Situation.IN_CONVERSATION)
    (done,) = archive.archive(cut(), folder)
    assert (done.count, archived(folder)) == (1, [old.pk])
    assert kept() == {young.pk, ongoing.pk}
    (one,) = archive_files.read(folder / done.file)
    assert "Where is the blue parcel?" in [line["text"] for line in one["messages"]]
    assert one["customer"]["name"] == "Kirsten"
    assert {"sessions", "participants", "holds", "events"} <= one.keys()
    for kind in archive.HANGS_ON.values():
        left = kind._default_manager.filter(conversation=old.pk)
        assert not left.exists(), kind


def test_the_trail_says_what_was_archived_and_keeps_saying_so(folder: Path) -> None:
    closed(40)
    limit = cut()
    (done,) = archive.archive(limit, folder)
    event = Event.objects.get(kind=Kind.CONVERSATIONS_ARCHIVED)
    assert (event.data["archived"], event.data["file"]) == (1, done.file)
    assert event not in retention.removable(building.later(days=1))


def test_events_are_protected_again_afterwards(folder: Path) -> None:
    closed(40)
    archive.archive(cut(), folder)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Event.objects.all().delete()


def test_every_stroke_has_its_file(folder: Path) -> None:
    old = [closed(40 + number).pk for number in range(5)]
    done = archive.archive(cut(), folder, stroke=2)
    assert [one.count for one in done] == [2, 2, 1]
    assert len({one.file for one in done}) == 3
    assert sorted(archived(folder)) == sorted(old)


def test_what_something_goes_on_from_waits_for_it(folder: Path) -> None:
    first = closed(90, channel=Channel.SMS)
    second = closed(20, channel=Channel.SMS)
    Conversation.objects.filter(pk=second.pk).update(previous=first)
    assert archive.archive(cut(30), folder) == []
    archive.archive(cut(10), folder)
    assert (kept(), sorted(archived(folder))) == (set(), [first.pk, second.pk])


def test_nothing_old_makes_no_file_and_no_event(folder: Path) -> None:
    closed(20)
    assert archive.archive(cut(), folder) == []
    assert archive_files.files(folder) == []
    assert not Event.objects.filter(kind=Kind.CONVERSATIONS_ARCHIVED).exists()


def test_killed_before_the_commit_it_is_done_anew(folder: Path) -> None:
    old = closed(40)
    with archive_files.alone(folder):
        part = archive_files.write(folder, archive._read([old.pk]))
    assert archived(folder) == []
    archive.archive(cut(), folder)
    assert (archived(folder), kept(), part.exists()) == ([old.pk], set(), False)


def test_a_begun_file_of_what_is_not_old_any_more_is_thrown_away(folder: Path) -> None:
    young = closed(20)
    with archive_files.alone(folder):
        archive_files.write(folder, archive._read([young.pk]))
    archive.archive(cut(), folder)
    assert (archived(folder), kept()) == ([], {young.pk})
    assert archive_files.parts(folder) == []


def test_killed_after_the_commit_the_only_copy_gets_its_name(folder: Path) -> None:
    old = closed(40)
    (done,) = archive.archive(cut(), folder)
    file = folder / done.file
    file.rename(file.with_name(file.name + archive_files.PART))
    assert archived(folder) == []
    assert archive.archive(cut(), folder) == []
    assert archived(folder) == [old.pk]


def test_what_changed_since_it_was_written_is_not_removed() -> None:
    old = closed(40)
    whole = archive._read([old.pk])
    Message.objects.filter(conversation=old).update(text="Something else")
    assert archive._remove(whole, cut(), "x") is False
    assert kept() == {old.pk}
    assert not Event.objects.filter(kind=Kind.CONVERSATIONS_ARCHIVED).exists()


def test_two_do_not_archive_into_one_folder(folder: Path) -> None:
    closed(40)
    with archive_files.alone(folder), pytest.raises(CommandError, match="somebody"):
        call_command("archive", "--days=30", f"--to={folder}")


def test_customers_words_are_the_owners_alone(folder: Path) -> None:
    closed(40)
    (done,) = archive.archive(cut(), folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / done.file).stat().st_mode) == 0o600


def test_the_command_archives_lists_and_shows(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old = closed(40)
    call_command("archive", "--days=30", f"--to={folder}")
    assert capsys.readouterr().out.startswith("1 conversations closed before ")
    call_command("archive", "--list", f"--to={folder}")
    assert capsys.readouterr().out.endswith(".jsonl.gz: 1 conversations\n")
    call_command("archive", f"--show={old.pk}", f"--to={folder}")
    assert json.loads(capsys.readouterr().out)["conversation"]["id"] == old.pk
    with pytest.raises(CommandError, match="is not in"):
        call_command("archive", f"--show={old.pk + 1}", f"--to={folder}")


@pytest.mark.parametrize("wrong", ["--days=0", "--days=-1"])
def test_less_than_a_day_is_refused(folder: Path, wrong: str) -> None:
    with pytest.raises(CommandError, match="at least 1"):
        call_command("archive", wrong, f"--to={folder}")
