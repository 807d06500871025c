#include "framework/switches/switch_name.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <charconv>
#include <limits>

namespace rigor {
namespace {

constexpr std::string_view kHub = "hub:";
constexpr std::string_view kRelay = "hid-relay:";
constexpr std::string_view kCommand = "command:";
// ASCII's own separators, of records and of units: no word of a command holds them.
constexpr char kBetweenParts = '\x1E';
constexpr char kBetweenWords = '\x1F';

template <typename Number>
std::optional<Number> number_from_1(std::string_view text) {
  Number number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number == 0 || text.front() == '0')
    return std::nullopt;
  return number;
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  for (std::size_t end = text.find(separator); end != std::string_view::npos; end = text.find(separator)) {
    parts.emplace_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  parts.emplace_back(text);
  return parts;
}

// Each word with the separator behind it, so that no words and one empty word differ.
std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += word + kBetweenWords;
  return text;
}

std::optional<std::vector<std::string>> words_of(const std::string& part) {
  if (part.empty()) return std::vector<std::string>();
  if (part.back() != kBetweenWords) return std::nullopt;
  return split(std::string_view(part).substr(0, part.size() - 1), kBetweenWords);
}

}  // namespace

LineName line_name(const HubPortName& name) {
  const std::string both = name.companion.empty() ? name.hub : fmt::format("{}+{}", name.hub, name.companion);
  return {fmt::format("{}{}", kHub, both), fmt::format("{}", name.port)};
}

LineName line_name(const RelayName& name) {
  return {fmt::format("{}{}", kRelay, name.board), fmt::format("{}", name.relay)};
}

LineName line_name(const CommandName& name) {
  const auto limit = std::chrono::duration_cast<std::chrono::milliseconds>(name.limit).count();
  const std::array<std::string, 4> parts{joined(name.on), joined(name.off), joined(name.read),
                                         fmt::format("{}", limit)};
  return {std::string(kCommand), fmt::format("{}", fmt::join(parts, std::string(1, kBetweenParts)))};
}

std::optional<HubPortName> hub_port_name(const LineName& name) {
  const auto port = number_from_1<std::uint8_t>(name.line);
  if (!name.chip.starts_with(kHub) || !port) return std::nullopt;
  const std::string hubs = name.chip.substr(kHub.size());
  const std::size_t plus = hubs.find('+');
  HubPortName found{.hub = hubs.substr(0, plus), .companion = {}, .port = *port};
  if (plus != std::string::npos) found.companion = hubs.substr(plus + 1);
  if (found.hub.empty()) return std::nullopt;
  return found;
}

std::optional<RelayName> relay_name(const LineName& name) {
  const auto relay = number_from_1<unsigned>(name.line);
  if (!name.chip.starts_with(kRelay) || name.chip.size() == kRelay.size() || !relay) return std::nullopt;
  return RelayName{.board = name.chip.substr(kRelay.size()), .relay = *relay};
}

std::optional<CommandName> command_name(const LineName& name) {
  if (name.chip != kCommand) return std::nullopt;
  const std::vector<std::string> parts = split(name.line, kBetweenParts);
  if (parts.size() != 4) return std::nullopt;
  const auto on = words_of(parts[0]), off = words_of(parts[1]), read = words_of(parts[2]);
  const auto limit = number_from_1<std::uint32_t>(parts[3]);
  if (!on || !off || !read || on->empty() || off->empty() || !limit) return std::nullopt;
  return CommandName{.on = *on, .off = *off, .read = *read, .limit = std::chrono::milliseconds(*limit)};
}

std::optional<SwitchKind> switch_kind(const LineName& name) {
  if (name.chip.starts_with(kHub)) return SwitchKind::hub_port;
  if (name.chip.starts_with(kRelay)) return SwitchKind::relay;
  if (name.chip == kCommand) return SwitchKind::command;
  return std::nullopt;
}

std::string describe_switch(const LineName& name) {
  if (const auto port = hub_port_name(name)) return fmt::format("port {} of hub {}", port->port, port->hub);
  if (const auto relay = relay_name(name)) return fmt::format("relay {} of board '{}'", relay->relay, relay->board);
  if (const auto command = command_name(name)) return fmt::format("the command '{}'", command->on.front());
  return fmt::format("line '{}' of '{}'", name.line, name.chip);
}

}  // namespace rigor
