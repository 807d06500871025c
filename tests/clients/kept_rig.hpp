// `rigor-lab serve` as a test needs it: started, waited for, asked for its address, ended; and the strangers' programs.
#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/subprocess.hpp"

namespace rigor::test {

inline const std::string kF407Rig = RIGOR_SOURCE_DIR "/rigs/virtual-f407.yaml";

// Why the tests cannot run here: the keeper, or also the program, is not there; empty when they can. With
// RIGOR_REQUIRE_CLIENTS in the environment (ci/test sets it) what is missing is a failure and no reason to skip.
[[nodiscard]] std::string missing_keeper();
[[nodiscard]] std::string missing(std::string why);
[[nodiscard]] std::string missing_program(const std::string& name);
// The path of a program that missing_program() did not miss.
[[nodiscard]] std::string program_path(const std::string& name);
// Empty when rigor-lab was not built.
[[nodiscard]] std::string keeper_program();

// A directory of its own that goes away with it.
class Scratch {
 public:
  Scratch();
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch();
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  std::filesystem::path write(const std::string& name, const std::string& content) const;

 private:
  std::filesystem::path path_;
};

class KeptRig {
 public:
  // Waits until it listens at its `door`; ready() tells whether it came to that.
  // `options` are further ones of `rigor-lab serve`.
  explicit KeptRig(const std::filesystem::path& rig, std::string door = "stlink-server",
                   const std::vector<std::string>& options = {});
  KeptRig(const KeptRig&) = delete;
  KeptRig& operator=(const KeptRig&) = delete;
  ~KeptRig();

  [[nodiscard]] bool ready() const { return port_ != 0; }
  [[nodiscard]] int port() const { return port_; }
  // `rigor-lab tell` for it.
  [[nodiscard]] Finished tell(const std::vector<std::string>& words) const;
  // SIGTERM, and how it ended.
  Finished stop();

 private:
  [[nodiscard]] std::string output() const;
  [[nodiscard]] std::string control() const { return scratch_.path() / "control"; }

  Scratch scratch_;
  std::string door_;
  int port_ = 0;
  std::atomic<bool> ending_{false};
  std::atomic<bool> over_{false};
  Finished finished_;
  std::jthread thread_;
};

// What programs see of the environment: nothing but a path.
[[nodiscard]] std::map<std::string, std::string> plain_environment();

}  // namespace rigor::test
