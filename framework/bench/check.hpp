// `rigor check`: what kind of description a file is, and every fault of it and of the files it refers to.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "framework/bench/fault.hpp"
#include "framework/bench/rig_description.hpp"
#include "framework/bench/search_path.hpp"

namespace rigor {

// Reads one file of a kind that lives in a higher room and adds its faults.
using FileCheck = std::function<void(const std::filesystem::path& path, const SearchPath& search, Faults& faults)>;

// Looks at what a rig's own reader leaves alone. Gets the rig as far as it could be read; returns the files that it
// looked at besides.
using RigCheck = std::function<std::vector<std::filesystem::path>(const RigDescription& rig, Faults& faults)>;

// What higher rooms know: kinds of files by their top key ("suite", "schedule", "report"), the suites that are written
// in C++ and have no file, and what is in a rig's `lab:` sections. With a check for "suite", the suites that a rig
// names are checked along.
struct HigherKinds {
  std::map<std::string, FileCheck, std::less<>> checks;
  std::vector<std::string> compiled_suites;
  RigCheck rig{};  // may be empty
};

struct CheckReport {
  std::vector<std::filesystem::path> files;  // every file that was looked at, once
  std::vector<Fault> faults;                 // sorted by file and place; each once
};

// A file's kind is its top key: `rig:`, `board:`, `chip:` or one of the higher kinds. Never fails: what cannot be read
// is a fault of the report.
[[nodiscard]] CheckReport check_files(std::span<const std::filesystem::path> paths, const SearchPath& search,
                                      const HigherKinds& higher = {});
[[nodiscard]] CheckReport check_file(const std::filesystem::path& path, const SearchPath& search,
                                     const HigherKinds& higher = {});

}  // namespace rigor
