// A ledger in a directory of its own, and the boards that its tests speak of.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include "framework/ledger/ledger.hpp"

namespace rigor::test {

inline const BoardUid kFirst = *BoardUid::parse("0032001A 3333510A 30363532");
inline const BoardUid kSecond = *BoardUid::parse("00470036 3133510C 35343732");
inline const CredentialUse kUse{
    .digest = "a0a1a2a3a4a5a6a7a8a9", .method = "password", .security = false, .encrypted = false};

inline BoardSighting sighting(const std::string& bench, const BoardUid& uid) {
  return {.bench = bench, .uid = uid, .chip = "stm32h523", .device_id = 0x478};
}

inline DiscoveryProof good_discovery() {
  return {.integrity = 0xEAEAEAEA,
          .method = "password",
          .lifecycle = "PROVISIONING",
          .full_regression = true,
          .at = {},
          .run = {}};
}

class LedgerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = ::testing::TempDir() + "rigor-ledger-XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    root_ = pattern;
    directory_ = root_ / "ledger";
  }
  void TearDown() override { std::filesystem::remove_all(root_); }

  Ledger open(const std::string& keeper = {}) {
    auto ledger = Ledger::open(directory_, *clock_, {.run = "run-1", .keeper = keeper, .wall = [] {
                                                       return WallTime(std::chrono::milliseconds(1'777'886'124'042));
                                                     }});
    EXPECT_TRUE(ledger) << ledger.error().describe();
    return *std::move(ledger);
  }

  std::filesystem::path root_;
  std::filesystem::path directory_;
  std::unique_ptr<Clock> clock_ = make_steady_clock();
  std::unique_ptr<Actor> actor_ = clock_->enroll("test");
};

}  // namespace rigor::test
