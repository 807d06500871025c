// `rigor-lab keep` in a process of its own, and a worker's end of it: virtual time, and processors that execute code.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <memory>

#include "fixtures/remote/remote_lab.hpp"

namespace rigor::benchmarks {

class KeptRig {
 public:
  // Errors: io_failed when the keeper does not come up.
  [[nodiscard]] static Result<std::unique_ptr<KeptRig>> start(const std::filesystem::path& rig);
  KeptRig(const KeptRig&) = delete;
  KeptRig& operator=(const KeptRig&) = delete;
  ~KeptRig();

  [[nodiscard]] remote::RemoteLab& lab() { return *lab_; }

 private:
  KeptRig(pid_t keeper, std::filesystem::path directory) : keeper_(keeper), directory_(std::move(directory)) {}

  pid_t keeper_;
  std::filesystem::path directory_;
  std::unique_ptr<remote::RemoteLab> lab_;
};

}  // namespace rigor::benchmarks
