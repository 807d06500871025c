// What is written to a flash and compared with it: bytes at an offset from the start of the flash.
//
//   RIGOR_TRY(const Image image, load_image("app.hex", flash_bases));
//
// Raw binaries carry no address and start at offset 0 unless the caller moves them; Intel HEX and ELF carry their own
// and may use any alias of the flash (0x08000000 or 0x0C000000 on an H5). Of an ELF file the loaded segments count, at
// their physical addresses. ELF is told by its content, HEX by the name (.hex, .ihex).
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "framework/base/bytes.hpp"
#include "framework/base/result.hpp"

namespace rigor {

struct ImageSegment {
  std::uint32_t offset = 0;  // from the start of the flash, in bytes
  Bytes bytes;
};

struct Image {
  std::string name;
  std::vector<ImageSegment> segments;  // ordered by offset, without overlaps
  [[nodiscard]] std::size_t size() const;
};

// `bases`: the addresses at which the flash starts. Errors: file_unreadable; file_invalid with the line number for a
// broken HEX record, for an ELF file of another machine or without loaded segments, an address outside every alias, or
// segments that overlap.
[[nodiscard]] Result<Image> load_image(const std::filesystem::path& path, const std::vector<std::uint32_t>& bases);

[[nodiscard]] Result<Image> parse_intel_hex(std::string_view text, std::string name,
                                            const std::vector<std::uint32_t>& bases);

[[nodiscard]] bool is_elf(ByteView file);
[[nodiscard]] Result<Image> parse_elf(ByteView file, std::string name, const std::vector<std::uint32_t>& bases);

// `size` bytes that look like code to an erase or a swap of banks: no two quad-words are alike. The same seed gives the
// same bytes on every machine.
[[nodiscard]] Image make_pattern(std::size_t size, std::uint64_t seed);

}  // namespace rigor
