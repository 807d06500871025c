#include <fmt/format.h>

#include "framework/image/image.hpp"
#include "framework/suite/step.hpp"
#include "framework/suite/verbs/verbs.hpp"

namespace rigor {
namespace {

const std::vector<Parameter>& image_parameters() {
  static const std::vector<Parameter> kParameters = {
      {"image", ParameterKind::text, false, "a .bin or .hex file"},
      {"pattern", ParameterKind::size, false, "so many bytes made from the run's seed, instead of a file"},
      {"offset", ParameterKind::size, false, "moves the image, in bytes from the start of the flash"}};
  return kParameters;
}

struct Range {
  std::uint32_t offset = 0;
  std::uint32_t size = 0;
};

// `offset` and `size` as given, within the board's flash and not empty; without a size, to the end of the flash.
Result<Range> range_of(const Step& step, const Arguments& arguments) {
  const std::int64_t room = step.bench().description().board.flash_size;
  const std::int64_t offset = arguments.integer("offset");
  const bool starts_inside = offset >= 0 && offset < room;
  const std::int64_t size = arguments.integer("size", starts_inside ? room - offset : 0);
  if (starts_inside && size > 0 && size <= room - offset)
    return Range{static_cast<std::uint32_t>(offset), static_cast<std::uint32_t>(size)};
  return fail(Code::usage, fmt::format("{} bytes at offset {} are no range of {} bytes of flash", size, offset, room));
}

Result<Image> image_of(const Step& step, const Arguments& arguments) {
  if (arguments.has("image") == arguments.has("pattern"))
    return fail(Code::usage, "expected either `image` or `pattern`");
  const ChipFacts& chip = step.bench().chip();
  const std::int64_t room = step.bench().description().board.flash_size;
  const std::int64_t moved = arguments.integer("offset");
  const std::int64_t pattern = arguments.integer("pattern");
  if (moved < 0 || moved > room || pattern < 0 || pattern > room || (arguments.has("pattern") && pattern == 0))
    return fail(Code::usage,
                fmt::format("{} bytes at offset {} are no image for {} bytes of flash", pattern, moved, room));
  Image image;
  if (arguments.has("pattern")) {
    image = make_pattern(static_cast<std::size_t>(pattern), step.seed());
  } else {
    RIGOR_TRY(image, load_image(arguments.text("image"), {chip.flash_base, chip.flash_secure_base}));
  }
  for (ImageSegment& segment : image.segments) {
    const std::int64_t start = segment.offset + moved;
    if (start + static_cast<std::int64_t>(segment.bytes.size()) > room)
      return fail(Code::usage, fmt::format("{} does not fit into {} bytes of flash", image.name, room));
    segment.offset = static_cast<std::uint32_t>(start);
  }
  return image;
}

// On a part with TrustZone on, flash that the watermarks make secure answers at its secure alias only.
Result<std::uint32_t> flash_base(const Step& step) {
  RIGOR_TRY(const bool secure, step.target().security_extension());
  return secure ? step.bench().chip().flash_secure_base : step.bench().chip().flash_base;
}

// What would make the chip refuse, told before it is asked (lifecycle.md 4). `passed_over`: a kind that does not count.
Result<void> check_unprotected(const Step& step, std::uint32_t address, std::uint32_t size,
                               std::optional<ProtectionKind> passed_over = std::nullopt) {
  RIGOR_TRY(std::vector<Protection> found, step.target().protections(address, size));
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

class ProtectionsVerb final : public Verb {
 public:
  const VerbDescription& description() const override {
    static const VerbDescription kDescription{
        "protections",
        "Tells what would refuse an erase or a write, and what would lift it. Fails when there is anything.",
        "",
        {{"offset", ParameterKind::size, false, "start of the range, from the start of the flash"},
         {"size", ParameterKind::size, false, "length of the range"}}};
    return kDescription;
  }

  Effect effect(const Arguments&, const ChipFacts&) const override { return Effect::read_only; }

  Result<void> run(Step& step, const Arguments& arguments) const override {
    RIGOR_TRY(const Range range, range_of(step, arguments));
    RIGOR_TRY(const std::uint32_t base, flash_base(step));
    RIGOR_CHECK(check_unprotected(step, base + range.offset, range.size));
    step.evidence(fmt::format("nothing protects {} bytes at {}", range.size, hex_word(base + range.offset)));
    return {};
  }
};

class EraseVerb final : public Verb {
 public:
  const VerbDescription& description() const override {
    static const VerbDescription kDescription{
        "erase",
        "Erases the whole user flash, one bank, or the sectors that a range touches.",
        "what",
        {{"what", ParameterKind::text, false, "all, bank1, bank2 or range", {"all", "bank1", "bank2", "range"}},
         {"offset", ParameterKind::size, false, "start of the range, from the start of the flash"},
         {"size", ParameterKind::size, false, "length of the range"}}};
    return kDescription;
  }

  Effect effect(const Arguments&, const ChipFacts&) const override { return Effect::wears; }

  Result<void> run(Step& step, const Arguments& arguments) const override {
    const std::string what = arguments.text("what", arguments.has("size") ? "range" : "all");
    if (what == "all") {
      // A whole-chip erase goes through both worlds by itself.
      RIGOR_CHECK(check_unprotected(step, step.bench().chip().flash_base, step.bench().description().board.flash_size,
                                    ProtectionKind::security));
      return step.target().erase_all();
    }
    if (what == "bank1" || what == "bank2") return step.target().erase_bank(what == "bank1" ? 1 : 2);
    if (!arguments.has("size")) return fail(Code::usage, "a range needs `size`");
    RIGOR_TRY(const Range range, range_of(step, arguments));
    RIGOR_TRY(const std::uint32_t base, flash_base(step));
    RIGOR_CHECK(check_unprotected(step, base + range.offset, range.size));
    return step.target().erase(base + range.offset, range.size);
  }
};

// A cell with an error-correcting code takes one write (stm32h5.md 3, stm32h7rs.md 3): a second one leaves a word that
// reads as an error. The F4's bits may be cleared one after the other.
Result<void> check_cells_blank(const Step& step, std::uint32_t address, std::uint32_t size) {
  if (step.bench().chip().family == Family::stm32f4) return {};
  Target& target = step.target();
  // Checksums by the core are worth their loss of its RAM where programming takes that too.
  constexpr std::uint32_t kWorthChecksums = 4096;
  std::vector<FlashRange> written = {{address, size}};
  if (size >= kWorthChecksums) {
    RIGOR_TRY(written, target.changed_ranges(address, Bytes(size, 0xFF)));
  }
  for (const FlashRange& range : written) {
    Result<void> blank = target.check_blank(range.address, range.size);
    if (blank) continue;
    if (blank.error().code() != Code::not_blank) return blank;
    return fail(Error(Code::state_unsuitable, "a programmed quad-word cannot be written again")
                    .hint("erase its sector first")
                    .because(std::move(blank).error()));
  }
  return {};
}

class ProgramVerb final : public Verb {
 public:
  const VerbDescription& description() const override {
    static const VerbDescription kDescription{"program",
                                              "Writes an image into erased flash. Does not erase and does not verify; "
                                              "refused where a cell that takes one write has had it.",
                                              "image", image_parameters()};
    return kDescription;
  }

  Effect effect(const Arguments&, const ChipFacts&) const override { return Effect::wears; }

  Result<void> run(Step& step, const Arguments& arguments) const override {
    RIGOR_TRY(const Image image, image_of(step, arguments));
    RIGOR_TRY(const std::uint32_t base, flash_base(step));
    for (const ImageSegment& segment : image.segments)
      RIGOR_CHECK(check_unprotected(step, base + segment.offset, static_cast<std::uint32_t>(segment.bytes.size())));
    for (const ImageSegment& segment : image.segments)
      RIGOR_CHECK(check_cells_blank(step, base + segment.offset, static_cast<std::uint32_t>(segment.bytes.size())));
    for (const ImageSegment& segment : image.segments)
      RIGOR_CHECK(step.target().program(base + segment.offset, segment.bytes));
    step.evidence(fmt::format("{}: {} bytes at {}", image.name, image.size(), hex_word(base)));
    return {};
  }
};

class VerifyVerb final : public Verb {
 public:
  const VerbDescription& description() const override {
    static const VerbDescription kDescription{"verify", "Reads the flash back and compares it with an image.", "image",
                                              image_parameters()};
    return kDescription;
  }

  Effect effect(const Arguments&, const ChipFacts&) const override { return Effect::read_only; }

  Result<void> run(Step& step, const Arguments& arguments) const override {
    RIGOR_TRY(const Image image, image_of(step, arguments));
    RIGOR_TRY(const std::uint32_t base, flash_base(step));
    for (const ImageSegment& segment : image.segments)
      RIGOR_CHECK(step.target().verify(base + segment.offset, segment.bytes));
    step.evidence(fmt::format("{}: {} bytes read back and equal", image.name, image.size()));
    return {};
  }
};

class CheckBlankVerb final : public Verb {
 public:
  const VerbDescription& description() const override {
    static const VerbDescription kDescription{
        "check-blank",
        "Reads the flash and requires it to be erased.",
        "what",
        {{"what", ParameterKind::text, false, "flash: all of it unless `offset` and `size` say less", {"flash"}},
         {"offset", ParameterKind::size, false, "start of the range, from the start of the flash"},
         {"size", ParameterKind::size, false, "length of the range"}}};
    return kDescription;
  }

  Effect effect(const Arguments&, const ChipFacts&) const override { return Effect::read_only; }

  Result<void> run(Step& step, const Arguments& arguments) const override {
    RIGOR_TRY(const Range range, range_of(step, arguments));
    RIGOR_TRY(const std::uint32_t base, flash_base(step));
    RIGOR_CHECK(step.target().check_blank(base + range.offset, range.size));
    step.evidence(fmt::format("{} bytes at {} read 0xff", range.size, hex_word(base + range.offset)));
    return {};
  }
};

}  // namespace

void add_flash_verbs(std::vector<std::unique_ptr<Verb>>& verbs) {
  verbs.push_back(std::make_unique<ProtectionsVerb>());
  verbs.push_back(std::make_unique<EraseVerb>());
  verbs.push_back(std::make_unique<ProgramVerb>());
  verbs.push_back(std::make_unique<VerifyVerb>());
  verbs.push_back(std::make_unique<CheckBlankVerb>());
}

}  // namespace rigor
