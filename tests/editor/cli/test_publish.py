"""The publisher's verbs as people type them, from `init` to a recall; a real TUF client says what a
kiosk gets."""

import io
import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from cli import main
from cli.command import Context
from content.model import built_pack
from editor.authoring.read_pack import read
from editor.publishing import keys as publish_keys
from editor.publishing.release import prepare
from editor.publishing.workspace import Workspace
from settings.load import Secrets, load
from tests import shipped
from tests.content.conftest import TINY
from tests.content.office import WORDS, template
from tests.content.publisher import NOW
from tests.content.reader import Reader
from tests.editor.authoring.test_read_local import ENTRY, HEAD, PO
from tests.running import ROOT

PACK = TINY / "pack"


class Terminal:
    """A person at a terminal: types a verb, reads what is printed."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self.capsys, self.now = folder, capsys, NOW
        self.keys = (
            {path.name: path for path in (folder / "keys").iterdir()}
            if (folder / "keys").is_dir()
            else {}
        )
        self.out = self.err = ""
        self.passphrase = self.root_passphrase = WORDS
        environ = {
            **os.environ,
            "PORCHLIGHT_SERVER__DATA_DIR": str(folder / "data"),
            "PORCHLIGHT_KIOSK__AUDIO": "off",
        }
        self.settings = load({key: value for key, value in environ.items() if "TWILIO" not in key})

    def types(self, *words: str | Path, holders: tuple[str, ...] = ()) -> int:
        """The exit code of a verb, typed by holders of these keys, in their workspace."""
        mine = [
            part for holder in holders for part in ("--keys", str(self.folder / "keys" / holder))
        ]
        given = main.parser().parse_args([*map(str, words), *mine])
        secrets = Secrets(key_passphrase=self.passphrase, root_passphrase=self.root_passphrase)
        code = main.run(Context(self.settings, secrets, given, lambda: self.now))
        self.out, self.err = self.capsys.readouterr()
        return code

    def kiosk(self) -> Reader:
        return Reader(
            self.folder / "repo" / "site", self.folder / f"kiosk-{len(list(self.folder.iterdir()))}"
        )

    def bytes(self) -> Mapping[str, bytes]:
        """Every file of the workspace and of all keys."""
        files = (path for path in self.folder.rglob("*") if path.is_file())
        return {path.as_posix(): path.read_bytes() for path in files}


@pytest.fixture
def terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Terminal:
    """A publisher as `init` leaves it, and a copy of the shipped pack's source."""
    shutil.copytree(template(), tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path / "repo")
    monkeypatch.setattr(publish_keys, "ROUNDS", 1)
    return Terminal(tmp_path, capsys)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A small pack with the real pinned set, in built form."""
    folder = tmp_path_factory.mktemp("built")
    pack, _ = read(PACK)
    assert pack is not None
    built_pack.write_built(built_pack.build(pack), folder)
    yield folder


EDITORS = ("first-editor", "second-editor", "server")
ROOTS = ("root-keys",)


def test_init_makes_what_a_kiosk_can_trust(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publish_keys, "ROUNDS", 1)
    terminal = Terminal(tmp_path, capsys)
    assert (
        terminal.types(
            "publish", "init", tmp_path / "repo", "--keys", tmp_path / "keys", "--dry-run"
        )
        == 0
    )
    assert not (tmp_path / "repo").exists()
    assert not (tmp_path / "keys").exists()

    assert terminal.types("publish", "init", tmp_path / "repo", "--keys", tmp_path / "keys") == 0
    assert "belongs to one person" in terminal.out
    assert "1.root.json to each school" in terminal.out
    assert terminal.kiosk().refresh(NOW)._trusted_set.root.version == 1
    assert terminal.types("publish", "init", tmp_path / "repo", "--keys", tmp_path / "keys") == 1
    assert "`init` never replaces one" in terminal.err


@pytest.mark.slow
def test_the_shipped_pack_is_published_by_two_people(terminal: Terminal) -> None:
    assert terminal.types("publish", "release", shipped.PACK, holders=("first-editor",)) == 0
    assert "1 of 2 signatures; still to sign: editor-2" in terminal.out
    assert terminal.types("publish", "sign", "--yes", holders=("second-editor", "server")) == 0
    assert "Published: release of the pack california" in terminal.out

    kiosk, pack = terminal.kiosk(), shipped.pack()
    for name, data in built_pack.build(pack).items():
        assert kiosk.fetch(f"state/{name}", NOW) == data


def test_a_step_without_a_key_at_hand_says_that_nobody_signed(
    terminal: Terminal, built: Path
) -> None:
    assert terminal.types("publish", "release", built, "--keys", terminal.folder / "empty") == 0
    assert f"No signature was added. Either no key in {terminal.folder / 'empty'}" in terminal.out
    assert "0 of 2 signatures" in terminal.out


def test_a_pack_with_an_error_is_not_signed(terminal: Terminal, tmp_path: Path) -> None:
    shutil.copytree(PACK, tmp_path / "pack")
    file = tmp_path / "pack" / "resources" / "trevor.toml"
    file.write_text(file.read_text("utf-8").replace("+1", "+7", 1), "utf-8")
    before = terminal.bytes()

    assert terminal.types("publish", "release", tmp_path / "pack", holders=EDITORS) == 1
    assert "resources/trevor.toml:" in terminal.err
    assert "nothing was signed" in terminal.err
    assert terminal.bytes() == before


def test_a_built_pack_with_an_error_is_not_signed_either(
    terminal: Terminal, built: Path, tmp_path: Path
) -> None:
    built_pack.write_built(
        built_pack.build(replace(built_pack.read_built(built), topics=())), tmp_path / "spoilt"
    )

    assert terminal.types("publish", "release", tmp_path / "spoilt", holders=EDITORS) == 1
    assert "errors, so nothing was signed" in terminal.err


def test_a_changed_number_needs_its_note(terminal: Terminal, built: Path, tmp_path: Path) -> None:
    terminal.types("publish", "release", built, holders=EDITORS)
    shutil.copytree(PACK, tmp_path / "pack")
    file = tmp_path / "pack" / "resources" / "trevor.toml"
    file.write_text(file.read_text("utf-8").replace("+18664887386", "+18664887387", 1), "utf-8")

    assert terminal.types("publish", "release", tmp_path / "pack", "--dry-run") == 1
    assert 'Say why with --note "trevor voice.1=reason"' in terminal.err
    notes = tmp_path / "notes.txt"
    notes.write_text(
        "# checked by telephone\ntrevor voice.1=Their page shows the new one.\n", "utf-8"
    )
    assert (
        terminal.types("publish", "release", tmp_path / "pack", "--notes", notes, "--dry-run") == 0
    )
    assert "because: Their page shows the new one." in terminal.out
    note = "trevor voice.1=Their page shows the new one."
    assert (
        terminal.types("publish", "release", tmp_path / "pack", "--note", note, holders=EDITORS)
        == 0
    )
    assert "Published" in terminal.out


def test_a_planted_step_is_not_signed_by_mistake(terminal: Terminal, built: Path) -> None:
    """Someone hands the second editor a pack with an error; the checks run again before the second
    signature."""
    pack = built_pack.read_built(built)
    spoilt = replace(pack, topics=())
    workspace = Workspace(
        folder=Path(),
        keys=[terminal.folder / "keys" / "first-editor"],
        secret=lambda _name, _new: WORDS,
        say=lambda _line: None,
        now=NOW,
    )
    workspace.advance(
        workspace.published(), prepare(workspace.published(), workspace.site, spoilt, {}, now=NOW)
    )

    assert terminal.types("publish", "sign", "--yes", holders=("second-editor", "server")) == 1
    assert "Do not sign it" in terminal.err
    assert terminal.types("publish", "discard") == 0
    assert not Path("staged").exists()


def test_sign_asks_and_without_a_person_there_it_does_not(terminal: Terminal, built: Path) -> None:
    terminal.types("publish", "release", built, holders=("first-editor",))

    assert terminal.types("publish", "sign", holders=("second-editor",)) == 1
    assert "Nobody is at a terminal" in terminal.err


def test_a_recall_is_published_and_says_what_each_machine_does(
    terminal: Terminal, built: Path, tmp_path: Path
) -> None:
    terminal.types("publish", "release", built, holders=EDITORS)
    shutil.copytree(PACK, tmp_path / "pack")
    before = terminal.bytes()
    assert terminal.types("recall", "trevor", "--source", tmp_path / "pack", "--dry-run") == 0
    assert "trevor was live and is now withdrawn" in terminal.out
    assert terminal.bytes() == before

    assert terminal.types("recall", "trevor", "--source", tmp_path / "pack", holders=EDITORS) == 0
    assert "Nobody has to approve a recall" in terminal.out
    assert 'status = "withdrawn"' in (tmp_path / "pack" / "resources" / "trevor.toml").read_text(
        "utf-8"
    )
    assert b'"withdrawn"' in terminal.kiosk().fetch("state/core.json", NOW)
    assert terminal.types("publish", "release", built, holders=EDITORS) == 1
    assert "trevor status: withdrawn becomes live" in terminal.err


def test_a_recall_does_not_wait_for_a_release_that_waits(terminal: Terminal, built: Path) -> None:
    terminal.types("publish", "release", built, holders=EDITORS)
    terminal.types("publish", "release", built, holders=("first-editor",))

    assert terminal.types("recall", "trevor", holders=EDITORS) == 0
    assert "Published: recall of trevor" in terminal.out
    assert terminal.types("publish", "sign", "--yes", holders=("second-editor", "server")) == 1
    assert "someone published something since" in terminal.err


@pytest.mark.parametrize(
    ("name", "said"), [("988", "pinned crisis set"), ("nobody", 'no entry "nobody"')]
)
def test_what_cannot_be_recalled_is_said(
    terminal: Terminal, built: Path, name: str, said: str
) -> None:
    terminal.types("publish", "release", built, holders=EDITORS)

    assert terminal.types("recall", name, holders=EDITORS) == 1
    assert said in terminal.err


def test_touch_every_night_is_enough_for_the_server(terminal: Terminal) -> None:
    terminal.now += timedelta(days=20)

    assert terminal.types("publish", "touch", holders=("server",)) == 0
    assert "is valid until 2027-01-20" in terminal.out
    assert "root expires on" in terminal.out
    assert terminal.types("publish", "touch", holders=("first-editor",)) == 1


def test_a_lost_key_is_replaced(terminal: Terminal, built: Path, tmp_path: Path) -> None:
    terminal.types("publish", "release", built, holders=EDITORS)
    (tmp_path / "keys" / "second-editor" / "editor-2.key").unlink()
    assert (
        terminal.types(
            "publish", "keys", "new", "editor-3", "--keys", tmp_path / "keys" / "second-editor"
        )
        == 0
    )
    assert (
        terminal.types(
            "publish", "keys", "export", "editor-3", tmp_path / "e3.pub", holders=("second-editor",)
        )
        == 0
    )

    rotate = ("publish", "keys", "rotate", "targets", "editor-2", tmp_path / "e3.pub")
    assert terminal.types(*rotate, "--dry-run") == 0
    assert "targets: key editor-2 no longer counts" in terminal.out
    assert terminal.types(*rotate, holders=("first-editor", *ROOTS)) == 0
    assert terminal.types("publish", "sign", "--yes", holders=("second-editor", "server")) == 0
    assert "Published: targets: new key editor-3 and key editor-2 revoked" in terminal.out
    assert terminal.types("publish", "keys", "list", holders=("second-editor",)) == 0
    assert "targets: 2 of editor-1, editor-3" in terminal.out
    assert "Key on this machine: editor-3 in" in terminal.out


def test_the_passphrase_of_the_server_opens_no_root_key(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It lies in a file there, and `init` may have given every key the same one."""
    monkeypatch.setattr("sys.stdin", io.StringIO())
    terminal.root_passphrase = ""
    assert terminal.types("publish", "keys", "renew", holders=(*ROOTS, "server")) == 1
    assert "Nobody is at a terminal to enter root-1's passphrase" in terminal.err
    assert "PORCHLIGHT_ROOT_PASSPHRASE_FILE" in terminal.err


def test_the_root_is_renewed(terminal: Terminal) -> None:
    assert terminal.types("publish", "keys", "renew", holders=(*ROOTS, "server")) == 0
    assert "Published: renewal of the root" in terminal.out


def test_a_district_publishes_its_own_entries(
    terminal: Terminal, built: Path, tmp_path: Path
) -> None:
    terminal.types("publish", "release", built, holders=EDITORS)
    acme = tmp_path / "acme"
    for name, text in (
        ("local.toml", HEAD),
        ("resources/acme-counselor.toml", ENTRY),
        ("po/es.po", PO),
    ):
        (acme / name).parent.mkdir(parents=True, exist_ok=True)
        (acme / name).write_text(text, "utf-8")
    terminal.types("publish", "keys", "new", "acme-1", "--keys", tmp_path / "keys" / "acme")
    release = ("publish", "release", "--as", "district/acme", acme)
    assert terminal.types(*release, holders=("acme",)) == 1
    assert "has not yet allowed district/acme to publish" in terminal.err

    public = tmp_path / "keys" / "acme" / "acme-1.pub"
    assert terminal.types("publish", "delegate", "district/acme", public, holders=EDITORS) == 0
    assert "Compare it with the holder by telephone" in terminal.out
    assert terminal.types(*release, "--dry-run") == 0
    assert terminal.types(*release, holders=("acme",)) == 0
    assert "district/acme: 1 of 1" not in terminal.err
    staged = Path("staged-district-acme")
    assert terminal.types("publish", "sign", "--yes", "--staged", staged, holders=("server",)) == 0
    assert b"acme-counselor" in terminal.kiosk().fetch("district/acme/local.json", NOW)

    assert terminal.types("publish", "delegate", "district/acme", "--revoke", holders=EDITORS) == 0
    assert terminal.kiosk().refresh(NOW).get_targetinfo("district/acme/local.json") is None


def test_a_districts_mistake_is_said_with_file_and_line(
    terminal: Terminal, built: Path, tmp_path: Path
) -> None:
    terminal.types("publish", "release", built, holders=EDITORS)
    (tmp_path / "acme").mkdir()
    (tmp_path / "acme" / "local.toml").write_text(
        'id = "acme"\nkind = "school"\nname = "x"\n', "utf-8"
    )

    assert terminal.types("publish", "release", "--as", "district/acme", tmp_path / "acme") == 1
    assert 'local.toml:2: "kind" is "school"' in terminal.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("publish", "touch", "--repository", "/nowhere"), "There is no repository in /nowhere"),
        (("publish", "sign"), "does not contain a step"),
        (("publish", "discard"), "does not contain a step"),
        (("publish", "delegate", "district/acme"), r"Specify the .pub file of district/acme"),
        (("publish", "delegate", "city/acme", "/dev/null"), "is not a Porchlight public key"),
        (("publish", "keys", "add", "targets", "/nowhere.pub"), "is not a Porchlight public key"),
        (("publish", "keys", "export", "editor-9", "x.pub"), 'You have no key "editor-9"'),
        (
            ("publish", "release", "--as", "district/acme"),
            "Specify the folder that contains local.toml",
        ),
        (("publish", "release", "--notes", "/nowhere.txt"), "/nowhere.txt cannot be read"),
        (("publish", "init", "x", "--public", "mayor=x.pub"), '"mayor=x.pub" cannot be read'),
        (("recall", "trevor"), "No pack is published yet"),
    ],
)
def test_a_mistake_is_a_sentence_and_changes_nothing(
    terminal: Terminal, words: tuple[str, ...], said: str
) -> None:
    before = terminal.bytes()

    assert terminal.types(*words, "--keys", str(terminal.folder / "nothing")) == 1
    assert said in terminal.err
    assert "Traceback" not in terminal.err
    assert terminal.bytes() == before


def test_where_nobody_can_be_asked_the_passphrase_must_be_set(terminal: Terminal) -> None:
    terminal.passphrase = ""

    assert terminal.types("publish", "touch", holders=("server",)) == 1
    assert "Set PORCHLIGHT_KEY_PASSPHRASE_FILE" in terminal.err


class Person:
    """Someone at the keyboard: answers each question with the next line."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *answers: str) -> None:
        self.answers, self.asked = list(answers), list[str]()
        monkeypatch.setattr("sys.stdin.isatty", lambda: True)
        monkeypatch.setattr("builtins.input", self.answer)
        monkeypatch.setattr("editor.cli.publish_options.getpass", self.answer)

    def answer(self, question: str) -> str:
        self.asked.append(question)
        return self.answers.pop(0)


def test_a_person_is_asked_for_the_passphrase_of_each_key(
    terminal: Terminal, built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal.passphrase = ""
    person = Person(monkeypatch, WORDS, "")
    assert (
        terminal.types("publish", "release", built, holders=("first-editor", "second-editor")) == 0
    )

    assert person.asked == [
        f"Passphrase of {name} (press Enter to skip this key): "
        for name in ("editor-1", "editor-2")
    ]
    assert "1 of 2 signatures; still to sign: editor-2" in terminal.out


def test_a_new_passphrase_is_typed_twice_until_both_agree(
    terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal.passphrase = ""
    Person(monkeypatch, "one that is long", "another that is long", WORDS, WORDS)

    assert terminal.types("publish", "keys", "new", "editor-3", "--keys", tmp_path / "mine") == 0
    assert "They differ" in terminal.out
    assert (tmp_path / "mine" / "editor-3.key").exists()


@pytest.mark.parametrize(("answer", "code"), [("y", 0), ("n", 1), ("", 1)])
def test_the_second_editor_says_yes_or_nothing_is_signed(
    terminal: Terminal, built: Path, monkeypatch: pytest.MonkeyPatch, answer: str, code: int
) -> None:
    terminal.types("publish", "release", built, holders=("first-editor",))
    Person(monkeypatch, answer)

    assert terminal.types("publish", "sign", holders=("second-editor", "server")) == code
    assert "the first pack: " in terminal.out
    assert Path("staged").exists() is (code == 1)


def test_a_passphrase_is_shown_nowhere(terminal: Terminal, built: Path) -> None:
    terminal.types("publish", "release", built, holders=EDITORS)

    assert WORDS not in terminal.out + terminal.err
    assert all(WORDS.encode() not in data for data in terminal.bytes().values())


def typed_in_docs() -> list[str]:
    """Every command of the publisher's page: whole lines, and those inside a sentence or a table."""
    page = (ROOT / "docs/editor/publishing.md").read_text("utf-8")
    whole = re.findall(r"porchlight ((?:publish|recall) [^\n`]+)", page)
    return whole + [
        words for words in re.findall(r"`((?:publish|recall) [^`\n]+)`", page) if "…" not in words
    ]


@pytest.mark.parametrize("line", typed_in_docs())
def test_every_command_of_the_page_can_be_typed(line: str) -> None:
    assert "run" in main.parser().parse_args(shlex.split(line))


def test_the_nightly_line_of_the_documents_runs_as_cron_runs_it(tmp_path: Path) -> None:
    """From the home of its user, with a path of two folders."""
    document = (ROOT / "docs/editor/publishing.md").read_text("utf-8")
    (line,) = (row for row in document.splitlines() if "publish touch" in row and row[0].isdigit())
    program = tmp_path / ".local/bin/porchlight"
    program.parent.mkdir(parents=True)
    program.write_text('#!/bin/sh\necho "$@"\n', "utf-8")
    program.chmod(0o755)
    done = subprocess.run(
        ["/bin/sh", "-c", line.split(maxsplit=5)[5]],
        cwd=tmp_path,
        env={"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == (
        f"publish touch --repository {tmp_path}/porchlight-office --keys {tmp_path}/keys/server\n"
    )
