// reader USB-PATH ADDRESS SIZE FILE: the framework reads memory through access port 0, hot plugged, and writes it to a
// file.
#include <cstdlib>
#include <fstream>
#include <iostream>

#include "framework/probe/attaching.hpp"
#include "framework/probe/st_link.hpp"
#include "framework/usb/libusb_host.hpp"

namespace {

using namespace rigor;

constexpr unsigned kKhz = 1800;  // what OpenOCD makes of stm32f4x.cfg's 2000 kHz on a V2

Result<Bytes> read(const std::string& path, std::uint32_t address, std::size_t size) {
  const auto clock = make_steady_clock();
  RIGOR_TRY(const auto host, make_libusb_host(*clock));
  RIGOR_TRY(const auto probe, open_st_link(*host, path, *clock));
  RIGOR_CHECK(attach(*probe, AttachMode::normal, kKhz));
  RIGOR_CHECK(probe->open_access_port(0));
  Bytes bytes(size);
  RIGOR_CHECK(probe->read_memory({}, address, bytes));
  RIGOR_CHECK(probe->detach());
  return bytes;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) return 2;
  const auto bytes =
      read(argv[1], static_cast<std::uint32_t>(std::strtoul(argv[2], nullptr, 0)), std::strtoul(argv[3], nullptr, 0));
  if (!bytes) {
    std::cerr << bytes.error().describe() << '\n';
    return 1;
  }
  std::ofstream file(argv[4], std::ios::binary);
  file.write(reinterpret_cast<const char*>(bytes->data()), static_cast<std::streamsize>(bytes->size()));
  return file.flush() ? 0 : 1;
}
