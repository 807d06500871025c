#include "framework/target/make_target.hpp"
#include "tests/unit/target/bench.hpp"

namespace rigor {
namespace {

using namespace test;

struct H5Identity : H5 {};

TEST_F(H5Identity, reads_what_an_open_chip_shows) {
  const auto identity = target->identify();
  ASSERT_TRUE(identity) << identity.error().describe();
  EXPECT_EQ(identity->device_id, 0x478);
  EXPECT_EQ(identity->revision, 0x1000);
  EXPECT_EQ(unique_id_text(*identity), "00470035 3133510C 35343732");
  EXPECT_FALSE(identity->unique_id_reads_zero);
  EXPECT_EQ(identity->flash_kilobytes, 256U);
  EXPECT_EQ(identity->bootloader_version, 0xE2);
  EXPECT_EQ(sfsp_text(*identity->sfsp_version), "v2.5.0");
  EXPECT_TRUE(identity->sfsp_plausible);
}

TEST_F(H5Identity, a_hidden_unique_id_is_none) {
  for (std::uint32_t at = 0; at < 12; at += 4) chip.words[0x08FFF800 + at] = 0;
  EXPECT_TRUE(target->identify()->unique_id_reads_zero);
}

TEST_F(H5Identity, a_closed_chip_still_tells_its_group) {
  chip.port1_open_to_all = false;
  const auto identity = target->identify();
  ASSERT_TRUE(identity);
  EXPECT_EQ(identity->device_id, 0x478);
  EXPECT_FALSE(identity->core_reachable);
  EXPECT_TRUE(identity->unique_id_reads_zero);
  EXPECT_FALSE(identity->flash_kilobytes);
}

TEST_F(H5Identity, another_chip_is_a_mismatch) {
  chip.words[0xE0044000] = 0x10076484;  // a real H563 rev X
  const auto identity = target->identify();
  ASSERT_FALSE(identity);
  EXPECT_EQ(identity.error().code(), Code::identity_mismatch);
  EXPECT_NE(identity.error().message().find("0x484"), std::string::npos);
}

TEST_F(H5Identity, no_power_is_silence) {
  chip.powered = false;
  EXPECT_EQ(target->identify().error().code(), Code::swd_no_answer);
}

TEST(Sfsp, text_is_no_version) {
  EXPECT_FALSE(sfsp_is_plausible(0x2D302E00));  // "v45.48.46", seed thread 002
  EXPECT_FALSE(sfsp_is_plausible(0));
  EXPECT_FALSE(sfsp_is_plausible(0xFFFFFFFF));
  EXPECT_TRUE(sfsp_is_plausible(0x02050000));
  EXPECT_TRUE(sfsp_is_plausible(0x02200000));  // v2.32.0 is a version although 32 is a space
  EXPECT_EQ(sfsp_text(0x2D302E00), "v45.48.46");
}

TEST_F(H5Identity, a_system_reset_is_seen) { EXPECT_TRUE(target->system_reset()); }

TEST_F(H5Identity, a_family_without_a_driver_is_unsupported) {
  for (const Family family : {Family::stm32h5, Family::stm32h7rs}) {
    facts.family = family;
    EXPECT_TRUE(make_target(chip, clock, facts, timeline));
  }
  facts.family = static_cast<Family>(0x7F);
  const auto made = make_target(chip, clock, facts, timeline);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code(), Code::unsupported);
}

}  // namespace
}  // namespace rigor
