"""Frames of Echelon's protocol, whole or wrong: the layout of net/link/frame.hpp, written down a second time."""

import ctypes
import ctypes.util
import struct

MAGIC, VERSION = 0xEC, 1
HELLO, WELCOME, MESSAGE, OPEN, CHUNK = 1, 2, 4, 6, 7
BIND, ASK = 1, 5  # what gateways say in messages: actors/remote/frames.hpp
CHECKSUM_SEED = 0x6E6F6C65686365

_xxhash = ctypes.CDLL(ctypes.util.find_library("xxhash") or "libxxhash.so.0")
_xxhash.XXH3_64bits_withSeed.restype = ctypes.c_uint64
_xxhash.XXH3_64bits_withSeed.argtypes = (ctypes.c_char_p, ctypes.c_size_t, ctypes.c_uint64)


def checksum(data):
    return _xxhash.XXH3_64bits_withSeed(data, len(data), CHECKSUM_SEED) & 0xFFFFFFFF


def frame(kind, payload=b"", sequence=0, position=0, length=None, version=VERSION):
    claimed = len(payload) if length is None else length
    head = struct.pack("<BBBBIQQI", MAGIC, version, kind, 0, claimed, sequence, position,
                       0 if kind == CHUNK else checksum(payload))
    return head + struct.pack("<I", checksum(head)) + payload


def text(words):
    return struct.pack("<H", len(words)) + words.encode()


def hello(name, incarnation=1, attempt=1, link=7):
    return frame(HELLO, text(name) + text("coordinator") + struct.pack("<QQQQIQQ", incarnation, attempt, link, 0, 0, 0, 0))


def words(text_of_it):
    """As gateways write a text: counts are 64 bits wide."""
    return struct.pack("<Q", len(text_of_it)) + text_of_it.encode()


def message(kind, body, sequence=1):
    return frame(MESSAGE, struct.pack("<Bq", kind, 0) + body, sequence=sequence)


def open_transfer(sizes, head=b""):
    facts = b"".join(struct.pack("<QQ", size, 0) for size in sizes)
    return frame(OPEN, struct.pack("<B", len(sizes)) + facts + head)
