#include "framework/bench/switch_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "framework/bench/usb_path.hpp"

namespace rigor {
namespace {

using namespace std::chrono_literals;

constexpr std::array<std::string_view, 5> kKeys{"hub", "hid-relay", "command", "on", "off"};
constexpr unsigned kMostRelaysOfABoard = 8;
constexpr Duration kUsualLimit = 10s;
constexpr Duration kLongestLimit = 10min;
// A line is told to the process that guards it in one message.
constexpr std::size_t kMostName = 8U << 10;
constexpr std::string_view kState = "{state}";

std::string read_hub_path(MapReader& reader, std::string_view key) {
  std::string path = reader.text(key);
  if (const YamlNode node = reader.find(key); node.is_text() && !is_usb_path(path))
    reader.faults().add(node.place(), fmt::format("'{}' is {}", key, node.kind()),
                        "expected bus and ports such as 1-2.3, or 1-0 for bus 1's root hub");
  return path;
}

LineName read_hub_port(MapReader& reader) {
  HubPortName name{.hub = read_hub_path(reader, "hub"), .companion = {}, .port = 0};
  if (reader.has("companion")) name.companion = read_hub_path(reader, "companion");
  name.port = reader.integer<std::uint8_t>("port", {}, 1);
  if (!name.hub.empty() && name.hub == name.companion)
    reader.fault("companion", "'companion' is the hub itself",
                 "expected the path of its other half, on the other of the controller's buses");
  return line_name(name);
}

LineName read_relay(MapReader& reader) {
  RelayName name{.board = reader.text("hid-relay"), .relay = 0};
  if (const YamlNode board = reader.find("hid-relay"); board.is_text() && name.board.empty())
    reader.fault("hid-relay", "'hid-relay' is empty", "expected the board's serial, or its USB port such as 1-2.3");
  name.relay = reader.integer<unsigned>("relay", {}, 1, kMostRelaysOfABoard);
  return line_name(name);
}

std::vector<std::string> read_words(MapReader& reader, std::string_view key) {
  std::vector<std::string> words = reader.texts(key);
  const YamlNode node = reader.find(key);
  if (node && !node.is_map() && (words.empty() || words.front().empty()))
    reader.fault(key, fmt::format("'{}' names no program", key), "expected a program and its arguments");
  const auto has_control = [](const std::string& word) {
    return std::ranges::any_of(word, [](char c) { return static_cast<unsigned char>(c) < 0x20; });
  };
  if (std::ranges::any_of(words, has_control))
    reader.fault(key, fmt::format("a word of '{}' has a control character", key), "put what needs one into a script");
  return words;
}

std::vector<std::string> with_state(std::vector<std::string> words, std::string_view state) {
  for (std::string& word : words)
    for (std::size_t at = word.find(kState); at != std::string::npos; at = word.find(kState, at + state.size()))
      word.replace(at, kState.size(), state);
  return words;
}

void read_programs(MapReader& reader, bool one_for_both, CommandName& name) {
  if (!one_for_both) {
    name.on = read_words(reader, "on");
    name.off = read_words(reader, "off");
    return;
  }
  const std::vector<std::string> words = read_words(reader, "command");
  name.on = with_state(words, "on");
  name.off = with_state(words, "off");
  if (!words.empty() && name.on == name.off)
    reader.fault("command", "'command' does the same for on and off",
                 "expected {state} in one of its words, or 'on:' and 'off:' in its place");
}

LineName read_command(MapReader& reader, bool one_for_both) {
  CommandName name;
  read_programs(reader, one_for_both, name);
  if (reader.has("read")) name.read = read_words(reader, "read");
  name.limit = reader.duration("limit", kUsualLimit);
  if (name.limit < 1ms || name.limit > kLongestLimit)
    reader.fault("limit", "'limit' is out of range", "expected 1ms to 10min");
  LineName line = line_name(name);
  if (line.line.size() > kMostName)
    reader.fault(one_for_both ? "command" : "on", "the commands of the line are too long",
                 fmt::format("expected {} KiB at most; put them into a script", kMostName / 1024));
  return line;
}

}  // namespace

std::string_view switch_key(const YamlNode& line) {
  const auto found = std::ranges::find_if(kKeys, [&](std::string_view key) { return static_cast<bool>(line.at(key)); });
  return found == kKeys.end() ? std::string_view() : *found;
}

LineName read_switch(MapReader& reader, std::string_view key) {
  if (key == "hub") return read_hub_port(reader);
  if (key == "hid-relay") return read_relay(reader);
  return read_command(reader, key == "command");
}

}  // namespace rigor
