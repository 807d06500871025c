#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <utility>

#include "framework/bench/board_description.hpp"
#include "framework/bench/description_words.hpp"
#include "framework/bench/units.hpp"
#include "framework/target/checksum.hpp"

namespace rigor {

namespace {

constexpr Word<Family> kFamilies[] = {
    {"stm32h5", Family::stm32h5}, {"stm32h7rs", Family::stm32h7rs}, {"stm32f4", Family::stm32f4}};

constexpr std::uint32_t kMostFlash = 64U << 20;

using Otherwise = std::optional<std::uint32_t>;

std::uint32_t word(MapReader& reader, std::string_view key, Otherwise otherwise = {}) {
  return reader.integer<std::uint32_t>(key, otherwise);
}

std::uint32_t memory_size(MapReader& reader, std::string_view key, std::optional<std::uint64_t> otherwise = {}) {
  const std::uint64_t size = reader.size(key, otherwise);
  if (size <= kMostFlash) return static_cast<std::uint32_t>(size);
  reader.faults().add(reader.find(key).place(), fmt::format("'{}' is {}", key, format_size(size)),
                      fmt::format("expected at most {}", format_size(kMostFlash)));
  return 0;
}

// What only parts with a security extension have: required exactly there.
Otherwise unless_secure(const ChipFacts& facts) { return facts.has_security_extension ? Otherwise() : Otherwise(0); }

void read_identity(const YamlNode& node, ChipFacts& facts, Faults& faults) {
  MapReader identity(node, faults);
  facts.device_id = identity.integer<std::uint16_t>("device-id", {}, 1, 0xFFF);
  static_cast<void>(word(identity, "debug-port-id", 0));  // the lab's
  facts.unique_id_address = word(identity, "unique-id");
  facts.flash_size_address = word(identity, "flash-size");
  facts.package_address = word(identity, "package", 0);
  facts.bootloader_version_address = word(identity, "bootloader-version");
  facts.sfsp_version_address = word(identity, "sfsp-version", 0);
  MapReader reset(identity.required("reset-status"), faults);
  facts.rcc_reset_status = word(reset, "address");
  facts.rcc_secure_reset_status = word(reset, "secure-address", unless_secure(facts));
  reset.finish();
  identity.finish();
}

void read_debug(const YamlNode& node, ChipFacts& facts, Faults& faults) {
  MapReader debug(node, faults);
  facts.core_access_port = debug.integer<std::uint8_t>("core-access-port", {}, 0, 255);
  facts.secure_control = word(debug, "secure-control", unless_secure(facts));
  facts.nonsecure_control = word(debug, "nonsecure-control", unless_secure(facts));
  debug.finish();
}

// `sectors: [{count: 4, size: 16KiB}, ...]`, those of one bank in the order of their addresses.
std::vector<SectorRun> read_sector_runs(MapReader& flash) {
  std::vector<SectorRun> runs;
  for (const YamlNode& item : flash.list("sectors", std::vector<YamlNode>{})) {
    MapReader reader(item, flash.faults());
    runs.push_back({reader.integer<std::uint32_t>("count", {}, 1, 1024), memory_size(reader, "size")});
    reader.finish();
  }
  return runs;
}

void read_flash(const YamlNode& node, ChipFacts& facts, Faults& faults) {
  MapReader flash(node, faults);
  facts.flash_base = word(flash, "base");
  facts.flash_secure_base = word(flash, "secure-base", 0);
  facts.has_security_extension = facts.flash_secure_base != 0;
  facts.flash_size = memory_size(flash, "size");
  facts.flash_bank_count = flash.integer<std::uint32_t>("banks", 1, 1, 2);
  facts.flash_sector_runs = read_sector_runs(flash);
  const bool uniform = facts.flash_sector_runs.empty();
  facts.flash_sector_size = memory_size(flash, "sector", uniform ? std::optional<std::uint64_t>() : 0);
  facts.flash_registers = word(flash, "registers");
  facts.flash_secure_registers = word(flash, "secure-registers", unless_secure(facts));
  const std::uint64_t banks = std::uint64_t{facts.flash_sector_size} * facts.flash_bank_count;
  if (banks != 0 && facts.flash_size % banks != 0) {
    flash.fault("size", fmt::format("'size' is not {} banks of whole sectors", facts.flash_bank_count),
                fmt::format("expected a multiple of {}", format_size(banks)));
  }
  flash.finish();
}

void read_sram(MapReader& chip, ChipFacts& facts) {
  for (const YamlNode& item : chip.list("sram", std::vector<YamlNode>{})) {
    MapReader sram(item, chip.faults());
    facts.sram.push_back(
        {sram.text("name"), word(sram, "base"), word(sram, "secure-base", 0), memory_size(sram, "size")});
    sram.finish();
  }
}

OtpFacts read_otp(const YamlNode& node, Faults& faults) {
  MapReader otp(node, faults);
  OtpFacts facts{.base = word(otp, "base"),
                 .size = memory_size(otp, "size"),
                 .block_size = memory_size(otp, "block"),
                 .lock_bytes = word(otp, "locks", 0)};
  if (facts.block_size == 0 || facts.size % facts.block_size != 0)
    otp.fault("block", "'size' is not a number of whole blocks", "expected size to be a multiple of block");
  otp.finish();
  return facts;
}

AuthenticationFacts read_authentication(const YamlNode& node, Faults& faults) {
  AuthenticationFacts facts;
  MapReader reader(node, faults);
  facts.access_port = reader.integer<std::uint8_t>("access-port", {}, 0, 255);
  facts.dbgmcu_base = word(reader, "dbgmcu");
  facts.magic_word = word(reader, "magic");
  facts.answer_words = reader.hex_words("answers", std::vector<std::uint32_t>{});
  constexpr auto kMappings = std::to_array<Word<std::string_view>>({{"a", "a"}, {"b", "b"}});
  facts.ack_mapping = reader.word("ack-mapping", kMappings, "a");
  facts.reset_hold = reader.duration("reset-hold");
  facts.open_limit = reader.duration("open-limit");
  facts.word_limit = reader.duration("word-limit");
  facts.final_limit = reader.duration("final-limit");
  facts.reboot_limit = reader.duration("reboot-limit");
  constexpr auto kEnds = std::to_array<Word<std::string_view>>({{"tz-closed", "tz-closed"}, {"closed", "closed"}});
  if (reader.has("partial-regression")) facts.partial_regression_end = reader.word("partial-regression", kEnds, "");
  facts.product_permissions = word(reader, "permissions");
  reader.finish();
  return facts;
}

// Some of `known`, in the order written; all of them where the key is not there.
std::vector<std::string> read_names(MapReader& reader, std::string_view key, const std::vector<std::string>& known) {
  if (!reader.has(key)) return known;
  std::vector<std::string> names;
  for (const YamlNode& item : reader.list(key))
    if (const auto index = read_word(item, known, reader.faults())) names.push_back(known[*index]);
  return names;
}

ProvisioningFacts read_provisioning(const YamlNode& node, Faults& faults) {
  const std::vector<std::string> known(kChecksumNames.begin(), kChecksumNames.end());
  ProvisioningFacts facts;
  MapReader reader(node, faults);
  constexpr auto kStores = std::to_array<Word<RecordStore>>(
      {{"service", RecordStore::service}, {"one-time-memory", RecordStore::one_time_memory}});
  facts.store = reader.word("store", kStores, RecordStore::service);
  if (facts.store == RecordStore::one_time_memory) {
    reader.finish();
    return facts;
  }
  facts.encrypts = reader.boolean("encrypts");
  facts.table_addresses = reader.hex_words("tables");
  facts.buffer_address = word(reader, "buffer");
  for (const YamlNode& item : reader.list("checksums")) {
    if (const auto index = read_word(item, known, faults)) facts.checksums.push_back(known[*index]);
  }
  facts.checksum_orders = read_names(reader, "checksum-orders", facts.checksum_orders);
  facts.calls = read_names(reader, "calls", facts.calls);
  facts.plain_words = reader.hex_words("plain-words");
  facts.encrypt_words = reader.hex_words("encrypt-words", std::vector<std::uint32_t>{});
  reader.finish();
  return facts;
}

// `assumed` names facts by their path in this file; one that is not there protects nothing.
void read_assumed(MapReader& chip, ChipFacts& facts) {
  std::vector<std::string> known;
  for (const std::string& section : chip.node().keys()) {
    if (section == "model" || section == "assumed") continue;
    for (const std::string& key : chip.node().at(section).keys()) known.push_back(fmt::format("{}.{}", section, key));
  }
  for (const YamlNode& item : chip.list("assumed", std::vector<YamlNode>{})) {
    if (const auto index = read_word(item, known, chip.faults())) facts.assumed.push_back(known[*index]);
  }
}

}  // namespace

std::optional<ChipDescription> load_chip(const std::filesystem::path& path, Faults& faults) {
  const std::size_t before = faults.size();
  ChipDescription description;
  description.path = path;
  description.source = load_yaml(path, faults);
  ChipFacts& facts = description.facts;
  MapReader chip(description.source, faults);
  facts.name = read_name(chip, "chip");
  facts.family = chip.word("family", kFamilies);
  read_flash(chip.required("flash"), facts, faults);  // first: it tells whether there is a security extension
  read_identity(chip.required("identity"), facts, faults);
  read_debug(chip.required("debug"), facts, faults);
  read_sram(chip, facts);
  if (const YamlNode node = chip.find("otp")) facts.otp = read_otp(node, faults);
  if (const YamlNode node = chip.find("authentication")) {
    description.authenticates = true;
    facts.authentication = read_authentication(node, faults);
  }
  if (const YamlNode node = chip.find("provisioning")) {
    description.provisions = true;
    facts.provisioning = read_provisioning(node, faults);
  }
  read_assumed(chip, facts);
  for (const std::string_view section : {"options", "model"}) static_cast<void>(chip.find(section));  // the lab's
  chip.finish();
  if (faults.size() != before) return std::nullopt;
  return description;
}

}  // namespace rigor
