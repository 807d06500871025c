#include "tests/clients/kept_rig.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>

namespace rigor::test {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr auto kStartLimit = 30s;
constexpr auto kLifeLimit = 280s;

}  // namespace

std::string program_path(const std::string& name) {
  for (const char* directory : {"/usr/bin", "/usr/local/bin", "/usr/sbin", "/bin"}) {
    fs::path path = fs::path(directory) / name;
    if (::access(path.c_str(), X_OK) == 0) return path;
  }
  return {};
}

std::string missing(std::string why) {
  if (!why.empty() && std::getenv("RIGOR_REQUIRE_CLIENTS") != nullptr) ADD_FAILURE() << why;
  return why;
}

std::string missing_keeper() {
  if (!keeper_program().empty()) return {};
  return missing("rigor-lab was not built: Unicorn is missing (Debian: libunicorn-dev)");
}

std::string missing_program(const std::string& name) {
  if (std::string why = missing_keeper(); !why.empty()) return why;
  return program_path(name).empty() ? missing(name + " is not installed (ci/setup test)") : std::string();
}

std::string keeper_program() { return RIGOR_LAB_PROGRAM; }

Scratch::Scratch() {
  std::string name = (fs::temp_directory_path() / "rigor-client-XXXXXX").string();
  EXPECT_NE(::mkdtemp(name.data()), nullptr);
  path_ = name;
}

Scratch::~Scratch() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

fs::path Scratch::write(const std::string& name, const std::string& content) const {
  const fs::path file = path_ / name;
  std::ofstream(file, std::ios::binary) << content;
  return file;
}

std::map<std::string, std::string> plain_environment() { return {{"PATH", "/usr/bin:/bin"}, {"HOME", "/nonexistent"}}; }

KeptRig::KeptRig(const fs::path& rig, std::string door, const std::vector<std::string>& options)
    : door_(std::move(door)) {
  // Through a shell that becomes the program, so that its output is in a file while it runs.
  std::vector<std::string> command = {"/bin/sh", "-c", "exec \"$@\" >ready", "sh",          keeper_program(),
                                      "serve",   rig,  "--" + door_,         "127.0.0.1:0", "--control",
                                      control()};
  command.insert(command.end(), options.begin(), options.end());
  ProgramSetting setting;
  setting.directory = scratch_.path();
  setting.environment = plain_environment();
  setting.limit = kLifeLimit;
  setting.signal = ProgramSetting::Signal{SIGTERM, [this] { return ending_.load(); }, {}};
  thread_ = std::jthread([this, command, setting] {
    finished_ = run_program(command, setting);
    over_ = true;
  });
  const std::string ready = "ready " + door_ + " 127.0.0.1:";
  const auto began = std::chrono::steady_clock::now();
  while (!over_ && port_ == 0 && std::chrono::steady_clock::now() - began < kStartLimit) {
    std::this_thread::sleep_for(5ms);
    const std::string said = output();
    if (!said.starts_with(ready) || !said.ends_with('\n')) continue;
    std::from_chars(said.data() + ready.size(), said.data() + said.size(), port_);
  }
}

KeptRig::~KeptRig() {
  if (thread_.joinable()) stop();
}

Finished KeptRig::tell(const std::vector<std::string>& words) const {
  std::vector<std::string> command = {keeper_program(), "tell", control()};
  command.insert(command.end(), words.begin(), words.end());
  ProgramSetting setting;
  setting.environment = plain_environment();
  return run_program(command, setting);
}

Finished KeptRig::stop() {
  ending_ = true;
  if (thread_.joinable()) thread_.join();
  return finished_;
}

std::string KeptRig::output() const {
  std::ifstream file(scratch_.path() / "ready");
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace rigor::test
