#include "framework/gpio/gpiod_driver.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <cerrno>
#include <charconv>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include "framework/base/suggest.hpp"
#include "framework/gpio/gpiod_backend.hpp"

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

Error line_error(int number, const LineName& name, std::string_view attempt) {
  std::string what = fmt::format("{} line '{}' of chip '{}': {}", attempt, name.line, name.chip,
                                 std::generic_category().message(number));
  switch (number) {
    case EBUSY:
      return Error(Code::line_busy, std::move(what)).hint("end the program that holds it; gpioinfo names it");
    case EACCES:
    case EPERM:
      return Error(Code::line_failed, std::move(what)).hint("give this user access to /dev/gpiochip* (a udev rule)");
    case ENODEV:
    case ENXIO:
      return Error(Code::line_failed, std::move(what)).hint("the chip is gone; check its USB cable");
    default:
      return {Code::line_failed, std::move(what)};
  }
}

// Chips whose kernel driver makes a pin an output, which is low from then on, before it gives it the level: a first
// high comes after a low of 0.3 to 1 ms (lab-doors.md 2). An open-drain high is no output for the kernel, and comes
// clean.
bool begins_low(const std::string& label) { return label == "cp2112_gpio"; }

Error would_pulse(const LineName& name) {
  return Error(Code::line_failed,
               fmt::format("taking line '{}' of chip '{}' as an output that is high would pulse it low", name.line,
                           name.chip))
      .hint("use 'drive: open-drain', which lets the pin go instead, or wire it so that low is the safe state");
}

class GpiodOutput final : public OutputLine {
 public:
  GpiodOutput(std::unique_ptr<GpiodRequest> request, const Clock& clock, LineName name)
      : request_(std::move(request)), clock_(clock), name_(std::move(name)) {}

  Result<EdgeTiming> set(Level level) override {
    EdgeTiming timing;
    timing.requested = timing.entry = clock_.now();
    const OrErrno<void> done = request_->set(level);
    timing.exit = clock_.now();
    if (!done) return fail(line_error(done.error(), name_, "cannot set"));
    return timing;
  }

 private:
  std::unique_ptr<GpiodRequest> request_;
  const Clock& clock_;
  LineName name_;
};

class GpiodInput final : public InputLine {
 public:
  GpiodInput(std::unique_ptr<GpiodRequest> request, LineName name)
      : request_(std::move(request)), name_(std::move(name)) {}

  Result<Level> get() override {
    const OrErrno<Level> level = request_->get();
    if (!level) return fail(line_error(level.error(), name_, "cannot read"));
    return *level;
  }

 private:
  std::unique_ptr<GpiodRequest> request_;
  LineName name_;
};

struct FoundLine {
  std::unique_ptr<GpiodChip> chip;
  std::uint32_t offset = 0;
};

class GpiodDriver final : public LineDriver {
 public:
  GpiodDriver(const Clock& clock, GpiodSettings settings, GpiodBackend backend)
      : clock_(clock), settings_(std::move(settings)), backend_(std::move(backend)) {}

  // Every line is a request of its own, so no two of them change in one call.
  [[nodiscard]] LineCapabilities capabilities() const override { return {.atomic_group = false, .open_drain = true}; }

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
    RIGOR_TRY(const FoundLine found, find(name));
    if (drive == Drive::push_pull && initial == Level::high && begins_low(found.chip->label())) {
      const auto state = found.chip->line(found.offset);
      if (!state || !state->output) return fail(would_pulse(name));
    }
    auto request = found.chip->request_output(found.offset, drive, initial, settings_.consumer);
    if (!request) return refused(request.error(), name, found);
    return std::make_unique<GpiodOutput>(*std::move(request), clock_, name);
  }

  Result<std::unique_ptr<InputLine>> request_input(const LineName& name) override {
    RIGOR_TRY(const FoundLine found, find(name));
    auto request = found.chip->request_input(found.offset, settings_.consumer);
    if (!request) return refused(request.error(), name, found);
    return std::make_unique<GpiodInput>(*std::move(request), name);
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

  const Clock& clock_;
  GpiodSettings settings_;
  GpiodBackend backend_;
};

}  // namespace

std::unique_ptr<LineDriver> make_gpiod_driver(const Clock& clock, GpiodSettings settings, GpiodBackend backend) {
  return std::make_unique<GpiodDriver>(clock, std::move(settings), std::move(backend));
}

std::unique_ptr<LineDriver> make_gpiod_driver(const Clock& clock, GpiodSettings settings) {
  return make_gpiod_driver(clock, std::move(settings), {gpio_devices, open_gpiod_chip});
}

}  // namespace rigor
