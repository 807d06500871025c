#include "framework/cli/probe_documents.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "framework/base/durable_file.hpp"

namespace rigor::cli {
namespace {

using nlohmann::json;

json evidence_document(const Evidence& evidence) {
  json document = {{"feature", evidence.feature},
                   {"how", evidence.how},
                   {"value", nullptr},
                   {"weight", evidence.weight},
                   {"says", says_name(evidence.says)}};
  if (evidence.value) {
    document["value"] = *evidence.value;
    document["answer"] = evidence.answer;
    document["meaning"] = evidence.meaning;
  } else {
    document["not_asked"] = evidence.meaning;
  }
  return document;
}

Says says_of(const std::string& name) {
  for (const Says says : {Says::genuine, Says::clone})
    if (says_name(says) == name) return says;
  return Says::nothing;
}

Evidence evidence_of(const json& document) {
  Evidence evidence;
  evidence.feature = document.at("feature");
  evidence.how = document.value("how", "");
  evidence.weight = document.at("weight");
  evidence.says = says_of(document.at("says"));
  if (document.at("value").is_null()) {
    evidence.meaning = document.value("not_asked", "");
    return evidence;
  }
  evidence.value = document.at("value").get<std::string>();
  evidence.answer = document.at("answer");
  evidence.meaning = document.value("meaning", "");
  return evidence;
}

// "yes" and "no" are what programs want as true and false, figures as numbers.
json capability_value(const std::string& value) {
  if (value == "yes" || value == "no") return value == "yes";
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  return error == std::errc() && end == value.data() + value.size() ? json(number) : json(value);
}

std::string capability_text(const json& value) {
  if (value.is_boolean()) return value.get<bool>() ? "yes" : "no";
  return value.is_number() ? fmt::format("{}", value.get<std::uint64_t>()) : value.get<std::string>();
}

json histogram_document(const Histogram& histogram) {
  json document = json::object();
  for (const auto& [microseconds, times] : histogram) document[fmt::format("{}", microseconds)] = times;
  return document;
}

Histogram histogram_of(const json& document) {
  Histogram histogram;
  for (const auto& [microseconds, times] : document.items()) histogram[std::stoull(microseconds)] = times;
  return histogram;
}

std::uint16_t hex16(const std::string& text, std::size_t at) {
  std::uint16_t value = 0;
  const std::string digits = text.substr(std::min(at, text.size()), 4);
  std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
  return value;
}

// What the JSON library throws is caught by the caller.
Fingerprint fingerprint_of(const json& document) {
  Fingerprint print;
  print.usb_path = document.at("usb");
  const std::string ids = document.at("vid_pid");
  print.vendor = hex16(ids, 0);
  print.product = hex16(ids, 5);
  print.model = document.at("model");
  print.firmware = document.at("firmware").is_null() ? "" : document.at("firmware").get<std::string>();
  print.serial = document.at("serial");
  for (const json& each : document.at("evidence")) print.evidence.push_back(evidence_of(each));
  for (const auto& [key, value] : document.at("capabilities").items())
    print.capabilities.push_back({key, capability_text(value)});
  if (document.contains("timing")) print.round_trip = Samples(histogram_of(document["timing"].at("histogram_us")));
  // Judged anew: the figures of a file are evidence, its verdict is not.
  print.score = score_of(print.evidence);
  print.verdict = verdict_of(print.evidence);
  return print;
}

json fields_document(const std::vector<ComparedField>& fields) {
  json document = json::array();
  for (const ComparedField& field : fields)
    document.push_back({{"name", field.name}, {"a", field.a}, {"b", field.b}, {"differs", field.differs}});
  return document;
}

}  // namespace

json timing_document(const Samples& samples) {
  return {{"command", "F5"},
          {"n", samples.count()},
          {"min_us", samples.quantile(0)},
          {"p50_us", samples.quantile(0.5)},
          {"p90_us", samples.quantile(0.9)},
          {"p99_us", samples.quantile(0.99)},
          {"max_us", samples.quantile(1)}};
}

json fingerprint_document(const Fingerprint& print) {
  json document = {{"usb", print.usb_path},
                   {"vid_pid", fmt::format("{:04x}:{:04x}", print.vendor, print.product)},
                   {"model", print.model},
                   {"firmware", nullptr},
                   {"serial", print.serial},
                   {"score", print.score},
                   {"verdict", verdict_name(print.verdict)},
                   {"evidence", json::array()},
                   {"capabilities", json::object()},
                   {"usb_round_trips", print.usb_round_trips}};
  if (!print.firmware.empty()) document["firmware"] = print.firmware;
  for (const Evidence& each : print.evidence) document["evidence"].push_back(evidence_document(each));
  for (const Capability& each : print.capabilities) document["capabilities"][each.key] = capability_value(each.value);
  if (!print.round_trip.empty()) {
    document["timing"] = timing_document(print.round_trip);
    document["timing"]["histogram_us"] = histogram_document(print.round_trip.histogram());
  }
  return document;
}

Result<Fingerprint> read_fingerprint(const std::filesystem::path& path) {
  RIGOR_TRY(const std::string text, read_text_file(path));
  try {
    return fingerprint_of(json::parse(text));
  } catch (const std::exception& error) {
    return fail(Error(Code::file_invalid, fmt::format("{} is no fingerprint: {}", path.string(), error.what()))
                    .hint("`rigor probe fingerprint --json` writes one"));
  }
}

json comparison_document(const Fingerprint& a, const Fingerprint& b, const Comparison& comparison) {
  const json timing = {{"a", timing_document(a.round_trip)},
                       {"b", timing_document(b.round_trip)},
                       {"distance", comparison.timing.distance},
                       {"probability", comparison.timing.probability},
                       {"differs", comparison.timing.differ}};
  return {{"a", fingerprint_document(a)},
          {"b", fingerprint_document(b)},
          {"identity", fields_document(comparison.identity)},
          {"capabilities", fields_document(comparison.capabilities)},
          {"timing", timing},
          {"evidence", fields_document(comparison.evidence)},
          {"differences", comparison.differences}};
}

}  // namespace rigor::cli
