#include "framework/bench/rig_description.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <utility>

#include "framework/bench/bench_reader.hpp"
#include "framework/bench/description_words.hpp"
#include "framework/bench/rig_checks.hpp"

namespace rigor {

namespace {

// A path relative to the rig file; one that names no file is a fault.
std::filesystem::path read_path(MapReader& reader, std::string_view key, const std::filesystem::path& folder,
                                bool required) {
  if (!required && !reader.has(key)) return {};
  const std::string text = reader.text(key);
  if (text.empty()) return {};
  std::filesystem::path path = (folder / text).lexically_normal();
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) {
    reader.faults().add(reader.find(key).place(), fmt::format("there is no file {}", path.string()),
                        "expected a path relative to this file");
  }
  return path;
}

CredentialDescription read_credential(const std::string& name, const YamlNode& node,
                                      const std::filesystem::path& folder, Faults& faults) {
  CredentialDescription credential;
  credential.name = name;
  MapReader reader(node, faults);
  if (reader.has("file")) {
    credential.kind = CredentialDescription::Kind::password;
    credential.file = read_path(reader, "file", folder, true);
  } else {
    credential.chain = read_path(reader, "chain", folder, true);
    credential.key = read_path(reader, "key", folder, true);
    credential.passphrase = read_path(reader, "passphrase", folder, false);
  }
  credential.record = read_path(reader, "record", folder, false);
  reader.finish();
  return credential;
}

void read_credentials(MapReader& reader, RigDescription& rig) {
  const YamlNode credentials = reader.find("credentials");
  const MapReader credentials_map(credentials, reader.faults());  // a fault when it is no map
  const std::filesystem::path folder = rig.path.parent_path();
  for (const std::string& name : credentials.keys()) {
    if (!is_name(name)) {
      reader.faults().add(credentials.key_place(name), fmt::format("'{}' is no name for a credential", name),
                          "expected a-z, 0-9, '-', '_' and '.'");
    }
    rig.credentials.push_back(read_credential(name, credentials.at(name), folder, reader.faults()));
  }
}

bool has_kind(const RigDescription& rig, const BenchDescription& bench, CredentialDescription::Kind kind) {
  return std::ranges::any_of(bench.credentials, [&](const std::string& name) {
    const CredentialDescription* credential = rig.credential(name);
    return credential != nullptr && credential->kind == kind;
  });
}

template <typename T>
const T* named(const std::vector<T>& things, std::string_view name) {
  const auto known = std::ranges::find(things, name, &T::name);
  return known == things.end() ? nullptr : &*known;
}

}  // namespace

const LineDescription* BenchDescription::line(std::string_view job) const {
  const auto known = std::ranges::find_if(lines, [&](const LineDescription& line) { return line.job == job; });
  return known == lines.end() ? nullptr : &*known;
}

const BenchDescription* RigDescription::bench(std::string_view bench_name) const { return named(benches, bench_name); }

const CredentialDescription* RigDescription::credential(std::string_view credential_name) const {
  return named(credentials, credential_name);
}

RigDescription read_rig(const std::filesystem::path& path, const SearchPath& search, Faults& faults) {
  RigDescription rig;
  rig.path = path;
  rig.source = load_yaml(path, faults);
  MapReader reader(rig.source, faults);
  rig.name = read_name(reader, "rig");
  static_cast<void>(reader.text("about", ""));
  rig.suites = reader.texts("suites", std::vector<std::string>{});
  read_credentials(reader, rig);
  rig.search = search.near(path);
  BoardShelf boards(rig.search, faults);
  const std::vector<YamlNode> benches = reader.list("benches");
  for (const YamlNode& bench : benches) rig.benches.push_back(read_bench(bench, rig.credentials, boards, faults));
  if (reader.has("benches") && benches.empty())
    reader.fault("benches", "'benches' is empty", "expected at least one bench");
  reader.finish();
  check_benches_together(rig, faults);
  return rig;
}

std::optional<RigDescription> load_rig(const std::filesystem::path& path, const SearchPath& search, Faults& faults) {
  const std::size_t before = faults.size();
  RigDescription rig = read_rig(path, search, faults);
  if (faults.size() != before) return std::nullopt;
  return rig;
}

std::vector<std::string> capabilities(const RigDescription& rig, const BenchDescription& bench) {
  using Kind = CredentialDescription::Kind;
  const ChipFacts& chip = bench.board.chip.facts;
  std::vector<std::string> words;
  const auto add = [&](bool can, const char* word) {
    if (can) words.emplace_back(word);
  };
  add(bench.wiring.boot0 == WiringDescription::Boot0::line, "boot0");
  add(has_kind(rig, bench, Kind::certificate), "certificate");
  add(bench.console.has_value(), "console");
  add(bench.board.chip.authenticates, "debug-authentication");
  add(bench.is_virtual(), "lab");
  add(bench.wiring.nrst != WiringDescription::Nrst::none, "nrst");
  add(bench.wiring.nrst == WiringDescription::Nrst::line, "nrst-line");
  add(chip.otp.size != 0, "one-time-memory");
  add(has_kind(rig, bench, Kind::password), "password");
  add(chip.provisioning.store == RecordStore::one_time_memory, "password-for-ever");
  add(bench.wiring.power == WiringDescription::Power::relay, "power");
  add(chip.family == Family::stm32f4, "read-protection");
  add(chip.family == Family::stm32h7rs, "state-services");
  add(chip.has_security_extension, "trustzone");
  return words;
}

std::vector<std::string> capability_words() {
  return {"boot0",          "certificate",     "console",  "debug-authentication", "lab",   "nrst",
          "nrst-line",      "one-time-memory", "password", "password-for-ever",    "power", "read-protection",
          "state-services", "trustzone"};
}

std::vector<std::string> allow_words() {
  std::vector<std::string> words;
  for (const char* effect : {"irreversible", "uncalibrated", "wears"}) {
    for (const char* verb : {"flash", "options", "otp", "provision", "regress", "set-state", "tool", "write-memory"}) {
      words.push_back(fmt::format("{}:{}", effect, verb));
    }
    words.emplace_back(effect);
  }
  return words;
}

}  // namespace rigor
