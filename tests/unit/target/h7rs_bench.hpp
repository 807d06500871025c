// A target over the fake H7RS, for all its tests.
#pragma once

#include <gtest/gtest.h>

#include "framework/target/make_target.hpp"
#include "tests/unit/probe/instant_clock.hpp"
#include "tests/unit/target/fake_h7rs.hpp"

namespace rigor::test {

struct H7rs : testing::Test {
  InstantClock clock;
  Timeline timeline{clock};
  FakeH7rs chip;
  ChipFacts facts = h7s7_facts();
  std::unique_ptr<Target> target = make_target(chip, clock, facts, timeline).value();

  // The controller must come to no harm: no key sequence while unlocked.
  void TearDown() override { EXPECT_FALSE(chip.locked_until_reset); }
};

}  // namespace rigor::test
