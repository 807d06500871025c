#include "framework/base/durable_file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

namespace rigor {
namespace {

class DurableFile : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = ::testing::TempDir() + "rigor-durable-XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    directory_ = pattern;
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  std::filesystem::path directory_;
};

TEST_F(DurableFile, ReplacesTheWholeContentAndLeavesNothingBeside) {
  const auto path = directory_ / "record.json";
  ASSERT_TRUE(write_durably(path, "a longer first content"));
  ASSERT_TRUE(write_durably(path, "second"));
  EXPECT_EQ(read_text_file(path), "second");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(directory_), {}), 1);
}

TEST_F(DurableFile, IsPrivateUnlessAskedOtherwise) {
  const auto path = directory_ / "record.json";
  ASSERT_TRUE(write_durably(path, "x"));
  struct stat status{};
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST_F(DurableFile, FailureKeepsTheOldContent) {
  const auto path = directory_ / "missing" / "record.json";
  const auto written = write_durably(path, "x");
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code(), Code::io_failed);
  EXPECT_NE(written.error().message().find(path.parent_path().string()), std::string::npos);
}

TEST_F(DurableFile, AFullDiskIsAnErrorAndLosesNothing) {
  std::ofstream full("/dev/full");
  if (!full) GTEST_SKIP() << "no /dev/full on this machine";
  std::filesystem::create_symlink("/dev/full", directory_ / "disk");
  // The temporary file is created beside the target, so a full disk shows as a failed write there.
  const auto path = directory_ / "record.json";
  ASSERT_TRUE(write_durably(path, "old"));
  std::filesystem::create_symlink("/dev/full", path.string() + "." + std::to_string(::getpid()) + ".tmp");
  const auto written = write_durably(path, "new");
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code(), Code::io_failed);
  EXPECT_EQ(read_text_file(path), "old");
}

TEST_F(DurableFile, ReadingRefusesDirectoriesMissingAndHugeFiles) {
  EXPECT_EQ(read_text_file(directory_).error().code(), Code::file_unreadable);
  EXPECT_EQ(read_text_file(directory_ / "none").error().code(), Code::file_unreadable);
  ASSERT_TRUE(write_durably(directory_ / "big", std::string(100, 'x')));
  EXPECT_EQ(read_text_file(directory_ / "big", 99).error().code(), Code::file_unreadable);
  EXPECT_TRUE(read_text_file(directory_ / "big", 100));
}

}  // namespace
}  // namespace rigor
