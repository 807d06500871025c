#include "tests/lab/program/program_test.hpp"

#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <sstream>

namespace rigor::test {

namespace fs = std::filesystem;

ProgramTest::ProgramTest() {
  std::string pattern = ::testing::TempDir() + "rigor-program-XXXXXX";
  if (::mkdtemp(pattern.data()) == nullptr) ADD_FAILURE() << "cannot create " << pattern;
  setting.directory = pattern;
  setting.environment = {{"HOME", pattern + "/home"}, {"PATH", "/usr/bin:/bin"}};
}

ProgramTest::~ProgramTest() {
  std::error_code ignored;
  fs::remove_all(setting.directory, ignored);
}

Finished ProgramTest::rigor(const std::vector<std::string>& arguments) {
  std::vector<std::string> all = {RIGOR_PROGRAM};
  all.insert(all.end(), arguments.begin(), arguments.end());
  Finished finished = run_program(all, setting);
  EXPECT_FALSE(finished.timed_out) << finished.err;
  EXPECT_EQ(finished.signal, 0) << finished.err;
  return finished;
}

nlohmann::json ProgramTest::json(const std::vector<std::string>& arguments, int exit_code) {
  std::vector<std::string> all = arguments;
  all.emplace_back("--json");
  const Finished finished = rigor(all);
  EXPECT_EQ(finished.exit_code, exit_code) << finished.err;
  return nlohmann::json::parse(finished.out);  // what it throws is the test's failure
}

void ProgramTest::write(const fs::path& name, const std::string& text) const {
  std::ofstream(directory() / name) << text;
}

std::vector<std::string> ProgramTest::files(const fs::path& folder) const {
  std::vector<std::string> names;
  std::error_code none;
  for (const auto& entry : fs::recursive_directory_iterator(directory() / folder, none))
    if (entry.is_regular_file()) names.push_back(entry.path().lexically_relative(directory() / folder));
  std::ranges::sort(names);
  return names;
}

std::string ProgramTest::read(const fs::path& name) const {
  std::ostringstream content;
  content << std::ifstream(directory() / name, std::ios::binary).rdbuf();
  return std::move(content).str();
}

int count_verdicts(const nlohmann::json& run, const std::string& verdict) {
  int count = 0;
  for (const auto& test : run.value("tests", nlohmann::json::array())) count += test.at("verdict") == verdict ? 1 : 0;
  return count;
}

std::string small_rig(const std::string& lab, const std::string& board) {
  return "rig: small\ncredentials:\n  password: {file: " + kDemo + "password.bin}\n  certificate: {chain: " + kDemo +
         "leaf_chain.b64, key: " + kDemo + "leaf_key.pem}\nbenches:\n  - name: bench\n    board: " + board +
         "\n    probe: {lab: v2-clone}\n    wiring: {nrst: line, power: relay}\n    lines:\n"
         "      nrst: {lab: relay, active: low, drive: open-drain, settle: 1ms, safe: released}\n"
         "      power: {lab: relay, active: high, settle: 15ms, min-off: 300ms, safe: off}\n"
         "    allow: [uncalibrated:set-state]\n    lab: " +
         lab + "\n";
}

}  // namespace rigor::test
