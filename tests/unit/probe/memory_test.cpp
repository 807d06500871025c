#include <gtest/gtest.h>

#include "framework/probe/st_link.hpp"
#include "tests/unit/probe/instant_clock.hpp"
#include "tests/unit/probe/scripted_usb.hpp"

namespace rigor {
namespace {

using namespace test;
using namespace std::chrono_literals;

struct Memory : testing::Test {
  ScriptedHost host;
  Script& script = host.script;
  InstantClock clock;
  std::unique_ptr<Probe> probe;

  void open(const std::string& version = kV2J47S7) {
    script.open_with(version);
    probe = open_st_link(host, "1-2", clock).value();
  }
  void TearDown() override { script.finish(); }
};

TEST_F(Memory, a_word_carries_port_and_control_bytes) {
  open();
  script.answer("f207 50200240 0400 01 00004b", "aaefc61d");
  script.answer("f23e", kOk12);
  EXPECT_EQ(probe->read_word({1, 0x4B000000}, 0x40022050).value(), 0x1DC6EFAAU);
  script.take_data("f208 04200240 0400 01 00000b", "23016745");
  script.answer("f23e", kOk12);
  EXPECT_TRUE(probe->write_word({1, 0x0B000000}, 0x40022004, 0x45670123));
}

TEST_F(Memory, the_recorded_openocd_command) {
  open();
  script.answer("f207 00ed00e0 0400 00 0000a2", "41c20f41");
  script.answer("f23e", kOk12);
  EXPECT_TRUE(probe->read_word({0, 0xA2000000}, 0xE000ED00));
}

TEST_F(Memory, blocks_are_cut_at_6144_bytes) {
  open();
  Bytes into(6148);
  script.answer("f207 00000020 0018", std::string(6144 * 2, 'a'));
  script.answer("f23e", kOk12);
  script.answer("f207 00180020 0400", "01020304");
  script.answer("f23e", kOk12);
  ASSERT_TRUE(probe->read_memory({}, 0x20000000, into));
  EXPECT_EQ(into[6143], 0xAA);
  EXPECT_EQ(into[6147], 0x04);
}

TEST_F(Memory, no_bytes_are_no_command) {
  open();
  EXPECT_TRUE(probe->read_memory({}, 0x20000000, {}));
  EXPECT_TRUE(probe->write_memory({}, 0x20000000, {}));
}

TEST_F(Memory, half_words_are_refused) {
  open();
  Bytes three(3);
  EXPECT_EQ(probe->read_memory({}, 0x20000000, three).error().code(), Code::usage);
  EXPECT_EQ(probe->read_word({}, 0x20000002).error().code(), Code::usage);
}

TEST_F(Memory, old_firmware_tells_the_status_without_address) {
  open("2384 8304 4837");  // J14
  script.answer("f207 00000008 0400", "00100020");
  script.answer("f23b", kOk2);
  EXPECT_EQ(probe->read_word({}, 0x08000000).value(), 0x20001000U);
}

TEST_F(Memory, waits_for_a_busy_port_with_growing_pauses) {
  open();
  for (const char* status : {"1000", "1400"}) {
    script.answer("f207 00000020 0400", "00000000");
    script.answer("f23e", std::string(status) + "0000 00000020 00000000");
  }
  script.answer("f207 00000020 0400", "78563412");
  script.answer("f23e", kOk12);
  const TimePoint start = clock.now();
  EXPECT_EQ(probe->read_word({}, 0x20000000).value(), 0x12345678U);
  EXPECT_EQ(clock.now() - start, 300us);
}

TEST_F(Memory, gives_up_waiting_within_a_second) {
  open();
  for (int i = 0; i < 14; ++i) {
    script.answer("f207 00000020 0400", "00000000");
    script.answer("f23e", "1000 0000 00000020 00000000");
  }
  const TimePoint start = clock.now();
  EXPECT_EQ(probe->read_word({}, 0x20000000).error().code(), Code::swd_wait);
  EXPECT_LT(clock.now() - start, 1s);
}

TEST_F(Memory, a_fault_after_a_wait_is_still_patience) {
  open();
  script.answer("f207 00000020 0400", "00000000");
  script.answer("f23e", "1000 0000 00000020 00000000");
  script.answer("f207 00000020 0400", "00000000");
  script.answer("f23e", "1100 0000 00000020 00000000");
  script.answer("f246ffff0000 1e000000", kOk2);
  script.answer("f207 00000020 0400", "78563412");
  script.answer("f23e", kOk12);
  EXPECT_TRUE(probe->read_word({}, 0x20000000));
}

TEST_F(Memory, a_fault_names_its_address_and_is_cleared) {
  open();
  Bytes into(64);
  script.answer("f207 00000020 4000", std::string(128, '0'));
  script.answer("f23e", "1100 0000 20000020 00000000");
  script.answer("f246ffff0000 1e000000", kOk2);
  const auto read = probe->read_memory({}, 0x20000000, into);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code(), Code::swd_fault);
  EXPECT_NE(read.error().message().find("0x20000020"), std::string::npos) << read.error().message();
}

TEST_F(Memory, a_write_that_waited_goes_on_where_it_stopped) {
  open();
  script.take_data("f208 00000008 1000", "00000000 11111111 22222222 33333333");
  script.answer("f23e", "1000 0000 08000008 00000000");
  script.take_data("f208 08000008 0800", "22222222 33333333");
  script.answer("f23e", kOk12);
  EXPECT_TRUE(probe->write_memory({}, 0x08000000, hex("00000000 11111111 22222222 33333333")));
}

TEST_F(Memory, a_write_that_waited_somewhere_unknown_is_repeated) {
  open();
  script.take_data("f208 00000020 0800", "00000000 11111111");
  script.answer("f23e", "1000 0000 00000000 00000000");
  script.take_data("f208 00000020 0800", "00000000 11111111");
  script.answer("f23e", kOk12);
  EXPECT_TRUE(probe->write_memory({}, 0x20000000, hex("00000000 11111111")));
}

struct StatusCase {
  const char* status;
  Code code;
};
class MemoryStatus : public Memory, public testing::WithParamInterface<StatusCase> {};
TEST_P(MemoryStatus, is_the_error_of_the_access) {
  open();
  script.take_data("f208 00000020 0400", "00000000");
  script.answer("f23e", std::string(GetParam().status) + "000000 00000020 00000000");
  if (GetParam().code == Code::swd_fault || GetParam().code == Code::swd_parity)
    script.answer("f246ffff0000 1e000000", kOk2);
  EXPECT_EQ(probe->write_word({}, 0x20000000, 0).error().code(), GetParam().code);
}
INSTANTIATE_TEST_SUITE_P(table, MemoryStatus,
                         testing::Values(StatusCase{"04", Code::swd_no_answer}, StatusCase{"05", Code::swd_no_answer},
                                         StatusCase{"09", Code::swd_no_answer}, StatusCase{"11", Code::swd_fault},
                                         StatusCase{"13", Code::swd_parity}, StatusCase{"15", Code::swd_fault},
                                         StatusCase{"16", Code::swd_fault}, StatusCase{"17", Code::swd_parity},
                                         StatusCase{"1d", Code::access_port_closed}, StatusCase{"1b", Code::probe_busy},
                                         StatusCase{"42", Code::probe_refused},
                                         StatusCase{"77", Code::probe_confused}));

}  // namespace
}  // namespace rigor
