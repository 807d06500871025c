#include "framework/cli/lab_command.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string_view>
#include <vector>

namespace rigor::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kCommand = "lab";

// Becomes rigor-lab; comes back only when that is not possible.
Error become_lab(std::span<char* const> arguments) {
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error).parent_path() / "rigor-lab";
  const auto after = std::ranges::find(arguments, kCommand, [](const char* each) { return std::string_view(each); });
  std::string name = program.string();
  std::vector<char*> command{name.data()};
  if (after != arguments.end()) command.insert(command.end(), std::next(after), arguments.end());
  command.push_back(nullptr);
  ::execv(name.c_str(), command.data());
  if (errno == ENOENT)
    return Error(Code::unsupported, fmt::format("there is no {}", name))
        .hint("it is built and installed together with rigor where Unicorn is (Debian: libunicorn-dev)");
  return {Code::io_failed, fmt::format("cannot run {}: {}", name, ::strerrordesc_np(errno))};
}

}  // namespace

void add_lab(CLI::App& app, Chosen& chosen, std::span<char* const> arguments) {
  CLI::App& command =
      *app.add_subcommand(std::string(kCommand), "The virtual lab for other programs: `rigor lab --help`");
  command.prefix_command();  // everything is rigor-lab's, --help and --json too
  command.set_help_flag();
  command.fallthrough(false);
  command.callback([&chosen, arguments] {
    chosen = [arguments](const Output& output) { return output.failure(become_lab(arguments)); };
  });
}

}  // namespace rigor::cli
