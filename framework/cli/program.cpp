#include "framework/cli/program.hpp"

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>
#include <span>
#include <sstream>

#include "framework/base/suggest.hpp"
#include "framework/cli/commands.hpp"
#include "framework/cli/credential_arguments.hpp"
#include "framework/cli/lab_command.hpp"
#include "framework/cli/probe_arguments.hpp"
#include "framework/cli/search_command.hpp"
#include "framework/cli/version.hpp"

namespace rigor::cli {
namespace {

// Where the options of all commands live while CLI11 fills them, and the command that was chosen.
struct Request {
  bool json = false;
  bool quiet = false;
  RunCommand run;
  CheckCommand check;
  ListCommand list;
  DoCommand verb;
  SurveyCommand survey;
  CalibrateCommand calibrate;
  DoctorCommand doctor;
  ReportCommand report;
  LedgerCommand ledger;
  std::string help;
  Chosen chosen;
};

void add_run(CLI::App& app, Request& request) {
  CLI::App& command = *app.add_subcommand("run", "Run suites on the benches of a rig");
  RunCommand& run = request.run;
  command.add_option("SUITE", run.suites, "Suites by name or file; none: the rig's own");
  command.add_option("--rig", run.rig, "Rig by name or file")->required();
  command.add_option("--bench", run.benches, "Only this bench (may be repeated)")->allow_extra_args(false);
  command.add_option("--out", run.out, "Directory for results and reports")->capture_default_str();
  command.add_option("--seed", run.seed, "Seed of every random choice; recorded");
  command.add_option("--lab", run.lab, "Socket of `rigor-lab keep`, which has the boards of this virtual rig");
  command.add_option("--repeat", run.repeat, "Run everything so many times")->check(CLI::Range(1U, 1000000U));
  command.add_option("--jobs", run.jobs, "Benches at the same time; 1 in this version");
  command.add_option("--filter", run.filter, "Only tests that match SUITE.TEST or SUITE.TEST@BENCH, with * and ?");
  command.add_option("--set", run.set, "NAME=VALUE for a suite's variable")->allow_extra_args(false);
  command.add_option("--allow", run.allow, "EFFECT:VERB=COUNT, the run's half of a consent")->allow_extra_args(false);
  command.add_flag("--fail-fast", run.fail_fast, "Stop at the first test that does not pass");
  command.prefix_command(false);
  command.footer("Arguments after -- go to GoogleTest, for instance -- --gtest_shuffle.");
  command.callback(
      [&request] { request.chosen = [&](const Output& output) { return rigor::cli::run(request.run, output); }; });
}

void add_check(CLI::App& app, Request& request) {
  CLI::App& command =
      *app.add_subcommand("check", "Validate rigs, boards, chips and suites; every fault with its place");
  command.add_option("FILE", request.check.files, "Files")->required();
  command.callback(
      [&request] { request.chosen = [&](const Output& output) { return rigor::cli::check(request.check, output); }; });
}

void add_list(CLI::App& app, Request& request) {
  CLI::App& command = *app.add_subcommand("list", "Show what there is; probes and lines ask the machine");
  command.add_option("WHAT", request.list.what, "benches, suites, verbs, boards, chips, probes or lines")
      ->required()
      ->check(CLI::IsMember({"benches", "suites", "verbs", "boards", "chips", "probes", "lines"}));
  command.add_option("--rig", request.list.rig, "Rig by name or file");
  command.callback(
      [&request] { request.chosen = [&](const Output& output) { return rigor::cli::list(request.list, output); }; });
}

void add_do(CLI::App& app, Request& request) {
  CLI::App& command = *app.add_subcommand("do", "One verb on one bench, now");
  DoCommand& verb = request.verb;
  command.add_option("VERB", verb.verb, "A verb; `rigor list verbs` shows them")->required();
  command.add_option("ARGUMENT", verb.arguments, "KEY=VALUE, KEY.SUB=VALUE, or the bare value of the main parameter");
  command.add_option("--rig", verb.rig, "Rig by name or file")->required();
  command.add_option("--bench", verb.bench, "Bench")->required();
  command.add_option("--allow", verb.allow, "EFFECT:VERB=COUNT")->allow_extra_args(false);
  command.add_option("--seed", verb.seed, "Seed of every random choice");
  command.add_option("--lab", verb.lab, "Socket of `rigor-lab keep`, which has the boards of this virtual rig");
  command.callback(
      [&request] { request.chosen = [&](const Output& output) { return do_verb(request.verb, output); }; });
}

void add_survey(CLI::App& app, Request& request) {
  CLI::App& command = *app.add_subcommand("survey", "Show what a board answers, read-only");
  SurveyCommand& survey = request.survey;
  command.add_option("--rig", survey.rig, "Rig by name or file")->required();
  command.add_option("--bench", survey.bench, "Bench")->required();
  command.add_option("--lab", survey.lab, "Socket of `rigor-lab keep`, which has the boards of this virtual rig");
  command.callback([&request] {
    request.chosen = [&](const Output& output) { return rigor::cli::survey(request.survey, output); };
  });
}

void add_calibrate(CLI::App& app, Request& request) {
  CLI::App& command = *app.add_subcommand("calibrate", "Learn on a sacrificial board what its chip file only assumes");
  CalibrateCommand& calibrate = request.calibrate;
  command.add_option("--rig", calibrate.rig, "Rig by name or file")->required();
  command.add_option("--bench", calibrate.bench, "Bench, marked `sacrificial: on`")->required();
  command.add_option("--out", calibrate.out, "Record to write; CHIP-calibration.yaml unless said otherwise");
  command.add_option("--allow", calibrate.allow, "EFFECT:VERB=COUNT")->allow_extra_args(false);
  command.add_option("--lab", calibrate.lab, "Socket of `rigor-lab keep`, which has the boards of this virtual rig");
  command.callback([&request] {
    request.chosen = [&](const Output& output) { return rigor::cli::calibrate(request.calibrate, output); };
  });
}

void add_doctor(CLI::App& app, Request& request) {
  CLI::App& command = *app.add_subcommand("doctor", "Show what this machine lacks for real benches");
  command.add_option("--rig", request.doctor.rig, "Look also for what this rig names");
  command.callback([&request] {
    request.chosen = [&](const Output& output) { return rigor::cli::doctor(request.doctor, output); };
  });
}

void add_report(CLI::App& app, Request& request) {
  CLI::App& command = *app.add_subcommand("report", "Render a recorded run again, to standard output");
  command.add_option("RUN", request.report.run, "Run id, its beginning, or latest")->required();
  command.add_option("--format", request.report.format, "html, junit, json or csv")
      ->check(CLI::IsMember({"html", "junit", "json", "csv"}))
      ->capture_default_str();
  command.add_option("--out", request.report.out, "Directory that holds results.db")->capture_default_str();
  command.callback([&request] {
    request.chosen = [&](const Output& output) { return rigor::cli::report(request.report, output); };
  });
}

void add_ledger(CLI::App& app, Request& request) {
  CLI::App& command = *app.add_subcommand("ledger", "What is known of every board");
  command.add_option("ACTION", request.ledger.action, "list, show, export, import, vouch, doubt or recover")
      ->required()
      ->check(CLI::IsMember({"list", "show", "export", "import", "vouch", "doubt", "recover"}));
  command.add_option("BOARD", request.ledger.board, "Unique id; for import the file");
  command.add_option(
      "--bench", request.ledger.bench,
      "vouch: this board is there; doubt: nobody knows what is there; recover: where the ledger does not know better");
  command.add_option("--directory", request.ledger.directory, "Another ledger than this user's own");
  command.add_option("--rig", request.ledger.rig, "recover: the rig that has the board's bench");
  command.add_option("--allow", request.ledger.allow, "recover: EFFECT:VERB=COUNT, the run's half of a consent")
      ->allow_extra_args(false);
  command.add_option("--lab", request.ledger.lab, "recover: socket of `rigor-lab keep`, which has the board");
  command.callback([&request] {
    request.chosen = [&](const Output& output) { return rigor::cli::ledger(request.ledger, output); };
  });
}

void add_credential(CLI::App& app, Request& request) {
  CLI::App& command = *app.add_subcommand("credential", "Certificates and chains, keys, passwords and OBK files");
  command.require_subcommand(1);
  add_credential_show(command, request.chosen);
  add_credential_verify(command, request.chosen);
  add_credential_make(command, request.chosen);
}

// Text of CLI11's, as it is or in a document.
int say(std::string text, const Output& output) {
  while (text.ends_with('\n')) text.pop_back();
  output.line(text);
  output.document({{"text", text}});
  return kDone;
}

void add_help(CLI::App& app, Request& request) {
  CLI::App& command = *app.add_subcommand("help", "Explain a verb");
  command.add_option("VERB", request.help, "A verb");
  command.callback([&app, &request] {
    request.chosen = [&](const Output& output) {
      if (!request.help.empty()) return help_verb(request.help, output);
      return say(app.get_formatter()->make_help(&app, "", CLI::AppFormatMode::Normal), output);
    };
  });
}

// CLI11 would only say that a command is required.
std::optional<Error> unknown_command(const CLI::App& app, std::span<char* const> arguments) {
  const auto first = std::ranges::find_if(arguments, [](std::string_view each) { return !each.starts_with('-'); });
  std::vector<std::string> known;
  for (const CLI::App* command : app.get_subcommands({})) known.push_back(command->get_name());
  if (first == arguments.end() || std::ranges::find(known, *first) != known.end()) return std::nullopt;
  return Error(Code::name_unknown, fmt::format("there is no command '{}'", *first)).hint(suggestion(*first, known));
}

}  // namespace

int run_program(int argc, char** argv) {
  CLI::App app("Hardware-in-the-loop tests and regression for STM32 benches.", "rigor");
  Request request;
  request.run.argv.assign(argv, argv + argc);
  app.set_version_flag("--version", program_version());
  app.add_flag("--json", request.json, "One JSON document on standard output");
  app.add_flag("--quiet", request.quiet, "Say only what did not pass");
  app.fallthrough();
  app.require_subcommand(1);
  add_run(app, request);
  add_check(app, request);
  add_list(app, request);
  add_do(app, request);
  add_survey(app, request);
  add_calibrate(app, request);
  add_doctor(app, request);
  add_report(app, request);
  add_ledger(app, request);
  add_credential(app, request);
  add_probe(app, request.chosen);
  add_search(app, request.chosen);
  add_lab(app, request.chosen, {argv, argv + argc});
  add_help(app, request);

  // What stands after "--" is GoogleTest's.
  int own = argc;
  for (int i = 1; i < argc; ++i)
    if (std::string_view(argv[i]) == "--") own = i;
  if (own < argc) request.run.googletest.assign(argv + own + 1, argv + argc);

  const std::span<char* const> arguments(argv + 1, argv + own);
  // Wanted also where the parser stops before it comes to it.
  const bool json = std::ranges::find(arguments, std::string_view("--json")) != arguments.end();
  const Output output(json, request.quiet);
  if (const auto unknown = unknown_command(app, arguments)) return output.failure(*unknown);
  try {
    app.parse(own, argv);
  } catch (const CLI::Success& success) {
    std::ostringstream text;
    std::ignore = app.exit(success, text, text);
    return output.finished(say(text.str(), output));
  } catch (const CLI::ParseError& error) {
    return output.failure(Error(Code::usage, error.what()).hint("rigor --help, rigor COMMAND --help"));
  }
  const Output chosen_output(request.json, request.quiet);
  return chosen_output.finished(request.chosen(chosen_output));
}

}  // namespace rigor::cli
