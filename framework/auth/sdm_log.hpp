// Lines as ST's own library prints them, with the source line numbers of its version 1.2.0 (debug-authentication.md
// 16), so that what rigor did can be laid beside the log of ST's tool.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>

namespace rigor {

[[nodiscard]] inline std::string sdm_line(std::string_view function, int number, std::string_view group,
                                          std::string_view text) {
  return fmt::format("{:<30}:{:>6} : {:<11}: {}", function, number, group, text);
}
[[nodiscard]] inline std::string sdm_open_line(int number, std::string_view text) {
  return sdm_line("open_comms", number, "open", text);
}
[[nodiscard]] inline std::string sdm_progress(int percent, std::string_view text) {
  return fmt::format("{:<8}{}", fmt::format("[{:02}%]", percent), text);
}

}  // namespace rigor
