#include "framework/bench/rig_checks.hpp"

#include <fmt/format.h>
#include <map>
#include <string>

namespace rigor {

namespace {

// Physical things have one owner. The fault stands at the second claim and names the first.
class Claims {
 public:
  explicit Claims(Faults& faults) : faults_(faults) {}

  void claim(const std::string& thing, const std::string& bench, const Place& place) {
    if (thing.empty()) return;
    const auto [first, fresh] = owners_.try_emplace(thing, Owner{bench, place.line});
    if (fresh) return;
    faults_.add(place, fmt::format("{} is used twice", thing),
                fmt::format("bench '{}' has it already, in line {}", first->second.bench, first->second.line));
  }

 private:
  struct Owner {
    std::string bench;
    std::size_t line = 0;
  };
  Faults& faults_;
  std::map<std::string, Owner> owners_;
};

std::string titled(std::string_view title, const std::string& value) {
  return value.empty() ? std::string() : fmt::format("{} '{}'", title, value);
}

void claim_line(const LineName& name, const std::string& bench, const YamlNode& source, Claims& claims) {
  if (name.chip == "lab" || name.line.empty()) return;
  claims.claim(fmt::format("line '{}' of chip '{}'", name.line, name.chip), bench, source.at("line").place());
}

void claim_parts(const BenchDescription& bench, Claims& claims) {
  const YamlNode probe = bench.source.at("probe");
  if (!bench.is_virtual()) {
    claims.claim(titled("USB path", bench.probe.usb_path), bench.name, probe.at("usb").place());
    claims.claim(titled("probe serial", bench.probe.serial), bench.name, probe.at("serial").place());
  }
  for (const LineDescription& line : bench.lines) {
    const YamlNode source = bench.source.at("lines").at(line.job);
    claim_line(line.name, bench.name, source, claims);
    if (line.sense) claim_line(line.sense->name, bench.name, source.at("sense"), claims);
  }
  if (bench.console && !bench.console->port.starts_with("lab:")) {
    claims.claim(titled("serial port", bench.console->port), bench.name, bench.source.at("console").at("port").place());
  }
}

}  // namespace

void check_benches_together(const RigDescription& rig, Faults& faults) {
  Claims claims(faults);
  for (const BenchDescription& bench : rig.benches) {
    claims.claim(titled("bench name", bench.name), bench.name, bench.source.at("name").place());
    claim_parts(bench, claims);
  }
}

}  // namespace rigor
