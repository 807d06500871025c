#include "framework/suite/verbs/flash_range.hpp"

#include <fmt/format.h>
#include <algorithm>

#include "framework/suite/step.hpp"

namespace rigor {

Result<VerbRange> range_of(const Step& step, const Arguments& arguments) {
  const std::int64_t room = step.bench().description().board.flash_size;
  const std::int64_t offset = arguments.integer("offset");
  const bool starts_inside = offset >= 0 && offset < room;
  const std::int64_t size = arguments.integer("size", starts_inside ? room - offset : 0);
  if (starts_inside && size > 0 && size <= room - offset)
    return VerbRange{static_cast<std::uint32_t>(offset), static_cast<std::uint32_t>(size)};
  return fail(Code::usage, fmt::format("{} bytes at offset {} are no range of {} bytes of flash", size, offset, room));
}

Result<std::vector<FlashRange>> ranges_of(const Step& step, const Arguments& arguments) {
  RIGOR_TRY(const VerbRange range, range_of(step, arguments));
  return step.target().flash_addresses(range.offset, range.size);
}

Result<std::vector<PlacedBytes>> place_bytes(const Step& step, std::uint32_t offset, ByteView bytes) {
  RIGOR_TRY(const auto ranges, step.target().flash_addresses(offset, static_cast<std::uint32_t>(bytes.size())));
  std::vector<PlacedBytes> placed;
  for (const FlashRange& range : ranges) {
    placed.push_back({range.address, bytes.first(range.size)});
    bytes = bytes.subspan(range.size);
  }
  return placed;
}

Result<void> check_unprotected(const Step& step, const FlashRange& range, std::optional<ProtectionKind> passed_over) {
  RIGOR_TRY(std::vector<Protection> found, step.target().protections(range.address, range.size));
  std::erase_if(found, [&](const Protection& each) { return each.kind == passed_over; });
  if (found.empty()) return {};
  std::string what;
  std::string cure;
  for (const Protection& each : found) {
    what += (what.empty() ? "" : "; ") + each.what;
    cure += (cure.empty() ? "" : "; ") + each.cure;
  }
  const Code code = found.front().kind == ProtectionKind::state ? Code::state_unsuitable : Code::flash_write_protected;
  return fail(Error(code, what).hint(cure));
}

}  // namespace rigor
