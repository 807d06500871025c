// Memory and registers by address: read-memory, write-memory.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "framework/base/durable_file.hpp"
#include "framework/suite/step.hpp"
#include "framework/suite/verbs/address_arguments.hpp"
#include "framework/suite/verbs/verbs.hpp"

namespace rigor {
namespace {

constexpr std::string_view kAddress = "address";
constexpr std::size_t kMostWritten = 1U << 20;  // bytes; the largest RAM
constexpr std::int64_t kMostRead = 16LL << 20;  // bytes
constexpr std::size_t kShown = 64;              // bytes that the record shows

// What an address is to a writer.
enum class Region : std::uint8_t {
  ram,
  cells,      // flash, one-time memory, option bytes, and the controller that writes them: verbs of their own
  elsewhere,  // peripherals, external memory, the core's own registers
};

// All flash-like memory of these families lies below SRAM (stm32h5.md 2, stm32h7rs.md 2, stm32f4.md 2).
constexpr std::uint32_t kCodeEnd = 0x20000000;
constexpr std::uint32_t kControllerSize = 0x400;

// How much of one RAM lies from the address on; 0 outside every RAM.
std::uint32_t ram_from(const ChipFacts& chip, std::uint32_t address) {
  for (const MemoryRange& ram : chip.sram) {
    if (address - ram.base < ram.size) return ram.size - (address - ram.base);
    if (ram.secure_base != 0 && address - ram.secure_base < ram.size) return ram.size - (address - ram.secure_base);
  }
  return 0;
}

// One byte of the range at least is the controller's.
bool touches_controller(const ChipFacts& chip, std::uint32_t address, std::size_t size) {
  const std::uint64_t end = std::uint64_t{address} + size;
  const auto touches = [&](std::uint32_t base) {
    return base != 0 && address < std::uint64_t{base} + kControllerSize && end > base;
  };
  return touches(chip.flash_registers) || touches(chip.flash_secure_registers);
}

Region region_of(const ChipFacts& chip, std::uint32_t address, std::size_t size) {
  if (ram_from(chip, address) != 0) return Region::ram;
  return address < kCodeEnd || touches_controller(chip, address, size) ? Region::cells : Region::elsewhere;
}

std::string shown(ByteView bytes) {
  return fmt::format("{:02x}{}", fmt::join(bytes.first(std::min(bytes.size(), kShown)), " "),
                     bytes.size() > kShown ? " ..." : "");
}

class ReadMemoryVerb final : public Verb {
 public:
  const VerbDescription& description() const override {
    static const VerbDescription kDescription{
        "read-memory",
        "Reads memory or registers as the debug port shows them now. Secure contents read as zero through a non-secure "
        "access.",
        "address",
        {{"address", ParameterKind::integer, true, "of the first byte; never corrected"},
         {"size", ParameterKind::size, false, "so many bytes; 4 by default"},
         {"file", ParameterKind::text, false, "where to put them; a file that is there is replaced"},
         {"expect", ParameterKind::text, false, "what they must be, hex digits"}}};
    return kDescription;
  }

  Effect effect(const Arguments&, const ChipFacts&) const override { return Effect::read_only; }

  Result<void> run(Step& step, const Arguments& arguments) const override {
    RIGOR_TRY(const std::uint32_t address, address_of(arguments, kAddress));
    const auto expected = from_hex(arguments.text("expect"));
    if (!expected) return fail(Code::usage, "`expect` is not a row of bytes in hex");
    const std::int64_t size = arguments.integer("size", expected->empty() ? 4 : std::ssize(*expected));
    if (size <= 0 || size > kMostRead || size > 0x1'0000'0000LL - address)
      return fail(Code::usage, fmt::format("{} bytes at {} cannot be read", size, hex_word(address)));
    RIGOR_TRY(const Bytes found, step.target().read(address, static_cast<std::size_t>(size)));
    step.evidence(fmt::format("{} bytes at {}: {}", found.size(), hex_word(address), shown(found)));
    if (arguments.has("file"))
      RIGOR_CHECK(write_durably(arguments.text("file"), std::string(found.begin(), found.end())));
    if (expected->empty() || found == *expected) return {};
    return fail(Code::expectation_failed,
                fmt::format("{} holds {}, expected {}", hex_word(address), shown(found), shown(*expected)));
  }
};

class WriteMemoryVerb final : public Verb {
 public:
  const VerbDescription& description() const override {
    static const VerbDescription kDescription{
        "write-memory",
        "Writes words into RAM and reads them back; into registers and other memory only with both consents. Flash, "
        "option bytes and one-time memory have verbs of their own.",
        "",
        {{"address", ParameterKind::integer, true, "of the first word; never corrected"},
         {"data", ParameterKind::text, false, "what to write, hex digits in the order of their addresses"},
         {"file", ParameterKind::text, false, "what to write, a binary file"}}};
    return kDescription;
  }

  // A register may do anything to a board.
  Effect effect(const Arguments& arguments, const ChipFacts& chip) const override {
    const auto address = address_of(arguments, kAddress);
    const bool harmless = !address || region_of(chip, *address, 1) != Region::elsewhere;  // flash is refused later
    return harmless ? Effect::reversible : Effect::irreversible;
  }

  Result<void> run(Step& step, const Arguments& arguments) const override {
    RIGOR_TRY(const std::uint32_t address, address_of(arguments, kAddress));
    RIGOR_TRY(const Bytes bytes, data_of(arguments, kMostWritten));
    RIGOR_TRY(const Region region, writable_region(step.bench().chip(), address, bytes.size()));
    RIGOR_CHECK(step.target().write(address, bytes));
    if (region == Region::ram) {
      RIGOR_TRY(const Bytes found, step.target().read(address, bytes.size()));
      if (found != bytes)
        return fail(Code::verify_mismatch, fmt::format("{} does not hold what was written", hex_word(address)));
    }
    step.evidence(fmt::format("{} bytes at {} written{}", bytes.size(), hex_word(address),
                              region == Region::ram ? " and read back" : ""));
    return {};
  }

 private:
  // The whole of it lies where its first byte does.
  static Result<Region> writable_region(const ChipFacts& chip, std::uint32_t address, std::size_t size) {
    const Region region = region_of(chip, address, size);
    if (region == Region::cells)
      return fail(
          Error(Code::address_invalid,
                fmt::format("{} is flash, one-time memory, option bytes or their controller", hex_word(address)))
              .hint("`program`, `options`, `otp` and `provision` write those, with their guard rails"));
    const std::uint64_t room = region == Region::ram ? ram_from(chip, address) : 0x1'0000'0000ULL - address;
    if (size <= room) return region;
    return fail(Code::address_invalid,
                fmt::format("{} bytes at {} go beyond the memory they begin in", size, hex_word(address)));
  }
};

}  // namespace

void add_memory_verbs(std::vector<std::unique_ptr<Verb>>& verbs) {
  verbs.push_back(std::make_unique<ReadMemoryVerb>());
  verbs.push_back(std::make_unique<WriteMemoryVerb>());
}

}  // namespace rigor
