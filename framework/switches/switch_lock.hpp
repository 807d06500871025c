// One holder of a switch at a time, and what the holder before left undone. Private to this room.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "framework/base/process_lock.hpp"

namespace rigor {

class SwitchLock {
 public:
  // Errors: line_busy with the holder's words, line_failed when there can be no lock.
  [[nodiscard]] static Result<SwitchLock> take(const std::filesystem::path& directory, const std::string& place,
                                               const std::string& description);
  // Who holds it: "4711 rigor"; empty when nobody does.
  [[nodiscard]] static std::string holder(const std::filesystem::path& directory, const std::string& place);

  SwitchLock(SwitchLock&&) = default;
  SwitchLock& operator=(SwitchLock&&) = default;
  ~SwitchLock();

  // Around every switching, so that the next holder knows when this one was killed in the middle.
  void begin() const;
  void end() const;
  // The holder before did not come to its end().
  [[nodiscard]] bool was_broken_off() const;

 private:
  explicit SwitchLock(ProcessLock lock) : lock_(std::make_unique<ProcessLock>(std::move(lock))) {}
  std::unique_ptr<ProcessLock> lock_;  // null: moved from
};

}  // namespace rigor
