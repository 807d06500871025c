#include <fmt/format.h>
#include <ranges>

#include "framework/image/image.hpp"
#include "framework/image/slot_verdict.hpp"
#include "framework/suite/step.hpp"
#include "framework/suite/verbs/flash_range.hpp"
#include "framework/suite/verbs/verbs.hpp"
#include "framework/target/external_loader.hpp"
#include "framework/target/march.hpp"

namespace rigor {
namespace {

constexpr std::size_t kMostSentences = 16;  // of one kind; a broken bank would fill the record

class MarchVerb final : public Verb {
 public:
  const VerbDescription& description() const override {
    static const VerbDescription kDescription{
        "march",
        "Fills suspect flash with zeros, addresses and checkerboards, reads everything twice and erases it again. What "
        "it held is lost; each sector wears by five erases.",
        "",
        {{"offset", ParameterKind::size, false, "start of the range, from the start of the flash"},
         {"size", ParameterKind::size, false, "length of the range; by default to the end of the flash"}}};
    return kDescription;
  }

  Effect effect(const Arguments&, const ChipFacts&) const override { return Effect::wears; }

  Result<void> run(Step& step, const Arguments& arguments) const override {
    RIGOR_TRY(const auto ranges, ranges_of(step, arguments));
    for (const FlashRange& range : ranges) RIGOR_CHECK(check_unprotected(step, range));
    for (const FlashRange& range : ranges) RIGOR_CHECK(march_through(step, range));
    return {};
  }

 private:
  static Result<void> march_through(Step& step, const FlashRange& range) {
    RIGOR_TRY(const MarchReport report, march(step.target(), range.address, range.size));
    for (const MarchRefusal& refusal : report.refusals | std::views::take(kMostSentences))
      step.evidence(fmt::format("{}: {}", refusal.element, refusal.error.message()));
    for (const MarchFinding& finding : report.findings) {
      if (step.evidence().size() >= 2 * kMostSentences) break;
      step.evidence(fmt::format("{}: {} holds {:#04x} and {:#04x}, expected {:#04x}", finding.element,
                                hex_word(finding.address), finding.first, finding.second, finding.expected));
    }
    if (report.clean()) {
      step.evidence(fmt::format("{} bytes at {} hold every pattern", range.size, hex_word(range.address)));
      return {};
    }
    return fail(
        Error(Code::march_failed, fmt::format("{} wrong bytes, {} of them different when read again, {} "
                                              "elements refused by the chip",
                                              report.wrong_bytes, report.unstable_bytes, report.refusals.size()))
            .hint(report.unstable_bytes > 0
                      ? "reading itself is not stable: look at the supply, the SWD speed and the probe first"
                      : "the same cells are wrong each time: the flash is worn or damaged"));
  }
};

class CheckSlotsVerb final : public Verb {
 public:
  const VerbDescription& description() const override {
    static const VerbDescription kDescription{
        "check-slots",
        "Reads the image slots of the bench's layout and tells what lies where, against the artefacts of a build.",
        "",
        {{"clear", ParameterKind::text, true, "the signed image (*_init_sign), .hex, .bin or ELF"},
         {"encrypted", ParameterKind::text, false, "the encrypted one (*_enc_sign) of the same build"},
         {"image", ParameterKind::text, false, "which of the layout's images", {"secure", "nonsecure"}},
         {"expect", ParameterKind::text, false, "the verdict that passes; good by default", slot_verdict_names()}}};
    return kDescription;
  }

  Effect effect(const Arguments&, const ChipFacts&) const override { return Effect::read_only; }

  Result<void> run(Step& step, const Arguments& arguments) const override {
    const std::string prefix = arguments.has("image") ? arguments.text("image") + "-" : std::string();
    RIGOR_TRY(const Bytes clear, artefact(step, arguments.text("clear")));
    Bytes encrypted;
    if (arguments.has("encrypted")) {
      RIGOR_TRY(encrypted, artefact(step, arguments.text("encrypted")));
    }
    RIGOR_TRY(const Bytes primary, read_area(step, prefix + "primary"));
    RIGOR_TRY(const Bytes download, read_area(step, prefix + "download"));

    const SlotJudgement judged = judge_slots(observe_slots(primary, download, clear, encrypted));
    step.evidence(fmt::format("{}: {}", slot_verdict_name(judged.verdict), judged.meaning));
    if (judged.suspected)
      step.evidence(fmt::format("the download slot alone speaks for {}", slot_verdict_name(*judged.suspected)));
    if (!judged.certain) step.evidence("the encrypted artefact would tell this from a damaged image");
    const std::string expected = arguments.text("expect", "good");
    if (slot_verdict_name(judged.verdict) == expected) return {};
    return fail(Error(Code::expectation_failed,
                      fmt::format("the slots are {}, expected {}", slot_verdict_name(judged.verdict), expected))
                    .hint(judged.next));
  }

 private:
  static std::vector<std::string> slot_verdict_names() {
    std::vector<std::string> names;
    for (const SlotVerdict each : {SlotVerdict::good, SlotVerdict::not_installed, SlotVerdict::wrong_address,
                                   SlotVerdict::corrupted, SlotVerdict::not_programmed, SlotVerdict::unreadable})
      names.emplace_back(slot_verdict_name(each));
    return names;
  }

  // From its header on, without the address that a HEX or ELF file gives it.
  static Result<Bytes> artefact(const Step& step, const std::string& path) {
    const ChipFacts& chip = step.bench().chip();
    RIGOR_TRY(const Image image, load_image(path, {chip.flash_base, chip.flash_secure_base}));
    Bytes bytes;
    const std::uint32_t start = image.segments.front().offset;
    for (const ImageSegment& segment : image.segments) {
      bytes.resize(segment.offset - start, 0xFF);
      bytes.insert(bytes.end(), segment.bytes.begin(), segment.bytes.end());
    }
    return bytes;
  }

  // Nothing where the layout has no such area: parts without a download slot. Secure areas at their secure alias.
  static Result<Bytes> read_area(const Step& step, const std::string& name) {
    const auto& layout = step.bench().description().layout;
    if (!layout)
      return fail(Error(Code::capability_missing, "the bench does not say which image lies where")
                      .hint("add `layout: NAME` to the bench; `boards/layouts` holds them"));
    const FlashArea* const area = layout->area(name);
    if (area == nullptr) {
      if (name.ends_with("download")) return Bytes();
      return fail(Error(Code::name_unknown, fmt::format("layout '{}' has no area '{}'", layout->name, name))
                      .hint("is `image: secure` or `image: nonsecure` missing, or too much?"));
    }
    if (area->memory == FlashArea::Memory::external)
      return fail(Error(Code::unsupported, fmt::format("area '{}' lies in external memory", name))
                      .hint("only the part's own flash can be read here"));
    const ChipFacts& chip = step.bench().chip();
    RIGOR_TRY(const bool trusted, step.target().security_extension());
    const bool secure = trusted && !name.starts_with("nonsecure");
    return step.target().read((secure ? chip.flash_secure_base : chip.flash_base) + area->offset, area->size);
  }
};

class ExplainLoaderFailureVerb final : public Verb {
 public:
  const VerbDescription& description() const override {
    static const VerbDescription kDescription{
        "explain-loader-failure",
        "Tells apart why an external loader failed to erase or write external flash: what speaks for and against each "
        "cause on this board.",
        "",
        {{"address", ParameterKind::integer, true, "of the first byte that was to be erased or written"},
         {"size", ParameterKind::size, true, "so many bytes"},
         {"sector-size", ParameterKind::size, false, "the loader's"},
         {"first-sector", ParameterKind::integer, false, "that the tool said it erases"},
         {"last-sector", ParameterKind::integer, false, "that the tool said it erases"}}};
    return kDescription;
  }

  Effect effect(const Arguments&, const ChipFacts&) const override { return Effect::read_only; }

  Result<void> run(Step& step, const Arguments& arguments) const override {
    RIGOR_TRY(LoaderFailure seen, asked(arguments));
    if (!step.board().reset_evidence.empty()) seen.reset_proven = step.board().reset_proven;
    RIGOR_TRY(seen.core_in_external_memory, core_is_outside(step));
    seen.hslv = option(step, seen.address >= 0x90000000 ? "XSPI1_HSLV" : "XSPI2_HSLV");
    seen.dtcm_share = option(step, "DTCM_AXI_SHARE");
    seen.itcm_share = option(step, "ITCM_AXI_SHARE");
    const std::vector<LoaderCandidate> candidates = explain_loader_failure(seen);
    if (candidates.empty())
      return fail(Code::address_invalid, fmt::format("{} lies in no external memory", hex_word(seen.address)));
    for (const LoaderCandidate& each : candidates) {
      step.evidence(fmt::format("{} {}: {}{}", loader_cause_name(each.cause), standing(each.standing), each.evidence,
                                each.standing == Standing::excluded ? "" : "; " + each.cure));
    }
    return {};
  }

 private:
  static std::string_view standing(Standing standing) {
    if (standing == Standing::supported) return "is likely";
    return standing == Standing::possible ? "is possible" : "is excluded";
  }

  static Result<LoaderFailure> asked(const Arguments& arguments) {
    LoaderFailure seen;
    for (const auto& [name, place] : {std::pair{"address", &seen.address}, std::pair{"size", &seen.size},
                                      std::pair{"sector-size", &seen.sector_size}}) {
      RIGOR_TRY(*place, word(arguments, name));
    }
    for (const auto& [name, place] :
         {std::pair{"first-sector", &seen.first_sector}, std::pair{"last-sector", &seen.last_sector}}) {
      if (!arguments.has(name)) continue;
      RIGOR_TRY(*place, word(arguments, name));
    }
    return seen;
  }

  static Result<std::uint32_t> word(const Arguments& arguments, const std::string& name) {
    const std::int64_t value = arguments.integer(name);
    if (value >= 0 && value <= 0xFFFFFFFF) return static_cast<std::uint32_t>(value);
    return fail(Code::usage, fmt::format("'{}' is {}, expected 0 to 0xFFFFFFFF", name, value));
  }

  // Where the core stands, held for a moment; nothing where the part does not let that be seen.
  static Result<std::optional<bool>> core_is_outside(const Step& step) {
    constexpr std::uint32_t kExternal = 0x70000000, kExternalEnd = 0xA0000000;  // XSPI2, XSPI1; stm32h7rs.md 2
    const auto counter = step.target().program_counter();
    if (counter) return *counter >= kExternal && *counter < kExternalEnd;
    const Blame blame = blame_of(counter.error().code());
    if (blame == Blame::board || blame == Blame::guard) return std::nullopt;
    return fail(counter.error());
  }

  // Nothing where the part has no such option or does not tell it now.
  static std::optional<std::uint32_t> option(const Step& step, const std::string& name) {
    const auto read = step.target().read_option(name);
    return read && read->readable ? std::optional(read->value) : std::nullopt;
  }
};

}  // namespace

void add_diagnosis_verbs(std::vector<std::unique_ptr<Verb>>& verbs) {
  verbs.push_back(std::make_unique<MarchVerb>());
  verbs.push_back(std::make_unique<CheckSlotsVerb>());
  verbs.push_back(std::make_unique<ExplainLoaderFailureVerb>());
}

}  // namespace rigor
