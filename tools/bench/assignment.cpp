#include "tools/bench/assignment.hpp"

#include <cstdint>
#include <istream>
#include <ostream>

#include <nlohmann/json.hpp>

#include "algorithms/merging/assignment/assignment.hpp"
#include "tools/bench/stopwatch.hpp"

namespace echelon::bench {
namespace {

template <class T>
bool read(std::istream& from, T* to, index count) {
  return bool{
      from.read(reinterpret_cast<char*>(to), static_cast<std::streamsize>(sizeof(T)) * count)};
}

}  // namespace

void solve_assignments(std::istream& from, std::ostream& to) {
  for (std::int64_t rows = 0; read(from, &rows, 1);) {
    matrix profit{rows, rows};
    if (!read(from, profit.data(), profit.size()))
      return;
    const stopwatch watch;
    const auto solved = merging::solve_assignment(profit);
    const auto took = watch.lap();
    nlohmann::json line{{"wall_s", took.wall_s}, {"cpu_s", took.cpu_s}};
    if (solved) {
      line["profit"] = solved->profit;
      line["gap"] = solved->gap;
    } else {
      line["error"] = solved.error().detail;
    }
    to << line.dump() << std::endl;
  }
}

}  // namespace echelon::bench
