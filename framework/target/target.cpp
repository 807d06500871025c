#include "framework/target/target.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace rigor {

std::string unique_id_text(const Identity& identity) {
  const auto& words = identity.unique_id;
  return fmt::format("{:08X} {:08X} {:08X}", words[0], words[1], words[2]);
}

std::string sfsp_text(std::uint32_t word) {
  return fmt::format("v{}.{}.{}", word >> 24, (word >> 16) & 0xFF, (word >> 8) & 0xFF);
}

bool sfsp_is_plausible(std::uint32_t word) {
  if (word == 0 || word == 0xFFFFFFFF) return false;
  const auto is_text = [](std::uint32_t byte) { return byte >= 0x20 && byte <= 0x7E; };
  const bool any_text = is_text(word >> 24) || is_text((word >> 16) & 0xFF) || is_text((word >> 8) & 0xFF);
  return !(any_text && (word >> 24) > 15);
}

Result<void> Target::verify(std::uint32_t address, ByteView expected) {
  RIGOR_TRY(const auto mismatch, compare(address, expected));
  if (!mismatch) return {};
  return fail(Code::verify_mismatch, fmt::format("{} holds 0x{:02X} where 0x{:02X} was written",
                                                 hex_word(mismatch->address), mismatch->found, mismatch->expected));
}

Result<void> Target::check_blank(std::uint32_t address, std::uint32_t size) {
  RIGOR_TRY(const auto mismatch, compare(address, Bytes(size, 0xFF)));
  if (!mismatch) return {};
  Error error(Code::not_blank,
              fmt::format("{} holds 0x{:02X}, not 0xFF", hex_word(mismatch->address), mismatch->found));
  if (mismatch->found != 0) return fail(std::move(error));
  // lifecycle.md 6: zeros from a secure area are access denial.
  return fail(std::move(error).hint(
      "zero may mean a secure area seen through a non-secure access, which is no evidence of content"));
}

}  // namespace rigor
