#include "framework/target/record_service.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "framework/base/secret.hpp"
#include "framework/target/checksum.hpp"
#include "framework/target/poll.hpp"

namespace rigor {
namespace {

constexpr std::uint32_t kAccepted = 0xEAEAEAEA;
constexpr Duration kCallLimit = std::chrono::seconds(2);  // storing one record erases at most one 8 KB sector, 10 ms

// The buffer, from ProvisioningFacts::buffer_address: stub, arguments, record; the stack grows down from the end.
constexpr std::uint32_t kArgumentsAt = arm::kStubSize;
constexpr std::uint32_t kArgumentsSize = 20;
constexpr std::uint32_t kRecordAt = kArgumentsAt + 0x20;
constexpr std::uint32_t kBufferSize = 0x1000;
constexpr std::size_t kLargestRecord = 0x800;

std::string describe(const ProvisioningAttempt& attempt) {
  return fmt::format("table {} entry {} {} {} encryption word {} by {}: {}", hex_word(attempt.table),
                     hex_word(attempt.entry), attempt.checksum, attempt.header_first ? "arguments first" : "data first",
                     hex_word(attempt.encryption_word), attempt.through_stub ? "stub" : "registers",
                     attempt.answer ? hex_word(*attempt.answer) : "no return");
}

// The record's bytes, which are never left behind in memory, before or after others.
Secret joined(ByteView first, ByteView second) {
  Bytes bytes;
  bytes.reserve(first.size() + second.size());
  bytes.insert(bytes.end(), first.begin(), first.end());
  bytes.insert(bytes.end(), second.begin(), second.end());
  return Secret(std::move(bytes));
}

bool same_method(const ProvisioningAttempt& a, const ProvisioningAttempt& b) {
  return a.entry == b.entry && a.checksum == b.checksum && a.header_first == b.header_first &&
         a.through_stub == b.through_stub;
}

}  // namespace

Result<std::vector<RecordService::Entry>> RecordService::find_entries(AccessPort port, std::string& passed_over) {
  std::vector<Entry> entries;
  for (const std::uint32_t table : facts_.table_addresses) {
    const auto word = probe_.read_word(port, table + entry_offset_);
    if (!word && !may_pass(word.error())) return fail(word.error());
    const bool usable = word && *word != 0 && *word != 0xFFFFFFFF;
    if (usable && std::ranges::find(entries, *word, &Entry::address) == entries.end())
      entries.push_back({table, *word});
    // H563 rev X hides the words from data reads (stm32h5.md 6).
    if (!usable)
      passed_over += fmt::format("; table {} reads {}", hex_word(table), word ? hex_word(*word) : "as a fault");
  }
  return entries;
}

Result<std::vector<ProvisioningAttempt>> RecordService::plan(const ProvisioningRecord& record,
                                                             const std::vector<Entry>& entries) const {
  std::vector<ProvisioningAttempt> attempts;
  const bool through_stub = std::ranges::find(facts_.calls, "stub") != facts_.calls.end();
  for (const std::string& order : facts_.checksum_orders) {
    for (const std::string& name : facts_.checksums) {
      if (!checksum(name, {}))
        return fail(Code::file_invalid, fmt::format("the chip file names the checksum {}, which nobody knows", name));
      for (const std::uint32_t word : record.encrypt ? facts_.encrypt_words : facts_.plain_words) {
        for (const Entry& entry : entries) {
          attempts.push_back({.table = entry.table,
                              .entry = entry.address,
                              .checksum = name,
                              .header_first = order == "arguments-first",
                              .encryption_word = word,
                              .through_stub = through_stub,
                              .answer = std::nullopt});
        }
      }
    }
  }
  if (!known_) return attempts;
  std::vector<ProvisioningAttempt> ordered;
  for (const bool wanted : {true, false}) {
    std::ranges::copy_if(attempts, std::back_inserter(ordered),
                         [&](const ProvisioningAttempt& each) { return same_method(each, *known_) == wanted; });
  }
  return ordered;
}

Result<void> RecordService::check_size(const ProvisioningRecord& record) {
  if (!record.payload.empty() && record.payload.size() <= kLargestRecord && record.payload.size() % 4 == 0) return {};
  return fail(Code::usage, fmt::format("a record of {} bytes cannot be stored", record.payload.size()));
}

Result<ProvisioningReport> RecordService::store(AccessPort port, const ProvisioningRecord& record,
                                                const AfterReset& after_reset) {
  RIGOR_CHECK(check_size(record));
  std::string passed_over;
  RIGOR_TRY(const auto entries, find_entries(port, passed_over));
  if (entries.empty()) {
    return fail(Error(Code::provisioning_refused, "no entry of the provisioning service is readable" + passed_over)
                    .hint("in product state open the service answers only with BOOT0 high"));
  }
  RIGOR_TRY(auto attempts, plan(record, entries));
  if (attempts.empty()) return fail(Code::file_invalid, "the chip file gives no word for this kind of record");
  const Timeline::Concealment hidden(timeline_);
  arm::Core core(probe_, port, clock_);
  RIGOR_CHECK(core.borrow());
  auto report = try_all(core, port, record, std::move(attempts), after_reset);
  // Each tidying step is tried, whatever became of the one before.
  auto wiped = probe_.write_memory(port, facts_.buffer_address, Bytes(kRecordAt + record.payload.size(), 0));
  auto restored = core.restore();
  if (!report) return report;
  known_ = report->accepted;
  RIGOR_CHECK(wiped);
  RIGOR_CHECK(restored);
  return report;
}

Result<ProvisioningReport> RecordService::try_all(arm::Core& core, AccessPort port, const ProvisioningRecord& record,
                                                  std::vector<ProvisioningAttempt> attempts,
                                                  const AfterReset& after_reset) {
  ProvisioningReport report;
  const bool may_enter_directly = std::ranges::find(facts_.calls, "registers") != facts_.calls.end();
  for (std::size_t i = 0; i < attempts.size(); ++i) {
    ProvisioningAttempt attempt = attempts[i];
    RIGOR_CHECK(load(port, record, attempt));
    RIGOR_TRY(attempt.answer, call(core, port, attempt, after_reset));
    timeline_.log("provisioning: " + describe(attempt));
    if (attempt.answer == kAccepted) {
      report.accepted = attempt;
      return report;
    }
    report.refused.push_back(attempt);
    if (attempt.answer || !attempt.through_stub || !may_enter_directly) continue;
    // A call that does not come back may be a matter of how it was begun.
    attempt = attempts[i];
    attempt.through_stub = false;
    attempts.insert(attempts.begin() + static_cast<std::ptrdiff_t>(i) + 1, attempt);
  }
  std::string tried;
  for (const ProvisioningAttempt& each : report.refused) tried += "\n  " + describe(each);
  return fail(Error(Code::provisioning_refused,
                    fmt::format("the chip accepted none of {} attempts:{}", report.refused.size(), tried))
                  .hint("0xF5F58080 means a wrong checksum; calibrate the chip file on a sacrificial board"));
}

Result<void> RecordService::load(AccessPort port, const ProvisioningRecord& record,
                                 const ProvisioningAttempt& attempt) {
  const std::uint32_t base = facts_.buffer_address;
  std::array<std::uint8_t, kArgumentsSize> arguments{};
  store_le32(arguments, 0, base + kRecordAt);
  store_le32(arguments, 4, record.destination);
  store_le32(arguments, 8, static_cast<std::uint32_t>(record.payload.size()));
  store_le32(arguments, 12, attempt.encryption_word);
  const ByteView header = ByteView(arguments).first(16);
  const Secret covered = attempt.header_first ? joined(header, record.payload) : joined(record.payload, header);
  store_le32(arguments, 16, checksum(attempt.checksum, covered.view()).value_or(0));

  Bytes block(arguments.begin(), arguments.end());
  block.resize(kRecordAt - kArgumentsAt, 0);
  const Secret image = joined(block, record.payload);
  RIGOR_CHECK(probe_.write_memory(port, base + kArgumentsAt, image.view()));
  Bytes found(image.size());
  const auto read = probe_.read_memory(port, base + kArgumentsAt, found);
  const bool same = std::ranges::equal(found, image.view());
  rigor::wipe(found);
  RIGOR_CHECK(read);
  if (same) return {};
  return fail(Code::provisioning_refused, fmt::format("SRAM3 at {} does not hold what was written", hex_word(base)));
}

Result<std::optional<std::uint32_t>> RecordService::call(arm::Core& core, AccessPort port,
                                                         const ProvisioningAttempt& attempt,
                                                         const AfterReset& after_reset) {
  const std::uint32_t base = facts_.buffer_address;
  const arm::CallMemory memory{.probe = probe_, .port = port, .base = base, .size = kBufferSize};
  const arm::Call service{
      .entry = attempt.entry, .arguments = {base + kArgumentsAt}, .through_stub = attempt.through_stub};
  RIGOR_TRY(const arm::CallOutcome outcome, arm::call(core, memory, service, kCallLimit));
  if (outcome.stop != arm::Stop::reset) return outcome.answer;
  std::optional<std::uint32_t> answer;
  if (after_reset) {
    RIGOR_TRY(answer, after_reset());
  }
  RIGOR_CHECK(core.restore());
  RIGOR_CHECK(core.borrow());
  return answer;
}

}  // namespace rigor
