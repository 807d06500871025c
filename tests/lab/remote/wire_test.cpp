// Values as bytes and back, and bytes that are no values.
#include "fixtures/remote/wire.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rigor::remote {
namespace {

using testing::ElementsAre;

template <typename T>
Bytes encoded(const T& value) {
  Encoder encoder;
  encoder.add(value);
  return std::move(encoder).take();
}

// Every field away from its default, so that one that is forgotten shows.
const UsbIdentity kIdentity{
    .path = "1-2.3",
    .vendor = 0x0483,
    .product = 0x3748,
    .product_name = "ST-LINK",
    .serial_descriptor = {4, 3, 0x30, 0},
    .interfaces = {{.number = 1, .device_class = 0xFF, .endpoints = {{0x81, 64}, {0x02, 512}}}}};
const LineInfo kLine{
    .name = {"chip", "line"}, .offset = 7, .chip_device = "gpiochip0", .consumer = "me", .output = true};

TEST(Wire, numbers_are_little_endian_and_texts_have_their_size_in_front) {
  EXPECT_THAT(encoded(UsbWrite{.device = 0x01020304, .endpoint = 5, .limit = Duration(6), .data = {7, 8}}),
              ElementsAre(4, 3, 2, 1, 5, 6, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 7, 8));
  EXPECT_THAT(encoded(std::string("ab")), ElementsAre(2, 0, 0, 0, 'a', 'b'));
  EXPECT_THAT(encoded(std::optional<std::uint32_t>()), ElementsAre(0));
  EXPECT_THAT(encoded(TimePoint(Duration(-2))), ElementsAre(0xFE, 255, 255, 255, 255, 255, 255, 255));
}

// A message and what it becomes: the same bytes again.
template <typename T>
void expect_whole_or_nothing(const T& value) {
  const Bytes bytes = encoded(value);
  const auto back = decode<T>(bytes);
  ASSERT_TRUE(back) << to_hex(bytes);
  EXPECT_EQ(encoded(*back), bytes);
  for (std::size_t size = 0; size < bytes.size(); ++size)
    EXPECT_FALSE(decode<T>(ByteView(bytes).first(size))) << size << " of " << to_hex(bytes);
  Bytes longer = bytes;
  longer.push_back(0);
  EXPECT_FALSE(decode<T>(longer)) << "a byte too many";
}

TEST(Wire, a_message_is_read_whole_or_not_at_all) {
  expect_whole_or_nothing(Hello{.worker = 0x1122334455667788});
  expect_whole_or_nothing(
      Welcome{.worker = 9, .virtual_time = true, .changed = 3, .lines = {true, true}, .keeper = 11});
  expect_whole_or_nothing(Drop{Kind::port, 4});
  expect_whole_or_nothing(Wait{TimePoint(Duration(5)), {1, 2, 3}});
  expect_whole_or_nothing(Enroll{"name"});
  expect_whole_or_nothing(Interrupt{true});
  expect_whole_or_nothing(std::vector<UsbIdentity>{kIdentity, {}});
  expect_whole_or_nothing(UsbOpened{1, kIdentity});
  expect_whole_or_nothing(UsbCyclePower{"1-2", Duration(100)});
  expect_whole_or_nothing(UsbRead{1, 0x81, Duration(3), 64});
  expect_whole_or_nothing(UsbMoved{18, Bytes(18, 0x5A)});
  expect_whole_or_nothing(UsbControl{1, {0x80, 6, 0x0100, 2}, Duration(9), 18, {1, 2}});
  expect_whole_or_nothing(std::vector<LineInfo>{kLine});
  expect_whole_or_nothing(RequestOutput{{"lab", "a/power"}, Drive::open_drain, Level::high});
  expect_whole_or_nothing(EdgeTiming{TimePoint(Duration(1)), TimePoint(Duration(2)), TimePoint(Duration(3))});
  expect_whole_or_nothing(SerialChunk{TimePoint(Duration(1)), {1, 2}});
  expect_whole_or_nothing(SerialWrite{1, kNever, {1}});
}

TEST(Wire, values_come_back_as_they_were) {
  const auto identity = decode<UsbIdentity>(encoded(kIdentity));
  ASSERT_TRUE(identity);
  EXPECT_EQ(identity->path, "1-2.3");
  EXPECT_EQ(identity->product_name, "ST-LINK");
  EXPECT_EQ(identity->serial_descriptor, kIdentity.serial_descriptor);
  EXPECT_EQ(identity->interfaces.at(0).endpoints.at(1).max_packet, 512);
  const auto line = decode<LineInfo>(encoded(kLine));
  ASSERT_TRUE(line);
  EXPECT_EQ(line->name, kLine.name);
  EXPECT_EQ(line->consumer, "me");
  EXPECT_TRUE(line->output);
  EXPECT_EQ(decode<SerialRead>(encoded(SerialRead{3, kNever}))->deadline, kNever);
}

struct Damaged {
  std::string name;
  Bytes bytes;
  std::function<bool(ByteView)> readable;
};

TEST(Wire, what_lies_about_itself_is_refused) {
  const auto as_text = [](ByteView bytes) { return decode<Enroll>(bytes).has_value(); };
  const auto as_data = [](ByteView bytes) { return decode<UsbMoved>(bytes).has_value(); };
  const auto as_list = [](ByteView bytes) { return decode<std::vector<LineInfo>>(bytes).has_value(); };
  const auto as_level = [](ByteView bytes) { return decode<Level>(bytes).has_value(); };
  const auto as_flag = [](ByteView bytes) { return decode<Interrupt>(bytes).has_value(); };
  const auto as_option = [](ByteView bytes) { return decode<std::optional<std::uint32_t>>(bytes).has_value(); };
  const auto huge = [](std::size_t size) {
    Encoder encoder;
    encoder.add(static_cast<std::uint32_t>(size));
    Bytes bytes = std::move(encoder).take();
    bytes.resize(bytes.size() + size, 'x');
    return bytes;
  };
  const Damaged cases[] = {{"a text longer than its message", {5, 0, 0, 0, 'a'}, as_text},
                           {"a text of four gigabytes", {255, 255, 255, 255}, as_text},
                           {"a text longer than any", huge(kMostText + 1), as_text},
                           {"data longer than its message", {0, 0, 0, 0, 2, 0, 0, 0, 1}, as_data},
                           {"a list of four billion", {255, 255, 255, 255, 1, 2, 3}, as_list},
                           {"a list longer than any", huge(kMostEntries + 1), as_list},
                           {"a level that is neither", {2}, as_level},
                           {"a flag that is neither", {2}, as_flag},
                           {"an option that is neither", {2, 1, 0, 0, 0}, as_option},
                           {"nothing", {}, as_level}};
  for (const Damaged& damaged : cases) EXPECT_FALSE(damaged.readable(damaged.bytes)) << damaged.name;
  EXPECT_TRUE(as_text(huge(kMostText)));
}

Error nested(unsigned depth) {
  Error error(Code::probe_lost, "level " + std::to_string(depth));
  return depth == 0 ? error : std::move(error).because(nested(depth - 1));
}

TEST(Wire, an_error_keeps_its_code_words_hint_and_causes) {
  const Error error =
      Error(Code::da_refused, "the chip said no")
          .hint("ask again")
          .because(Error(Code::swd_fault, "a fault").hint("wires?").because(Error(Code::io_failed, "x")))
          .because(Error(Code::aborted, "stopped"));
  const auto back = decode_error(encoded(error));
  ASSERT_TRUE(back);
  EXPECT_EQ(back->describe(), error.describe());
  const Bytes bytes = encoded(error);
  for (std::size_t size = 0; size < bytes.size(); ++size) EXPECT_FALSE(decode_error(ByteView(bytes).first(size)));
}

TEST(Wire, every_code_travels_by_its_name) {
  for (unsigned number = 0; number <= static_cast<unsigned>(Code::aborted); ++number) {
    const auto code = static_cast<Code>(number);
    const auto back = decode_error(encoded(Error(code, "")));
    ASSERT_TRUE(back) << code_name(code);
    EXPECT_EQ(back->code(), code);
  }
  Encoder encoder;
  for (const std::string text : {"NO_SUCH_CODE", "message", ""}) encoder.add(text);
  encoder.add(std::uint8_t{0});
  EXPECT_FALSE(decode_error(std::move(encoder).take()));
}

TEST(Wire, an_error_deeper_than_any_is_cut_when_sent_and_refused_when_it_comes) {
  const auto cut = decode_error(encoded(nested(20)));
  ASSERT_TRUE(cut);
  EXPECT_TRUE(cut->involves(Code::probe_lost));
  unsigned depth = 1;
  for (const Error* error = &*cut; !error->causes().empty(); error = &error->causes()[0]) ++depth;
  EXPECT_EQ(depth, kDeepestError);

  Encoder encoder;
  for (unsigned i = 0; i < 100; ++i) {
    for (const std::string text : {"ABORTED", "", ""}) encoder.add(text);
    encoder.add(std::uint8_t{1});
  }
  EXPECT_FALSE(decode_error(std::move(encoder).take()));
}

TEST(Wire, a_text_that_is_too_long_is_cut) {
  const auto back = decode_error(encoded(Error(Code::usage, std::string(100'000, 'x'))));
  ASSERT_TRUE(back);
  EXPECT_EQ(back->message().size(), kMostText);
}

}  // namespace
}  // namespace rigor::remote
