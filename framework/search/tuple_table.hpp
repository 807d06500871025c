// Which combinations of values a covering array still lacks: one bit for each, by number. Used by covering_array.cpp.
#pragma once

#include <random>

#include "framework/search/covering_array.hpp"

namespace rigor {

class TupleTable {
 public:
  explicit TupleTable(const CoveringRequest& request);

  [[nodiscard]] bool complete() const { return missing_.empty(); }
  // One of the missing ones, drawn evenly.
  [[nodiscard]] Combination draw(std::mt19937_64& random) const;
  [[nodiscard]] std::vector<Combination> missing() const;
  void remove(const Combination& combination);
  void cover(const Configuration& row);

  // How many missing combinations a row gains when `factor` gets `value`, of those whose other factors are all set.
  [[nodiscard]] std::size_t gain(const Configuration& row, const std::vector<bool>& is_set, std::size_t factor,
                                 std::size_t value) const;
  // Fewest rows for the widest of the subsets.
  [[nodiscard]] std::size_t bound() const { return bound_; }

 private:
  struct Subset {
    std::vector<std::size_t> factors;
    std::size_t begin = 0;  // number of its first combination
  };

  static constexpr std::size_t kCovered = static_cast<std::size_t>(-1);

  [[nodiscard]] Combination combination(std::size_t number) const;
  [[nodiscard]] std::size_t number(const Subset& subset, const Configuration& row) const;
  void remove_number(std::size_t number);

  std::vector<std::size_t> sizes_;                      // values of each factor
  std::vector<Subset> subsets_;                         // ascending `begin`
  std::vector<std::vector<std::size_t>> subsets_with_;  // by factor
  std::vector<std::size_t> place_;                      // of each combination in missing_, or kCovered
  std::vector<std::size_t> missing_;
  std::size_t bound_ = 0;
};

}  // namespace rigor
