#pragma once

#include <optional>
#include <vector>

#include "algorithms/base/matrix.hpp"
#include "algorithms/learning/kernels/kernels.hpp"

namespace echelon::merging {

/// One run of the method of Jonker and Volgenant on profits that are to be maximised. Columns have
/// prices; a row gains profit - price, and every assigned row has the column where it gains most.
class jonker_volgenant {
public:
  explicit jonker_volgenant(const matrix& profit);

  /// False where no complete assignment avoids the forbidden places.
  bool solve();

  /// False when a profit is NaN or +infinity; `solve` must then not be called.
  bool readable() const { return readable_; }
  const std::vector<index>& column_of() const { return column_of_; }
  const std::vector<double>& prices() const { return price_; }

private:
  void claim_columns();
  void transfer_reductions();
  void reduce_rows();
  std::optional<index> bid(index row, bool may_repeat);
  bool augment(index free_row);
  std::optional<index> find_free_column(index free_row);
  void collect_nearest();
  void flip_path(index free_row, index end);

  const double* row(index number) const { return profit_.row(number).data(); }
  void assign(index row, index column);

  const matrix& profit_;
  const learning::kernels::kernel_set<double>& kernels_;
  index size_;
  bool readable_ = true;
  std::vector<double> price_;
  std::vector<double> best_row_;  ///< of every column: a row where its profit is largest
  std::vector<index> column_of_, row_of_;
  std::vector<bool> twice_;  ///< rows that were the best of two columns
  std::vector<index> free_rows_;

  // Of one search for a shortest augmenting path.
  std::vector<double> distance_;  ///< -infinity: the column is scanned
  std::vector<double> from_;      ///< the row before a column on its path
  double nearest_ = 0;
  std::vector<index> waiting_;  ///< columns at the distance `nearest_` that are to be scanned
  struct scanned_column {
    index column;
    double distance;
  };
  std::vector<scanned_column> scanned_;
};

}  // namespace echelon::merging
