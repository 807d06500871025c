// Switches in memory under one kind's names, and a directory for their locks.
#pragma once

#include <unistd.h>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "framework/switches/switch_backend.hpp"

namespace rigor {

class LockDirectory {
 public:
  LockDirectory() {
    std::string pattern = (std::filesystem::temp_directory_path() / "rigor-locks-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  LockDirectory(const LockDirectory&) = delete;
  LockDirectory& operator=(const LockDirectory&) = delete;
  ~LockDirectory() { std::filesystem::remove_all(path_); }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

struct FakeSwitches final : SwitchBackend {
  struct State {
    std::vector<bool> turned;  // every request
    bool refuses = false;
    Duration aftermath{};
  };
  std::map<LineName, State> switches;

  struct One final : Switch {
    One(State& its_state, std::string its_place) : state(its_state), where(std::move(its_place)) {}
    State& state;
    std::string where;
    std::string place() const override { return where; }
    Result<void> turn(bool on) override {
      if (state.refuses) return fail(Code::line_failed, "it refuses");
      state.turned.push_back(on);
      return {};
    }
    Result<bool> is_on() override { return !state.turned.empty() && state.turned.back(); }
    Duration aftermath() const override { return state.aftermath; }
  };

  SwitchKind kind() const override { return SwitchKind::relay; }
  Result<std::unique_ptr<Switch>> find(const LineName& name) override {
    const auto found = switches.find(name);
    if (found == switches.end()) return fail(Code::line_missing, "no such switch");
    return std::make_unique<One>(found->second, "fake-" + name.line);
  }
  std::vector<KnownSwitch> known() override {
    std::vector<KnownSwitch> all;
    for (const auto& [name, state] : switches) all.push_back({name, "fake-" + name.line, "memory"});
    return all;
  }
  Duration latency(const LineName&) const override { return std::chrono::milliseconds(20); }
};

}  // namespace rigor
