#include <fmt/format.h>
#include <fmt/ranges.h>

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
    RIGOR_TRY(const auto ranges, ranges_of(step, arguments));
    for (const FlashRange& range : ranges) {
      RIGOR_CHECK(check_unprotected(step, range));
      step.evidence(fmt::format("nothing protects {} bytes at {}", range.size, hex_word(range.address)));
    }
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
    const FlashRange all{step.bench().chip().flash_base, step.bench().description().board.flash_size};
    if (what == "all") {
      RIGOR_CHECK(check_unprotected(step, all, kBothWorlds));
      return step.target().erase_all();
    }
    if (what == "bank1" || what == "bank2") {
      const unsigned bank = what == "bank1" ? 1 : 2;
      RIGOR_TRY(const FlashRange range, step.target().bank_range(bank));
      RIGOR_CHECK(check_unprotected(step, range, kBothWorlds));
      return step.target().erase_bank(bank);
    }
    if (!arguments.has("size")) return fail(Code::usage, "a range needs `size`");
    RIGOR_TRY(const auto ranges, ranges_of(step, arguments));
    for (const FlashRange& range : ranges) RIGOR_CHECK(check_unprotected(step, range));
    for (const FlashRange& range : ranges) RIGOR_CHECK(step.target().erase(range.address, range.size));
    return {};
  }

 private:
  // Erasing a bank or the whole chip goes through both by itself.
  static constexpr auto kBothWorlds = ProtectionKind::security;
};

std::vector<Parameter> program_parameters() {
  std::vector<Parameter> parameters = image_parameters();
  parameters.push_back({"only-changed", ParameterKind::flag, false,
                        "erases and writes the sectors whose checksum is not the image's, and leaves the others"});
  return parameters;
}

using Pieces = std::vector<PlacedBytes>;

// The image by the addresses at which the part answers for it.
Result<Pieces> pieces_of(const Step& step, const Image& image) {
  Pieces pieces;
  for (const ImageSegment& segment : image.segments) {
    RIGOR_TRY(const Pieces placed, place_bytes(step, segment.offset, segment.bytes));
    pieces.insert(pieces.end(), placed.begin(), placed.end());
  }
  return pieces;
}

// What of them is not in the flash, by whole sectors.
Result<Pieces> pieces_to_change(const Step& step, const Pieces& wanted) {
  Pieces pieces;
  for (const auto& [start, bytes] : wanted) {
    RIGOR_TRY(const auto changed, step.target().changed_ranges(start, bytes));
    for (const FlashRange& range : changed)
      pieces.push_back({range.address, bytes.subspan(range.address - start, range.size)});
  }
  return pieces;
}

FlashRange range_of(const PlacedBytes& piece) {
  return {piece.address, static_cast<std::uint32_t>(piece.bytes.size())};
}

std::string places_of(const Pieces& pieces) {
  std::vector<std::string> places;
  for (const PlacedBytes& piece : pieces) places.push_back(hex_word(piece.address));
  return fmt::format("{}", fmt::join(places, ", "));
}

// A cell with an error-correcting code takes one write (stm32h5.md 3, stm32h7rs.md 3): a second one leaves a word that
// reads as an error. The F4's bits may be cleared one after the other.
Result<void> check_cells_blank(const Step& step, const FlashRange& piece) {
  if (step.bench().chip().family == Family::stm32f4) return {};
  Target& target = step.target();
  // Checksums by the core are worth their loss of its RAM where programming takes that too.
  constexpr std::uint32_t kWorthChecksums = 4096;
  std::vector<FlashRange> written = {piece};
  if (piece.size >= kWorthChecksums) {
    RIGOR_TRY(written, target.changed_ranges(piece.address, Bytes(piece.size, 0xFF)));
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
    RIGOR_TRY(const Pieces pieces, pieces_of(step, image));
    if (arguments.flag("only-changed")) return update(step, image, pieces);
    for (const PlacedBytes& piece : pieces) RIGOR_CHECK(check_unprotected(step, range_of(piece)));
    for (const PlacedBytes& piece : pieces) RIGOR_CHECK(check_cells_blank(step, range_of(piece)));
    for (const PlacedBytes& piece : pieces) RIGOR_CHECK(step.target().program(piece.address, piece.bytes));
    step.evidence(fmt::format("{}: {} bytes at {}", image.name, image.size(), places_of(pieces)));
    return {};
  }

 private:
  // Asked again after the erase: two segments may share a sector, and what was there of the one went with the other.
  static Result<void> update(Step& step, const Image& image, const Pieces& wanted) {
    RIGOR_TRY(const Pieces stale, pieces_to_change(step, wanted));
    for (const PlacedBytes& piece : stale) RIGOR_CHECK(check_unprotected(step, range_of(piece)));
    for (const PlacedBytes& piece : stale) RIGOR_CHECK(step.target().erase(piece.address, range_of(piece).size));
    Pieces missing;
    if (!stale.empty()) {
      RIGOR_TRY(missing, pieces_to_change(step, wanted));
    }
    std::size_t written = 0;
    for (const PlacedBytes& piece : missing) {
      RIGOR_CHECK(step.target().program(piece.address, piece.bytes));
      written += piece.bytes.size();
    }
    step.evidence(fmt::format("{}: {} of {} bytes at {} written, the others were there already", image.name, written,
                              image.size(), places_of(wanted)));
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
    RIGOR_TRY(const Pieces pieces, pieces_of(step, image));
    for (const PlacedBytes& piece : pieces) RIGOR_CHECK(step.target().verify(piece.address, piece.bytes));
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
    RIGOR_TRY(const auto ranges, ranges_of(step, arguments));
    for (const FlashRange& range : ranges) {
      RIGOR_CHECK(step.target().check_blank(range.address, range.size));
      step.evidence(fmt::format("{} bytes at {} read 0xff", range.size, hex_word(range.address)));
    }
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
