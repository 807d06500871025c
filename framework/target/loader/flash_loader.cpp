#include "framework/target/loader/flash_loader.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "framework/target/loader/feed.hpp"
#include "framework/target/loader/session.hpp"
#include "framework/target/loader/stub.hpp"
#include "framework/target/poll.hpp"
#include "framework/target/zip_checksum.hpp"

namespace rigor {
namespace {

using namespace loader;

constexpr std::uint32_t kAlignment = 16;
constexpr std::size_t kChecksumFrom = 16 * 1024;  // below, reading is as fast
constexpr std::uint64_t kCyclesPerSixteen = 54;   // instructions of the inner loop
constexpr std::uint32_t kCyclesForTables = 20'000;
// Real cores wait for their flash; a clock may be slower than a reset leaves it.
constexpr int kPatience = 20;
constexpr Duration kLeastPatience = std::chrono::milliseconds(100);

// Behind the stub.
std::uint32_t free_ram(const LoaderRam& ram) {
  const auto size = static_cast<std::uint32_t>(4 * stub_words().size());
  return ram.base + (size + kAlignment - 1) / kAlignment * kAlignment;
}

std::uint32_t end_of(const LoaderRam& ram) { return ram.base + ram.size; }

std::unexpected<Error> too_small(const LoaderRam& ram) {
  return fail(Code::usage,
              fmt::format("{} bytes of RAM at {} are too few for the loader", ram.size, hex_word(ram.base)));
}

Duration checksum_time(const LoaderSite& site, std::span<const FlashRange> ranges) {
  std::uint64_t cycles = kCyclesForTables;
  for (const FlashRange& range : ranges) cycles += kCyclesPerSixteen * range.size / 16;
  return std::chrono::microseconds(cycles * 1000 / std::max(1U, site.core_khz));
}

}  // namespace

Result<LoaderReport> FlashLoader::program(const LoaderSite& site, std::uint32_t address, ByteView data) {
  using End = LoaderReport::End;
  const std::uint32_t unit = 4 * site.controller.unit_words;
  if (address % unit != 0 || data.size() % unit != 0)
    return fail(Code::usage,
                fmt::format("{} bytes at {} are not whole units of {}", data.size(), hex_word(address), unit));
  if (data.empty()) return LoaderReport{};
  if (runs_no_code_.contains(site.ram.base)) return LoaderReport{.end = End::no_code};
  const std::uint32_t begin = free_ram(site.ram);
  if (begin >= end_of(site.ram)) return too_small(site.ram);
  const auto ring = lay_out_ring(begin, end_of(site.ram) - begin);
  if (!ring) return too_small(site.ram);

  Session session(probe_, site.port, clock_, site.ram.base);
  const LoaderController& controller = site.controller;
  RIGOR_TRY(const bool runs, session.begin({{at::kCommand, kProgram},
                                            {at::kStatusRegister, controller.status},
                                            {at::kBusy, controller.busy},
                                            {at::kErrorRegister, controller.error_status},
                                            {at::kErrors, controller.errors},
                                            {at::kUnitWords, controller.unit_words},
                                            {at::kRing, ring->base},
                                            {at::kRingEnd, ring->end()},
                                            {at::kCapacity, ring->capacity},
                                            {at::kDestination, address},
                                            {at::kRemaining, static_cast<std::uint32_t>(data.size())}}));
  if (!runs) {
    runs_no_code_.insert(site.ram.base);
    return LoaderReport{.end = End::no_code};
  }
  ram_is_ours_ = true;
  const auto outcome = Feed(probe_, clock_, session, site, *ring, address, data).run();
  const auto ended = session.end(outcome.value_or(Progress{.state = kRunning}));
  if (!outcome) return fail(outcome.error());
  if (!ended) return fail(ended.error());
  if (outcome->state == kDone) return LoaderReport{};
  return LoaderReport{.end = outcome->state == kFailed ? End::failed : End::stalled,
                      .address = std::max(outcome->reached, address + unit) - unit,
                      .status = outcome->status};
}

Result<std::optional<std::vector<std::uint32_t>>> FlashLoader::checksums(const LoaderSite& site,
                                                                         std::span<const FlashRange> ranges) {
  for (const FlashRange& range : ranges)
    if (range.address % 4 != 0)
      return fail(Code::usage, fmt::format("{} is not a multiple of 4", hex_word(range.address)));
  if (ranges.empty()) return std::vector<std::uint32_t>{};
  if (runs_no_code_.contains(site.ram.base)) return std::nullopt;
  const auto list = static_cast<std::uint32_t>(site.ram.base + 4 * stub_words().size());
  const auto list_end = static_cast<std::uint32_t>(list + ranges.size() * kEntrySize);
  if (list_end + kTableSize > end_of(site.ram)) return too_small(site.ram);
  Bytes entries(ranges.size() * kEntrySize);
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    store_le32(entries, i * kEntrySize, ranges[i].address);
    store_le32(entries, i * kEntrySize + 4, ranges[i].size);
  }
  Session session(probe_, site.port, clock_, site.ram.base);
  RIGOR_TRY(
      const bool runs,
      session.begin({{at::kCommand, kChecksums}, {at::kTable, list_end}, {at::kList, list}, {at::kListEnd, list_end}},
                    entries));
  if (!runs) {
    runs_no_code_.insert(site.ram.base);
    return std::nullopt;
  }
  ram_is_ours_ = true;
  Progress seen{.state = kRunning};
  auto found = await_checksums(session, checksum_time(site, ranges), seen);
  // While the core is halted: afterwards the RAM is its own again.
  if (found) found = probe_.read_memory(site.port, list, entries);
  const auto ended = session.end(seen);
  if (!found) return fail(std::move(found).error());
  if (!ended) return fail(ended.error());
  if (seen.state != kDone) return std::nullopt;
  std::vector<std::uint32_t> sums;
  for (std::size_t i = 0; i < ranges.size(); ++i) sums.push_back(load_le32(entries, i * kEntrySize + 8));
  return sums;
}

Result<void> FlashLoader::await_checksums(loader::Session& session, Duration expected, loader::Progress& seen) {
  RIGOR_CHECK(clock_.sleep_for(expected));
  return without_value(poll(clock_, std::max(kLeastPatience, kPatience * expected), [&]() -> Result<bool> {
    RIGOR_TRY(seen, session.look());
    return seen.state != kRunning;
  }));
}

Result<bool> FlashLoader::holds(const LoaderSite& site, std::uint32_t address, ByteView expected) {
  if (!ram_is_ours_ || expected.size() < kChecksumFrom || address % 4 != 0) return false;
  const FlashRange whole{address, static_cast<std::uint32_t>(expected.size())};
  RIGOR_TRY(const auto sums, checksums(site, std::span(&whole, 1)));
  return sums && sums->front() == zip_checksum(expected);
}

Result<std::optional<std::vector<FlashRange>>> FlashLoader::changed(const LoaderSite& site,
                                                                    std::span<const FlashRange> pieces,
                                                                    ByteView wanted) {
  if (std::ranges::any_of(pieces, [](const FlashRange& piece) { return piece.address % 4 != 0; })) return std::nullopt;
  RIGOR_TRY(const auto sums, checksums(site, pieces));
  if (!sums) return std::nullopt;
  std::vector<FlashRange> found;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    if ((*sums)[i] != zip_checksum(wanted.first(pieces[i].size))) append_range(found, pieces[i]);
    wanted = wanted.subspan(pieces[i].size);
  }
  return found;
}

}  // namespace rigor
