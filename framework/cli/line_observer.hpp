// Programs that record the real lines of benches beside their tests (`observer:` of a bench).
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "framework/base/child_program.hpp"
#include "framework/bench/rig_description.hpp"

namespace rigor::cli {

class LineObservers {
 public:
  // `directory` is where recordings go. `rig` must outlive it.
  LineObservers(const RigDescription& rig, std::filesystem::path directory)
      : rig_(rig), directory_(std::move(directory)) {}

  // A bench without an observer is not observed. The recording is NAME.observer.EXTENSION. Errors: those of
  // BesideProgram::start; a test does not depend on them.
  [[nodiscard]] Result<void> begin(const std::string& bench, const std::string& name);
  // Errors: tool_failed when it ended badly or wrote nothing.
  [[nodiscard]] Result<void> end(const std::string& bench);

 private:
  struct Running {
    std::unique_ptr<BesideProgram> program;
    std::filesystem::path file;
  };
  const RigDescription& rig_;
  std::filesystem::path directory_;
  std::map<std::string, Running> running_;  // by bench
};

}  // namespace rigor::cli
