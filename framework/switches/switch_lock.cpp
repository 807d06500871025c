#include "framework/switches/switch_lock.hpp"

#include <fmt/format.h>
#include <signal.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstdlib>

#include "framework/usb/port_lock.hpp"

namespace rigor {
namespace {

constexpr std::string_view kSwitching = ", switching";

// A place may name a device node; nothing must leave the directory.
std::filesystem::path file_for(const std::filesystem::path& directory, std::string place) {
  std::ranges::replace_if(place, [](unsigned char c) { return std::isalnum(c) == 0 && c != '-' && c != '.'; }, '_');
  return directory / fmt::format("rigor-line-{}.lock", place);
}

bool lives(const std::string& holder) {
  const pid_t process = std::atoi(holder.c_str());
  return process > 0 && (::kill(process, 0) == 0 || errno == EPERM);
}

std::string without_mark(std::string words) {
  if (words.ends_with(kSwitching)) words.resize(words.size() - kSwitching.size());
  return words;
}

}  // namespace

Result<SwitchLock> SwitchLock::take(const std::filesystem::path& directory, const std::string& place,
                                    const std::string& description) {
  const std::filesystem::path file = file_for(directory, place);
  auto lock = ProcessLock::take(file, this_process());
  if (!lock)
    return fail(Error(Code::line_failed, fmt::format("{} cannot be kept from others", description))
                    .because(std::move(lock).error()));
  if (*lock) return SwitchLock(**std::move(lock));
  const std::string holder = without_mark(lock_words(file));
  return fail(Error(Code::line_busy, fmt::format("{} is held by {}", description,
                                                 holder.empty() ? std::string("an unnamed process") : holder))
                  .hint("wait for that program to end; its lock goes with it"));
}

std::string SwitchLock::holder(const std::filesystem::path& directory, const std::string& place) {
  const std::string words = without_mark(lock_words(file_for(directory, place)));
  return lives(words) ? words : std::string();
}

SwitchLock::~SwitchLock() {
  if (lock_ != nullptr) lock_->write("");
}

void SwitchLock::begin() const { lock_->write(this_process() + std::string(kSwitching)); }
void SwitchLock::end() const { lock_->write(this_process()); }
bool SwitchLock::was_broken_off() const { return lock_->left_behind().ends_with(kSwitching); }

}  // namespace rigor
