// V2J47 with an STM32H5, both ways: port 0 opens, or the driver says whose fault it is and port 1 still works.
#include <gmock/gmock.h>
#include <unistd.h>

#include <fstream>

#include "tests/lab/probe/driven_lab.hpp"

namespace rigor::lab {
namespace {

using ::testing::HasSubstr;

std::filesystem::path write_rig(const std::string& opens) {
  const auto file =
      std::filesystem::temp_directory_path() / ("rigor-port-0-" + opens + std::to_string(::getpid()) + ".yaml");
  std::ofstream(file) << "rig: generated\nsuites: []\nbenches:\n  - name: bench\n    board: weact-h523\n"
                         "    probe: {lab: v2}\n    wiring: {nrst: probe, power: always}\n    lab:\n"
                         "      wires: [swd, nrst-probe]\n      probe: {opens-port-0: "
                      << opens << "}\n";
  return file;
}

class Port0 : public ::testing::TestWithParam<bool> {
 protected:
  void TearDown() override { std::filesystem::remove(file); }
  std::filesystem::path file = write_rig(GetParam() ? "true" : "false");
};
INSTANTIATE_TEST_SUITE_P(Firmware, Port0, ::testing::Bool(),
                         [](const auto& each) { return each.param ? "opens" : "refuses"; });

TEST_P(Port0, OfAnH5) {
  const DrivenLab lab(file, "bench");
  const auto opened = lab.probe->open_access_port(0);
  if (GetParam()) {
    ASSERT_TRUE(opened) << opened.error().describe();
    EXPECT_TRUE(lab.probe->read_word({0}, 0xE0044000)) << "DBGMCU_IDCODE";
  } else {
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code(), Code::probe_refused);
    EXPECT_THAT(opened.error().describe(), HasSubstr("V2J47S7"));
  }
  ASSERT_TRUE(lab.probe->open_access_port(1));
  EXPECT_TRUE(lab.probe->read_word({1}, 0xE000ED00));
}

}  // namespace
}  // namespace rigor::lab
