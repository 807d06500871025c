#include <fmt/format.h>

#include "framework/image/image.hpp"
#include "framework/suite/step.hpp"
#include "framework/suite/verbs/flash_range.hpp"
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
    RIGOR_TRY(const VerbRange range, range_of(step, arguments));
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
    RIGOR_TRY(const VerbRange range, range_of(step, arguments));
    RIGOR_TRY(const std::uint32_t base, flash_base(step));
    RIGOR_CHECK(check_unprotected(step, base + range.offset, range.size));
    return step.target().erase(base + range.offset, range.size);
  }
};

std::vector<Parameter> program_parameters() {
  std::vector<Parameter> parameters = image_parameters();
  parameters.push_back({"only-changed", ParameterKind::flag, false,
                        "erases and writes the sectors whose checksum is not the image's, and leaves the others"});
  return parameters;
}

struct Piece {
  std::uint32_t address = 0;
  ByteView bytes;
};

// What of the image is not in the flash, by whole sectors.
Result<std::vector<Piece>> pieces_to_change(const Step& step, const Image& image, std::uint32_t base) {
  std::vector<Piece> pieces;
  for (const ImageSegment& segment : image.segments) {
    const std::uint32_t start = base + segment.offset;
    RIGOR_TRY(const auto changed, step.target().changed_ranges(start, segment.bytes));
    for (const FlashRange& range : changed)
      pieces.push_back({range.address, ByteView(segment.bytes).subspan(range.address - start, range.size)});
  }
  return pieces;
}

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
    static const VerbDescription kDescription{
        "program",
        "Writes an image into erased flash; with only-changed, into any. Does not verify, and else does not erase. "
        "Refused where a cell that takes one write has had it.",
        "image", program_parameters()};
    return kDescription;
  }

  Effect effect(const Arguments&, const ChipFacts&) const override { return Effect::wears; }

  Result<void> run(Step& step, const Arguments& arguments) const override {
    RIGOR_TRY(const Image image, image_of(step, arguments));
    RIGOR_TRY(const std::uint32_t base, flash_base(step));
    if (arguments.flag("only-changed")) return update(step, image, base);
    for (const ImageSegment& segment : image.segments)
      RIGOR_CHECK(check_unprotected(step, base + segment.offset, static_cast<std::uint32_t>(segment.bytes.size())));
    for (const ImageSegment& segment : image.segments)
      RIGOR_CHECK(check_cells_blank(step, base + segment.offset, static_cast<std::uint32_t>(segment.bytes.size())));
    for (const ImageSegment& segment : image.segments)
      RIGOR_CHECK(step.target().program(base + segment.offset, segment.bytes));
    step.evidence(fmt::format("{}: {} bytes at {}", image.name, image.size(), hex_word(base)));
    return {};
  }

 private:
  // Asked again after the erase: two segments may share a sector, and what was there of the one went with the other.
  static Result<void> update(Step& step, const Image& image, std::uint32_t base) {
    RIGOR_TRY(const auto stale, pieces_to_change(step, image, base));
    for (const Piece& piece : stale)
      RIGOR_CHECK(check_unprotected(step, piece.address, static_cast<std::uint32_t>(piece.bytes.size())));
    for (const Piece& piece : stale)
      RIGOR_CHECK(step.target().erase(piece.address, static_cast<std::uint32_t>(piece.bytes.size())));
    std::vector<Piece> missing;
    if (!stale.empty()) {
      RIGOR_TRY(missing, pieces_to_change(step, image, base));
    }
    std::size_t written = 0;
    for (const Piece& piece : missing) {
      RIGOR_CHECK(step.target().program(piece.address, piece.bytes));
      written += piece.bytes.size();
    }
    step.evidence(fmt::format("{}: {} of {} bytes at {} written, the others were there already", image.name, written,
                              image.size(), hex_word(base)));
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
    RIGOR_TRY(const VerbRange range, range_of(step, arguments));
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
