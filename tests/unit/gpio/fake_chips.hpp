// GPIO chips in memory, behind the interface that libgpiod stands behind: a wire per line, a holder per line, and the
// errno values that the kernel gives.
#pragma once

#include <unistd.h>

#include <array>
#include <cerrno>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "framework/base/file_descriptor.hpp"
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
  std::vector<Level> edges{};                     // every level driven since it was requested
  std::shared_ptr<FileDescriptor> edge_writer{};  // of an input whose edges are watched

  [[nodiscard]] Level wire() const {
    if (!output || holder.empty()) return pulled;
    return open_drain && driven == Level::high ? pulled : driven;
  }
  void pull(Level level, TimePoint at = {}) {
    const bool edge = level != pulled;
    pulled = level;
    if (edge) tell_edge({at, level});
  }
  // Of one that there may be or not.
  void tell_edge(const LineEdge& edge) const {
    if (edge_writer) std::ignore = ::write(edge_writer->get(), &edge, sizeof edge);
  }
};

struct FakeChip {
  std::string label{};
  std::vector<FakeLine> lines{};
  int open_fails_with = 0;
  bool one_drive = true;  // for all lines of a request, as in libgpiod 1.6
  bool watches_edges = true;
};

using FakeChips = std::map<std::string, FakeChip>;  // by device path

class FakeOutputs final : public GpiodOutputs {
 public:
  FakeOutputs(FakeChip& chip, std::span<const GpiodOutput> outputs, const std::string& consumer) {
    for (const GpiodOutput& output : outputs) {
      FakeLine& line = chip.lines.at(output.offset);
      line.holder = consumer;
      line.output = true;
      line.open_drain = output.drive == Drive::open_drain;
      line.driven = output.initial;
      line.edges = {output.initial};
      lines_.push_back(&line);
    }
  }
  FakeOutputs(const FakeOutputs&) = delete;
  FakeOutputs& operator=(const FakeOutputs&) = delete;
  ~FakeOutputs() override {
    for (FakeLine* line : lines_) line->holder.clear();
  }
  OrErrno<void> set(std::span<const Level> levels) override {
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      if (lines_[i]->set_fails_with != 0) return std::unexpected(lines_[i]->set_fails_with);
      lines_[i]->driven = levels[i];
      lines_[i]->edges.push_back(levels[i]);
    }
    return {};
  }

 private:
  std::vector<FakeLine*> lines_;
};

// Edges wait in a pipe, as the kernel's do behind their descriptor.
class FakeInput final : public GpiodInput {
 public:
  FakeInput(FakeLine& line, Watch watch, const std::string& consumer) : line_(line) {
    line.holder = consumer;
    line.output = false;
    std::array<int, 2> ends{-1, -1};
    if (watch == Watch::edges && ::pipe(ends.data()) == 0) {
      reading_ = FileDescriptor(ends[0]);
      line.edge_writer = std::make_shared<FileDescriptor>(ends[1]);
    }
  }
  FakeInput(const FakeInput&) = delete;
  FakeInput& operator=(const FakeInput&) = delete;
  ~FakeInput() override {
    line_.holder.clear();
    line_.edge_writer.reset();
  }
  OrErrno<Level> get() override { return line_.wire(); }
  [[nodiscard]] int edge_descriptor() const override { return reading_.get(); }
  OrErrno<LineEdge> read_edge() override {
    LineEdge edge;
    if (::read(reading_.get(), &edge, sizeof edge) != sizeof edge) return std::unexpected(ENODEV);
    return edge;
  }

 private:
  FakeLine& line_;
  FileDescriptor reading_;
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
  OrErrno<std::unique_ptr<GpiodOutputs>> request_outputs(std::span<const GpiodOutput> outputs,
                                                         const std::string& consumer) override {
    for (const GpiodOutput& output : outputs) {
      if (!chip_.lines.at(output.offset).holder.empty()) return std::unexpected(EBUSY);
      if (chip_.one_drive && output.drive != outputs.front().drive) return std::unexpected(ENOTSUP);
    }
    return std::make_unique<FakeOutputs>(chip_, outputs, consumer);
  }
  OrErrno<std::unique_ptr<GpiodInput>> request_input(std::uint32_t offset, Watch watch,
                                                     const std::string& consumer) override {
    FakeLine& line = chip_.lines.at(offset);
    if (!line.holder.empty()) return std::unexpected(EBUSY);
    if (watch == Watch::edges && !chip_.watches_edges) return std::unexpected(ENXIO);
    return std::make_unique<FakeInput>(line, watch, consumer);
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
