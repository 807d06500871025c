// Reads one bench of a rig file and checks it within itself; rig_checks.hpp compares benches with each other.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "framework/bench/rig_description.hpp"

namespace rigor {

// Boards that a rig refers to are read once, however many benches have them.
class BoardShelf {
 public:
  BoardShelf(SearchPath search, Faults& faults) : search_(std::move(search)), faults_(faults) {}
  // Null when there is no such board or it has faults; they are recorded.
  [[nodiscard]] const BoardDescription* find(const YamlNode& name);
  [[nodiscard]] const SearchPath& search() const { return search_; }

 private:
  SearchPath search_;
  Faults& faults_;
  std::map<std::string, std::optional<BoardDescription>> boards_;
};

[[nodiscard]] BenchDescription read_bench(const YamlNode& node, const std::vector<CredentialDescription>& credentials,
                                          BoardShelf& boards, Faults& faults);

}  // namespace rigor
