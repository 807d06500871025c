#include "framework/switches/command_switches.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cctype>
#include <mutex>
#include <set>

#include "framework/base/child_program.hpp"

namespace rigor {
namespace {

constexpr std::size_t kMostLastWords = 300;

// What a program switches only its whole command line tells (FNV-1a, 64 bits).
std::string place_of(const LineName& name) {
  std::uint64_t hash = 0xCBF29CE484222325U;
  for (const char c : name.line) hash = (hash ^ static_cast<std::uint8_t>(c)) * 0x100000001B3U;
  return fmt::format("command-{:016x}", hash);
}

std::string last_words(std::string output) {
  while (!output.empty() && std::isspace(static_cast<unsigned char>(output.back())) != 0) output.pop_back();
  if (output.size() > kMostLastWords) output.replace(0, output.size() - kMostLastWords, "...");
  return output.empty() ? "it printed nothing" : fmt::format("its last words: {}", output);
}

class CommandSwitch final : public Switch {
 public:
  CommandSwitch(CommandName command, std::string place, Clock& clock)
      : command_(std::move(command)), place_(std::move(place)), clock_(clock) {}

  [[nodiscard]] std::string place() const override { return place_; }

  Result<void> turn(bool on) override {
    RIGOR_CHECK(without_value(run(on ? command_.on : command_.off)));
    if (command_.read.empty()) return {};
    RIGOR_TRY(const bool is, is_on());
    if (is == on) return {};
    return fail(Error(Code::line_failed, fmt::format("'{}' did its work, and '{}' says that it is {}",
                                                     fmt::join(on ? command_.on : command_.off, " "),
                                                     fmt::join(command_.read, " "), is ? "on" : "off")));
  }

  Result<bool> is_on() override {
    if (command_.read.empty())
      return fail(Error(Code::line_failed, fmt::format("nobody knows the state of '{}'", command_.on.front()))
                      .hint("add 'read:', a command that prints on or off"));
    RIGOR_TRY(std::string output, run(command_.read));
    while (!output.empty() && std::isspace(static_cast<unsigned char>(output.back())) != 0) output.pop_back();
    const std::size_t blank = output.find_last_of(" \t\r\n");
    const std::string word = blank == std::string::npos ? output : output.substr(blank + 1);
    if (word == "on" || word == "1") return true;
    if (word == "off" || word == "0") return false;
    return fail(Error(Code::line_failed, fmt::format("'{}' told no state", fmt::join(command_.read, " ")))
                    .hint(fmt::format("expected on or off as its last word; {}", last_words(output))));
  }

  // A program is not killed with rigor, and may end as late as its limit.
  [[nodiscard]] Duration aftermath() const override { return command_.limit; }

 private:
  Result<std::string> run(const std::vector<std::string>& words) {
    auto outcome = run_program({.argv = words, .limit = command_.limit}, clock_);
    const std::string whole = fmt::format("{}", fmt::join(words, " "));
    if (!outcome)
      return fail(Error(Code::line_failed, fmt::format("'{}' did not switch the line", whole))
                      .because(std::move(outcome).error()));
    if (outcome->status == 0) return std::move(outcome->output);
    return fail(Error(Code::line_failed, fmt::format("'{}' ended with {}", whole, outcome->status))
                    .hint(last_words(std::move(outcome->output))));
  }

  CommandName command_;
  std::string place_;
  Clock& clock_;
};

class CommandSwitches final : public SwitchBackend {
 public:
  explicit CommandSwitches(Clock& clock) : clock_(clock) {}

  [[nodiscard]] SwitchKind kind() const override { return SwitchKind::command; }

  Result<std::unique_ptr<Switch>> find(const LineName& name) override {
    auto command = command_name(name);
    if (!command) return fail(Code::line_missing, "no command is named");
    const std::lock_guard lock(mutex_);
    asked_.insert(name);
    return std::make_unique<CommandSwitch>(*std::move(command), place_of(name), clock_);
  }

  // Nobody can see programs that switch something: those that were asked for are known.
  std::vector<KnownSwitch> known() override {
    const std::lock_guard lock(mutex_);
    std::vector<KnownSwitch> all;
    for (const LineName& name : asked_) all.push_back({.name = name, .place = place_of(name), .device = "program"});
    return all;
  }

  // And once more for reading.
  [[nodiscard]] Duration latency(const LineName& name) const override {
    const auto command = command_name(name);
    if (!command) return Duration::zero();
    return command->read.empty() ? command->limit : 2 * command->limit;
  }

 private:
  Clock& clock_;
  std::mutex mutex_;
  std::set<LineName> asked_;
};

}  // namespace

std::unique_ptr<SwitchBackend> make_command_switches(Clock& clock) { return std::make_unique<CommandSwitches>(clock); }

}  // namespace rigor
