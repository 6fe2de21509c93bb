"""A private key as an encrypted PKCS#8 file whose passphrase is slow to guess.

Owns one thing that the cryptography package does not offer: how often the passphrase is hashed. It
writes 2,048 rounds, which a stolen file answers by the million guesses a second; OWASP asks for
600,000. The file is plain PKCS#8 (RFC 5958) with PBES2 (RFC 8018: PBKDF2-HMAC-SHA256, AES-256-CBC),
so that openssl and cryptography open it. Refuses to read one.
"""

import base64
import os

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
from cryptography.hazmat.primitives.padding import PKCS7
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

ROUNDS = 600_000

_SEQUENCE, _INTEGER, _OCTETS, _NULL = 0x30, 0x02, 0x04, 0x05
_PBES2 = bytes.fromhex("06092a864886f70d01050d")
_PBKDF2 = bytes.fromhex("06092a864886f70d01050c")
_HMAC_SHA256 = bytes.fromhex("06082a864886f70d0209")
_AES_256_CBC = bytes.fromhex("060960864801650304012a")


def encrypted(key: Ed25519PrivateKey, passphrase: str) -> bytes:
    """The key as PEM, encrypted with the passphrase."""
    salt, start = os.urandom(16), os.urandom(16)
    secret = PBKDF2HMAC(SHA256(), 32, salt, ROUNDS).derive(passphrase.encode())
    pad = PKCS7(128).padder()
    plain = (
        pad.update(key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))
        + pad.finalize()
    )
    seal = Cipher(algorithms.AES(secret), modes.CBC(start)).encryptor()
    sealed = seal.update(plain) + seal.finalize()
    count = _der(_INTEGER, ROUNDS.to_bytes(ROUNDS.bit_length() // 8 + 1, "big"))
    hashing = _der(_SEQUENCE, _HMAC_SHA256, _der(_NULL))
    stretching = _der(_SEQUENCE, _PBKDF2, _der(_SEQUENCE, _der(_OCTETS, salt), count, hashing))
    sealing = _der(_SEQUENCE, _AES_256_CBC, _der(_OCTETS, start))
    method = _der(_SEQUENCE, _PBES2, _der(_SEQUENCE, stretching, sealing))
    body = base64.encodebytes(_der(_SEQUENCE, method, _der(_OCTETS, sealed)))
    return (
        b"-----BEGIN ENCRYPTED PRIVATE KEY-----\n" + body + b"-----END ENCRYPTED PRIVATE KEY-----\n"
    )


def _der(tag: int, *parts: bytes) -> bytes:
    """One ASN.1 value; none here is longer than 255 bytes."""
    body = b"".join(parts)
    length = bytes([len(body)]) if len(body) < 128 else bytes([0x81, len(body)])
    return bytes([tag]) + length + body
