#include "framework/target/external_loader.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace rigor {
namespace {

// stm32h7rs.md 2: XSPI2 from 0x70000000, XSPI1 from 0x90000000, 256 MB each.
constexpr std::uint32_t kXspi2 = 0x70000000;
constexpr std::uint32_t kXspi1 = 0x90000000;
constexpr std::uint32_t kWindow = 0x10000000;

std::optional<std::uint32_t> window_of(std::uint32_t address) {
  for (const std::uint32_t base : {kXspi1, kXspi2}) {
    if (address >= base && address - base < kWindow) return base;
  }
  return std::nullopt;
}

bool is_small(std::uint32_t share) { return share == 0 || share == 3; }

LoaderCandidate memory_in_use(const LoaderFailure& seen) {
  LoaderCandidate candidate{.cause = LoaderCause::memory_in_use,
                            .evidence = "it is not known whether the part was reset before the loader started",
                            .cure = "wire NRST (T_NRST of a STLINK-V3SET) and connect under reset"};
  if (seen.core_in_external_memory == true) {
    candidate.standing = Standing::supported;
    candidate.evidence = "the core runs with the external memory mapped";
    if (seen.reset_proven == false) candidate.evidence += ", and nothing moves NRST: a software reset starts it again";
  } else if (seen.reset_proven == false) {
    candidate.standing = Standing::supported;
    candidate.evidence = "nothing moves NRST, so the loader starts while the boot has the external memory mapped";
  } else if (seen.reset_proven == true && seen.core_in_external_memory == false) {
    candidate.standing = Standing::excluded;
    candidate.evidence = "NRST works and the core does not use the external memory";
  } else if (seen.reset_proven == true) {
    candidate.evidence = "NRST works; whether it was pulsed before the loader started is not known";
  }
  return candidate;
}

LoaderCandidate slow_pads(const LoaderFailure& seen, std::uint32_t window) {
  const std::string_view option = window == kXspi1 ? "XSPI1_HSLV" : "XSPI2_HSLV";
  LoaderCandidate candidate{
      .cause = LoaderCause::slow_pads,
      .evidence = fmt::format("{} is not known", option),
      .cure = fmt::format("options: {{set: {{{}: 1}}}}, where its pads run at low voltage", option)};
  if (!seen.hslv) return candidate;
  candidate.standing = *seen.hslv == 0 ? Standing::supported : Standing::excluded;
  candidate.evidence = fmt::format("{} is {}", option, *seen.hslv);
  return candidate;
}

LoaderCandidate no_room(const LoaderFailure& seen) {
  LoaderCandidate candidate{.cause = LoaderCause::no_room,
                            .evidence = "the shares of DTCM and ITCM are not known",
                            .cure = "options: {set: {DTCM_AXI_SHARE: 0, ITCM_AXI_SHARE: 0}}"};
  const bool large =
      (seen.dtcm_share && !is_small(*seen.dtcm_share)) || (seen.itcm_share && !is_small(*seen.itcm_share));
  const auto text = [](const std::optional<std::uint32_t>& share) {
    return share ? std::to_string(*share) : std::string("not known");
  };
  if (seen.dtcm_share || seen.itcm_share) {
    candidate.evidence =
        fmt::format("DTCM_AXI_SHARE is {}, ITCM_AXI_SHARE is {}", text(seen.dtcm_share), text(seen.itcm_share));
  }
  if (large) {
    candidate.standing = Standing::supported;
  } else if (seen.dtcm_share && seen.itcm_share) {
    candidate.standing = Standing::excluded;
  }
  return candidate;
}

LoaderCandidate wrong_loader(const LoaderFailure& seen) {
  LoaderCandidate candidate{.cause = LoaderCause::wrong_loader,
                            .evidence = "the sectors that the tool erased are not known",
                            .cure = "use the loader made for this board and its memory"};
  const auto due = loader_sectors(seen);
  if (!due || !seen.first_sector || !seen.last_sector) return candidate;
  const bool agrees = due->first == *seen.first_sector && due->last == *seen.last_sector;
  candidate.standing = agrees ? Standing::possible : Standing::supported;
  candidate.evidence =
      fmt::format("sectors {} to {} were due and {} to {} were erased{}", due->first, due->last, *seen.first_sector,
                  *seen.last_sector, agrees ? ", as they should" : ": the loader divides the memory otherwise");
  return candidate;
}

}  // namespace

std::string_view loader_cause_name(LoaderCause cause) {
  switch (cause) {
    case LoaderCause::memory_in_use:
      return "memory-in-use";
    case LoaderCause::slow_pads:
      return "slow-pads";
    case LoaderCause::no_room:
      return "no-room";
    case LoaderCause::wrong_loader:
      return "wrong-loader";
  }
  return "";
}

std::optional<SectorSpan> loader_sectors(const LoaderFailure& seen) {
  const auto window = window_of(seen.address);
  if (!window || seen.size == 0 || seen.sector_size == 0) return std::nullopt;
  const std::uint32_t offset = seen.address - *window;
  return SectorSpan{offset / seen.sector_size, (offset + seen.size - 1) / seen.sector_size};
}

std::vector<LoaderCandidate> explain_loader_failure(const LoaderFailure& seen) {
  const auto window = window_of(seen.address);
  if (!window) return {};
  std::vector<LoaderCandidate> candidates{memory_in_use(seen), slow_pads(seen, *window), no_room(seen),
                                          wrong_loader(seen)};
  std::ranges::stable_sort(candidates, {}, &LoaderCandidate::standing);
  return candidates;
}

}  // namespace rigor
