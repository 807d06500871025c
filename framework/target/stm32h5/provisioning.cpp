#include "framework/target/stm32h5/provisioning.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <tuple>
#include <utility>

#include "framework/base/secret.hpp"
#include "framework/target/arm/core.hpp"
#include "framework/target/stm32h5/checksum.hpp"
#include "framework/target/stm32h5/registers.hpp"

namespace rigor::h5 {
namespace {

constexpr std::uint32_t kAccepted = 0xEAEAEAEA;
constexpr Duration kCallLimit = std::chrono::seconds(2);  // storing one record erases at most one 8 KB sector, 10 ms

// The buffer, from ProvisioningFacts::buffer_address: arguments, stub, record; the stack grows down from the end.
constexpr std::uint32_t kArgumentsAt = 0x00;
constexpr std::uint32_t kStubAt = 0x20;
constexpr std::uint32_t kRecordAt = 0x40;
constexpr std::uint32_t kStackTop = 0x1000;
constexpr std::size_t kLargestRecord = 0x800;
constexpr std::uint32_t kBreakpointAt = kStubAt + 6;
constexpr std::uint32_t kThumb = 1;

// ldr r0, =arguments; ldr r4, =entry; blx r4; bkpt 0
std::array<std::uint8_t, 20> make_stub(std::uint32_t arguments, std::uint32_t entry) {
  std::array<std::uint8_t, 20> stub{};
  const std::array<std::uint16_t, 6> code{0x4802, 0x4C03, 0x47A0, 0xBE00, 0xE7FE, 0xBF00};
  for (std::size_t i = 0; i < code.size(); ++i) store_le16(stub, 2 * i, code[i]);
  store_le32(stub, 12, arguments);
  store_le32(stub, 16, entry | kThumb);
  return stub;
}

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

Result<std::vector<Provisioning::Entry>> Provisioning::find_entries(const View& view, std::string& passed_over) {
  std::vector<Entry> entries;
  for (const std::uint32_t table : access_.facts().provisioning.table_addresses) {
    const auto word = access_.read_word(view, table);
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

Result<std::vector<ProvisioningAttempt>> Provisioning::plan(const ProvisioningRecord& record,
                                                            const std::vector<Entry>& entries) const {
  const ProvisioningFacts& facts = access_.facts().provisioning;
  std::vector<ProvisioningAttempt> attempts;
  for (const bool header_first : {false, true}) {
    for (const std::string& name : facts.checksums) {
      if (!checksum(name, {}))
        return fail(Code::file_invalid, fmt::format("the chip file names the checksum {}, which nobody knows", name));
      for (const std::uint32_t word : record.encrypt ? facts.encrypt_words : facts.plain_words) {
        for (const Entry& entry : entries) {
          attempts.push_back({.table = entry.table,
                              .entry = entry.address,
                              .checksum = name,
                              .header_first = header_first,
                              .encryption_word = word,
                              .through_stub = true,
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

Result<ProvisioningReport> Provisioning::store(const ProvisioningRecord& record) {
  if (record.payload.empty() || record.payload.size() > kLargestRecord || record.payload.size() % 4 != 0) {
    return fail(Code::usage, fmt::format("a record of {} bytes cannot be stored", record.payload.size()));
  }
  RIGOR_TRY(const View view, access_.look());
  const auto state = product_state_from_code(view.state_code());
  if (state != ProductState::provisioning && state != ProductState::open) {
    return fail(Error(Code::state_unsuitable,
                      fmt::format("records are stored in provisioning, the chip is in 0x{:02X}", view.state_code())));
  }
  std::string passed_over;
  RIGOR_TRY(const auto entries, find_entries(view, passed_over));
  if (entries.empty()) {
    return fail(Error(Code::provisioning_refused, "no entry of the provisioning service is readable" + passed_over)
                    .hint("in product state open the service answers only with BOOT0 high"));
  }
  RIGOR_TRY(auto attempts, plan(record, entries));
  if (attempts.empty()) return fail(Code::file_invalid, "the chip file gives no word for this kind of record");
  const Timeline::Concealment hidden(timeline_);
  arm::Core core(access_.probe(), access_.port(false), access_.clock());
  RIGOR_CHECK(core.borrow());
  auto report = try_all(core, record, std::move(attempts));
  // Each tidying step is tried, whatever became of the one before.
  auto wiped = wipe(kRecordAt + record.payload.size());
  auto restored = core.restore();
  if (!report) return report;
  known_ = report->accepted;
  RIGOR_CHECK(wiped);
  RIGOR_CHECK(restored);
  return report;
}

Result<ProvisioningReport> Provisioning::try_all(arm::Core& core, const ProvisioningRecord& record,
                                                 std::vector<ProvisioningAttempt> attempts) {
  ProvisioningReport report;
  for (std::size_t i = 0; i < attempts.size(); ++i) {
    ProvisioningAttempt attempt = attempts[i];
    RIGOR_CHECK(load(record, attempt));
    RIGOR_TRY(attempt.answer, call(core, attempt));
    timeline_.log("provisioning: " + describe(attempt));
    if (attempt.answer == kAccepted) {
      report.accepted = attempt;
      return report;
    }
    report.refused.push_back(attempt);
    if (attempt.answer || !attempt.through_stub) continue;
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

Result<void> Provisioning::load(const ProvisioningRecord& record, const ProvisioningAttempt& attempt) {
  const std::uint32_t base = access_.facts().provisioning.buffer_address;
  std::array<std::uint8_t, 20> arguments{};
  store_le32(arguments, 0, base + kRecordAt);
  store_le32(arguments, 4, record.destination);
  store_le32(arguments, 8, static_cast<std::uint32_t>(record.payload.size()));
  store_le32(arguments, 12, attempt.encryption_word);
  const ByteView header = ByteView(arguments).first(16);
  const Secret covered = attempt.header_first ? joined(header, record.payload) : joined(record.payload, header);
  store_le32(arguments, 16, checksum(attempt.checksum, covered.view()).value_or(0));

  Bytes block(kRecordAt, 0);
  std::ranges::copy(arguments, block.begin() + kArgumentsAt);
  std::ranges::copy(make_stub(base + kArgumentsAt, attempt.entry), block.begin() + kStubAt);
  const Secret image = joined(block, record.payload);
  const AccessPort port = access_.port(false);
  RIGOR_CHECK(access_.probe().write_memory(port, base, image.view()));
  Bytes found(image.size());
  const auto read = access_.probe().read_memory(port, base, found);
  const bool same = std::ranges::equal(found, image.view());
  rigor::wipe(found);
  RIGOR_CHECK(read);
  if (same) return {};
  return fail(Code::provisioning_refused, fmt::format("SRAM3 at {} does not hold what was written", hex_word(base)));
}

Result<std::optional<std::uint32_t>> Provisioning::call(arm::Core& core, const ProvisioningAttempt& attempt) {
  const std::uint32_t base = access_.facts().provisioning.buffer_address;
  RIGOR_CHECK(core.write_register(arm::kR0, base + kArgumentsAt));
  RIGOR_CHECK(core.write_register(arm::kStackPointer, base + kStackTop));
  RIGOR_CHECK(core.write_register(arm::kLinkRegister, (base + kBreakpointAt) | kThumb));
  RIGOR_CHECK(
      core.write_register(arm::kProgramCounter, attempt.through_stub ? base + kStubAt : attempt.entry & ~kThumb));
  RIGOR_CHECK(core.write_register(arm::kStatusRegister, 1U << 24));  // Thumb, no exception, no flags
  RIGOR_TRY(const bool halted, core.run(kCallLimit));
  if (!halted) return std::nullopt;
  RIGOR_TRY(const std::uint32_t at, core.read_register(arm::kProgramCounter));
  if ((at & ~kThumb) != base + kBreakpointAt) return std::nullopt;  // a fault, or somebody else's breakpoint
  RIGOR_TRY(const std::uint32_t answer, core.read_register(arm::kR0));
  return answer;
}

Result<void> Provisioning::wipe(std::size_t size) {
  return access_.probe().write_memory(access_.port(false), access_.facts().provisioning.buffer_address, Bytes(size, 0));
}

}  // namespace rigor::h5
