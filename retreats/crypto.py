"""Texts that only the house may read: AES-GCM with the key's id in front.

The table, the column and the row's id are bound in as associated data, so a ciphertext moved to another row does not
open (NIST SP 800-38D, section 5.2.1). The first key of DATA_KEYS seals; all of them open, so a key can be replaced
while the house runs.
"""

from __future__ import annotations

import base64
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_ID_LENGTH = 4
_NONCE_LENGTH = 12
_PROOF = b"proof"


class KeyMissing(RuntimeError):
    """The key that sealed this text is not among DATA_KEYS, or there is no key at all."""


class SealBroken(RuntimeError):
    """This ciphertext does not belong to this row and column, or was changed. It names the column, and nothing else."""


class KeyRing:
    """The keys of DATA_KEYS, e.g. `k001:<32 bytes in base64>,k000:<…>`; the first one seals."""

    def __init__(self, spelled: str = "") -> None:
        self._keys: dict[bytes, AESGCM] = {}
        for part in filter(None, (piece.strip() for piece in spelled.split(","))):
            key_id, _, key = part.partition(":")
            raw = base64.b64decode(key)
            if len(key_id) != KEY_ID_LENGTH or len(raw) != 32:
                message = "Each of DATA_KEYS is a key id of four letters, a colon, and 32 bytes in base64."
                raise ValueError(message)
            self._keys[key_id.encode("ascii")] = AESGCM(raw)

    def seal(self, text: str, *, table: str, column: str, row: int) -> bytes:
        """Encrypt for one cell. Raises KeyMissing when the house has no key."""
        return self._seal(self.seals_with, text.encode(), _bound(table, column, row))

    @property
    def seals_with(self) -> bytes:
        """The id of the key that seals. Raises KeyMissing when the house has none."""
        if not self._keys:
            message = "DATA_KEYS is empty: nothing confidential can be stored."
            raise KeyMissing(message)
        return next(iter(self._keys))

    def _seal(self, key_id: bytes, text: bytes, bound: bytes) -> bytes:
        nonce = os.urandom(_NONCE_LENGTH)
        return key_id + nonce + self._keys[key_id].encrypt(nonce, text, bound)

    def proof(self, key_id: str) -> str:
        """Something that only this key opens, and that tells nothing of it; empty when the ring has no such key."""
        name = key_id.encode("ascii", "replace")
        return base64.b64encode(self._seal(name, b"", _PROOF)).decode("ascii") if name in self._keys else ""

    def proves(self, key_id: str, proof: str) -> bool:
        """Whether the key of this name is the one that made the proof; of no proof, whether there is such a key."""
        name, sealed = key_id.encode("ascii", "replace"), base64.b64decode(proof)[KEY_ID_LENGTH:]
        if name not in self._keys or not sealed:
            return name in self._keys
        try:
            self._keys[name].decrypt(sealed[:_NONCE_LENGTH], sealed[_NONCE_LENGTH:], _PROOF)
        except InvalidTag:
            return False
        return True

    def open(self, sealed: bytes, *, table: str, column: str, row: int) -> str:
        """Decrypt one cell. Raises KeyMissing or SealBroken."""
        key_id, nonce = sealed[:KEY_ID_LENGTH], sealed[KEY_ID_LENGTH : KEY_ID_LENGTH + _NONCE_LENGTH]
        key = self._keys.get(key_id)
        if key is None:
            message = f"The key {key_id!r} is not among DATA_KEYS."
            raise KeyMissing(message)
        try:
            return key.decrypt(nonce, sealed[KEY_ID_LENGTH + _NONCE_LENGTH :], _bound(table, column, row)).decode()
        except InvalidTag as error:
            message = f"A sealed text of {table}.{column} does not belong where it was found."
            raise SealBroken(message) from error

    def knows(self, sealed: bytes) -> bool:
        """Whether the key that sealed this is one of ours, by its id."""
        return sealed[:KEY_ID_LENGTH] in self._keys


def key_id_of(sealed: bytes) -> str:
    """Which key sealed this."""
    return sealed[:KEY_ID_LENGTH].decode("ascii", "replace")


def new_data_key(key_id: str = "k001") -> str:
    """A fresh key, spelled as DATA_KEYS wants it."""
    return f"{key_id}:{base64.b64encode(os.urandom(32)).decode('ascii')}"


def _bound(table: str, column: str, row: int) -> bytes:
    return f"{table}|{column}|{row}".encode("ascii")


_ring = KeyRing()


def use_keys(spelled: str) -> None:
    """Take the house's keys from DATA_KEYS. Raises ValueError for a key that is not one."""
    global _ring  # noqa: PLW0603  (one ring a process: the keys are the house's, not an application object's)
    _ring = KeyRing(spelled)


def ring() -> KeyRing:
    """The keys in use."""
    return _ring
