#pragma once

/// Everything for training inside your own program; docs/embedding.md is the guide.
#include "experiments/embed/catalogues.hpp"
#include "experiments/embed/predict.hpp"
#include "experiments/embed/session.hpp"
#include "experiments/embed/settings.hpp"
#include "experiments/embed/user_data.hpp"
#include "experiments/embed/user_model.hpp"
