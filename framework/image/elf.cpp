// ELF through libelf: what is loaded, at its physical address, which is where a programmer puts it.
#include <fmt/format.h>
#include <gelf.h>

#include <algorithm>

#include "framework/base/c_handle.hpp"
#include "framework/image/image.hpp"

namespace rigor {
namespace {

std::unexpected<Error> broken(const std::string& name, const std::string& what) {
  return fail(Code::file_invalid, fmt::format("{}: {}", name, what));
}

// The nearest base not above the address is the alias that it belongs to.
const std::uint32_t* base_of(std::uint64_t address, const std::vector<std::uint32_t>& bases) {
  const std::uint32_t* nearest = nullptr;
  for (const std::uint32_t& base : bases)
    if (base <= address && (nearest == nullptr || base > *nearest)) nearest = &base;
  return nearest;
}

Result<void> add_segment(Image& image, const GElf_Phdr& program, ByteView file,
                         const std::vector<std::uint32_t>& bases) {
  if (program.p_type != PT_LOAD || program.p_filesz == 0) return {};
  if (program.p_offset > file.size() || program.p_filesz > file.size() - program.p_offset)
    return broken(image.name, fmt::format("the segment at {} lies outside the file", hex_word(program.p_paddr)));
  const std::uint32_t* base =
      program.p_paddr + program.p_filesz > 0x1'0000'0000 ? nullptr : base_of(program.p_paddr, bases);
  if (base == nullptr)
    return broken(image.name, fmt::format("the segment at {} lies before the flash", hex_word(program.p_paddr)));
  const ByteView bytes = file.subspan(program.p_offset, program.p_filesz);
  image.segments.push_back({static_cast<std::uint32_t>(program.p_paddr - *base), Bytes(bytes.begin(), bytes.end())});
  return {};
}

// In the order of their addresses, those that touch made one.
Result<void> join_segments(Image& image) {
  std::ranges::sort(image.segments, {}, &ImageSegment::offset);
  std::vector<ImageSegment> joined;
  for (ImageSegment& segment : image.segments) {
    const std::size_t end = joined.empty() ? 0 : joined.back().offset + joined.back().bytes.size();
    if (segment.offset < end)
      return broken(image.name, fmt::format("two segments hold the bytes at offset {}", hex_word(segment.offset)));
    if (!joined.empty() && segment.offset == end)
      joined.back().bytes.insert(joined.back().bytes.end(), segment.bytes.begin(), segment.bytes.end());
    else
      joined.push_back(std::move(segment));
  }
  image.segments = std::move(joined);
  return {};
}

}  // namespace

bool is_elf(ByteView file) {
  static constexpr std::array<std::uint8_t, 4> kMagic{0x7F, 'E', 'L', 'F'};
  return file.size() >= kMagic.size() && std::ranges::equal(file.first(kMagic.size()), kMagic);
}

Result<Image> parse_elf(ByteView file, std::string name, const std::vector<std::uint32_t>& bases) {
  elf_version(EV_CURRENT);
  Bytes content(file.begin(), file.end());  // libelf wants to be able to write
  const CHandle<Elf, elf_end> elf(elf_memory(reinterpret_cast<char*>(content.data()), content.size()));
  GElf_Ehdr header{};
  if (!elf || elf_kind(elf.get()) != ELF_K_ELF || gelf_getehdr(elf.get(), &header) == nullptr)
    return broken(name, "not a readable ELF file");
  if (header.e_machine != EM_ARM || gelf_getclass(elf.get()) != ELFCLASS32)
    return broken(name, "an ELF file, but not for a 32-bit Arm core");
  std::size_t count = 0;
  if (elf_getphdrnum(elf.get(), &count) != 0) return broken(name, "the program headers cannot be read");
  Image image{std::move(name), {}};
  for (std::size_t i = 0; i < count; ++i) {
    GElf_Phdr program{};
    if (gelf_getphdr(elf.get(), static_cast<int>(i), &program) == nullptr)
      return broken(image.name, fmt::format("program header {} cannot be read", i));
    RIGOR_CHECK(add_segment(image, program, file, bases));
  }
  if (image.segments.empty()) return broken(image.name, "nothing in it is loaded; is it an object file?");
  RIGOR_CHECK(join_segments(image));
  return image;
}

}  // namespace rigor
