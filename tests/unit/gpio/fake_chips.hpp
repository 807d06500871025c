// GPIO chips in memory, behind the interface that libgpiod stands behind: a wire per line, a holder per line, and the
// errno values that the kernel gives.
#pragma once

#include <cerrno>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "framework/gpio/gpiod_backend.hpp"

namespace rigor {

struct FakeLine {
  std::string name{};
  std::string holder{};
  bool output = false;
  bool open_drain = false;
  Level driven = Level::high;
  Level pulled = Level::high;  // what the outside does; a pull-up when nobody does anything
  int set_fails_with = 0;
  std::vector<Level> edges{};  // every level driven since it was requested

  [[nodiscard]] Level wire() const {
    if (!output || holder.empty()) return pulled;
    return open_drain && driven == Level::high ? pulled : driven;
  }
};

struct FakeChip {
  std::string label{};
  std::vector<FakeLine> lines{};
  int open_fails_with = 0;
};

using FakeChips = std::map<std::string, FakeChip>;  // by device path

class FakeRequest final : public GpiodRequest {
 public:
  explicit FakeRequest(FakeLine& line) : line_(line) {}
  FakeRequest(const FakeRequest&) = delete;
  FakeRequest& operator=(const FakeRequest&) = delete;
  ~FakeRequest() override { line_.holder.clear(); }
  OrErrno<void> set(Level level) override {
    if (line_.set_fails_with != 0) return std::unexpected(line_.set_fails_with);
    line_.driven = level;
    line_.edges.push_back(level);
    return {};
  }
  OrErrno<Level> get() override { return line_.wire(); }

 private:
  FakeLine& line_;
};

class FakeOpenChip final : public GpiodChip {
 public:
  explicit FakeOpenChip(FakeChip& chip) : chip_(chip) {}
  std::string label() override { return chip_.label; }
  std::uint32_t line_count() override { return static_cast<std::uint32_t>(chip_.lines.size()); }
  OrErrno<GpiodLineState> line(std::uint32_t offset) override {
    const FakeLine& line = chip_.lines.at(offset);
    return GpiodLineState{line.name, line.holder, !line.holder.empty(), line.output};
  }
  OrErrno<std::unique_ptr<GpiodRequest>> request_output(std::uint32_t offset, Drive drive, Level initial,
                                                        const std::string& consumer) override {
    FakeLine& line = chip_.lines.at(offset);
    if (!line.holder.empty()) return std::unexpected(EBUSY);
    line.holder = consumer;
    line.output = true;
    line.open_drain = drive == Drive::open_drain;
    line.driven = initial;
    line.edges = {initial};
    return std::make_unique<FakeRequest>(line);
  }
  OrErrno<std::unique_ptr<GpiodRequest>> request_input(std::uint32_t offset, const std::string& consumer) override {
    FakeLine& line = chip_.lines.at(offset);
    if (!line.holder.empty()) return std::unexpected(EBUSY);
    line.holder = consumer;
    line.output = false;
    return std::make_unique<FakeRequest>(line);
  }

 private:
  FakeChip& chip_;
};

// `chips` must outlive the backend and every line requested through it.
inline GpiodBackend backend_of(FakeChips& chips) {
  const auto devices = [&chips] {
    std::vector<std::string> paths;
    for (const auto& [path, chip] : chips) paths.push_back(path);
    return paths;
  };
  const auto open = [&chips](const std::string& path) -> OrErrno<std::unique_ptr<GpiodChip>> {
    FakeChip& chip = chips.at(path);
    if (chip.open_fails_with != 0) return std::unexpected(chip.open_fails_with);
    return std::make_unique<FakeOpenChip>(chip);
  };
  return {devices, open};
}

}  // namespace rigor
