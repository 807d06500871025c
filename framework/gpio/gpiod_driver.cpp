#include "framework/gpio/gpiod_driver.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <cerrno>
#include <charconv>
#include <filesystem>
#include <optional>
#include <utility>

#include "framework/base/suggest.hpp"
#include "framework/gpio/gpiod_lines.hpp"

namespace rigor {

namespace {

std::optional<std::uint32_t> number_in(std::string_view text) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string device_name(const std::string& device) { return std::filesystem::path(device).filename(); }

// /dev/gpiochip0, /dev/gpiochip1, ... /dev/gpiochip10: in the order of numbers, not of text.
std::vector<std::string> gpio_devices() {
  constexpr std::string_view kPrefix = "gpiochip";
  std::vector<std::pair<std::uint32_t, std::string>> found;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator("/dev", error)) {
    const std::string name = entry.path().filename();
    if (!name.starts_with(kPrefix)) continue;
    if (const auto number = number_in(std::string_view(name).substr(kPrefix.size()))) {
      found.emplace_back(*number, entry.path());
    }
  }
  std::ranges::sort(found);
  std::vector<std::string> devices;
  devices.reserve(found.size());
  for (auto& [number, path] : found) devices.push_back(std::move(path));
  return devices;
}

// Chips whose kernel driver makes a pin an output, which is low from then on, before it gives it the level: a first
// high comes after a low of 0.3 to 1 ms (lab-doors.md 2). An open-drain high is no output for the kernel, and comes
// clean. That the kernel calls a line an output proves nothing: it goes on doing so for one that was let go.
bool begins_low(const std::string& label) { return label == "cp2112_gpio"; }

// Chips whose kernel driver compares the first reading of a watched line with one from long before, and tells of an
// edge that happened while nobody watched, or never (hid-cp2112, gpio_prev_state).
bool begins_with_old_edge(const std::string& label) { return label == "cp2112_gpio"; }

Error would_pulse(const LineName& name) {
  return Error(Code::line_failed,
               fmt::format("taking line '{}' of chip '{}' as an output that is high would pulse it low", name.line,
                           name.chip))
      .hint("use 'drive: open-drain', which lets the pin go instead, or wire it so that low is the safe state");
}

struct FoundLine {
  std::unique_ptr<GpiodChip> chip;
  std::uint32_t offset = 0;
};

class GpiodDriver final : public LineDriver {
 public:
  GpiodDriver(Clock& clock, GpiodSettings settings, GpiodBackend backend)
      : clock_(clock), settings_(std::move(settings)), backend_(std::move(backend)) {}

  [[nodiscard]] LineCapabilities capabilities() const override { return {.atomic_group = true, .open_drain = true}; }

  Result<std::vector<LineInfo>> list() override {
    std::vector<LineInfo> lines;
    for (const std::string& device : backend_.devices()) {
      const auto chip = backend_.open(device);
      if (!chip) continue;
      const std::string label = (*chip)->label();
      for (std::uint32_t offset = 0; offset < (*chip)->line_count(); ++offset) {
        const auto state = (*chip)->line(offset);
        if (!state) continue;
        LineInfo info{{label, state->name}, offset, device_name(device), state->consumer, state->output};
        if (info.name.line.empty()) info.name.line = fmt::to_string(offset);
        if (state->used && info.consumer.empty()) info.consumer = "unnamed";
        lines.push_back(std::move(info));
      }
    }
    return lines;
  }

  Result<std::unique_ptr<OutputLine>> request_output(const LineName& name, Drive drive, Level initial) override {
    const OutputRequest wanted{name, drive, initial};
    RIGOR_TRY(const FoundLine found, find_output(wanted));
    const GpiodOutput output{found.offset, drive, initial};
    auto held = found.chip->request_outputs({&output, 1}, settings_.consumer);
    if (!held) return refused(held.error(), name, found);
    return make_gpiod_output(*std::move(held), clock_, name);
  }

  Result<std::unique_ptr<OutputGroup>> request_group(std::span<const OutputRequest> lines) override {
    if (lines.empty()) return fail(Code::usage, "a group of no lines");
    std::vector<GpiodOutput> outputs;
    FoundLine last;
    for (const OutputRequest& wanted : lines) {
      if (wanted.name.chip != lines.front().name.chip) return fail(not_together(lines.front().name, wanted.name));
      RIGOR_TRY(last, find_output(wanted));
      outputs.push_back({last.offset, wanted.drive, wanted.initial});
    }
    auto held = last.chip->request_outputs(outputs, settings_.consumer);
    if (!held && held.error() == ENOTSUP)
      return fail(Error(Code::unsupported, "libgpiod 1.6 gives the lines of one request one drive")
                      .hint("give them the same `drive:`, or build with libgpiod 2"));
    if (!held) return refused(held.error(), lines.front().name, last);
    return make_gpiod_group(*std::move(held), clock_, lines.front().name, lines.size());
  }

  Result<std::unique_ptr<InputLine>> request_input(const LineName& name, Watch watch) override {
    RIGOR_TRY(const FoundLine found, find(name));
    auto held = found.chip->request_input(found.offset, watch, settings_.consumer);
    if (!held) return refused(held.error(), name, found);
    return make_gpiod_input(*std::move(held), clock_, name, begins_with_old_edge(found.chip->label()));
  }

 private:
  // By label first: numbers depend on the order in which USB boards were plugged in.
  Result<std::unique_ptr<GpiodChip>> find_chip(const std::string& wanted) {
    std::unique_ptr<GpiodChip> by_name;
    std::vector<std::string> labels;
    int closed = 0;
    for (const std::string& device : backend_.devices()) {
      auto chip = backend_.open(device);
      if (!chip) {
        closed = chip.error();
        continue;
      }
      labels.push_back((*chip)->label());
      if (labels.back() == wanted) return *std::move(chip);
      if (device_name(device) == wanted || device == wanted) by_name = *std::move(chip);
    }
    if (by_name) return by_name;
    if (closed != 0) return fail(line_error(closed, {wanted, "*"}, "some chips cannot be opened; looking for"));
    Error missing(Code::line_missing, fmt::format("no GPIO chip '{}'", wanted));
    return fail(std::move(missing).hint(labels.empty() ? "this machine has no GPIO chip" : suggestion(wanted, labels)));
  }

  static Error not_together(const LineName& first, const LineName& other) {
    return Error(Code::unsupported,
                 fmt::format("lines of chips '{}' and '{}' cannot change in one call", first.chip, other.chip))
        .hint("wire them to one chip");
  }

  Result<FoundLine> find_output(const OutputRequest& wanted) {
    RIGOR_TRY(FoundLine found, find(wanted.name));
    if (wanted.drive == Drive::push_pull && wanted.initial == Level::high && begins_low(found.chip->label()))
      return fail(would_pulse(wanted.name));
    return found;
  }

  Result<FoundLine> find(const LineName& name) {
    RIGOR_TRY(auto chip, find_chip(name.chip));
    std::vector<std::string> names;
    for (std::uint32_t offset = 0; offset < chip->line_count(); ++offset) {
      const auto state = chip->line(offset);
      if (!state) continue;
      if (state->name == name.line && !name.line.empty()) return FoundLine{std::move(chip), offset};
      if (!state->name.empty()) names.push_back(state->name);
    }
    if (const auto offset = number_in(name.line); offset && *offset < chip->line_count()) {
      return FoundLine{std::move(chip), *offset};
    }
    names.push_back(fmt::format("an offset from 0 to {}", chip->line_count() - 1));
    Error missing(Code::line_missing, fmt::format("chip '{}' has no line '{}'", name.chip, name.line));
    return fail(std::move(missing).hint(suggestion(name.line, names)));
  }

  static std::unexpected<Error> refused(int number, const LineName& name, const FoundLine& found) {
    Error error = line_error(number, name, "cannot take");
    const auto state = found.chip->line(found.offset);
    if (number != EBUSY || !state || state->consumer.empty()) return fail(std::move(error));
    return fail(Error(Code::line_busy,
                      fmt::format("line '{}' of chip '{}' is held by '{}'", name.line, name.chip, state->consumer))
                    .hint("end that program"));
  }

  Clock& clock_;
  GpiodSettings settings_;
  GpiodBackend backend_;
};

}  // namespace

std::unique_ptr<LineDriver> make_gpiod_driver(Clock& clock, GpiodSettings settings, GpiodBackend backend) {
  return std::make_unique<GpiodDriver>(clock, std::move(settings), std::move(backend));
}

std::unique_ptr<LineDriver> make_gpiod_driver(Clock& clock, GpiodSettings settings) {
  return make_gpiod_driver(clock, std::move(settings), {gpio_devices, open_gpiod_chip});
}

}  // namespace rigor
