// Lists of accesses: the bytes of F2 51 and 52, their limits, and what takes their place.
#include <gmock/gmock.h>

#include <fstream>
#include <ranges>

#include "tests/unit/probe/obliging_usb.hpp"
#include "tests/unit/probe/scripted_probe.hpp"

namespace rigor {
namespace {

using namespace test;
using testing::HasSubstr;

constexpr std::size_t kWord = 4;

// A list's request and its reply, put together by the reference alone (st-link-protocol.md 4.4).
struct Exchange {
  std::string kinds;  // in hex
  std::string words;
  std::string results;
  std::string statuses;

  void item(const std::string& kind, std::uint32_t word, std::uint32_t result = 0, std::uint32_t status = 0x80) {
    kinds += kind;
    words += word_of(word);
    results += word_of(result);
    statuses += word_of(status);
  }
  static std::string word_of(std::uint32_t value) {
    Bytes bytes(kWord);
    store_le32(bytes, 0, value);
    return to_hex(bytes);
  }
  void expect_of(Script& script) const {
    const std::size_t items = kinds.size() / 2;
    std::string padded = kinds;
    padded.resize(2 * ((items + 3) / 4 * 4), '0');
    script.take_data("f251" + word_of(static_cast<std::uint32_t>(items)), padded + words);
    script.answer("f252", results + statuses);
  }
};

class Mixed : public ScriptedProbe {
 protected:
  static std::vector<WordAccess> reads(std::size_t count) {
    std::vector<WordAccess> list;
    for (std::size_t i = 0; i < count; ++i)
      list.push_back(WordAccess::read(0x40000000 + 64 * static_cast<std::uint32_t>(i)));
    return list;
  }
  static Exchange exchange_of(std::span<const WordAccess> list, std::uint32_t port = 0) {
    Exchange exchange;
    exchange.item("05", port);
    for (const WordAccess& access : list) exchange.item("03", access.address, ~access.address);
    return exchange;
  }
};

// openocd-0.12.0_v2_dapdirect-swd_connect-assert-srst_reset-halt.trace, at 157.692 and 157.716 ms.
TEST_F(Mixed, has_the_bytes_that_openocd_sends) {
  open();
  script.take_data("f251 04000000", "05010203 00000000 f8ed00e0 00000000 f0ed00e0");
  script.answer("f252", "00000000 00000000 00000000 01000300 80000000 80000000 80000000 80000000");
  std::vector first = {WordAccess::write(0xE000EDF8, 0), WordAccess::read(0xE000EDF0)};
  ASSERT_TRUE(probe->transfer({}, first));
  EXPECT_EQ(first[1].value, 0x00030001U);

  script.take_data("f251 05000000", "05010201 02000000 00000000 fced00e0 00000001 002000e0 03000000");
  script.answer("f252", std::string(40, '0') + "8000000080000000800000008000000080000000");
  std::vector second = {WordAccess::write(0xE000EDFC, 0x01000000), WordAccess::write(0xE0002000, 3)};
  EXPECT_TRUE(probe->transfer({}, second));
}

// Every list of every recording, and those that OpenOCD cut in several because its queue was longer than 64 items.
class RecordedLists : public Mixed {
 protected:
  struct List {
    Bytes data;
    std::vector<WordAccess> accesses;
  };
  static List decode(const std::string& text) {
    List list{.data = hex(text), .accesses = {}};
    std::size_t items = 0;
    while (4 * ((items + 3) / 4) + 4 * items < list.data.size()) ++items;
    // As many kinds as there are words: trailing padding is 00, which is no kind.
    std::uint32_t address = 0;
    for (std::size_t i = 0; i < items; ++i) {
      const std::uint32_t word = load_le32(list.data, (items + 3) / 4 * 4 + 4 * i);
      switch (list.data[i]) {
        case 1:
          address = word;
          break;
        case 2:
          list.accesses.push_back(WordAccess::write(address, word));
          break;
        case 3:
          list.accesses.push_back(WordAccess::read(word));
          break;
        default:
          EXPECT_EQ(i, 0U);
          EXPECT_EQ(list.data[i], 5);
          EXPECT_EQ(word, 0U);
      }
    }
    return list;
  }
  // In runs that follow each other without another command between.
  static std::vector<std::vector<List>> recorded(const std::string& trace) {
    std::ifstream file(st_link_vectors() / "client-traces" / trace);
    std::vector<std::vector<List>> runs;
    bool open_run = false;
    for (std::string line; std::getline(file, line);) {
      const auto command = line.find("CMD[16] ");
      const auto data = line.find("OUT-DATA[");
      if (command != std::string::npos) {
        const std::string what = line.substr(command + 8, 5);
        if (what != "f2 51" && what != "f2 52") open_run = false;
        if (what == "f2 51" && !std::exchange(open_run, true)) runs.emplace_back();
      } else if (data != std::string::npos && open_run) {
        runs.back().push_back(decode(line.substr(line.find(' ', data) + 1)));
      }
    }
    return runs;
  }
};

TEST_F(RecordedLists, are_cut_and_written_as_openocd_did) {
  std::size_t lists = 0;
  for (const char* trace : {"openocd-0.12.0_v2_dapdirect-swd_memory-registers.trace",
                            "openocd-0.12.0_v2_dapdirect-swd_connect-assert-srst_reset-halt.trace"}) {
    const auto runs = recorded(trace);
    if (runs.empty()) GTEST_SKIP() << "no traces at " << st_link_vectors() << "; set RIGOR_VECTORS";
    for (const auto& run : runs) {
      host.script.commands.clear();
      if (!probe) open();
      std::vector<WordAccess> all;
      for (const List& list : run) {
        const std::size_t items = 1 +
                                  static_cast<std::size_t>(std::ranges::count_if(list.accesses, &WordAccess::writes)) +
                                  list.accesses.size();
        script.take_data("f251" + Exchange::word_of(static_cast<std::uint32_t>(items)), to_hex(list.data));
        std::string reply(8 * items, '0');
        for (std::size_t i = 0; i < items; ++i) reply += "80000000";
        script.answer("f252", reply);
        all.insert(all.end(), list.accesses.begin(), list.accesses.end());
        ++lists;
      }
      ASSERT_TRUE(probe->transfer({}, all)) << trace;
    }
  }
  EXPECT_GE(lists, 10U);
}

struct Limit {
  const char* name;
  const char* version;  // V3: the reply to FB
  std::size_t items;
};
class MixedLimit : public Mixed, public testing::WithParamInterface<Limit> {};
TEST_P(MixedLimit, is_kept_and_every_result_finds_its_access) {
  GetParam().items == 64 ? open(GetParam().version) : open_v3(GetParam().version);
  script.answer("f24b01", kOk2);
  ASSERT_TRUE(probe->open_access_port(1));
  const std::size_t each = GetParam().items - 1;  // one item selects the access port
  std::vector<WordAccess> list = reads(2 * each + 5);
  for (std::size_t at = 0; at < list.size(); at += each)
    exchange_of(std::span(list).subspan(at, std::min(each, list.size() - at)), 1).expect_of(script);
  ASSERT_TRUE(probe->transfer({.number = 1}, list));
  for (const WordAccess& access : list) ASSERT_EQ(access.value, ~access.address);
}
INSTANTIATE_TEST_SUITE_P(table, MixedLimit,
                         testing::Values(Limit{"v2", "2bc7 8304 4837", 64}, Limit{"v2_j32", "2807 8304 4837", 64},
                                         Limit{"v3", "0301110a0600", 1227}, Limit{"v3_j2", "030102070500", 1227}),
                         [](const auto& test) { return test.param.name; });

// A write is two items and is not torn.
TEST_F(Mixed, a_write_that_does_not_fit_any_more_goes_into_the_next_list) {
  open();
  std::vector<WordAccess> list = reads(62);
  exchange_of(list).expect_of(script);
  list.push_back(WordAccess::write(0x40001000, 7));
  Exchange rest;
  rest.item("05", 0);
  rest.item("01", 0x40001000);
  rest.item("02", 7);
  rest.expect_of(script);
  EXPECT_TRUE(probe->transfer({}, list));
}

TEST_F(Mixed, the_first_failure_is_named_and_what_was_before_it_is_kept) {
  open();
  std::vector list = {WordAccess::read(0x20000000), WordAccess::write(0x50000000, 1), WordAccess::read(0x20000004)};
  Exchange exchange;
  exchange.item("05", 0);
  exchange.item("03", 0x20000000, 0x1234);
  exchange.item("01", 0x50000000);
  exchange.item("02", 1, 0, 0x11);
  exchange.item("03", 0x20000004, 0, 0x10);
  exchange.expect_of(script);
  script.answer("f246ffff0000 1e000000", kOk2);
  const auto done = probe->transfer({}, list);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code(), Code::swd_fault);
  EXPECT_THAT(done.error().message(), HasSubstr("writing 4 bytes at 0x50000000"));
  EXPECT_EQ(list[0].value, 0x1234U);
}

TEST_F(Mixed, a_wait_is_asked_again_where_nothing_is_written) {
  open();
  std::vector<WordAccess> list = reads(2);
  Exchange busy;
  busy.item("05", 0);
  busy.item("03", list[0].address, 1);
  busy.item("03", list[1].address, 0, 0x10);
  busy.expect_of(script);
  exchange_of(list).expect_of(script);
  ASSERT_TRUE(probe->transfer({}, list));
  EXPECT_EQ(list[1].value, ~list[1].address);
}

TEST_F(Mixed, a_wait_of_a_list_that_writes_is_an_error) {
  open();
  std::vector list = {WordAccess::write(0x20000000, 1), WordAccess::read(0x20000004)};
  Exchange busy;
  busy.item("05", 0);
  busy.item("01", 0x20000000);
  busy.item("02", 1, 0, 0x10);
  busy.item("03", 0x20000004, 5);
  busy.expect_of(script);
  EXPECT_EQ(probe->transfer({}, list).error().code(), Code::swd_wait);
}

TEST_F(Mixed, a_closed_port_is_opened_again_the_next_time) {
  open();
  script.answer("f24b01", kOk2);
  ASSERT_TRUE(probe->open_access_port(1));
  std::vector<WordAccess> list = reads(2);
  Exchange closed;
  closed.item("05", 1);
  closed.item("03", list[0].address, 0, 0x1D);
  closed.item("03", list[1].address, 0, 0x1D);
  closed.expect_of(script);
  EXPECT_EQ(probe->transfer({1}, list).error().code(), Code::access_port_closed);
  script.answer("f24b01", kOk2);
  exchange_of(list, 1).expect_of(script);
  EXPECT_TRUE(probe->transfer({1}, list));
}

TEST_F(Mixed, a_short_reply_is_an_error) {
  open();
  std::vector<WordAccess> list = reads(2);
  script.take_data("f251 03000000", "05030300 00000000 00000040 40000040");
  script.answer("f252", "0800");
  EXPECT_EQ(probe->transfer({}, list).error().code(), Code::probe_confused);
}

// Single commands take its place: with CSW bits, for one access, and in old firmware.
TEST_F(Mixed, what_a_list_cannot_say_is_said_one_by_one) {
  open();
  std::vector<WordAccess> list = reads(2);
  for (const char* address : {"00000040", "40000040"}) {
    script.answer("f207" + std::string(address) + "0400 00 00004b", "01020304");
    script.answer("f23e", kOk12);
  }
  ASSERT_TRUE(probe->transfer({0, 0x4B000000}, list));
  EXPECT_EQ(list[1].value, 0x04030201U);
  script.take_data("f208 00000020 0400", "07000000");
  script.answer("f23e", kOk12);
  std::vector one = {WordAccess::write(0x20000000, 7)};
  EXPECT_TRUE(probe->transfer({}, one));
  EXPECT_TRUE(probe->transfer({}, {}));
}

TEST_F(Mixed, old_firmware_is_asked_one_by_one) {
  open("27c7 8304 4837");  // J31
  std::vector list = {WordAccess::write(0x20000000, 7), WordAccess::read(0x20000000)};
  script.take_data("f208 00000020 0400", "07000000");
  script.answer("f23e", kOk12);
  script.answer("f207 00000020 0400", "07000000");
  script.answer("f23e", kOk12);
  ASSERT_TRUE(probe->transfer({}, list));
  EXPECT_EQ(list[1].value, 7U);
}

TEST_F(Mixed, an_address_within_a_word_is_refused_before_anything_is_sent) {
  open();
  std::vector list = {WordAccess::read(0x20000000), WordAccess::read(0x20000002)};
  EXPECT_EQ(probe->transfer({}, list).error().code(), Code::usage);
}

}  // namespace
}  // namespace rigor
