#pragma once

#include "algorithms/base/types.hpp"

namespace echelon {

// Elementary functions that give the same bits on every x86-64 machine: math libraries choose
// between kernels by CPU, and their last bits differ.

/// Natural logarithm of a positive finite number, within 1 ulp. Source: fdlibm's e_log.
double log_portable(double x);

/// Exponential function, within 2 ulp; 0 below -745, infinity above 709.8.
double exp_portable(double x);

/// cos(pi x) for any finite x, within 2e-16.
double cospi_portable(double x);

/// x to the power of a whole number that is not negative, by squaring.
double power_portable(double x, index exponent);

}  // namespace echelon
