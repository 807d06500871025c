// What a machine lacks for real benches, one check at a time. Reads the system's own files below a root that tests set.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "framework/bench/rig_description.hpp"

namespace rigor::cli {

enum class Health : std::uint8_t {
  good,
  poor,  // works, not as well as it could
  bad,   // what needs it cannot work
};
[[nodiscard]] const char* health_name(Health health);  // "ok", "warn", "fail"

struct MachineFinding {
  std::string check;  // "usb 1-2.3"
  Health health = Health::good;
  std::string found;
  std::string cure;  // what to do, as commands where there are any; empty when good
};

class Doctor {
 public:
  // `root`: "/" but in tests.
  explicit Doctor(std::filesystem::path root) : root_(std::move(root)) {}

  // Every ST-LINK: may this user open it, and does the system put it to sleep?
  void usb();
  // Every GPIO chip: may this user open it?
  void gpio();
  // What a real-time priority and locked memory need.
  void limits();
  // Two seconds of edges with a line that does nothing.
  void timer();
  void terminal();
  // Consoles, probes and lines that the rig's real benches name.
  void rig(const RigDescription& rig);
  // Programs of others that some suites and reports use.
  void programs();

  [[nodiscard]] const std::vector<MachineFinding>& findings() const { return findings_; }

 private:
  void add(std::string check, Health health, std::string found, std::string cure = {});
  void check_node(const std::string& check, const std::filesystem::path& node, const std::string& cure);
  void check_sleep(const std::string& name, const std::filesystem::path& device);
  [[nodiscard]] std::string read(const std::filesystem::path& file) const;  // its first line; empty when unreadable

  std::filesystem::path root_;
  std::vector<MachineFinding> findings_;
};

}  // namespace rigor::cli
