// The rigor program in an empty directory of its own, with an environment that is written down.
#pragma once

#include <gmock/gmock.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/subprocess.hpp"

namespace rigor::test {

inline const std::string kVirtualRig = RIGOR_SOURCE_DIR "/rigs/virtual.yaml";
inline const std::string kDemo = RIGOR_SOURCE_DIR "/rigs/credentials/demo/";
// Of the synthetic credentials, those of the demo among them.
inline const std::string kData = RIGOR_SOURCE_DIR "/tests/data/da/";
inline const std::string kRootHash = "535f40986493859d5d373d229ee4af383394e4c39acf41bec8f9d0d7e184e5b8";
inline constexpr std::string_view kPassword = "synthetic-pass-1";

class ProgramTest : public ::testing::Test {
 protected:
  ProgramTest();
  ~ProgramTest() override;

  // `rigor ARGUMENT...` in directory(). The time limit is a failure, and so is a signal that nobody sent.
  Finished rigor(const std::vector<std::string>& arguments);
  // The same with --json; standard output must be exactly one JSON document.
  nlohmann::json json(const std::vector<std::string>& arguments, int exit_code);

  [[nodiscard]] const std::filesystem::path& directory() const { return setting.directory; }
  void write(const std::filesystem::path& name, const std::string& text) const;
  // Names of every file below `folder`, sorted, without it.
  [[nodiscard]] std::vector<std::string> files(const std::filesystem::path& folder = ".") const;
  [[nodiscard]] std::string read(const std::filesystem::path& name) const;

  ProgramSetting setting;
};

// How many of the tests of a run's document ended so.
int count_verdicts(const nlohmann::json& run, const std::string& verdict);

// One virtual bench named `bench`, and what is in its `lab:`.
std::string small_rig(const std::string& lab, const std::string& board = "weact-h523");

}  // namespace rigor::test
