#include "framework/probe/fingerprint.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <numeric>

namespace rigor {
namespace {

Evidence judge_row(const EvidenceRow& row, const ProbeObservation& seen) {
  Judged judged = row.judge(seen);
  Evidence evidence;
  evidence.feature = row.feature;
  evidence.how = row.how;
  if (judged.answer.empty()) {
    evidence.meaning = std::move(judged.value);
    return evidence;
  }
  const auto answer = std::ranges::find(row.answers, judged.answer, &EvidenceAnswer::name);
  evidence.value = std::move(judged.value);
  evidence.answer = judged.answer;
  if (answer == row.answers.end()) return evidence;
  evidence.says = answer->says;
  evidence.weight = answer->says == Says::clone ? answer->weight : 0;
  evidence.meaning = answer->meaning;
  return evidence;
}

std::string yes_or_no(bool yes) { return yes ? "yes" : "no"; }

}  // namespace

std::string_view says_name(Says says) {
  switch (says) {
    case Says::nothing:
      return "nothing";
    case Says::genuine:
      return "genuine";
    case Says::clone:
      break;
  }
  return "clone";
}

std::string_view verdict_name(ProbeVerdict verdict) {
  switch (verdict) {
    case ProbeVerdict::undecided:
      return "undecided";
    case ProbeVerdict::genuine:
      return "genuine";
    case ProbeVerdict::suspicious:
      return "suspicious";
    case ProbeVerdict::clone:
      break;
  }
  return "clone";
}

std::vector<Evidence> judge_evidence(const ProbeObservation& seen) {
  std::vector<Evidence> evidence;
  for (const EvidenceRow& row : evidence_rows()) evidence.push_back(judge_row(row, seen));
  return evidence;
}

int score_of(const std::vector<Evidence>& evidence) {
  return std::accumulate(evidence.begin(), evidence.end(), 0,
                         [](int sum, const Evidence& each) { return sum + each.weight; });
}

ProbeVerdict verdict_of(const std::vector<Evidence>& evidence) {
  const int score = score_of(evidence);
  if (score >= kCloneFrom) return ProbeVerdict::clone;
  if (score >= kSuspiciousFrom) return ProbeVerdict::suspicious;
  const bool something_works = std::ranges::find(evidence, Says::genuine, &Evidence::says) != evidence.end();
  return something_works ? ProbeVerdict::genuine : ProbeVerdict::undecided;
}

std::vector<Capability> list_capabilities(const ProbeObservation& seen) {
  if (!seen.version) return {};
  const Capabilities can(*seen.version);
  std::vector<Capability> list;
  for (const FeatureRow& row : feature_table()) list.push_back({std::string(row.key), yes_or_no(can.has(row.feature))});
  list.push_back({"block-8-bit", fmt::format("{}", can.largest_block(AccessSize::byte))});
  const bool halfwords = can.has(Feature::halfword_memory);
  list.push_back({"block-16-bit", fmt::format("{}", halfwords ? can.largest_block(AccessSize::halfword) : 0)});
  list.push_back({"block-32-bit", fmt::format("{}", can.largest_block(AccessSize::word))});
  list.push_back({"mixed-access-items", fmt::format("{}", can.largest_mixed_access())});
  if (seen.speeds) list.push_back({"swd-speeds-khz", fmt::format("{}", fmt::join(seen.speeds->offered_khz, " "))});
  return list;
}

Fingerprint judge_probe(const ProbeObservation& seen) {
  Fingerprint print;
  print.usb_path = seen.usb.path;
  print.vendor = seen.usb.vendor;
  print.product = seen.usb.product;
  print.model = seen.product.model;
  if (seen.version) print.firmware = seen.version->text();
  print.serial = seen.serial;
  print.evidence = judge_evidence(seen);
  print.score = score_of(print.evidence);
  print.verdict = verdict_of(print.evidence);
  print.capabilities = list_capabilities(seen);
  if (seen.latency) print.round_trip = seen.latency->round_trip;
  print.usb_round_trips = seen.round_trips;
  return print;
}

}  // namespace rigor
