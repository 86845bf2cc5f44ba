"""Mails in files: .eml, folders, mbox, gzip'd mbox, Maildir, zip; with what goes wrong in each."""

from __future__ import annotations

import datetime as dt
import gzip
import io
import mailbox
import os
import tracemalloc
import zipfile
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.mail_maker import SENT, buyer_message, notice

from a2z_defense.base.errors import SourceError, UsageError
from a2z_defense.sources.mail.interface import MailOptions, MailTrouble, RawMail
from a2z_defense.sources.mail.mbox import split
from a2z_defense.sources.mail.open import open_mailbox

OPTIONS = MailOptions(now=lambda: SENT)
ONE, TWO = bytes(notice("it", "action")), bytes(buyer_message("Hello"))


def fetched(path: Path, options: MailOptions = OPTIONS, cursor: str | None = None) -> list[RawMail | MailTrouble]:
    return list(open_mailbox(str(path), options).fetch(cursor))


def raws(found: Iterable[RawMail | MailTrouble]) -> list[bytes | None]:
    return [one.raw for one in found]


def test_one_file(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(ONE)
    found = fetched(tmp_path / "a.eml")
    assert found == [RawMail(ONE, "eml", "a.eml", SENT)]


def test_a_folder_with_its_folders_in_order(tmp_path: Path) -> None:
    (tmp_path / "deep" / "deeper").mkdir(parents=True)
    (tmp_path / "b.EML").write_bytes(ONE)
    (tmp_path / "deep" / "deeper" / "a.eml").write_bytes(TWO)
    (tmp_path / "notes.txt").write_bytes(b"not a mail")
    (tmp_path / "empty.eml").write_bytes(b"")
    found = fetched(tmp_path)
    assert [one.origin for one in found] == ["b.EML", "empty.eml", "deep/deeper/a.eml"]
    assert isinstance(found[1], MailTrouble)


def test_a_folder_without_mails_is_said(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_bytes(b"x")
    found = fetched(tmp_path)
    assert [type(one) for one in found] == [MailTrouble]


@pytest.mark.skipif(os.getuid() == 0, reason="root reads every file")
def test_an_unreadable_file_is_said_and_the_others_come(tmp_path: Path) -> None:
    for name in ("a.eml", "b.eml"):
        (tmp_path / name).write_bytes(ONE)
    (tmp_path / "a.eml").chmod(0)
    found = fetched(tmp_path)
    assert [type(one) for one in found] == [MailTrouble, RawMail]


def test_a_path_that_is_not_there_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"nowhere\.eml"):
        open_mailbox(str(tmp_path / "nowhere.eml"), OPTIONS)


def test_a_mail_over_the_limit_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(ONE)
    (tmp_path / "b.eml").write_bytes(b"x" * 9999)
    found = fetched(tmp_path, MailOptions(now=lambda: SENT, max_message_bytes=9000))
    assert [type(one) for one in found] == [RawMail, MailTrouble]
    assert "9,999 bytes" in getattr(found[1], "why", "")


def test_since_leaves_out_only_what_is_surely_older(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(ONE)
    (tmp_path / "undated.eml").write_bytes(b"Subject: x\r\n\r\nx")
    (tmp_path / "zoneless.eml").write_bytes(b"Date: Fri, 14 Aug 2000 07:31:00\r\n\r\nx")
    (tmp_path / "broken.eml").write_bytes(b"Date: once upon a time\r\n\r\nx")
    later = MailOptions(now=lambda: SENT, since=SENT + dt.timedelta(days=1))
    assert [one.origin for one in fetched(tmp_path, later)] == ["broken.eml", "undated.eml", "zoneless.eml"]


def mbox(path: Path, mails: Iterable[bytes]) -> Path:
    box = mailbox.mbox(path)
    for mail in mails:
        box.add(mail)
    box.close()
    return path


def test_an_mbox_gives_the_mails_that_the_standard_library_gives(tmp_path: Path) -> None:
    mails = [bytes(buyer_message(f"Hello\n\nFrom here on {number}\n>From there")) for number in range(50)]
    path = mbox(tmp_path / "a.mbox", mails)
    with closing(mailbox.mbox(path)) as box:
        theirs = [box.get_bytes(key) for key in box.iterkeys()]
    assert raws(fetched(path)) == theirs
    (tmp_path / "a.mbox.gz").write_bytes(gzip.compress(path.read_bytes()))
    assert raws(fetched(tmp_path / "a.mbox.gz")) == theirs


def test_an_mbox_that_grew_is_read_on(tmp_path: Path) -> None:
    path = mbox(tmp_path / "a.mbox", [ONE, TWO])
    box = open_mailbox(str(path), OPTIONS)
    assert len(list(box.fetch(None))) == 2
    kept = box.cursor
    third = bytes(buyer_message("Third"))
    mbox(path, [third])
    # The last mail comes again: it may have been half written.
    assert raws(fetched(path, cursor=kept)) == [TWO, third]


def test_an_mbox_that_is_another_is_read_whole(tmp_path: Path) -> None:
    path = mbox(tmp_path / "a.mbox", [ONE, TWO])
    box = open_mailbox(str(path), OPTIONS)
    list(box.fetch(None))
    path.unlink()
    mbox(path, [TWO, ONE, TWO])
    assert len(fetched(path, cursor=box.cursor)) == 3
    assert len(fetched(path, cursor="rubbish")) == 3
    assert len(fetched(path, cursor='{"offset": -5, "mark": "x"}')) == 3


def test_sentences_that_begin_with_from_do_not_part_a_mail(tmp_path: Path) -> None:
    body = "Hello\n\nFrom now on I wait.\n\nFrom: me\n\nFrom the seller\nI heard nothing.\n\n"
    text = (
        f"From x@y Fri Aug 14 07:31:00 2026\nSubject: a\n\n{body}From - Fri Aug 14 07:31:00 2026\nSubject: b\n\nEnd\n"
    )
    path = tmp_path / "a.mbox"
    path.write_text(text)
    found = raws(fetched(path))
    assert len(found) == 2
    assert found[0] is not None
    assert found[0].decode().endswith("I heard nothing.\n")


def test_an_mbox_without_separators_is_one_mail_and_is_said(tmp_path: Path) -> None:
    path = tmp_path / "a.mbox"
    path.write_bytes(ONE)
    found = fetched(path)
    assert [type(one) for one in found] == [MailTrouble, RawMail]
    assert found[1].raw == ONE


def test_a_mail_in_an_mbox_over_the_limit_is_passed_over_in_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "a.mbox"
    with path.open("wb") as stream:
        stream.write(b"From a@b Fri Aug 14 07:31:00 2026\n" + ONE + b"\n")
        stream.write(b"From a@b Fri Aug 14 07:31:00 2026\nSubject: big\n\n")
        for _ in range(40):
            stream.write(b"y" * 999_999 + b"\n")
        stream.write(b"\nFrom a@b Fri Aug 14 07:31:00 2026\n" + TWO)
    options = MailOptions(now=lambda: SENT, max_message_bytes=2_000_000)
    tracemalloc.start()
    found = fetched(path, options)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [type(one) for one in found] == [RawMail, MailTrouble, RawMail]
    assert found[2].raw == TWO
    assert peak < 12_000_000


@settings(deadline=None)
@given(
    st.lists(
        st.lists(
            st.sampled_from(
                ["Subject: x", "", "From ", "From now", ">From a", "word", "From a@b Fri Aug 14 07:31:00 2026"]
            )
        ),
        max_size=5,
    ),
    st.sampled_from(["\n", "\r\n"]),
)
def test_no_byte_of_an_mbox_is_lost_or_doubled(mails: list[list[str]], end: str) -> None:
    text = "".join(f"From a@b Fri Aug 14 07:31:00 2026{end}" + end.join(lines) + end + end for lines in mails)
    found = list(split(io.BytesIO(text.encode()), limit=10**6))
    assert b"".join(one.raw or b"" for one in found) == text.encode()
    assert len(found) >= len(mails)


def test_an_mbox_in_small_pieces_is_the_same(tmp_path: Path) -> None:
    text = mbox(tmp_path / "a.mbox", [ONE, TWO] * 40).read_bytes()

    class Small(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            return super().read(min(size or 0, 701))

    assert [one.raw for one in split(Small(text), limit=10**6)] == [
        one.raw for one in split(io.BytesIO(text), limit=10**6)
    ]


def test_a_cut_gzip_is_a_source_error_after_the_mails_before_the_cut(tmp_path: Path) -> None:
    whole = gzip.compress(mbox(tmp_path / "a.mbox", [os.urandom(3000).hex().encode() for _ in range(400)]).read_bytes())
    (tmp_path / "b.mbox.gz").write_bytes(whole[: len(whole) // 2])
    found: list[RawMail | MailTrouble] = []
    with pytest.raises(SourceError) as error:
        found.extend(open_mailbox(str(tmp_path / "b.mbox.gz"), OPTIONS).fetch(None))
    assert found
    assert "b.mbox.gz" in error.value.got


def test_a_gzip_bomb_is_stopped(tmp_path: Path) -> None:
    path = tmp_path / "bomb.mbox.gz"
    with gzip.open(path, "wb", compresslevel=9) as stream:
        for _ in range(150):
            stream.write(b"\0" * 1_000_000)
    with pytest.raises(SourceError):
        fetched(path, MailOptions(now=lambda: SENT, max_message_bytes=1_000_000))


def maildir(path: Path) -> Path:
    for name in ("cur", "new", "tmp"):
        (path / name).mkdir(parents=True)
    return path


def test_a_maildir_with_its_folders(tmp_path: Path) -> None:
    root = maildir(tmp_path / "Mail")
    (root / "new" / "1.a.host").write_bytes(ONE)
    (root / "cur" / "2.b.host:2,S").write_bytes(TWO)
    (root / "tmp" / "3.c.host").write_bytes(b"half wri")
    inner = maildir(root / ".Claims")
    (inner / "cur" / "4.d.host:2,").write_bytes(ONE)
    found = fetched(root)
    assert [(one.origin, one.raw) for one in found] == [("1.a.host", ONE), ("2.b.host", TWO), (".Claims/4.d.host", ONE)]


def test_a_mail_that_is_moved_while_a_maildir_is_read_is_found_again(tmp_path: Path) -> None:
    root = maildir(tmp_path / "Mail")
    for number in range(3):
        (root / "new" / f"{number}.a.host").write_bytes(ONE)
    stream = open_mailbox(str(root), OPTIONS).fetch(None)
    first = next(stream)
    (root / "new" / "1.a.host").rename(root / "cur" / "1.a.host:2,S")
    (root / "new" / "2.a.host").unlink()
    rest = list(stream)
    assert [one.origin for one in (first, *rest)] == ["0.a.host", "1.a.host"]


def archive(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members.items():
            made.writestr(name, content)
    return path


def test_a_zip_of_mails(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", {"in/a.eml": ONE, "b.EML": TWO, "readme.txt": b"x", "empty.eml": b""})
    found = fetched(path)
    assert [one.origin for one in found] == ["a.zip/in/a.eml", "a.zip/b.EML", "a.zip/empty.eml"]
    assert raws(found)[:2] == [ONE, TWO]


def test_a_zip_bomb_and_a_broken_member_are_said_and_the_others_come(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", {"bomb.eml": b"\0" * 30_000_000, "broken.eml": ONE * 3, "good.eml": TWO})
    raw = bytearray(path.read_bytes())
    at = raw.index(b"broken.eml") + len(b"broken.eml") + 40
    raw[at : at + 40] = bytes(40)
    path.write_bytes(raw)
    found = fetched(path)
    assert [type(one) for one in found] == [MailTrouble, MailTrouble, RawMail]
    assert "zip bomb" in getattr(found[0], "why", "")


def test_a_member_that_lies_about_its_size_is_bounded(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", {"a.eml": ONE})
    found = fetched(path, MailOptions(now=lambda: SENT, max_message_bytes=100))
    assert isinstance(found[0], MailTrouble)


def test_a_file_that_is_no_zip_is_a_source_error(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(b"PK\x03\x04 not really")
    with pytest.raises(SourceError, match="archive"):
        fetched(tmp_path / "a.zip")
