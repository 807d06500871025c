#include <gtest/gtest.h>

#include "tests/unit/probe/scripted_probe.hpp"

namespace rigor {
namespace {

using namespace test;
using namespace std::chrono_literals;

using Memory = ScriptedProbe;

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

struct WaitedWrite {
  const char* what;
  const char* failed_at;
  const char* again;
  const char* data;
};
class WriteThatWaited : public Memory, public testing::WithParamInterface<WaitedWrite> {};
TEST_P(WriteThatWaited, goes_on_where_it_stopped_or_is_repeated) {
  const std::string all = "00000000 11111111 22222222 33333333";
  open();
  script.take_data("f208 00000008 1000", all);
  script.answer("f23e", std::string("1000 0000 ") + GetParam().failed_at + "00000000");
  script.take_data(GetParam().again, GetParam().data);
  script.answer("f23e", kOk12);
  EXPECT_TRUE(probe->write_memory({}, 0x08000000, hex(all)));
}
INSTANTIATE_TEST_SUITE_P(
    table, WriteThatWaited,
    testing::Values(WaitedWrite{"inside", "08000008", "f208 08000008 0800", "22222222 33333333"},
                    WaitedWrite{"unknown", "00000000", "f208 00000008 1000", "00000000 11111111 22222222 33333333"},
                    WaitedWrite{"behind", "10000008", "f208 00000008 1000", "00000000 11111111 22222222 33333333"},
                    WaitedWrite{"within a word", "06000008", "f208 00000008 1000",
                                "00000000 11111111 22222222 33333333"}),
    [](const auto& test) {
      std::string name = test.param.what;
      std::ranges::replace(name, ' ', '_');
      return name;
    });

struct SizedBlock {
  AccessSize size;
  const char* version;  // reply to F1; empty: a V3 with `jtag`
  const char* long_version;
  std::uint8_t read;
  std::uint8_t write;
  std::size_t largest;
};
class Sized : public Memory, public testing::WithParamInterface<SizedBlock> {
 protected:
  void SetUp() override { *GetParam().version != 0 ? open(GetParam().version) : open_v3(GetParam().long_version); }
  static std::string command(std::uint8_t operation, std::uint32_t address, std::size_t size) {
    Bytes bytes{0xF2, operation};
    bytes.resize(8);
    store_le32(bytes, 2, address);
    store_le16(bytes, 6, static_cast<std::uint16_t>(size));
    return to_hex(bytes);
  }
};
TEST_P(Sized, blocks_are_as_large_as_the_firmware_takes) {
  const SizedBlock& block = GetParam();
  const std::size_t unit = std::to_underlying(block.size);
  const Bytes data(block.largest + unit, 0xA5);
  const std::string rest(2 * (unit == 1 ? 2 : unit), 'a');  // one byte is answered by two
  const auto next = static_cast<std::uint32_t>(0x20000000 + block.largest);
  script.answer(command(block.read, 0x20000000, block.largest), to_hex(ByteView(data).first(block.largest)));
  script.answer("f23e", kOk12);
  script.answer(command(block.read, next, unit), rest);
  script.answer("f23e", kOk12);
  Bytes into(data.size());
  ASSERT_TRUE(probe->read_sized(block.size, {}, 0x20000000, into));
  EXPECT_EQ(into[block.largest - 1], 0xA5);
  EXPECT_EQ(into[block.largest], 0xAA);
  script.take_data(command(block.write, 0x20000000, block.largest), to_hex(ByteView(data).first(block.largest)));
  script.answer("f23e", kOk12);
  script.take_data(command(block.write, next, unit), to_hex(ByteView(data).first(unit)));
  script.answer("f23e", kOk12);
  EXPECT_TRUE(probe->write_sized(block.size, {}, 0x20000000, data));
}
INSTANTIATE_TEST_SUITE_P(table, Sized,
                         testing::Values(SizedBlock{AccessSize::byte, "2bc7 8304 4837", "", 0x0C, 0x0D, 64},
                                         SizedBlock{AccessSize::halfword, "2bc7 8304 4837", "", 0x47, 0x48, 6144},
                                         SizedBlock{AccessSize::word, "2bc7 8304 4837", "", 0x07, 0x08, 6144},
                                         SizedBlock{AccessSize::byte, "", "030105070500", 0x0C, 0x0D, 64},   // J5
                                         SizedBlock{AccessSize::byte, "", "030107070500", 0x0C, 0x0D, 128},  // J7
                                         SizedBlock{AccessSize::byte, "", "030108070500", 0x0C, 0x0D, 512},  // J8
                                         SizedBlock{AccessSize::halfword, "", "0301110a0600", 0x47, 0x48, 6144}));

TEST_F(Memory, half_words_need_their_firmware_and_their_alignment) {
  open("2647 8304 4837");  // J25
  Bytes two(2);
  EXPECT_EQ(probe->read_sized(AccessSize::halfword, {}, 0x20000000, two).error().code(), Code::probe_too_old);
  EXPECT_EQ(probe->write_sized(AccessSize::halfword, {}, 0x20000001, two).error().code(), Code::usage);
  EXPECT_EQ(probe->read_sized(AccessSize::halfword, {}, 0x20000000, std::span(two).first(1)).error().code(),
            Code::usage);
}

struct MemoryStatusCase {
  const char* status;
  Code code;
};
class MemoryStatus : public Memory, public testing::WithParamInterface<MemoryStatusCase> {};
TEST_P(MemoryStatus, is_the_error_of_the_access) {
  open();
  script.take_data("f208 00000020 0400", "00000000");
  script.answer("f23e", std::string(GetParam().status) + "000000 00000020 00000000");
  if (GetParam().code == Code::swd_fault || GetParam().code == Code::swd_parity)
    script.answer("f246ffff0000 1e000000", kOk2);
  EXPECT_EQ(probe->write_word({}, 0x20000000, 0).error().code(), GetParam().code);
}
INSTANTIATE_TEST_SUITE_P(
    table, MemoryStatus,
    testing::Values(MemoryStatusCase{"04", Code::swd_no_answer}, MemoryStatusCase{"05", Code::swd_no_answer},
                    MemoryStatusCase{"09", Code::swd_no_answer}, MemoryStatusCase{"11", Code::swd_fault},
                    MemoryStatusCase{"13", Code::swd_parity}, MemoryStatusCase{"15", Code::swd_fault},
                    MemoryStatusCase{"16", Code::swd_fault}, MemoryStatusCase{"17", Code::swd_parity},
                    MemoryStatusCase{"1d", Code::access_port_closed}, MemoryStatusCase{"1b", Code::probe_busy},
                    MemoryStatusCase{"42", Code::probe_refused}, MemoryStatusCase{"77", Code::probe_confused}));

}  // namespace
}  // namespace rigor
