// Debian's OpenOCD on the lab's probes, by one of its two ways to use an ST-LINK: at the socket of a kept rig, or over
// USB.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tests/clients/exec_rig.hpp"

namespace rigor::test {

enum class Way { dap, hla };

// Serials of rigs/virtual-f407.yaml's probes (profiles v2, v2-1 and v3ec).
inline constexpr const char* kV2 = "57FF72067265575742132067";
inline constexpr const char* kV2_1 = "066DFF535550755187191037";
inline constexpr const char* kV3 = "003F002B3532511531333430";

struct OpenOcd {
  int port = 0;  // 0: over USB
  Way way = Way::dap;
  std::string serial = kV2;
  std::filesystem::path rig;           // whose probes are on USB
  std::vector<std::string> door = {};  // options of `rigor-lab exec`

  // Each command on its own; `exit` is added. Output of both streams.
  [[nodiscard]] Finished run(const std::vector<std::string>& commands) const {
    const bool dap = way == Way::dap;
    std::vector<std::string> settings = {"gdb_port disabled; tcl_port disabled; telnet_port disabled"};
    if (port != 0)
      settings.push_back((dap ? "st-link backend tcp " : "hla_stlink_backend tcp ") + std::to_string(port));
    settings.insert(settings.end(),
                    {"adapter serial " + serial, dap ? "transport select dapdirect_swd" : "transport select hla_swd",
                     "source [find target/stm32f4x.cfg]"});
    std::vector<std::string> line = {program_path("openocd"), "-f",
                                     dap ? "interface/stlink-dap.cfg" : "interface/stlink.cfg"};
    for (const std::string& setting : settings) {
      line.emplace_back("-c");
      line.push_back(setting);
    }
    for (const std::string& command : commands) {
      line.emplace_back("-c");
      line.push_back(command);
    }
    line.insert(line.end(), {"-c", "exit"});
    ProgramSetting setting;
    setting.limit = std::chrono::seconds(60);
    if (port == 0) return run_on(rig, line, setting, door);
    setting.environment = plain_environment();
    Finished done = run_program(line, setting);
    done.out += done.err;
    return done;
  }
};

}  // namespace rigor::test
