// writer USB-PATH KHZ FILE: the framework programs a file into erased flash of an STM32F407 and verifies it.
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>

#include "framework/bench/rig_description.hpp"
#include "framework/probe/attaching.hpp"
#include "framework/probe/st_link.hpp"
#include "framework/target/make_target.hpp"
#include "framework/usb/libusb_host.hpp"

namespace {

using namespace rigor;

Result<RigDescription> read_rig_file(const std::string& path) {
  Faults faults;
  auto rig = load_rig(path, SearchPath{{RIGOR_SOURCE_DIR}}, faults);
  if (!rig) return fail(faults.to_error());
  return *std::move(rig);
}

Result<void> write(const std::string& path, unsigned khz, ByteView image) {
  RIGOR_TRY(const RigDescription rig, read_rig_file(RIGOR_SOURCE_DIR "/rigs/virtual-f407.yaml"));
  const ChipFacts& chip = rig.benches.front().board.chip.facts;
  const auto clock = make_steady_clock();
  Timeline timeline(*clock, 16);
  RIGOR_TRY(const auto host, make_libusb_host(*clock));
  RIGOR_TRY(const auto probe, open_st_link(*host, path, *clock));
  RIGOR_CHECK(attach(*probe, AttachMode::normal, khz));
  RIGOR_TRY(const auto target, make_target(*probe, *clock, chip, timeline));
  RIGOR_CHECK(target->program(chip.flash_base, image));
  RIGOR_CHECK(target->verify(chip.flash_base, image));
  return probe->detach();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  std::ifstream file(argv[3], std::ios::binary);
  const Bytes image{std::istreambuf_iterator<char>(file), {}};
  const auto written = write(argv[1], static_cast<unsigned>(std::strtoul(argv[2], nullptr, 0)), image);
  if (!written) std::cerr << written.error().describe() << '\n';
  return written ? 0 : 1;
}
