"""Fetches small made-up sets from a local folder with tools/get-data; nothing here uses a network."""

import contextlib
import gzip
import hashlib
import importlib.machinery
import importlib.util
import io
import pathlib
import sys
import tarfile
import tempfile
import unittest

TOOL = pathlib.Path(__file__).parents[2] / "tools" / "get-data"
sys.dont_write_bytecode = True  # the tool has no suffix, so that a cache would lie beside it
loader = importlib.machinery.SourceFileLoader("get_data", str(TOOL))
get_data = importlib.util.module_from_spec(importlib.util.spec_from_loader("get_data", loader))
loader.exec_module(get_data)

IMAGES = b"sixteen images"
PACKED = gzip.compress(IMAGES, mtime=0)


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def archive_of(members):
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return packed.getvalue()


class GetData(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.root = pathlib.Path(temporary.name)
        self.origin = self.root / "origin"
        self.to = self.root / "to"
        self.origin.mkdir()
        get_data.SETS = {
            "plain": get_data.Set("", "idx", [
                get_data.File("a.gz", [], sha256(PACKED), sha256(IMAGES)),
                get_data.File("b.gz", [], sha256(b"b"))]),
            "packed": get_data.Set("", "cifar10", [get_data.File("c.tar.gz", [], "")],
                                   get_data.unpack_cifar)}

    def get(self, name):
        said = io.StringIO()
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            get_data.get(name, self.to, self.origin)
        return said.getvalue()

    def refusal(self, name):
        with self.assertRaises(get_data.Failure) as raised:
            self.get(name)
        return str(raised.exception)

    def test_copies_what_is_right_and_leaves_it_alone_the_second_time(self):
        (self.origin / "plain").mkdir()
        (self.origin / "plain" / "a.gz").write_bytes(PACKED)
        (self.origin / "b.gz").write_bytes(b"b")
        self.assertIn("holds 2 files", self.get("plain"))
        self.assertEqual((self.to / "plain" / "a.gz").read_bytes(), PACKED)
        self.assertIn("is there and right", self.get("plain"))

    def test_repairs_a_damaged_copy(self):
        (self.origin / "a.gz").write_bytes(PACKED)
        (self.origin / "b.gz").write_bytes(b"b")
        self.get("plain")
        (self.to / "plain" / "b.gz").write_bytes(b"rot")
        self.assertIn("holds 2 files", self.get("plain"))
        self.assertEqual((self.to / "plain" / "b.gz").read_bytes(), b"b")

    def test_accepts_the_same_bytes_packed_otherwise(self):
        (self.origin / "a.gz").write_bytes(gzip.compress(IMAGES, 1, mtime=1))
        said = self.get("plain")
        self.assertIn("b.gz is not in", said)
        self.assertIn("holds 1 files", said)

    def test_refuses_and_removes_wrong_bytes(self):
        (self.origin / "a.gz").write_bytes(b"wrong")
        self.assertIn(f"its SHA-256 is {sha256(b'wrong')}, not {sha256(PACKED)}", self.refusal("plain"))
        self.assertFalse((self.to / "plain" / "a.gz").exists())

    def test_says_where_it_looked_and_leaves_no_empty_folder(self):
        self.assertIn("holds a.gz or b.gz", self.refusal("plain"))
        self.assertFalse((self.to / "plain").exists())

    def test_unpacks_an_archive_by_base_names_only(self):
        archive = archive_of({"../../escaped/data_batch_1.bin": b"1", "x/readme.html": b"no"})
        get_data.SETS["packed"].files[0].sha256 = sha256(archive)
        (self.origin / "c.tar.gz").write_bytes(archive)
        self.assertIn("holds 1 files", self.get("packed"))
        self.assertEqual((self.to / "packed" / "data_batch_1.bin").read_bytes(), b"1")
        self.assertFalse((self.to / "packed" / "c.tar.gz").exists())
        self.assertIn("is there and right", self.get("packed"))

    def test_a_download_that_fails_names_the_address_and_the_way_out(self):
        file = get_data.File("a", [(self.root / "nowhere").as_uri()], "")
        with self.assertRaises(get_data.Failure) as raised, contextlib.redirect_stderr(io.StringIO()):
            get_data.download(file, self.root / "a")
        self.assertIn("use --from FOLDER", str(raised.exception))
        self.assertEqual(list(self.root.glob("*.partial")), [])


if __name__ == "__main__":
    unittest.main()
