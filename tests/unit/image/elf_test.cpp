#include <elf.h>
#include <gtest/gtest.h>

#include <cstring>

#include "framework/image/image.hpp"

namespace rigor {
namespace {

const std::vector<std::uint32_t> kElfBases = {0x08000000, 0x0C000000};

struct Segment {
  std::uint32_t physical = 0;
  Bytes bytes;
  std::uint32_t type = PT_LOAD;
  std::uint32_t in_memory = 0;  // beyond the file's: .bss
};

Bytes make_elf(const std::vector<Segment>& segments, std::uint16_t machine = EM_ARM) {
  Elf32_Ehdr header{};
  std::memcpy(header.e_ident, ELFMAG, SELFMAG);
  header.e_ident[EI_CLASS] = ELFCLASS32;
  header.e_ident[EI_DATA] = ELFDATA2LSB;
  header.e_ident[EI_VERSION] = EV_CURRENT;
  header.e_type = ET_EXEC;
  header.e_machine = machine;
  header.e_version = EV_CURRENT;
  header.e_phoff = sizeof header;
  header.e_ehsize = sizeof header;
  header.e_phentsize = sizeof(Elf32_Phdr);
  header.e_phnum = static_cast<Elf32_Half>(segments.size());
  Bytes file(sizeof header + segments.size() * sizeof(Elf32_Phdr));
  std::memcpy(file.data(), &header, sizeof header);
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const Segment& each = segments[i];
    Elf32_Phdr program{};
    program.p_type = each.type;
    program.p_offset = static_cast<Elf32_Off>(file.size());
    program.p_vaddr = 0x20000000;  // where it runs is not where it is loaded
    program.p_paddr = each.physical;
    program.p_filesz = static_cast<Elf32_Word>(each.bytes.size());
    program.p_memsz = program.p_filesz + each.in_memory;
    file.insert(file.end(), each.bytes.begin(), each.bytes.end());
    std::memcpy(file.data() + sizeof header + i * sizeof program, &program, sizeof program);
  }
  return file;
}

TEST(Elf, LoadedSegmentsLieAtTheirPhysicalAddresses) {
  const Bytes file = make_elf({{0x08000400, {5, 6}},
                               {0x0C000000, {1, 2, 3, 4}},
                               {0x08000004, {7, 8, 9, 10}, PT_LOAD, 100},
                               {0x08000800, {0xEE}, PT_NOTE},
                               {0x20000000, {}, PT_LOAD, 512}});
  ASSERT_TRUE(is_elf(file));
  const auto image = parse_elf(file, "app.elf", kElfBases);
  ASSERT_TRUE(image) << image.error().describe();
  ASSERT_EQ(image->segments.size(), 2U);
  EXPECT_EQ(image->segments[0].offset, 0U);
  EXPECT_EQ(image->segments[0].bytes, (Bytes{1, 2, 3, 4, 7, 8, 9, 10})) << "those that touch are one";
  EXPECT_EQ(image->segments[1].offset, 0x400U);
  EXPECT_EQ(image->segments[1].bytes, (Bytes{5, 6}));
}

struct BadElf {
  const char* name;
  Bytes file;
  const char* message;
};

class ElfRefuses : public ::testing::TestWithParam<BadElf> {};

Bytes truncated() {
  Bytes file = make_elf({{0x08000000, Bytes(64, 1)}});
  file.resize(file.size() - 1);
  return file;
}

INSTANTIATE_TEST_SUITE_P(
    Files, ElfRefuses,
    ::testing::Values(BadElf{"OtherMachine", make_elf({{0x08000000, {1}}}, EM_RISCV), "not for a 32-bit Arm core"},
                      BadElf{"NothingLoaded", make_elf({{0x08000000, {1}, PT_NOTE}}), "nothing in it is loaded"},
                      BadElf{"Overlap", make_elf({{0x08000000, {1, 2}}, {0x0C000001, {3}}}), "two segments hold"},
                      BadElf{"BeforeTheFlash", make_elf({{0x00000000, {1}}}), "before the flash"},
                      BadElf{"Truncated", truncated(), "outside the file"},
                      BadElf{"MagicOnly", {0x7F, 'E', 'L', 'F'}, "not a readable ELF file"}),
    [](const auto& each) { return each.param.name; });

TEST_P(ElfRefuses, WithTheReason) {
  const auto image = parse_elf(GetParam().file, "app.elf", kElfBases);
  ASSERT_FALSE(image);
  EXPECT_EQ(image.error().code(), Code::file_invalid);
  EXPECT_NE(image.error().message().find(GetParam().message), std::string::npos) << image.error().message();
}

}  // namespace
}  // namespace rigor
