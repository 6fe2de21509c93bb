"""What a backup holds and what it takes back: no student, no path of anybody else's, no half."""

import gzip
import io
import tarfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from content.releases.generations import Releases
from messages.message import Message
from runtime import application
from runtime.upkeep import archive
from runtime.upkeep.archive import About, BackupError
from settings.schema import Content, Kiosk, Server, Settings, Sms, StoreSettings
from tests import shipped
from tests.content.publisher import Publisher
from tests.running import command, environment

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
ABOUT = About(archive.FORMAT, "0.1.0", NOW)
OF_SCHOOLS = ("SCREENS", "schools/elm/school.toml", "schools/elm/desk.passphrase")
KEPT = ("hash.key", "desk.passphrase", "recordings/en/hello.opus", *OF_SCHOOLS)
STUDENTS = ("porchlight.db", "porchlight.db-wal", "waiting.jsonl", "machine.id", "lines.html")


def machine(root: Path) -> tuple[Path, Settings]:
    """Settings in a folder of their own, and what a kiosk leaves in its data folder."""
    own, data = root / "etc", root / "data"
    (data / "recordings/en").mkdir(parents=True)
    (data / "schools/elm").mkdir(parents=True)
    own.mkdir()
    file = own / "settings.toml"
    file.write_text('[kiosk]\nschool = "Elm Street"\nschool_file = "bells.toml"\n', "utf-8")
    (own / "bells.toml").write_text('lunch = "Soup"\n', "utf-8")
    (own / "environment").write_text("TWILIO_AUTH_TOKEN=kept\n", "utf-8")
    (own / "strangers.conf").write_text("not ours", "utf-8")
    for name in (*KEPT, *STUDENTS):
        (data / name).write_text(name, "utf-8")
    server = Server(data_dir=data)
    return file, Settings(server=server, kiosk=Kiosk(school_file=own / "bells.toml"))


def test_it_holds_settings_and_keys_and_nothing_of_a_student(tmp_path: Path) -> None:
    found = archive.collected(*machine(tmp_path))
    own = {"settings.toml", "bells.toml", "environment"}
    assert set(found) == {f"settings/{n}" for n in own} | {f"data/{n}" for n in KEPT}


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    file, settings = machine(tmp_path)
    (settings.server.data_dir / "hash.key").unlink()
    (settings.server.data_dir / "hash.key").symlink_to("/etc/hostname")
    assert "data/hash.key" not in archive.collected(file, settings)


def test_a_folder_that_is_a_link_is_neither_kept_nor_written_through(tmp_path: Path) -> None:
    file, settings = machine(tmp_path)
    found = archive.collected(file, settings)
    recordings, elsewhere = settings.server.data_dir / "recordings", tmp_path / "elsewhere"
    recordings.rename(elsewhere)
    recordings.symlink_to(elsewhere)
    assert not any("recordings" in name for name in archive.collected(file, settings))
    (elsewhere / "en/hello.opus").write_text("another's", "utf-8")
    archive.put_back(found, file, settings)
    assert (elsewhere / "en/hello.opus").read_text("utf-8") == "another's"
    assert (recordings / "en/hello.opus").read_text("utf-8") == "recordings/en/hello.opus"


def test_a_tree_without_end_is_told_in_a_sentence(tmp_path: Path) -> None:
    file, settings = machine(tmp_path)
    deep = settings.server.data_dir / "recordings" / "/".join(["d"] * 30)
    deep.mkdir(parents=True)
    with pytest.raises(BackupError, match=r"recordings.*: folders are nested too deep"):
        archive.collected(file, settings)


def test_what_was_packed_comes_back_on_a_wiped_machine_for_its_owner_alone(tmp_path: Path) -> None:
    found = archive.collected(*machine(tmp_path / "one"))
    file = tmp_path / "two/etc/settings.toml"
    settings = Settings(server=Server(data_dir=tmp_path / "two/data"))
    about, read = archive.unpacked(archive.packed(found, ABOUT))
    assert (about, read) == (ABOUT, found)
    assert archive.put_back(read, file, settings) == []
    school = Kiosk(school_file=file.with_name("bells.toml"))
    again = archive.collected(file, Settings(server=settings.server, kiosk=school))
    assert again == found
    for private in (file.with_name("environment"), settings.server.data_dir / "hash.key"):
        assert private.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "name",
    [
        "../etc/passwd",
        "/etc/passwd",
        "settings/../../etc/passwd",
        "settings/strangers.conf",
        "settings/sub/settings.toml",
        "data/../../hash.key",
        "data/porchlight.db",
        "data//hash.key",
        "data/./hash.key",
        "data/releases/../../../x",
        "data\\hash.key",
        "data",
        "",
        "elsewhere/hash.key",
    ],
)
def test_a_name_that_has_no_place_in_a_backup_refuses_all_of_it(name: str) -> None:
    data = archive.packed({"data/hash.key": b"k", name: b"x"}, ABOUT)
    with pytest.raises(BackupError, match="Nothing was restored"):
        archive.unpacked(data)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("data/hash.key", "data/hash.key/x"),
        ("data/ACTIVE/x", "data/COMPARED"),
        ("data/trust", "data/COMPARED"),
        ("data/releases/a", "data/releases/a/core.json"),
    ],
)
def test_a_file_has_nothing_below_it(one: str, other: str) -> None:
    with pytest.raises(BackupError, match="Nothing was restored"):
        archive.unpacked(archive.packed({one: b"x", other: b"y"}, ABOUT))


@pytest.mark.parametrize(
    ("key", "file"),
    [
        ('[kiosk]\nschool_file = "{}"', "server.py"),
        ('[kiosk]\nschool_file = "{}"', "pyproject.toml"),
        ('[kiosk]\nschool_file = "{}"', "other.json"),
        ('[content]\nroot = "{}"', "Makefile"),
        ('[content]\nroot = "{}"', "other.toml"),
    ],
)
def test_the_settings_in_it_name_no_file_of_another_kind(key: str, file: str) -> None:
    """Where the settings lie in a checkout, the program lies beside them."""
    given = {"settings/settings.toml": key.format(file).encode(), f"settings/{file}": b"x"}
    with pytest.raises(BackupError, match="does not belong in a backup"):
        archive.unpacked(archive.packed(given, ABOUT))


def test_a_school_file_that_no_restore_takes_is_told_when_it_is_kept(tmp_path: Path) -> None:
    file, settings = machine(tmp_path)
    settings.kiosk.school_file.rename(odd := file.with_name("bells.txt"))
    named = Settings(server=settings.server, kiosk=Kiosk(school_file=odd))
    with pytest.raises(BackupError, match=r"bells\.txt: .* ends in \.toml"):
        archive.collected(file, named)


def test_the_settings_in_it_name_no_file_elsewhere(tmp_path: Path) -> None:
    """Whatever they say, a file is put beside them."""
    given = {
        "settings/settings.toml": b'[kiosk]\nschool_file = "/etc/cron.d/bells.toml"\n',
        "settings/bells.toml": b"* * * * * root true\n",
    }
    _, read = archive.unpacked(archive.packed(given, ABOUT))
    file = tmp_path / "etc/settings.toml"
    archive.put_back(read, file, Settings(server=Server(data_dir=tmp_path / "data")))
    assert sorted(path.name for path in file.parent.iterdir()) == ["bells.toml", "settings.toml"]


def _tar(fill: Callable[[tarfile.TarFile], object]) -> bytes:
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w:gz") as tar:
        fill(tar)
    return raw.getvalue()


def _linked(tar: tarfile.TarFile) -> None:
    member = tarfile.TarInfo("data/hash.key")
    member.type, member.linkname = tarfile.SYMTYPE, "/etc/shadow"
    tar.addfile(member)


def _twice(tar: tarfile.TarFile) -> None:
    for _ in range(2):
        tar.addfile(tarfile.TarInfo("data/hash.key"), io.BytesIO(b""))


def _sparse(tar: tarfile.TarFile) -> None:
    """A file of which a terabyte is a hole: a hundred bytes of backup."""
    member = tarfile.TarInfo("data/hash.key")
    member.pax_headers = {
        "GNU.sparse.map": "0,1",
        "GNU.sparse.size": str(2**40),
        "GNU.sparse.name": "data/hash.key",
    }
    member.size = 1
    tar.addfile(member, io.BytesIO(b"k"))


BOMB = gzip.compress(bytes(2**20)) * (2 * archive.MOST_BYTES // 2**20 + 1)


@pytest.mark.parametrize(
    "data",
    [
        *(b"", b"x" * 1000, _tar(lambda _: None), _tar(_linked), _tar(_twice), _tar(_sparse)),
        *(BOMB, gzip.compress(archive.packed({"data/hash.key": b"k"}, ABOUT))),
    ],
    ids=[
        *("empty", "noise", "nothing in it", "a link", "a name twice", "a hole"),
        *("a bomb", "compressed twice"),
    ],
)
def test_what_is_no_backup_is_refused_in_a_sentence(data: bytes) -> None:
    with pytest.raises(BackupError, match="Nothing was restored"):
        archive.unpacked(data)


def test_every_cut_of_a_backup_is_refused() -> None:
    whole = archive.packed({"data/hash.key": b"k" * 3000}, ABOUT)
    for length in range(0, len(whole) - 1, 7):
        with pytest.raises(BackupError):
            archive.unpacked(whole[:length])


def test_a_backup_of_a_newer_format_says_which_program_made_it() -> None:
    data = archive.packed({}, About(archive.FORMAT + 1, "9.9", NOW))
    with pytest.raises(BackupError, match=r"Porchlight 9\.9, which is newer"):
        archive.unpacked(data)


SERVER = "postgresql://school@db.example.org/line"
NAMES_SERVER = {"settings/environment": f"PORCHLIGHT_STORE__URL='{SERVER}'\n".encode()}


@pytest.mark.parametrize(
    ("database", "url", "backup", "stays"),
    [
        ("porchlight.db", "", {}, True),
        ("waiting.jsonl", "", {}, True),  # the file is away, what waits for it is not
        ("", SERVER, {}, True),
        ("", SERVER, NAMES_SERVER, True),
        ("porchlight.db", "", NAMES_SERVER, False),
        ("", "", {}, False),
    ],
)
def test_a_key_belongs_to_the_database_that_it_was_used_with(
    tmp_path: Path, database: str, url: str, backup: dict[str, bytes], stays: bool
) -> None:
    data = tmp_path / "data"
    data.mkdir()
    for name in ("hash.key", database or "ACTIVE"):
        (data / name).write_text("mine", "utf-8")
    settings = Settings(server=Server(data_dir=data), store=StoreSettings(url=url))

    def restored() -> list[Message]:
        contents = {"data/hash.key": b"another", **backup}
        return archive.put_back(contents, tmp_path / "etc/settings.toml", settings)

    (note,) = restored()
    aside = data / "hash.key.before"
    kept = {path.read_text("utf-8") for path in (data / "hash.key", aside) if path.exists()}
    assert (note.code == "backup.key-stays", kept) == (
        (True, {"mine"}) if stays else (False, {"mine", "another"})
    )
    assert (data / "hash.key").read_text("utf-8") == ("mine" if stays else "another")
    assert len(restored()) == stays  # the second time there is nothing left to say


@dataclass(frozen=True)
class Signed:
    """Backups of one kiosk, the second after its publisher had signed anew."""

    content: Content
    older: dict[str, bytes]
    newer: dict[str, bytes]

    def machine(self, root: Path) -> tuple[Path, Settings]:
        """Another one, that was brought up from the newer one."""
        settings = Settings(server=Server(data_dir=root / "data"), content=self.content)
        assert archive.put_back(self.newer, root / "settings.toml", settings) == []
        return root / "settings.toml", settings


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Signed:
    root = tmp_path_factory.mktemp("signed")
    publisher = Publisher(root / "site", now=datetime.now(UTC))
    content = Content(source=str(publisher.folder), root=publisher.trust)
    source = {
        "PORCHLIGHT_CONTENT__SOURCE": str(publisher.folder),
        "PORCHLIGHT_CONTENT__ROOT": str(publisher.trust),
    }
    settings = Settings(server=Server(data_dir=root / "data"), content=content)
    found = []
    for _ in range(2):
        publisher.release(shipped.pack())
        done = command("refresh", environ=environment(root / "data", **source))
        assert done.returncode == 0, done.stderr
        found.append(archive.collected(root / "settings.toml", settings))
    assert {"data/ACTIVE", "data/trust/FLOOR"} <= set(found[0])
    return Signed(content, *found)


def hidden(data: Path) -> set[str]:
    return {entry.id for entry in Releases(data).state().withdrawn}


def damage(data: Path) -> None:
    """A byte of the active release is another."""
    for manifest in (data / "releases").glob("*/manifest.json"):
        manifest.write_bytes(manifest.read_bytes() + b" ")
    assert Releases(data).active(Releases(data).state()) is None


def test_a_signed_pack_is_never_made_older(signed: Signed, tmp_path: Path) -> None:
    """Else an old backup would bring a withdrawn hotline back."""
    file, settings = signed.machine(tmp_path)
    (note,) = archive.put_back(signed.older, file, settings)
    assert note.code == "backup.signed-pack-stays"
    assert archive.collected(file, settings) == signed.newer


def test_nor_where_the_newer_one_is_damaged(signed: Signed, tmp_path: Path) -> None:
    file, settings = signed.machine(tmp_path)
    data = settings.server.data_dir
    Releases(data).change(lambda state: state.hide(["some-line"], now=NOW))
    damage(data)
    before = archive.collected(file, settings)

    (note,) = archive.put_back(signed.older, file, settings)

    newer = str(note.args["newer"])
    assert (note.code, newer) == ("backup.pack-is-older", "snapshot 3, not 2")
    assert archive.collected(file, settings) == before
    assert Releases(data).active(Releases(data).state()) is None
    assert hidden(data) == {"some-line"}


def test_what_is_withdrawn_on_the_machine_stays_so_when_a_backup_heals_it(
    signed: Signed, tmp_path: Path
) -> None:
    file, settings = signed.machine(tmp_path)
    data = settings.server.data_dir
    (there := tmp_path / "there").mkdir()
    Releases(there).change(lambda state: state.hide(["their-line"], now=NOW))
    Releases(data).change(lambda state: state.hide(["some-line"], now=NOW))
    damage(data)
    backup = {**signed.newer, "data/WITHDRAWN": (there / "WITHDRAWN").read_bytes()}

    assert archive.put_back(backup, file, settings) == []

    assert Releases(data).active(Releases(data).state()) is not None
    assert {"some-line", "their-line"} <= hidden(data)


def test_a_restore_that_was_cut_off_before_its_end_names_the_pack_the_next_time(
    signed: Signed, tmp_path: Path
) -> None:
    """The releases are there already, and no ACTIVE names one: that comes last."""
    file, settings = signed.machine(tmp_path)
    (settings.server.data_dir / "ACTIVE").unlink()
    assert archive.put_back(signed.newer, file, settings) == []
    assert archive.collected(file, settings) == signed.newer


def test_a_full_disk_in_the_middle_loses_neither_what_is_withdrawn_nor_the_floor(
    signed: Signed, tmp_path: Path
) -> None:
    file, settings = signed.machine(tmp_path)
    data = settings.server.data_dir
    Releases(data).change(lambda state: state.hide(["some-line"], now=NOW))
    damage(data)
    blocked = {**signed.newer, "data/recordings": b"", "data/recordings/en/a.opus": b""}
    with pytest.raises(BackupError, match="run the command again"):
        archive.put_back(blocked, file, settings)  # a folder where a file is, as a full disk
    assert Releases(data).state().active == ""
    assert "some-line" in hidden(data)
    (note,) = archive.put_back(signed.older, file, settings)
    assert note.code == "backup.pack-is-older"
    assert archive.put_back(signed.newer, file, settings) == []
    assert Releases(data).active(Releases(data).state()) is not None


def test_a_restore_that_a_full_disk_cuts_off_can_be_done_again(tmp_path: Path) -> None:
    found = archive.collected(*machine(tmp_path / "one"))
    file = tmp_path / "two/etc/settings.toml"
    settings = Settings(server=Server(data_dir=tmp_path / "two/data"))
    in_the_way = tmp_path / "two/data/recordings"
    in_the_way.parent.mkdir(parents=True)
    in_the_way.write_text("", "utf-8")  # every file below it fails, as on a full disk
    with pytest.raises(BackupError, match="run the command again"):
        archive.put_back(found, file, settings)
    assert not file.exists()  # the settings come last
    in_the_way.unlink()
    archive.put_back(found, file, settings)
    assert file.exists()


def test_when_one_was_made_is_known_to_the_server_and_in_no_backup(tmp_path: Path) -> None:
    file, settings = machine(tmp_path)
    settings = msgspec.structs.replace(settings, sms=Sms(enabled=False))
    kiosk = application.Porchlight(settings, clock=lambda: NOW)
    assert kiosk.detail()["backup"] == ""
    archive.note(settings.server.data_dir, NOW)
    assert kiosk.detail()["backup"] == NOW.isoformat()
    assert not [name for name in archive.collected(file, settings) if archive.LAST in name]
