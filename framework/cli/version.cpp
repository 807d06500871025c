#include "framework/cli/version.hpp"

#include <fmt/format.h>
#include <libusb.h>
#include <mbedtls/version.h>
#include <sqlite3.h>

namespace rigor::cli {

std::string program_version() { return RIGOR_VERSION; }

std::map<std::string, std::string> library_versions() {
  const libusb_version* usb = libusb_get_version();
  return {{"rigor", program_version()},
          {"libusb", fmt::format("{}.{}.{}", usb->major, usb->minor, usb->micro)},
          {"libgpiod", RIGOR_GPIOD_VERSION},
          {"mbedtls", MBEDTLS_VERSION_STRING},
          {"sqlite", sqlite3_libversion()}};
}

}  // namespace rigor::cli
