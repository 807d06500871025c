// The driver's lists of accesses on the virtual probe: the same values as one by one, in a few round trips.
#include <gtest/gtest.h>

#include "tests/lab/probe/driven_lab.hpp"

namespace rigor::lab {
namespace {

constexpr std::uint32_t kSram = 0x20000000;
constexpr std::size_t kWords = 200;

const std::filesystem::path kRig = RIGOR_SOURCE_DIR "/rigs/virtual-f407.yaml";

struct Bench : DrivenLab {
  explicit Bench(const std::string& name) : DrivenLab(kRig, name) { EXPECT_TRUE(probe->open_access_port(0)); }

  template <typename Work>
  std::uint64_t round_trips(Work&& work) {
    const std::uint64_t before = port->traffic().commands;
    work();
    return port->traffic().commands - before;
  }
};

std::uint32_t scattered(std::size_t index) { return kSram + static_cast<std::uint32_t>(index) * 508; }

struct Kind {
  const char* bench;
  std::uint64_t lists;  // exchanges for kWords writes and as many reads
};
class MixedAccess : public ::testing::TestWithParam<Kind> {};
INSTANTIATE_TEST_SUITE_P(Probes, MixedAccess,
                         ::testing::Values(Kind{"f407", 10}, Kind{"f407-v2-1", 10}, Kind{"f407-v3", 1}),
                         [](const auto& each) {
                           std::string name = each.param.bench;
                           std::erase(name, '-');
                           return name;
                         });

TEST_P(MixedAccess, OfScatteredWordsIsAFewRoundTrips) {
  Bench bench(GetParam().bench);
  std::vector<WordAccess> list;
  for (std::size_t i = 0; i < kWords; ++i)
    list.push_back(WordAccess::write(scattered(i), static_cast<std::uint32_t>(i * 0x01010101 + 5)));
  for (std::size_t i = 0; i < kWords; ++i) list.push_back(WordAccess::read(scattered(kWords - 1 - i)));
  const std::uint64_t together = bench.round_trips([&] {
    const auto done = bench.probe->transfer({}, list);
    ASSERT_TRUE(done) << done.error().describe();
  });
  EXPECT_EQ(together, 2 * GetParam().lists);
  const std::uint64_t alone = bench.round_trips([&] {
    for (std::size_t i = 0; i < kWords; ++i) {
      const auto word = bench.probe->read_word({}, scattered(i));
      ASSERT_TRUE(word);
      EXPECT_EQ(*word, i * 0x01010101 + 5);
      EXPECT_EQ(list[2 * kWords - 1 - i].value, *word);
    }
  });
  EXPECT_EQ(alone, 2 * kWords);
}

TEST_P(MixedAccess, ThatFaultsNamesItsWordAndTheNextOneWorks) {
  Bench bench(GetParam().bench);
  std::vector list = {WordAccess::write(kSram, 1), WordAccess::read(0x60000000), WordAccess::read(kSram)};
  const auto done = bench.probe->transfer({}, list);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code(), Code::swd_fault) << done.error().describe();
  EXPECT_NE(done.error().message().find("0x60000000"), std::string::npos) << done.error().message();
  std::vector good = {WordAccess::read(kSram), WordAccess::read(kSram)};
  ASSERT_TRUE(bench.probe->transfer({}, good));
  EXPECT_EQ(good[0].value, 1U);
}

}  // namespace
}  // namespace rigor::lab
