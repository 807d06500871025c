// Is this ST-LINK a genuine one? A score with its evidence, never a verdict alone (st-link-clones.md 2).
//
// Every piece of evidence is a row of one table: what is asked, how, which answers there are and what each of them
// weighs. A row that could not be asked is in the fingerprint too, with the reason. Pure: values in, values out.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "framework/probe/observation.hpp"

namespace rigor {

enum class Says : std::uint8_t { nothing, genuine, clone };
[[nodiscard]] std::string_view says_name(Says says);

// Points that an answer adds to the score.
enum Weight : int { kNoWeight = 0, kWeak = 3, kMedium = 10, kStrong = 30, kDecisive = 100 };

// One answer that a row can have.
struct EvidenceAnswer {
  std::string_view name;  // "constant"
  Says says = Says::nothing;
  int weight = kNoWeight;  // counted where it speaks for a clone
  std::string_view meaning;
};

// Which answer of its row an observation gives, and what was seen.
struct Judged {
  std::string_view answer;  // name of one of the row's answers; empty: not asked
  std::string value;        // what was seen, or why it was not asked
};

struct EvidenceRow {
  std::string_view feature;  // "voltage-floating"
  std::string_view how;      // what is sent or looked at
  std::span<const EvidenceAnswer> answers;
  Judged (*judge)(const ProbeObservation&);
};
[[nodiscard]] std::span<const EvidenceRow> evidence_rows();

// One row, judged.
struct Evidence {
  std::string feature;
  std::string how;
  std::optional<std::string> value;  // nothing where it was not asked
  std::string answer;                // "constant"; empty where it was not asked
  int weight = 0;                    // what it adds to the score
  Says says = Says::nothing;
  std::string meaning;  // or why it was not asked
};

enum class ProbeVerdict : std::uint8_t { undecided, genuine, suspicious, clone };
[[nodiscard]] std::string_view verdict_name(ProbeVerdict verdict);

inline constexpr int kSuspiciousFrom = 20;
inline constexpr int kCloneFrom = 60;

struct Capability {
  std::string key;
  std::string value;  // "yes", "no", or a figure
};

struct Fingerprint {
  std::string usb_path;
  std::uint16_t vendor = 0;
  std::uint16_t product = 0;
  std::string model;
  std::string firmware;  // empty where the probe did not tell
  std::string serial;
  int score = 0;
  ProbeVerdict verdict = ProbeVerdict::undecided;
  std::vector<Evidence> evidence;
  std::vector<Capability> capabilities;  // none where the firmware is not known
  Samples round_trip;                    // of one cheap command
  std::uint64_t usb_round_trips = 0;     // what all this took
};

[[nodiscard]] std::vector<Evidence> judge_evidence(const ProbeObservation& seen);

// The score is the sum of the weights. A clone from kCloneFrom on, suspicious from kSuspiciousFrom on; genuine only
// where something that clones fail was seen to work, else undecided.
[[nodiscard]] int score_of(const std::vector<Evidence>& evidence);
[[nodiscard]] ProbeVerdict verdict_of(const std::vector<Evidence>& evidence);

[[nodiscard]] std::vector<Capability> list_capabilities(const ProbeObservation& seen);
[[nodiscard]] Fingerprint judge_probe(const ProbeObservation& seen);

}  // namespace rigor
