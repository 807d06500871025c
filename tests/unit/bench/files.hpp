// A folder of its own for a test that writes descriptions; the test runs inside it, so that faults carry short names.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "framework/bench/search_path.hpp"

namespace rigor {

class FilesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "rigor-bench-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    before_ = std::filesystem::current_path();
    std::filesystem::current_path(folder_);
  }
  void TearDown() override {
    std::filesystem::current_path(before_);
    std::filesystem::remove_all(folder_);
  }

  void write(const std::filesystem::path& path, std::string_view text) {
    if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
  }
  static std::string source_file(const std::string& path) {
    std::ifstream stream(std::filesystem::path(RIGOR_SOURCE_DIR) / path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
  }

  const SearchPath search_{{std::filesystem::path(RIGOR_SOURCE_DIR)}};

 private:
  std::filesystem::path folder_;
  std::filesystem::path before_;
};

}  // namespace rigor
