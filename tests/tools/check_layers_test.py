"""Plants breaches in a small tree and expects tools/check_layers.py to name each of them."""

import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "tools"))
from check_layers import Tree  # noqa: E402

SOUND = {
    "algorithms/base/result.hpp": "#pragma once\n#include <expected>\n#include <fmt/format.h>\n",
    "algorithms/base/result.cpp": '#include "algorithms/base/result.hpp"\n',
    "algorithms/learning/model.hpp": '#include "algorithms/base/result.hpp"\n#include <Eigen/Core>\n',
    "algorithms/coding/gradient_code.hpp": '#include "algorithms/base/result.hpp"\n',
    "algorithms/coding/cyclic.hpp": '#include "algorithms/coding/gradient_code.hpp"\n'
                                    'static constexpr std::string_view name = "cyclic";\n',
    "algorithms/compression/top_k.hpp": '#include "algorithms/learning/model.hpp"\n',
    "net/frame.hpp": "#include <asio.hpp>\n#include <mutex>\n",
    "net/mpi/messages.hpp": '#include "net/frame.hpp"\n#include <mpi.h>\n',
    "actors/worker.hpp": '#include "algorithms/coding/gradient_code.hpp"\n#include <caf/fwd.hpp>\n',
    "actors/runtime/loop.cpp": "#include <asio/io_context.hpp>\n#include <atomic>\n",
    "actors/remote/proxy.cpp": '#include "net/frame.hpp"\n',
    "experiments/runner.cpp": '#include "actors/worker.hpp"\n#include "algorithms/coding/cyclic.hpp"\n',
    "tools/echelon/main.cpp": '#include "actors/worker.hpp"\n#include <CLI/CLI.hpp>\n',
    "tests/coding/cyclic_test.cpp": '#include "algorithms/coding/cyclic.hpp"\n#include <thread>\n',
}

# file, its whole text, a piece of the reason expected
BREACHES = [
    ("algorithms/base/a.hpp", '#include "algorithms/learning/model.hpp"', "may not include"),
    ("algorithms/base/a.hpp", "#include <boost/any.hpp>", "may use only"),
    ("algorithms/base/a.hpp", "#include <sys/types.h>", "may use only"),
    ("algorithms/coding/a.hpp", "#include <thread>", "threads belong"),
    ("algorithms/coding/a.hpp", "#include <fstream>", "touches no files"),
    ("algorithms/coding/a.hpp", "auto t = std::chrono::steady_clock::now();", "reads no clock"),
    ("algorithms/coding/a.hpp", "std::random_device seed;", "random_stream"),
    ("algorithms/coding/a.hpp", '#include "algorithms/compression/top_k.hpp"', "may not include"),
    ("algorithms/coding/a.hpp", "#include <caf/all.hpp>", "may use only"),
    ("algorithms/coding/a.hpp", '#include "actors/worker.hpp"', "may not include"),
    ("algorithms/coding/a.hpp", '#include "gradient_code.hpp"', "from its root"),
    ("algorithms/novelties/a.hpp", "", "not in the table"),
    ("net/a.hpp", "#include <caf/all.hpp>", "may use only"),
    ("net/a.hpp", "#include <mpi.h>", "may use only"),
    ("net/a.hpp", '#include "algorithms/coding/gradient_code.hpp"', "may not include"),
    ("actors/a.hpp", '#include "algorithms/coding/cyclic.hpp"', "by name from its catalogue"),
    ("actors/a.hpp", "#include <asio/post.hpp>", "may use only"),
    ("actors/a.hpp", "#include <mutex>", "threads belong"),
    ("actors/a.hpp", '#include "net/frame.hpp"', "may not include"),
    ("actors/a.hpp", '#include "experiments/b.hpp"', "may not include"),
    ("experiments/a.hpp", "#include <asio.hpp>", "Asio belongs"),
    ("experiments/a.hpp", "#include <atomic>", "threads belong"),
    ("experiments/a.hpp", '#include "tools/b.hpp"', "may not include"),
    ("tools/a.hpp", '#include "tests/support/b.hpp"', "may not include"),
    ("algorithms/learning/model.cpp", "#include <vector>", "first include must be"),
]

OTHERS = {"experiments/b.hpp": "", "tools/b.hpp": "", "tests/support/b.hpp": ""}


def breaches(files):
    with tempfile.TemporaryDirectory() as root:
        for name, text in files.items():
            path = pathlib.Path(root, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return list(Tree(root).breaches())


class CheckLayersTest(unittest.TestCase):
    def test_a_sound_tree_has_no_breach(self):
        self.assertEqual(breaches(SOUND | OTHERS), [])

    def test_every_planted_breach_is_named_alone(self):
        for path, text, reason in BREACHES:
            with self.subTest(path=path, text=text):
                found = breaches(SOUND | OTHERS | {path: text + "\n"})

                self.assertEqual(len(found), 1, found)
                self.assertTrue(found[0].startswith(path + ":1: "), found)
                self.assertIn(reason, found[0])


if __name__ == "__main__":
    unittest.main()
