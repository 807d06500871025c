#include "framework/suite/provisioning_tool.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "framework/base/child_program.hpp"
#include "framework/base/durable_file.hpp"
#include "framework/base/passing_directory.hpp"
#include "framework/suite/step.hpp"

namespace rigor {
namespace {

constexpr std::size_t kLastLines = 8;  // of the tool's output, as evidence

void replace_all(std::string& text, std::string_view what, std::string_view with) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size()))
    text.replace(at, what.size(), with);
}

std::vector<std::string> command_for(const ProvisioningTool& tool, const ProbeIdentity& probe,
                                     const std::filesystem::path& record) {
  std::vector<std::string> command = tool.command;
  for (std::string& word : command) {
    replace_all(word, "{obk}", record.string());
    replace_all(word, "{serial}", probe.serial);
    replace_all(word, "{usb}", probe.usb_path);
  }
  return command;
}

// The last lines, without empty ones.
std::vector<std::string> last_lines(std::string_view output) {
  std::vector<std::string> lines;
  while (!output.empty()) {
    const std::size_t end = std::min(output.find_first_of("\r\n"), output.size());
    if (end > 0) lines.emplace_back(output.substr(0, end));
    output.remove_prefix(std::min(end + 1, output.size()));
  }
  if (lines.size() > kLastLines) lines.erase(lines.begin(), lines.end() - kLastLines);
  return lines;
}

}  // namespace

Result<void> provision_with_tool(Step& step, const Obk& record) {
  const ProvisioningTool& tool = *step.bench().description().provisioning_tool;
  RIGOR_TRY(const PassingDirectory directory, PassingDirectory::create());
  const std::filesystem::path file = directory.path() / "record.obk";
  const Secret content = encode_obk(record);
  const ByteView bytes = content.view();
  RIGOR_CHECK(write_durably(file, {reinterpret_cast<const char*>(bytes.data()), bytes.size()}));

  const std::vector<std::string> command = command_for(tool, step.bench().probe().identity(), file);
  // A program lives on the machine's time; only a real bench's clock is that.
  const std::unique_ptr<Clock> machine = make_steady_clock();
  Clock& clock = step.bench().description().is_virtual() ? *machine : step.bench().clock();
  std::optional<ProgramOutcome> outcome;
  RIGOR_CHECK(step.bench().lend_probe([&]() -> Result<void> {
    RIGOR_TRY(outcome, run_program({command, tool.limit}, clock));
    return {};
  }));
  const std::vector<std::string> said = last_lines(outcome->output);
  step.evidence(fmt::format("{} ended with {}", tool.command.front(), outcome->status));
  for (const std::string& line : said) step.evidence(fmt::format("{}: {}", tool.command.front(), line));
  if (outcome->status == 0) return {};
  return fail(Code::provisioning_refused, fmt::format("'{}' ended with {}: {}", fmt::join(tool.command, " "),
                                                      outcome->status, said.empty() ? "no word" : said.back()));
}

}  // namespace rigor
