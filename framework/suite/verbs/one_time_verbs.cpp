#include <fmt/format.h>

#include "framework/suite/step.hpp"
#include "framework/suite/verbs/address_arguments.hpp"
#include "framework/suite/verbs/verbs.hpp"

namespace rigor {
namespace {

constexpr std::size_t kMostData = 2048;  // bytes; the largest one-time memory

class OneTimeVerb final : public Verb {
 public:
  const VerbDescription& description() const override {
    static const VerbDescription kDescription{
        "otp",
        "Writes or locks one-time memory, for ever. Refuses cells that were written and blocks that are locked.",
        "",
        {{"write", ParameterKind::integer, false, "address of the first cell; never corrected"},
         {"data", ParameterKind::text, false, "what to write, hex digits"},
         {"file", ParameterKind::text, false, "what to write, a binary file"},
         {"lock", ParameterKind::integer, false, "number of the block to lock"}}};
    return kDescription;
  }

  Effect effect(const Arguments&, const ChipFacts&) const override { return Effect::irreversible; }

  Result<void> run(Step& step, const Arguments& arguments) const override {
    if (arguments.has("write") == arguments.has("lock")) return fail(Code::usage, "expected either `write` or `lock`");
    if (arguments.has("lock")) return lock(step, arguments.integer("lock"));
    RIGOR_TRY(const Bytes data, data_of(arguments, kMostData));
    RIGOR_TRY(const std::uint32_t address, address_of(arguments, "write"));
    RIGOR_CHECK(step.target().write_otp(address, data));
    step.evidence(fmt::format("{} bytes at {} written and read back", data.size(), hex_word(address)));
    return {};
  }

 private:
  static Result<void> lock(Step& step, std::int64_t block) {
    if (block < 0 || block > 0xFFFF) return fail(Code::address_invalid, fmt::format("there is no block {}", block));
    RIGOR_CHECK(step.target().lock_otp(static_cast<unsigned>(block)));
    step.evidence(fmt::format("block {} reads back as locked", block));
    return {};
  }
};

class RecordOneTimeVerb final : public Verb {
 public:
  const VerbDescription& description() const override {
    static const VerbDescription kDescription{
        "record-otp", "Writes into the record which blocks of one-time memory are written and locked.", "", {}};
    return kDescription;
  }

  Effect effect(const Arguments&, const ChipFacts&) const override { return Effect::read_only; }

  Result<void> run(Step& step, const Arguments&) const override {
    RIGOR_TRY(const std::vector<OtpBlock> blocks, step.target().read_otp());
    for (const OtpBlock& block : blocks)
      step.evidence(fmt::format("block {} at {}: {}, {}{}{}", block.index, hex_word(block.address),
                                !block.blank   ? "hidden"
                                : *block.blank ? "blank"
                                               : "written",
                                block.locked ? "locked" : "open", block.note.empty() ? "" : "; ", block.note));
    return {};
  }
};

}  // namespace

void add_one_time_verbs(std::vector<std::unique_ptr<Verb>>& verbs) {
  verbs.push_back(std::make_unique<OneTimeVerb>());
  verbs.push_back(std::make_unique<RecordOneTimeVerb>());
}

}  // namespace rigor
