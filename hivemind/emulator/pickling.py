"""Pickling moto's backends: what plain pickle cannot, and object bodies as files of their own.

Bodies of S3 objects never change once written, so each is one file called by its sha256, written once; the pickle
holds only the name, and saving stays fast however large the objects are.
"""

from __future__ import annotations

import hashlib
import io
import threading
from collections import defaultdict
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import cloudpickle

from hivemind.emulator.home import write_bytes

_LOCK, _RLOCK = type(threading.Lock()), type(threading.RLock())
_DIGEST = "_body_digest"


class Pickler(cloudpickle.Pickler):  # type: ignore[misc]
    """Writes bodies into the folder `bodies`; `written` holds the names of all bodies of this pickle."""

    def __init__(self, file: io.BytesIO, bodies: Path) -> None:
        super().__init__(file, protocol=5)
        self._bodies = bodies
        self.written: set[str] = set()

    def reducer_override(self, obj: Any) -> Any:
        """How the unpicklable is reduced; everything else as usual."""
        if isinstance(obj, _LOCK):
            return threading.Lock, ()
        if isinstance(obj, _RLOCK):
            return threading.RLock, ()
        if isinstance(obj, threading.Event | threading.Thread):
            return threading.Event, ()
        if isinstance(obj, defaultdict) and type(obj) is not defaultdict:
            return _defaultdict, (type(obj), obj.default_factory), obj.__dict__, None, iter(list(obj.items()))
        if hasattr(obj, "private_bytes"):
            return _private_key, (_private_pem(obj),)
        if hasattr(obj, "_value_buffer") and hasattr(obj, "__getstate__"):
            return self._object(obj)
        return super().reducer_override(obj)

    def _object(self, obj: Any) -> Any:
        state = obj.__getstate__()
        body = state.pop("value") or b""
        digest = obj.__dict__.get(_DIGEST) or hashlib.sha256(body).hexdigest()
        obj.__dict__[_DIGEST] = digest
        if not (self._bodies / digest).exists():
            write_bytes(self._bodies / digest, body)
        self.written.add(digest)
        return _stored_object, (type(obj), state, str(self._bodies / digest))


def dumps(value: Any, bodies: Path) -> tuple[bytes, set[str]]:
    """The pickle of a value, and the names of the bodies it refers to."""
    bodies.mkdir(parents=True, exist_ok=True)
    buffer = io.BytesIO()
    pickler = Pickler(buffer, bodies)
    pickler.dump(value)
    return buffer.getvalue(), pickler.written


def _defaultdict(kind: Any, factory: Callable[[], Any]) -> Any:
    made = kind.__new__(kind)
    made.default_factory = factory
    return made


def _private_pem(key: Any) -> bytes:
    from cryptography.hazmat.primitives import serialization

    pem, pkcs8 = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    return bytes(key.private_bytes(pem, pkcs8, serialization.NoEncryption()))


def _private_key(pem: bytes) -> Any:
    from cryptography.hazmat.primitives import serialization

    return serialization.load_pem_private_key(pem, None)


def _stored_object(kind: Any, state: Mapping[str, Any], body: str) -> Any:
    made = object.__new__(kind)
    made.__setstate__({**state, "value": Path(body).read_bytes()})
    return made
