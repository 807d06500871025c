#include "framework/image/mcuboot.hpp"

#include <fmt/format.h>
#include <mbedtls/sha256.h>

#include <algorithm>
#include <array>

namespace rigor {
namespace {

constexpr std::uint16_t kInfoMagic = 0x6907;
constexpr std::uint16_t kProtectedInfoMagic = 0x6908;
constexpr std::size_t kInfoSize = 4;  // magic, size of the area with this info
constexpr std::array<std::uint32_t, 4> kTrailer{0xF395C277, 0x7FEFD260, 0x0F505235, 0x8079B62C};
constexpr std::size_t kTrailerSize = 4 * kTrailer.size();
constexpr std::size_t kDigestSize = 32;

// One area of tags; returns where it ends, or nothing when it does not hold together.
std::optional<std::size_t> read_area(ByteView slot, std::size_t at, bool is_protected, McubootImage& image) {
  const std::string_view name = is_protected ? "protected tags" : "tags";
  if (slot.size() < at + kInfoSize) {
    image.faults.push_back(fmt::format("the {} lie outside the slot", name));
    return std::nullopt;
  }
  const std::uint16_t magic = load_le16(slot, at);
  if (magic != (is_protected ? kProtectedInfoMagic : kInfoMagic)) {
    image.faults.push_back(fmt::format("no {} at offset {}: 0x{:04x}", name, hex_word(at), magic));
    return std::nullopt;
  }
  const std::size_t size = load_le16(slot, at + 2);
  if (size < kInfoSize || size > slot.size() - at) {
    image.faults.push_back(fmt::format("the {} are {} bytes long", name, size));
    return std::nullopt;
  }
  const std::size_t end = at + size;
  for (at += kInfoSize; at < end;) {
    const std::size_t length = end - at >= kInfoSize ? load_le16(slot, at + 2) : end;
    if (length > end - at - kInfoSize) {
      image.faults.push_back(fmt::format("a tag at offset {} is longer than its area", hex_word(at)));
      return std::nullopt;
    }
    const ByteView value = slot.subspan(at + kInfoSize, length);
    image.tlvs.push_back({load_le16(slot, at), is_protected, Bytes(value.begin(), value.end())});
    at += kInfoSize + length;
  }
  return end;
}

McubootDigest check_digest(ByteView covered, const McubootImage& image) {
  const McubootTlv* wanted = image.find(McubootTag::sha256);
  if (wanted == nullptr || wanted->value.size() != kDigestSize) return McubootDigest::absent;
  std::array<std::uint8_t, kDigestSize> digest{};
  mbedtls_sha256_ret(covered.data(), covered.size(), digest.data(), 0);
  return std::ranges::equal(digest, wanted->value) ? McubootDigest::matches : McubootDigest::differs;
}

bool ends_in_trailer(ByteView slot) {
  if (slot.size() < kTrailerSize) return false;
  for (std::size_t i = 0; i < kTrailer.size(); ++i)
    if (load_le32(slot, slot.size() - kTrailerSize + 4 * i) != kTrailer[i]) return false;
  return true;
}

void read_tags(ByteView slot, McubootImage& image) {
  const McubootHeader& header = image.header;
  std::size_t at = header.body_end();
  if (header.protected_size != 0) {
    const auto end = read_area(slot, at, true, image);
    if (!end) return;
    if (*end - at != header.protected_size)
      image.faults.push_back(
          fmt::format("the header says {} bytes of protected tags, {} are there", header.protected_size, *end - at));
    at = *end;
  }
  const std::size_t covered = at;
  const auto end = read_area(slot, at, false, image);
  if (!end) return;
  image.end = *end;
  image.digest = check_digest(slot.first(covered), image);
}

void judge(McubootImage& image) {
  if (image.digest == McubootDigest::absent) image.faults.emplace_back("no SHA-256 tag: MCUboot refuses the image");
  if (image.digest == McubootDigest::differs && !image.has(mcuboot_flag::kEncrypted))
    image.faults.emplace_back("the SHA-256 is not that of the image: damaged");
  if (image.find(McubootTag::ecdsa) == nullptr) image.faults.emplace_back("no ECDSA signature");
  if (image.has(mcuboot_flag::kNotBootable)) image.faults.emplace_back("flagged as not bootable");
  // An encrypted body without its key can be decrypted by nobody.
  if (image.has(mcuboot_flag::kEncrypted) && !image.body_is_clear() && image.find(McubootTag::ecies_p256) == nullptr)
    image.faults.emplace_back("encrypted, but without the ECIES key");
}

}  // namespace

std::string mcuboot_tag_name(std::uint16_t tag) {
  switch (static_cast<McubootTag>(tag)) {
    case McubootTag::key_hash:
      return "key hash";
    case McubootTag::public_key:
      return "public key";
    case McubootTag::sha256:
      return "SHA-256";
    case McubootTag::ecdsa:
      return "ECDSA signature";
    case McubootTag::ecies_p256:
      return "ECIES key";
    case McubootTag::dependency:
      return "dependency";
    case McubootTag::security_counter:
      return "security counter";
    case McubootTag::boot_record:
      return "boot record";
  }
  return fmt::format("0x{:04x}", tag);
}

const McubootTlv* McubootImage::find(McubootTag tag) const {
  const auto found = std::ranges::find(tlvs, static_cast<std::uint16_t>(tag), &McubootTlv::tag);
  return found == tlvs.end() ? nullptr : &*found;
}

std::optional<McubootHeader> parse_mcuboot_header(ByteView bytes) {
  if (bytes.size() < kMcubootHeaderSize || load_le32(bytes) != kMcubootMagic) return std::nullopt;
  McubootHeader header;
  header.load_address = load_le32(bytes, 4);
  header.header_size = load_le16(bytes, 8);
  header.protected_size = load_le16(bytes, 10);
  header.image_size = load_le32(bytes, 12);
  header.flags = load_le32(bytes, 16);
  header.version = {bytes[20], bytes[21], load_le16(bytes, 22), load_le32(bytes, 24)};
  return header;
}

Result<McubootImage> parse_mcuboot(ByteView slot) {
  const auto header = parse_mcuboot_header(slot);
  if (!header) {
    const std::string found = slot.size() < 4 ? "nothing" : hex_word(load_le32(slot));
    return fail(Code::file_invalid,
                fmt::format("no image header: {} where {} begins one", found, hex_word(kMcubootMagic)));
  }
  McubootImage image;
  image.header = *header;
  image.trailer = ends_in_trailer(slot);
  if (header->header_size < kMcubootHeaderSize) {
    image.faults.push_back(fmt::format("the header calls itself {} bytes long", header->header_size));
  } else if (header->body_end() > slot.size()) {
    image.faults.push_back(
        fmt::format("header and body are {} bytes, the slot holds {}", header->body_end(), slot.size()));
  } else {
    read_tags(slot, image);
    if (image.faults.empty()) judge(image);
  }
  return image;
}

}  // namespace rigor
