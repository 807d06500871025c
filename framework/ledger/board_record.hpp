// What is known of one physical board, as plain values. The board is its chip's unique id.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rigor {

// The 96-bit unique id of an STM32. All zeros or all ones is what an unreadable id looks like, never a board.
class BoardUid {
 public:
  // Nothing for the unreadable patterns.
  [[nodiscard]] static std::optional<BoardUid> from_words(std::array<std::uint32_t, 3> words);
  // 24 hex digits; spaces, dashes and underscores between them are ignored.
  [[nodiscard]] static std::optional<BoardUid> parse(std::string_view text);

  // "0032001a3333510a30363532": word 0 first, most significant digit first.
  [[nodiscard]] std::string text() const;
  [[nodiscard]] const std::array<std::uint32_t, 3>& words() const { return words_; }
  auto operator<=>(const BoardUid&) const = default;

 private:
  explicit BoardUid(std::array<std::uint32_t, 3> words) : words_(words) {}
  std::array<std::uint32_t, 3> words_;
};

// How sure the ledger is that this board sits on its bench.
enum class BoardIdentity : std::uint8_t {
  confirmed,  // the unique id was read there
  presumed,   // it was there, and nothing happened since that could have changed it
  unknown,    // something did happen
};
[[nodiscard]] std::string_view identity_name(BoardIdentity identity);
[[nodiscard]] std::optional<BoardIdentity> identity_from(std::string_view name);

struct BenchBinding {
  std::string bench;  // empty: never bound
  std::string since;  // UTC
  BoardIdentity identity = BoardIdentity::unknown;
  std::string reason;       // why the identity is what it is
  std::string keeper = {};  // what has kept the board there since; empty: nobody watches between runs
  bool operator==(const BenchBinding&) const = default;
};

// Everything that has to match for a credential to open a board again (lifecycle.md 1.5 rule 10).
struct CredentialUse {
  std::string digest;      // SHA-256 of the public part, hex
  std::string method;      // "password" or "certificate"
  bool security = false;   // the security extension (TZEN) is on
  bool encrypted = false;  // the record was sent with the encryption flag
  bool operator==(const CredentialUse&) const = default;
  [[nodiscard]] std::string text() const;
};

// A credential that may be on the board, and where its files lie.
struct CredentialNote {
  CredentialUse use;
  std::vector<std::string> where;  // paths, never content
  std::string at;                  // UTC, when it was last intended
  bool operator==(const CredentialNote&) const = default;
};

struct StateMark {
  std::string state;  // "open", "provisioning", "closed", ...: lower case
  std::string at;     // UTC
  std::string run;
  bool operator==(const StateMark&) const = default;
};

// A regression that was carried out on this board.
struct Rehearsal {
  CredentialUse use;
  std::string at;
  std::string run;
  bool operator==(const Rehearsal&) const = default;
};

// What discovery said while the board was in PROVISIONING.
struct DiscoveryProof {
  std::uint32_t integrity = 0;
  std::string method;
  std::string lifecycle;
  bool full_regression = false;  // permission bit 14
  std::string at;
  std::string run;
  bool operator==(const DiscoveryProof&) const = default;
};

struct Provisioning {
  CredentialUse use;
  std::string at;
  std::string run;
  std::optional<DiscoveryProof> discovered;  // the last discovery after this provisioning
  bool operator==(const Provisioning&) const = default;
};

struct HistoryEntry {
  std::string at;
  std::string event;  // "bound", "intended", ...
  std::string detail;
  std::string run;
  bool operator==(const HistoryEntry&) const = default;
};

struct BoardRecord {
  static constexpr std::size_t kHistoryLimit = 200;

  BoardUid uid;
  std::string chip;
  std::uint32_t device_id = 0;
  BenchBinding binding;
  std::optional<StateMark> intended;  // written before the change
  std::optional<StateMark> proven;    // written after it was seen
  // Newest first. An older one is only forgotten after the board was seen open: an interrupted provisioning may have
  // left either on the board.
  std::vector<CredentialNote> credentials;
  std::vector<Rehearsal> rehearsals;
  std::optional<Provisioning> provisioned;  // nothing once the board was seen open
  std::vector<HistoryEntry> history;        // oldest first
  bool operator==(const BoardRecord&) const = default;

  // Intended and proven differ: a change was begun and its end was not seen.
  [[nodiscard]] bool interrupted() const;
};

}  // namespace rigor
