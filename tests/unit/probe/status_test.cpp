#include "framework/probe/status.hpp"

#include <gtest/gtest.h>

#include <set>

namespace rigor {
namespace {

struct StatusCase {
  std::uint8_t status;
  Code code;
};

// st-link-protocol.md 5, by hand: every code of that table that is an error.
const std::vector<StatusCase> kCases{
    {0x01, Code::probe_confused}, {0x02, Code::probe_confused}, {0x03, Code::probe_confused},
    {0x04, Code::swd_no_answer},  {0x05, Code::swd_no_answer},  {0x06, Code::probe_refused},
    {0x07, Code::swd_wait},       {0x08, Code::swd_fault},      {0x09, Code::swd_no_answer},
    {0x0A, Code::probe_refused},  {0x0B, Code::swd_fault},      {0x0C, Code::swd_fault},
    {0x0E, Code::probe_busy},     {0x10, Code::swd_wait},       {0x11, Code::swd_fault},
    {0x12, Code::swd_fault},      {0x13, Code::swd_parity},     {0x14, Code::swd_wait},
    {0x15, Code::swd_fault},      {0x16, Code::swd_fault},      {0x17, Code::swd_parity},
    {0x18, Code::swd_fault},      {0x19, Code::swd_fault},      {0x1A, Code::swd_fault},
    {0x1B, Code::probe_busy},     {0x1C, Code::swd_fault},      {0x1D, Code::access_port_closed},
    {0x20, Code::probe_refused},  {0x21, Code::probe_refused},  {0x29, Code::probe_refused},
    {0x30, Code::probe_refused},  {0x31, Code::probe_busy},     {0x41, Code::probe_refused},
    {0x42, Code::probe_refused},  {0x81, Code::swd_fault},
};

TEST(Status, every_code_is_its_error) {
  for (const auto& [status, code] : kCases) {
    const auto checked = check_status(status, "doing it");
    ASSERT_FALSE(checked) << int{status};
    EXPECT_EQ(checked.error().code(), code) << int{status};
    EXPECT_TRUE(checked.error().message().starts_with("doing it: ")) << checked.error().message();
  }
}

TEST(Status, the_table_holds_each_code_once_and_no_more) {
  std::set<int> seen;
  for (const StatusRow& row : status_table()) EXPECT_TRUE(seen.insert(row.status).second) << int{row.status};
  EXPECT_EQ(seen.size(), kCases.size());
}

TEST(Status, three_codes_are_success) {
  std::set<int> good;
  for (int status = 0; status < 256; ++status) {
    if (check_status(static_cast<std::uint8_t>(status), "")) good.insert(status);
  }
  EXPECT_EQ(good, (std::set<int>{0x0D, 0x40, 0x80}));
}

TEST(Status, an_unknown_code_is_the_probe_s_confusion) {
  EXPECT_EQ(check_status(0x77, "").error().code(), Code::probe_confused);
}

}  // namespace
}  // namespace rigor
