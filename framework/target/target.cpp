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

namespace {

std::unexpected<Error> absent(const Target& target, std::string_view what) {
  return fail(Code::unsupported, fmt::format("{} has no {}", target.facts().name, what));
}

}  // namespace

Result<std::vector<Protection>> Target::protections(std::uint32_t, std::uint32_t) { return std::vector<Protection>{}; }
Result<std::vector<OtpBlock>> Target::read_otp() { return absent(*this, "one-time memory"); }
Result<void> Target::write_otp(std::uint32_t, ByteView) { return absent(*this, "one-time memory"); }
Result<void> Target::lock_otp(unsigned) { return absent(*this, "one-time memory"); }
Result<bool> Target::security_extension() { return false; }
Result<bool> Target::holds_record(const ProvisioningRecord&) { return false; }
Result<ProvisioningReport> Target::provision(const ProvisioningRecord&) {
  return absent(*this, "provisioning service");
}

Result<std::vector<FlashRange>> Target::flash_addresses(std::uint32_t offset, std::uint32_t size) {
  return std::vector<FlashRange>{{facts().flash_base + offset, size}};
}

Result<FlashRange> Target::bank_range(unsigned bank) {
  if (bank == 1) return FlashRange{facts().flash_base, facts().flash_size};
  if (bank != 2) return fail(Code::usage, fmt::format("there is no flash bank {}", bank));
  return fail(Code::unsupported, fmt::format("this {} has one flash bank", facts().name));
}

Result<void> Target::write(std::uint32_t address, ByteView data) {
  if (address % 4 != 0 || data.size() % 4 != 0 || data.empty())
    return fail(Code::usage, fmt::format("{} bytes at {} are not whole words", data.size(), hex_word(address)));
  forget_ram();
  return write_words(address, data);
}

Result<std::vector<FlashRange>> Target::sector_pieces(std::uint32_t address, std::uint32_t size) const {
  const ChipFacts& chip = facts();
  const bool secure = chip.flash_secure_base != 0 && address >= chip.flash_secure_base;
  const std::uint32_t base = secure ? chip.flash_secure_base : chip.flash_base;
  if (address < base || address - base > chip.flash_size || size > chip.flash_size - (address - base))
    return fail(Code::usage, fmt::format("{} bytes at {} are not inside the {} KB of flash at {}", size,
                                         hex_word(address), chip.flash_size / 1024, hex_word(base)));
  return rigor::sector_pieces(flash_sectors(chip, chip.flash_size), base, address, size);
}

Result<std::vector<FlashRange>> Target::changed_ranges(std::uint32_t address, ByteView wanted) {
  RIGOR_TRY(const auto pieces, sector_pieces(address, static_cast<std::uint32_t>(wanted.size())));
  std::vector<FlashRange> changed;
  for (const FlashRange& piece : pieces) {
    RIGOR_TRY(const auto mismatch, compare(piece.address, wanted.subspan(piece.address - address, piece.size)));
    if (mismatch) append_range(changed, piece);
  }
  return changed;
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
