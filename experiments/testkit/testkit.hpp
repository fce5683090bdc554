#pragma once

/// Everything that tests of your own policies and runs need: docs/testkit.md shows it at work.
#include "experiments/testkit/history.hpp"
#include "experiments/testkit/laws.hpp"
#include "experiments/testkit/virtual_cluster.hpp"
