// The table of stm32h5.md 8.2, row by row, and the field report that taught it.
#include "framework/image/slot_verdict.hpp"

#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <regex>

#include "tests/unit/image/mcuboot_bytes.hpp"

namespace rigor {
namespace {

using ::testing::HasSubstr;
using Header = SlotHeader;
using Body = SlotBody;
using Verdict = SlotVerdict;

struct Row {
  const char* name;
  SlotObservation seen;
  Verdict verdict;
  std::optional<Verdict> suspected;
  bool certain = true;
};

class SlotTable : public ::testing::TestWithParam<Row> {};

INSTANTIATE_TEST_SUITE_P(
    Rows, SlotTable,
    ::testing::Values(
        Row{"Good", {Header::valid, Header::absent, Body::clear, Body::none}, Verdict::good, {}},
        Row{"GoodWhateverTheDownload", {Header::valid, Header::valid, Body::clear, Body::neither}, Verdict::good, {}},
        Row{"OtherBuild", {Header::valid, Header::absent, Body::neither, Body::none}, Verdict::corrupted, {}},
        Row{"NotInstalled", {Header::absent, Header::valid, Body::none, Body::encrypted}, Verdict::not_installed, {}},
        Row{"Shift", {Header::absent, Header::valid, Body::none, Body::clear}, Verdict::wrong_address, {}},
        Row{"Corrupted", {Header::absent, Header::valid, Body::none, Body::neither}, Verdict::corrupted, {}},
        Row{"NoArtefact",
            {Header::absent, Header::valid, Body::none, Body::not_clear},
            Verdict::not_installed,
            {},
            false},
        Row{"Nothing", {Header::absent, Header::absent, Body::none, Body::none}, Verdict::not_programmed, {}},
        Row{"Hidden", {Header::zeros, Header::zeros, Body::none, Body::none}, Verdict::unreadable, {}},
        Row{"HiddenWithDownload",
            {Header::zeros, Header::valid, Body::none, Body::clear},
            Verdict::unreadable,
            Verdict::wrong_address}),
    [](const auto& each) { return each.param.name; });

TEST_P(SlotTable, Verdict) {
  const Row& row = GetParam();
  const SlotJudgement judgement = judge_slots(row.seen);
  EXPECT_EQ(slot_verdict_name(judgement.verdict), slot_verdict_name(row.verdict));
  EXPECT_EQ(judgement.suspected, row.suspected);
  EXPECT_EQ(judgement.certain, row.certain);
  EXPECT_FALSE(judgement.meaning.empty());
}

constexpr std::size_t kSlot = 0x6000;

struct Slots : ::testing::Test {
  Bytes clear = test::make_image(test::clear_spec());
  Bytes encrypted = test::encrypted_image(kSlot);
  Bytes erased = Bytes(kSlot, 0xFF);
  Bytes zeros = Bytes(kSlot, 0);

  static Bytes slot_with(const Bytes& image) {
    Bytes slot = image;
    slot.resize(kSlot, 0xFF);
    return slot;
  }
  [[nodiscard]] Verdict judge(const Bytes& primary, const Bytes& download) const {
    return judge_slots(observe_slots(primary, download, clear, encrypted)).verdict;
  }
};

TEST_F(Slots, AreObservedFromTheirBytes) {
  EXPECT_EQ(judge(slot_with(clear), erased), Verdict::good);
  EXPECT_EQ(judge(erased, encrypted), Verdict::not_installed);
  EXPECT_EQ(judge(erased, slot_with(clear)), Verdict::wrong_address);
  EXPECT_EQ(judge(zeros, encrypted), Verdict::unreadable);
  EXPECT_EQ(judge(erased, erased), Verdict::not_programmed);
  Bytes damaged = slot_with(clear);
  damaged[0x400 + 500] ^= 1;
  EXPECT_EQ(judge(damaged, erased), Verdict::corrupted);
  EXPECT_EQ(judge(erased, damaged), Verdict::corrupted);
}

TEST_F(Slots, AHalfReadSlotIsNotGood) {
  EXPECT_EQ(judge(Bytes(clear.begin(), clear.begin() + 0x500), erased), Verdict::corrupted);
}

// SEED-002 as its owner saw it: the layout from his build, and where what was found. The primary slot read as zeros; at
// the download slot the header was that of the clear image, and behind it lay something longer that was not its body.
class FieldReport002 : public ::testing::Test {
 protected:
  // Beside the tree unless RIGOR_VECTORS names another place.
  static std::filesystem::path folder() {
    const char* const named = std::getenv("RIGOR_VECTORS");
    const std::filesystem::path root = named != nullptr ? named : RIGOR_SOURCE_DIR "/../shared/vectors";
    return root / "cubeprogrammer";
  }
  static std::string read(const std::string& name) {
    std::ifstream file(folder() / name);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  void SetUp() override {
    layout_ = read("s002-h563-flash-layout.txt");
    placement_ = read("s002-h563-observed-placement.txt");
    if (layout_.empty() || placement_.empty()) GTEST_SKIP() << "no vectors at " << folder() << "; set RIGOR_VECTORS";
  }
  [[nodiscard]] std::uint32_t area(const std::string& name) const {
    std::smatch found;
    const std::regex pattern("FLASH_AREA_" + name + " (0x[0-9A-Fa-f]+)");
    EXPECT_TRUE(std::regex_search(layout_, found, pattern)) << name;
    return found.empty() ? 0 : static_cast<std::uint32_t>(std::stoul(found[1], nullptr, 16));
  }
  // "from 0xC0BE400 to 0xC0C3130": the addresses of the report, in its order.
  [[nodiscard]] std::vector<std::uint32_t> ranges() const {
    std::vector<std::uint32_t> addresses;
    const std::regex pattern("0x([0-9A-Fa-f]{7})");
    for (auto each = std::sregex_iterator(placement_.begin(), placement_.end(), pattern);
         each != std::sregex_iterator(); ++each)
      addresses.push_back(static_cast<std::uint32_t>(std::stoul((*each)[1], nullptr, 16)));
    return addresses;
  }
  std::string layout_;
  std::string placement_;
};

TEST_F(FieldReport002, ADownloadImageThatWasNeverInstalledBehindAProtectedRead) {
  constexpr std::uint32_t kSecure = 0x0C000000;
  const std::uint32_t primary_at = kSecure + area("0_OFFSET");
  const std::uint32_t download_at = kSecure + area("2_OFFSET");
  const std::vector<std::uint32_t> seen = ranges();
  ASSERT_EQ(seen.size(), 8U);
  EXPECT_EQ(seen[0], download_at);
  EXPECT_EQ(seen[2], primary_at) << "equal headers, in the two slots";
  EXPECT_EQ(download_at - primary_at, area("0_SIZE") + area("1_SIZE"));

  // Headers as long as they were found equal, bodies as long as they were seen, of bytes that differ.
  const std::size_t clear_size = seen[7] - seen[6];
  const std::size_t found_size = seen[5] - seen[4];
  const Bytes clear = test::make_image({.body = Bytes(clear_size, 0x11), .flags = mcuboot_flag::kEncrypted});
  Bytes download = clear;
  std::fill(download.begin() + (seen[4] - download_at), download.end(), std::uint8_t{0x5A});
  download.resize(seen[4] - download_at + found_size, 0x5A);
  download.resize(area("2_SIZE"), 0xFF);
  const Bytes primary(area("0_SIZE"), 0x00);

  const SlotJudgement judgement = judge_slots(observe_slots(primary, download, clear, {}));
  EXPECT_EQ(judgement.verdict, Verdict::unreadable);
  EXPECT_EQ(judgement.suspected, Verdict::not_installed);
  EXPECT_FALSE(judgement.certain) << "without the encrypted artefact a damaged image cannot be told from it";
  EXPECT_THAT(judgement.next, HasSubstr("secure access"));

  // With a primary slot that reads erased the same download slot is row 2.
  EXPECT_EQ(judge_slots(observe_slots(Bytes(primary.size(), 0xFF), download, clear, {})).verdict,
            Verdict::not_installed);
}

}  // namespace
}  // namespace rigor
