#include "framework/bench/calibration.hpp"

#include <fmt/format.h>

#include "framework/base/bytes.hpp"
#include "framework/bench/description_words.hpp"
#include "framework/bench/units.hpp"
#include "framework/target/checksum.hpp"

namespace rigor {
namespace {

std::optional<std::uint32_t> word(MapReader& reader, std::string_view key) {
  if (!reader.has(key)) return std::nullopt;
  return reader.integer<std::uint32_t>(key);
}

std::optional<Duration> duration(MapReader& reader, std::string_view key) {
  if (!reader.has(key)) return std::nullopt;
  return reader.duration(key);
}

template <std::size_t N>
std::optional<std::string> name(MapReader& reader, std::string_view key, const std::array<std::string_view, N>& names) {
  const YamlNode node = reader.find(key);
  if (!node) return std::nullopt;
  const std::vector<std::string> known(names.begin(), names.end());
  const auto index = read_word(node, known, reader.faults());
  return index ? std::optional(known[*index]) : std::nullopt;
}

LearntFacts read_facts(const YamlNode& node, Faults& faults) {
  constexpr std::array<std::string_view, 2> kMappings = {"a", "b"};
  constexpr std::array<std::string_view, 2> kOrders = {"data-first", "arguments-first"};
  constexpr std::array<std::string_view, 2> kCalls = {"stub", "registers"};
  MapReader reader(node, faults);
  LearntFacts facts;
  facts.reset_status = reader.has("identity.reset-status") && reader.boolean("identity.reset-status");
  facts.magic = word(reader, "authentication.magic");
  facts.answer = word(reader, "authentication.answers");
  facts.ack_mapping = name(reader, "authentication.ack-mapping", kMappings);
  facts.reset_hold = duration(reader, "authentication.reset-hold");
  facts.answered_after = duration(reader, "authentication.open-limit");
  facts.partial_regression =
      reader.has("authentication.partial-regression") && reader.boolean("authentication.partial-regression");
  facts.table = word(reader, "provisioning.tables");
  facts.checksum = name(reader, "provisioning.checksums", kChecksumNames);
  facts.checksum_order = name(reader, "provisioning.checksum-orders", kOrders);
  facts.call = name(reader, "provisioning.calls", kCalls);
  facts.plain_word = word(reader, "provisioning.plain-words");
  facts.encrypt_word = word(reader, "provisioning.encrypt-words");
  reader.finish();
  return facts;
}

}  // namespace

std::optional<Calibration> load_calibration(const std::filesystem::path& path, Faults& faults) {
  const std::size_t before = faults.size();
  Calibration calibration;
  calibration.path = path;
  const YamlNode file = load_yaml(path, faults);
  MapReader reader(file, faults);
  calibration.chip = read_name(reader, "calibration");
  {
    MapReader learnt(reader.required("learnt"), faults);
    calibration.at = learnt.text("at");
    calibration.board = learnt.text("board");
    calibration.security_firmware = word(learnt, "security-firmware");
    calibration.lab = learnt.boolean("lab");
    learnt.finish();
  }
  calibration.facts = read_facts(reader.required("facts"), faults);
  reader.finish();
  if (faults.size() != before) return std::nullopt;
  return calibration;
}

std::string calibration_text(const Calibration& calibration) {
  const LearntFacts& facts = calibration.facts;
  std::string text = fmt::format(
      "# What this board has settled of its part. `calibration: FILE` in a bench takes it in.\n"
      "calibration: {}\nlearnt:\n  at: {}\n  board: {}\n",
      calibration.chip, calibration.at, calibration.board);
  const auto add = [&text](std::string_view key, const std::string& value) {
    text += fmt::format("  {}: {}\n", key, value);
  };
  const auto add_word = [&add](std::string_view key, const std::optional<std::uint32_t>& value) {
    if (value) add(key, hex_word(*value));
  };
  const auto add_duration = [&add](std::string_view key, const std::optional<Duration>& value) {
    if (value) add(key, format_duration(*value));
  };
  add_word("security-firmware", calibration.security_firmware);
  add("lab", calibration.lab ? "on" : "off");
  text += "facts:\n";
  if (facts.reset_status) add("identity.reset-status", "on");
  add_word("authentication.magic", facts.magic);
  add_word("authentication.answers", facts.answer);
  if (facts.ack_mapping) add("authentication.ack-mapping", *facts.ack_mapping);
  add_duration("authentication.reset-hold", facts.reset_hold);
  add_duration("authentication.open-limit", facts.answered_after);
  if (facts.partial_regression) add("authentication.partial-regression", "on");
  add_word("provisioning.tables", facts.table);
  if (facts.checksum) add("provisioning.checksums", *facts.checksum);
  if (facts.checksum_order) add("provisioning.checksum-orders", *facts.checksum_order);
  if (facts.call) add("provisioning.calls", *facts.call);
  add_word("provisioning.plain-words", facts.plain_word);
  add_word("provisioning.encrypt-words", facts.encrypt_word);
  return text;
}

}  // namespace rigor
