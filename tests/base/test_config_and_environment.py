from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from a2z_defense.base.config import Settings, load_settings, read_settings
from a2z_defense.base.environment import load_environment
from a2z_defense.base.errors import ConfigurationError


def test_no_file_is_an_empty_one(tmp_path: Path) -> None:
    assert load_settings(tmp_path / "none.toml", {}) == (Settings(), [])
    assert load_settings(None, {}) == (Settings(), [])


def test_every_error_is_in_one_report(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(
        '[seller]\nzone = "Mars/Olympus"\n[alert]\ndue_soon = "soon"\n[response]\nbudget = 10\n[fetch]\nworkers = "x"\n'
    )
    with pytest.raises(ConfigurationError) as found:
        load_settings(path, {})
    words = "\n".join(found.value.lines())
    for key in ("seller.zone", "alert.due_soon", "response.budget", "fetch.workers"):
        assert key in words
    assert "Mars/Olympus" in words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[alert]\nnotify = 5\n", 'alert.notify: expected a list, like ["one", "two"], got a number'),
        ('alert = "mail"\n', "alert: expected a table, like [alert], got text"),
        ("accounts = 1\n", "accounts: expected tables, like [accounts.main], got a number"),
        ("[seller]\nname = 3\n", 'seller.name: expected text in quotation marks, like "text", got a number'),
        ('[fetch]\nimages = "perhaps"\n', "fetch.images: expected true or false, got text"),
        ('[fetch]\nworkers = "many"\n', "fetch.workers: expected a whole number, got text"),
        ("[team]\naway = [20]\n", "team.away.0: expected a day without quotation marks, like 2026-11-21, got a number"),
        ("[files]\nkey = 1\n", 'files.key: expected a path in quotation marks, like "/home/me/file", got a number'),
        ("[response]\nbudget = 10\n", "response.budget: expected at least 300"),
        ("[retention]\nrest_days = 1.5\n", "retention.rest_days: expected a whole number, got a number"),
        *(
            (f"[alert]\ndue_soon = {value}\n", 'alert.due_soon: expected a duration, like "45s", "30m", "24h" or "2d"')
            for value in ('"soon"', "24", '"24"', '"-5h"', '"PT5H"', "true")
        ),
    ],
)
def test_an_error_says_what_is_expected_in_our_words(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "config.toml"
    path.write_text(text)
    with pytest.raises(ConfigurationError) as found:
        load_settings(path, {"A2Z_MAIL": "mails"})
    assert words in found.value.got.splitlines()[1]


def test_a_wrong_value_is_not_repeated_for_it_may_be_a_password(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(
        '[alert]\nnotify = "mailto://me:s3cret@example.org"\n[[routes]]\nnotify = ["x"]\nmin_amount = "s3cret"\n'
    )
    with pytest.raises(ConfigurationError) as found:
        load_settings(path, {})
    assert "routes.0.min_amount: expected a number, got text" in found.value.got
    assert "s3cret" not in found.value.got


def test_unknown_keys_are_told_beside_errors(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('[alert]\ndue_soon = "soon"\nnotfy = ["x"]\n')
    with pytest.raises(ConfigurationError) as found:
        load_settings(path, {})
    assert "alert.notfy is not a setting of a2z and is ignored" in found.value.got
    assert "has 1 error(s)" in found.value.got


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[alert]\nquiet_hours = "22-7"\n', "alert.quiet_hours is '22-7'"),
        ('[team]\nhours = "9 to 5"\n', "team.hours is '9 to 5'"),
        ('[team]\nweekdays = ["Lundi"]\n', "team.weekdays holds 'Lundi'"),
    ],
)
def test_hours_that_cannot_be_read_are_told_by_every_command(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "config.toml"
    path.write_text(text)
    (warning,) = load_settings(path, {})[1]
    assert words in warning
    assert "expected" in warning


def test_what_is_right_in_a_file_with_errors_still_counts_for_who_must_not_be_silenced(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(
        'mail = 5\n[seller]\nzone = "Mars/Olympus"\nname = "Bottega"\n[alert]\nnotify = ["one", 2, "three"]\n'
        'due_soon = "soon"\n[[routes]]\nmarketplace = "IT"\nmin_amount = "much"\nnotify = ["four"]\n'
    )
    settings, _, error = read_settings(path, {"A2Z_MAIL": "mails"})
    assert error is not None
    assert error.got.count("\n") == 5
    assert (settings.seller.zone, settings.seller.name) == ("UTC", "Bottega")
    assert settings.alert.notify == ("one", "three")
    assert settings.alert.due_soon == dt.timedelta(hours=24)
    assert settings.routes[0].notify == ("four",)


def test_unknown_keys_warn_and_do_not_stop(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('sellr = 1\n[alert]\ndue_sooon = "6h"\n[accounts.main]\nregion = "eu"\nsecret = "x"\n')
    settings, warnings = load_settings(path, {})
    assert [word.split(": ")[1].split()[0] for word in warnings] == ["sellr", "alert.due_sooon", "accounts.main.secret"]
    assert settings.accounts["main"].region == "eu"


@pytest.mark.parametrize(("text", "hours"), [("24h", 24), ("90m", 1.5), ("2d", 48), ("1800s", 0.5)])
def test_durations_are_written_with_a_unit(tmp_path: Path, text: str, hours: float) -> None:
    path = tmp_path / "config.toml"
    path.write_text(f'[alert]\ndue_soon = "{text}"\n')
    assert load_settings(path, {})[0].alert.due_soon == dt.timedelta(hours=hours)


def test_a_file_that_is_no_toml_says_which_line(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("[seller\n")
    with pytest.raises(ConfigurationError, match=r"line 1"):
        load_settings(path, {})


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('[mail]\nsources = ["file"]\ntrusted_receivers = ["file.example"]\n')
    settings, _ = load_settings(path, {"A2Z_MAIL": "a:b", "A2Z_TRUSTED_RECEIVERS": "mx.one, mx.two"})
    assert settings.mail.sources == ("a", "b")
    assert settings.mail.trusted_receivers == ("mx.one", "mx.two")


def test_credentials_are_in_no_repr(tmp_path: Path) -> None:
    found = load_environment(
        variables={"A2Z_HOME": str(tmp_path), "A2Z_CONFIG": str(tmp_path / "c"), "LWA_CLIENT_SECRET": "s3cret"}
    )
    assert "s3cret" not in repr(found)
    assert found.home.root == tmp_path


def test_the_flag_wins_over_the_variable(tmp_path: Path) -> None:
    variables = {"A2Z_HOME": str(tmp_path), "A2Z_CONFIG": str(tmp_path / "c"), "A2Z_NOW": "2026-01-01T00:00:00Z"}
    assert load_environment(variables=variables).clock.now().day == 1
    assert load_environment(as_of="2026-01-02T00:00:00Z", variables=variables).clock.now().day == 2


@pytest.mark.parametrize(
    ("text", "sources"),
    [
        ("imaps://me@mail.example:993/INBOX", ["imaps://me@mail.example:993/INBOX"]),
        (
            "/a/b.mbox:imaps://me@h:993/INBOX:~/Maildir:imap://you@h/X",
            ["/a/b.mbox", "imaps://me@h:993/INBOX", "~/Maildir", "imap://you@h/X"],
        ),
    ],
)
def test_the_colons_of_a_server_do_not_part_mail_sources(text: str, sources: list[str]) -> None:
    settings, _ = load_settings(None, {"A2Z_MAIL": text})
    assert list(settings.mail.sources) == sources
