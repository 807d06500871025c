// What OpenOCD said to a stlink-server, as it was recorded (shared vectors, stlink/client-traces), said to the door
// again: every request gets an answer of the recorded length and status 1. The recorded answers themselves are made up.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "tests/clients/keeper/server_client.hpp"
#include "tests/clients/kept_rig.hpp"

namespace rigor::test {
namespace {

constexpr std::uint8_t kOpen = 3, kClose = 4, kCommand = 5;
constexpr std::size_t kId = 4;  // where requests and the answer to `open` have theirs

struct Exchange {
  Bytes request;
  std::size_t answer = 0;
};

std::filesystem::path trace() {
  const char* const given = std::getenv("RIGOR_VECTORS");
  const std::filesystem::path root =
      given != nullptr ? std::filesystem::path(given) : std::filesystem::path(RIGOR_SOURCE_DIR) / "../shared/vectors";
  return root / "stlink/client-traces/openocd-0.12.0_v2_tcp-backend_init-halt.trace";
}

std::vector<Exchange> recorded() {
  std::vector<Exchange> found;
  std::ifstream file(trace());
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string time;
    std::string kind;
    words >> time >> kind;
    if (kind.starts_with("C>S[")) {
      found.emplace_back();
      for (std::string byte; words >> byte;) found.back().request.push_back(from_hex(byte).value().front());
    } else if (kind.starts_with("S>C[") && !found.empty()) {
      found.back().answer = std::stoul(kind.substr(4));
    }
  }
  return found;
}

TEST(RecordedSession, OfOpenOcdIsAnsweredInTheRecordedLengths) {
  if (const std::string why = missing_keeper(); !why.empty()) GTEST_SKIP() << why;
  const auto exchanges = recorded();
  if (exchanges.empty()) GTEST_SKIP() << "no recording at " << trace() << "; set RIGOR_VECTORS";
  const KeptRig rig(RIGOR_SOURCE_DIR "/rigs/virtual-f407.yaml");
  ASSERT_TRUE(rig.ready());
  const Client client(rig.port());
  std::uint32_t connection = 0;
  int commands = 0;
  for (const Exchange& each : exchanges) {
    Bytes request = each.request;
    const std::uint8_t kind = request.front();
    if (kind == kCommand || kind == kClose) store_le32(request, kId, connection);
    if (kind == kOpen) store_le32(request, kId, 0x11);  // the first probe, a V2
    SCOPED_TRACE(to_hex(request));
    client.say(request);
    const Bytes answer = client.hear(each.answer);
    ASSERT_EQ(answer.size(), each.answer);
    if (kind == kOpen) connection = load_le32(answer, kId);
    if (kind >= 2 && kind <= kCommand) {
      EXPECT_EQ(load_le32(answer, 0), 1U);
    }
    if (kind == kCommand) ++commands;
  }
  EXPECT_GT(commands, 100);
}

}  // namespace
}  // namespace rigor::test
