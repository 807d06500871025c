// What this program is made of, for records and bug reports.
#pragma once

#include <map>
#include <string>

namespace rigor::cli {

[[nodiscard]] std::string program_version();
// "rigor": "0.1.0", "libusb": "1.0.26", ...
[[nodiscard]] std::map<std::string, std::string> library_versions();

}  // namespace rigor::cli
