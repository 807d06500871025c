#include "framework/probe/comparison.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace rigor {
namespace {

ComparedField field(std::string name, const std::string& a, const std::string& b) {
  return {std::move(name), a, b, a != b};
}

std::vector<ComparedField> compare_identity(const Fingerprint& a, const Fingerprint& b) {
  return {field("usb", a.usb_path, b.usb_path),
          field("vid-pid", fmt::format("{:04x}:{:04x}", a.vendor, a.product),
                fmt::format("{:04x}:{:04x}", b.vendor, b.product)),
          field("model", a.model, b.model), field("firmware", a.firmware, b.firmware),
          field("serial", a.serial, b.serial)};
}

// In the order of `a`; what only `b` has comes last.
template <typename Item, typename Name, typename Text>
std::vector<ComparedField> side_by_side(const std::vector<Item>& a, const std::vector<Item>& b, Name name, Text text) {
  std::vector<ComparedField> fields;
  const auto text_in = [&](const std::vector<Item>& list, const std::string& wanted) {
    const auto found = std::ranges::find(list, wanted, name);
    return found == list.end() ? std::string() : text(*found);
  };
  for (const Item& each : a) fields.push_back(field(each.*name, text(each), text_in(b, each.*name)));
  for (const Item& each : b)
    if (std::ranges::find(a, each.*name, name) == a.end()) fields.push_back(field(each.*name, {}, text(each)));
  return fields;
}

std::string evidence_text(const Evidence& evidence) {
  if (!evidence.value) return "not asked";
  return fmt::format("{} ({})", evidence.answer, *evidence.value);
}

std::string evidence_answer(const Evidence& evidence) { return evidence.value ? evidence.answer : "not asked"; }

// Shown with its figures, told apart by the answers alone.
std::vector<ComparedField> compare_evidence(const std::vector<Evidence>& a, const std::vector<Evidence>& b) {
  std::vector<ComparedField> shown = side_by_side(a, b, &Evidence::feature, evidence_text);
  const std::vector<ComparedField> judged = side_by_side(a, b, &Evidence::feature, evidence_answer);
  for (std::size_t i = 0; i < shown.size(); ++i) shown[i].differs = judged[i].differs;
  return shown;
}

std::size_t count_differences(const Comparison& comparison) {
  const auto differs = [](const ComparedField& each) {
    return each.differs && each.name != "usb" && each.name != "serial";
  };
  std::size_t count = comparison.timing.differ ? 1 : 0;
  for (const auto* fields : {&comparison.identity, &comparison.capabilities, &comparison.evidence})
    count += static_cast<std::size_t>(std::ranges::count_if(*fields, differs));
  return count;
}

}  // namespace

Comparison compare_fingerprints(const Fingerprint& a, const Fingerprint& b) {
  Comparison comparison;
  comparison.identity = compare_identity(a, b);
  comparison.capabilities =
      side_by_side(a.capabilities, b.capabilities, &Capability::key, [](const Capability& each) { return each.value; });
  comparison.evidence = compare_evidence(a.evidence, b.evidence);
  comparison.timing = compare_samples(a.round_trip, b.round_trip);
  comparison.differences = count_differences(comparison);
  return comparison;
}

}  // namespace rigor
