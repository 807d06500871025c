// A target over a fake chip, for all tests of the room.
#pragma once

#include <gtest/gtest.h>

#include "framework/target/stm32f4/stm32f4.hpp"
#include "framework/target/stm32h5/stm32h5.hpp"
#include "tests/unit/probe/instant_clock.hpp"
#include "tests/unit/target/fake_f4.hpp"
#include "tests/unit/target/fake_h5.hpp"

namespace rigor::test {

struct H5 : testing::Test {
  InstantClock clock;
  Timeline timeline{clock};
  FakeH5 chip;
  ChipFacts facts = h523_facts();
  std::unique_ptr<Target> target = make_stm32h5(chip, clock, facts, timeline);

  // The controller must come to no harm: no key sequence while unlocked.
  void TearDown() override { EXPECT_FALSE(chip.locked_until_reset); }
};

template <ChipFacts (*make_facts)()>
struct F4On : testing::Test {
  InstantClock clock;
  Timeline timeline{clock};
  ChipFacts facts = make_facts();
  FakeF4 chip{facts};
  std::unique_ptr<Target> target = make_stm32f4(chip, clock, facts, timeline).value();

  void set_parallelism(unsigned bits) { target = make_stm32f4(chip, clock, facts, timeline, bits).value(); }

  void TearDown() override {
    EXPECT_FALSE(chip.locked_until_reset);
    EXPECT_EQ(chip.operations_unquiet, 0) << "begun on a running core, or with watchdogs that could bite";
    EXPECT_LE(chip.fastest_program, 500U);
  }
};
using F4 = F4On<f407_facts>;
using F42 = F4On<f429_facts>;

[[nodiscard]] inline Bytes pattern(std::size_t size) {
  Bytes bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::uint8_t>(i * 7 + i / 256);
  return bytes;
}

}  // namespace rigor::test
