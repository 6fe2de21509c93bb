"""Private keys: always encrypted, never written over, and a device can hold one."""

import base64
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from securesystemslib.signer import (
    SIGNER_FOR_URI_SCHEME,
    CryptoSigner,
    Key,
    SecretsHandler,
    Signature,
    Signer,
)

from editor.publishing.keys import (
    from_device,
    key_files,
    make,
    name_of,
    open_key,
    read_public,
    write_public,
)
from editor.publishing.metadata import PublishError

WORDS = "four words or more"
DEVICE = Ed25519PrivateKey.generate()


class Device(Signer):
    """The maker's side of a hardware key: asks for its PIN and signs inside."""

    def __init__(self, public: Key) -> None:
        self._public = public

    @classmethod
    def from_priv_key_uri(
        cls, priv_key_uri: str, public_key: Key, secrets_handler: SecretsHandler | None = None
    ) -> "Device":
        if secrets_handler is None or secrets_handler(priv_key_uri) != "123456":
            raise ValueError("wrong PIN")
        return cls(public_key)

    @property
    def public_key(self) -> Key:
        return self._public

    def sign(self, payload: bytes) -> Signature:
        return Signature(self._public.keyid, DEVICE.sign(payload).hex())


@pytest.fixture
def device(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setitem(SIGNER_FOR_URI_SCHEME, "testdevice", Device)
    yield "testdevice:slot-2"


def test_a_key_is_encrypted_on_the_disk_and_only_its_holder_may_read_it(tmp_path: Path) -> None:
    made = make(tmp_path / "keys", "editor-1", WORDS)
    data = made.path.read_bytes()

    assert data.startswith(b"-----BEGIN OPENSSH PRIVATE KEY-----\n")
    assert made.path.stat().st_mode & 0o077 == 0
    assert made.path.parent.stat().st_mode & 0o077 == 0


def rounds(path: Path) -> int:
    """How often bcrypt hashes the passphrase (OpenSSH's PROTOCOL.key: salt, then a uint32)."""
    data = base64.b64decode(b"".join(path.read_bytes().splitlines()[1:-1]))
    at = data.index(b"bcrypt") + len(b"bcrypt") + 4  # past the length of the options
    salt = int.from_bytes(data[at : at + 4], "big")
    return int.from_bytes(data[at + 4 + salt : at + 8 + salt], "big")


@pytest.mark.skipif(not shutil.which("ssh-keygen"), reason="ssh-keygen is the second opinion")
def test_other_programs_open_it_and_the_passphrase_is_slow_to_guess(tmp_path: Path) -> None:
    made = make(tmp_path, "editor-1", WORDS)

    subprocess.run(["ssh-keygen", "-y", "-P", WORDS, "-f", made.path], check=True)
    assert rounds(made.path) >= 16


def test_a_key_of_before_opens_as_it_is(tmp_path: Path) -> None:
    """pkcs8_key was made by the last version that wrote PKCS#8."""
    (old,) = key_files([Path(__file__).with_name("pkcs8_key")])
    signer = open_key(old, lambda _: WORDS)

    assert signer is not None
    old.public.verify_signature(signer.sign(b"a pack"), b"a pack")
    with pytest.raises(PublishError, match=r"editor-1\.key cannot be opened"):
        open_key(old, lambda _: "some other words")


@pytest.mark.skipif(not shutil.which("ssh-keygen"), reason="the documented command")
def test_ssh_keygen_takes_a_key_of_before_over(tmp_path: Path) -> None:
    """The command of docs/editor/publishing.md."""
    folder = Path(shutil.copytree(Path(__file__).with_name("pkcs8_key"), tmp_path / "keys"))
    file = folder / "editor-1.key"
    file.chmod(0o600)
    command = [
        "ssh-keygen",
        "-p",
        "-a",
        "24",
        "-f",
        str(file),
        "-P",
        WORDS,
        "-N",
        "four other words",
    ]

    subprocess.run(command, check=True)
    assert file.read_bytes().startswith(b"-----BEGIN OPENSSH PRIVATE KEY-----\n")
    assert rounds(file) == 24
    assert open_key(key_files([folder])[0], lambda _: "four other words") is not None


def test_it_signs_what_its_public_half_verifies(tmp_path: Path) -> None:
    make(tmp_path / "deep" / "folder", "editor-1", WORDS)
    (mine,) = key_files([tmp_path])
    signer = open_key(mine, lambda _: WORDS)

    assert signer is not None
    mine.public.verify_signature(signer.sign(b"a pack"), b"a pack")
    assert name_of(mine.public) == "editor-1"


def test_without_a_passphrase_the_key_is_left_out(tmp_path: Path) -> None:
    assert open_key(make(tmp_path, "editor-1", WORDS), lambda _: "") is None


@pytest.mark.parametrize(
    ("name", "passphrase", "said"),
    [
        ("editor-1", "short", "too short"),
        (
            "Editor 1",
            WORDS,
            "cannot be a key's name. Use lowercase letters, digits and hyphens, such as editor-1",
        ),
        (
            "../editor",
            WORDS,
            "cannot be a key's name. Use lowercase letters, digits and hyphens, such as editor-1",
        ),
    ],
)
def test_a_bad_name_or_a_short_passphrase_is_refused(
    tmp_path: Path, name: str, passphrase: str, said: str
) -> None:
    with pytest.raises(PublishError, match=said):
        make(tmp_path, name, passphrase)
    assert list(tmp_path.iterdir()) == []


def test_a_key_is_never_written_over(tmp_path: Path) -> None:
    before = make(tmp_path, "editor-1", WORDS).path.read_bytes()

    with pytest.raises(PublishError, match="already exists, and keys are never overwritten"):
        make(tmp_path, "editor-1", WORDS)
    assert (tmp_path / "editor-1.key").read_bytes() == before


def test_a_wrong_passphrase_names_the_file(tmp_path: Path) -> None:
    made = make(tmp_path, "editor-1", WORDS)

    with pytest.raises(PublishError, match=r"editor-1\.key cannot be opened"):
        open_key(made, lambda _: "some other words")


@pytest.mark.parametrize("form", [PrivateFormat.PKCS8, PrivateFormat.OpenSSH])
def test_a_key_that_is_not_encrypted_is_refused(tmp_path: Path, form: PrivateFormat) -> None:
    made = make(tmp_path, "editor-1", WORDS)
    plain = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, form, NoEncryption())
    made.path.write_bytes(plain)

    with pytest.raises(PublishError, match="not encrypted"):
        open_key(made, lambda _: WORDS)


def test_a_key_and_another_keys_public_half_do_not_pass(tmp_path: Path) -> None:
    made, other = make(tmp_path, "editor-1", WORDS), make(tmp_path, "editor-2", WORDS)
    made.path.with_suffix(".pub").write_bytes(other.path.with_suffix(".pub").read_bytes())

    with pytest.raises(PublishError, match="does not belong"):
        open_key(key_files([tmp_path])[0], lambda _: WORDS)


@pytest.mark.parametrize(
    "data", [b"", b"{}", b"[]", b'{"keyid": "x", "keytype": "ed25519"}', b"\xff"]
)
def test_what_is_no_public_key_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "x.pub").write_bytes(data)

    with pytest.raises(PublishError, match="not a Porchlight public key"):
        read_public(tmp_path / "x.pub")


def test_a_public_key_with_anothers_id_is_refused(tmp_path: Path) -> None:
    key = CryptoSigner.generate_ed25519().public_key
    key.keyid = "0" * 64
    write_public(tmp_path / "x.pub", key)

    with pytest.raises(PublishError, match="not a Porchlight public key"):
        read_public(tmp_path / "x.pub")


def test_a_device_keeps_its_key_and_signs(tmp_path: Path, device: str) -> None:
    public = DEVICE.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    from_device(tmp_path, "editor-1", device, public)
    (mine,) = key_files([tmp_path])
    signer = open_key(mine, lambda _: "123456")

    assert signer is not None
    mine.public.verify_signature(signer.sign(b"a pack"), b"a pack")
    with pytest.raises(PublishError, match="does not answer"):
        open_key(mine, lambda _: "000000")


@pytest.mark.parametrize("uri", ["file2:/home/plain.pem", "nothing:2", "no scheme"])
def test_a_plain_file_is_no_device(tmp_path: Path, uri: str) -> None:
    with pytest.raises(
        PublishError,
        match="is not the address of a device that can sign; it must begin with one of",
    ):
        from_device(tmp_path, "editor-1", uri, b"")


def test_a_device_whose_software_is_missing_says_so(tmp_path: Path) -> None:
    public = DEVICE.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    mine = from_device(tmp_path, "editor-1", "hsm:2?label=editor", public)

    with pytest.raises(
        PublishError,
        match="Check that the device is plugged in and that its manufacturer's software is installed",
    ):
        open_key(mine, lambda _: "123456")
