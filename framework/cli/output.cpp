#include "framework/cli/output.hpp"

#include <fmt/format.h>
#include <cstdio>
#include <iostream>
#include <nlohmann/json.hpp>

namespace rigor::cli {
namespace {

using nlohmann::json;

// Messages may quote bytes of files that are not UTF-8.
std::string dump(const json& document) { return document.dump(2, ' ', false, json::error_handler_t::replace); }

void collect_causes(const Error& error, json& causes) {
  for (const Error& cause : error.causes()) {
    causes.push_back({{"code", code_name(cause.code())}, {"message", cause.message()}});
    collect_causes(cause, causes);
  }
}

}  // namespace

ExitCode exit_code_for(const Error& error) {
  switch (blame_of(error.code())) {
    case Blame::request:
      return kWrongRequest;
    case Blame::board:
      return kFailed;
    case Blame::guard:
      return kRefused;
    case Blame::bench:
    case Blame::time:
    case Blame::abort:
      return kBenchFault;
  }
  std::unreachable();
}

void Output::document(const nlohmann::json& document) const {
  if (json_) std::cout << dump(document) << '\n';
}

void Output::line(const std::string& text) const {
  if (!json_) std::cout << text << '\n';
}

int Output::finished(int code) const {
  std::cout.flush();
  if (std::cout) return code;
  std::cerr << "error: " << Error(Code::io_failed, "standard output cannot be written").describe() << '\n';
  return code == kDone ? static_cast<int>(kBenchFault) : code;
}

int Output::failure(const Error& error) const {
  nlohmann::json causes = nlohmann::json::array();
  collect_causes(error, causes);
  document({{"error", {{"code", code_name(error.code())}, {"message", error.message()}, {"causes", causes}}}});
  std::cerr << "error: " << error.describe() << '\n';
  return exit_code_for(error);
}

int Output::failure(const Faults& faults) const {
  nlohmann::json list = nlohmann::json::array();
  for (const Fault& fault : faults.sorted()) {
    list.push_back({{"code", code_name(Code::file_invalid)}, {"message", format_fault(fault)}});
    std::cerr << describe_fault(fault) << '\n';
  }
  const std::string message = fmt::format("{} fault{} in the files read", faults.size(), faults.size() == 1 ? "" : "s");
  document({{"error", {{"code", code_name(Code::file_invalid)}, {"message", message}, {"causes", list}}}});
  return kWrongRequest;
}

}  // namespace rigor::cli
