// Images as imgtool lays them out, made from stm32h5.md 8.1.
#pragma once

#include <mbedtls/sha256.h>

#include "framework/image/mcuboot.hpp"

namespace rigor::test {

struct ImageSpec {
  std::size_t header_size = 0x400;
  Bytes body = Bytes(1000, 0x11);
  std::uint32_t flags = 0;
  bool protected_tags = true;  // a security counter
  bool digest = true;
  bool signature = true;
  bool encryption_key = false;
  std::size_t slot = 0;  // padded to this size, with the trailer's magic at the end
};

inline void append_tag(Bytes& to, McubootTag tag, const Bytes& value) {
  Bytes head(4);
  store_le16(head, 0, static_cast<std::uint16_t>(tag));
  store_le16(head, 2, static_cast<std::uint16_t>(value.size()));
  to.insert(to.end(), head.begin(), head.end());
  to.insert(to.end(), value.begin(), value.end());
}

inline void append_area(Bytes& to, std::uint16_t magic, const Bytes& tags) {
  Bytes info(4);
  store_le16(info, 0, magic);
  store_le16(info, 2, static_cast<std::uint16_t>(info.size() + tags.size()));
  to.insert(to.end(), info.begin(), info.end());
  to.insert(to.end(), tags.begin(), tags.end());
}

inline Bytes make_image(const ImageSpec& spec) {
  Bytes guarded;
  if (spec.protected_tags) append_tag(guarded, McubootTag::security_counter, {1, 0, 0, 0});
  Bytes image(spec.header_size, 0);
  store_le32(image, 0, kMcubootMagic);
  store_le16(image, 8, static_cast<std::uint16_t>(spec.header_size));
  store_le16(image, 10, static_cast<std::uint16_t>(guarded.empty() ? 0 : guarded.size() + 4));
  store_le32(image, 12, static_cast<std::uint32_t>(spec.body.size()));
  store_le32(image, 16, spec.flags);
  image[20] = 1;
  image[21] = 2;
  store_le16(image, 22, 3);
  store_le32(image, 24, 4);
  image.insert(image.end(), spec.body.begin(), spec.body.end());
  if (!guarded.empty()) append_area(image, 0x6908, guarded);
  Bytes digest(32);
  mbedtls_sha256_ret(image.data(), image.size(), digest.data(), 0);
  Bytes tags;
  if (spec.digest) append_tag(tags, McubootTag::sha256, digest);
  append_tag(tags, McubootTag::key_hash, Bytes(32, 0x22));
  if (spec.signature) append_tag(tags, McubootTag::ecdsa, Bytes(70, 0x33));
  if (spec.encryption_key) append_tag(tags, McubootTag::ecies_p256, Bytes(113, 0x44));
  append_area(image, 0x6907, tags);
  if (spec.slot == 0) return image;
  image.resize(spec.slot, 0xFF);
  const std::uint32_t trailer[] = {0xF395C277, 0x7FEFD260, 0x0F505235, 0x8079B62C};
  for (std::size_t i = 0; i < 4; ++i) store_le32(image, spec.slot - 16 + 4 * i, trailer[i]);
  return image;
}

// The clear artefact and the encrypted one of the same application: same header, the body through a cipher.
inline ImageSpec clear_spec() { return {.flags = mcuboot_flag::kEncrypted}; }
inline Bytes encrypted_image(std::size_t slot) {
  ImageSpec spec{.flags = mcuboot_flag::kEncrypted, .encryption_key = true};
  Bytes image = make_image(spec);
  for (std::size_t i = 0; i < spec.body.size(); ++i)
    image[spec.header_size + i] ^= static_cast<std::uint8_t>(37 * i + 1);
  const std::size_t end = image.size();
  image.resize(std::max(slot, end), 0xFF);
  return image;
}

}  // namespace rigor::test
