// An image as MCUboot boots it: header, body, tag-length-value area, and the trailer of its slot (stm32h5.md 8.1).
//
//   RIGOR_TRY(const McubootImage image, parse_mcuboot(slot));
//   for (const std::string& fault : image.faults) ...
//
// Read from what a slot of the flash holds, or from a file of imgtool's, which may be padded to a whole slot.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "framework/base/bytes.hpp"
#include "framework/base/result.hpp"

namespace rigor {

inline constexpr std::uint32_t kMcubootMagic = 0x96F3B83D;
inline constexpr std::size_t kMcubootHeaderSize = 32;  // bytes that have a meaning; the header is padded to header_size

namespace mcuboot_flag {
inline constexpr std::uint32_t kPrimaryOnly = 0x02;
inline constexpr std::uint32_t kEncrypted = 0x04;  // may also be set in a clear image meant for the primary slot
inline constexpr std::uint32_t kDecryptedOnTheFly = 0x08;
inline constexpr std::uint32_t kNotBootable = 0x10;
inline constexpr std::uint32_t kRamLoad = 0x20;
}  // namespace mcuboot_flag

struct McubootVersion {
  unsigned major = 0;
  unsigned minor = 0;
  unsigned revision = 0;
  std::uint32_t build = 0;
};

struct McubootHeader {
  std::uint32_t load_address = 0;
  std::uint16_t header_size = 0;  // with its padding, 0x400 in ST's images
  std::uint16_t protected_size = 0;
  std::uint32_t image_size = 0;  // of the body
  std::uint32_t flags = 0;
  McubootVersion version;

  [[nodiscard]] std::size_t body_end() const { return std::size_t{header_size} + image_size; }
};

enum class McubootTag : std::uint16_t {
  key_hash = 0x01,
  public_key = 0x02,
  sha256 = 0x10,
  ecdsa = 0x22,
  ecies_p256 = 0x32,
  dependency = 0x40,
  security_counter = 0x50,
  boot_record = 0x60,
};

struct McubootTlv {
  std::uint16_t tag = 0;  // McubootTag, or one that this list does not know
  bool is_protected = false;
  Bytes value;
};
[[nodiscard]] std::string mcuboot_tag_name(std::uint16_t tag);  // "SHA-256", "0x00a0"

// Is the digest in the image that of header, body and protected tags? A clear body says `matches` also where the flag
// says encrypted; an encrypted one says `differs`, and so does a damaged one.
enum class McubootDigest : std::uint8_t { absent, matches, differs };

struct McubootImage {
  McubootHeader header;
  std::vector<McubootTlv> tlvs;
  McubootDigest digest = McubootDigest::absent;
  std::size_t end = 0;              // bytes of header, body and tags
  bool trailer = false;             // the slot ends in the trailer's magic: the image waits to be installed
  std::vector<std::string> faults;  // why MCUboot would refuse it, as far as that can be seen without keys

  [[nodiscard]] const McubootTlv* find(McubootTag tag) const;
  [[nodiscard]] bool has(std::uint32_t flag) const { return (header.flags & flag) != 0; }
  // The digest settles what the flag leaves open.
  [[nodiscard]] bool body_is_clear() const { return digest == McubootDigest::matches; }
};

// Nothing where the magic is not there.
[[nodiscard]] std::optional<McubootHeader> parse_mcuboot_header(ByteView bytes);

// `slot` begins with the header and ends where the slot or the file does. Errors: file_invalid when no header is there;
// what is wrong behind it is among `faults`.
[[nodiscard]] Result<McubootImage> parse_mcuboot(ByteView slot);

}  // namespace rigor
