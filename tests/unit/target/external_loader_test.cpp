#include "framework/target/external_loader.hpp"

#include <gtest/gtest.h>

#include <functional>

namespace rigor {
namespace {

// SEED-001: 382.15 KB at 0x90200000 with sectors of 64 KB, "[32 37]".
LoaderFailure seed() {
  return {.address = 0x90200000,
          .size = 391322,
          .sector_size = 0x10000,
          .first_sector = 32,
          .last_sector = 37,
          .reset_proven = std::nullopt,
          .core_in_external_memory = std::nullopt,
          .hslv = std::nullopt,
          .dtcm_share = std::nullopt,
          .itcm_share = std::nullopt};
}

std::string order(const LoaderFailure& seen) {
  std::string text;
  for (const LoaderCandidate& each : explain_loader_failure(seen)) {
    constexpr char kMarks[] = {'+', '?', '-'};
    text += std::string(text.empty() ? "" : " ") + kMarks[static_cast<int>(each.standing)];
    text += loader_cause_name(each.cause);
  }
  return text;
}

TEST(ExternalLoader, sector_arithmetic) {
  const auto sectors = loader_sectors(seed());
  ASSERT_TRUE(sectors);
  EXPECT_EQ(sectors->first, 32U);
  EXPECT_EQ(sectors->last, 37U);
  LoaderFailure seen = seed();
  seen.size = 0x60001;
  EXPECT_EQ(loader_sectors(seen)->last, 38U);
  seen.size = 0;
  EXPECT_FALSE(loader_sectors(seen));
  seen = seed();
  seen.sector_size = 0;
  EXPECT_FALSE(loader_sectors(seen));
}

TEST(ExternalLoader, nothing_known_keeps_the_order_of_testing) {
  EXPECT_EQ(order(seed()), "?memory-in-use ?slow-pads ?no-room ?wrong-loader");
}

struct LoaderCase {
  const char* name;
  std::function<void(LoaderFailure&)> know;
  const char* order;
};
class ExternalLoaderCandidates : public testing::TestWithParam<LoaderCase> {};
TEST_P(ExternalLoaderCandidates, follow_from_what_is_known) {
  LoaderFailure seen = seed();
  GetParam().know(seen);
  EXPECT_EQ(order(seen), GetParam().order);
}
INSTANTIATE_TEST_SUITE_P(table, ExternalLoaderCandidates,
                         testing::Values(LoaderCase{"nobody_resets", [](auto& seen) { seen.reset_proven = false; },
                                                    "+memory-in-use ?slow-pads ?no-room ?wrong-loader"},
                                         LoaderCase{"reset_works", [](auto& seen) { seen.reset_proven = true; },
                                                    "?memory-in-use ?slow-pads ?no-room ?wrong-loader"},
                                         LoaderCase{"reset_works_and_core_is_inside",
                                                    [](auto& seen) {
                                                      seen.reset_proven = true;
                                                      seen.core_in_external_memory = false;
                                                    },
                                                    "?slow-pads ?no-room ?wrong-loader -memory-in-use"},
                                         LoaderCase{"pads_are_slow", [](auto& seen) { seen.hslv = 0; },
                                                    "+slow-pads ?memory-in-use ?no-room ?wrong-loader"},
                                         LoaderCase{"pads_are_fast", [](auto& seen) { seen.hslv = 1; },
                                                    "?memory-in-use ?no-room ?wrong-loader -slow-pads"},
                                         LoaderCase{"large_dtcm", [](auto& seen) { seen.dtcm_share = 1; },
                                                    "+no-room ?memory-in-use ?slow-pads ?wrong-loader"},
                                         LoaderCase{"small_dtcm_alone", [](auto& seen) { seen.dtcm_share = 0; },
                                                    "?memory-in-use ?slow-pads ?no-room ?wrong-loader"},
                                         LoaderCase{"both_small",
                                                    [](auto& seen) {
                                                      seen.dtcm_share = 3;
                                                      seen.itcm_share = 0;
                                                    },
                                                    "?memory-in-use ?slow-pads ?wrong-loader -no-room"},
                                         LoaderCase{"other_sectors", [](auto& seen) { seen.last_sector = 127; },
                                                    "+wrong-loader ?memory-in-use ?slow-pads ?no-room"},
                                         LoaderCase{"internal_flash", [](auto& seen) { seen.address = 0x08000000; },
                                                    ""}),
                         [](const auto& each) { return std::string(each.param.name); });

TEST(ExternalLoader, names_the_option_of_the_port_that_serves_the_address) {
  LoaderFailure seen = seed();
  seen.address = 0x70200000;
  EXPECT_NE(explain_loader_failure(seen)[1].cure.find("XSPI2_HSLV"), std::string::npos);
}

}  // namespace
}  // namespace rigor
