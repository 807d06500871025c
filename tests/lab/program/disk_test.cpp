// Places that cannot be written, a disk that is full, a user without a home or without rights.
#include <grp.h>
#include <pwd.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <unistd.h>

#include "tests/lab/program/program_test.hpp"

namespace rigor::test {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class Disk : public ProgramTest {
 protected:
  void expect_refusal(const std::string& out, int exit_code = 3) {
    const Finished finished = rigor({"run", "--rig", kVirtualRig, "--out", out});
    EXPECT_EQ(finished.exit_code, exit_code) << finished.err;
    EXPECT_THAT(finished.err, StartsWith("error: IO_FAILED: "));
    EXPECT_THAT(finished.err, HasSubstr(out));
    auto document = json({"run", "--rig", kVirtualRig, "--out", out}, exit_code);
    EXPECT_EQ(document["error"]["code"], "IO_FAILED");
  }
};

TEST_F(Disk, ADirectoryThatCannotBeCreatedIsSaidSo) {
  write("file", "here already\n");
  expect_refusal("file/out");
  expect_refusal("/proc/rigor-out");
  EXPECT_EQ(files(), std::vector<std::string>{"file"});
}

// Every size of the largest file, so that each of the writers meets its end of the disk.
TEST_F(Disk, AFileThatMayNotGrowEndsTheRunWithAnError) {
  for (const rlim_t kilobytes : {0, 1, 2, 4, 16, 48, 64, 128, 256, 512}) {
    SCOPED_TRACE(kilobytes);
    setting.before = [kilobytes] {
      const rlimit limit{kilobytes << 10, kilobytes << 10};
      ::setrlimit(RLIMIT_FSIZE, &limit);
    };
    const std::string out = "out-" + std::to_string(kilobytes);
    const Finished finished = rigor({"run", "--rig", kVirtualRig, "--out", out, "--json"});
    auto document = nlohmann::json::parse(finished.out, nullptr, false);
    ASSERT_FALSE(document.is_discarded()) << finished.out;
    EXPECT_EQ(finished.exit_code, 3) << finished.err;
    ASSERT_TRUE(document.contains("error")) << document.dump().substr(0, 300);
    EXPECT_EQ(document["error"]["code"], "IO_FAILED");
    EXPECT_THAT(finished.err, HasSubstr("error: IO_FAILED: "));
  }
}

TEST_F(Disk, AFullDiskEndsTheRunWithAnError) {
  if (::getuid() != 0) GTEST_SKIP() << "only root can mount a small file system";
  const std::string small = directory() / "small";
  std::filesystem::create_directory(small);
  for (const char* size : {"size=32k", "size=96k", "size=160k", "size=400k"}) {
    if (::mount("rigor", small.c_str(), "tmpfs", 0, size) != 0) GTEST_SKIP() << "root may not mount here";
    const Finished finished = rigor({"run", "--rig", kVirtualRig, "--out", "small/out", "--json"});
    const int unmounted = ::umount(small.c_str());
    ASSERT_EQ(unmounted, 0);
    EXPECT_EQ(finished.exit_code, 3) << size << '\n' << finished.err;
    auto document = nlohmann::json::parse(finished.out, nullptr, false);
    ASSERT_FALSE(document.is_discarded()) << finished.out;
    EXPECT_EQ(document["error"]["code"], "IO_FAILED") << size;
  }
}

TEST_F(Disk, AHomeIsNotNeededForTheLab) {
  setting.environment.erase("HOME");
  json({"run", "--rig", kVirtualRig, "--bench", "nucleo-h533", "--out", "out"}, 0);
  json({"do", "identify", "--rig", kVirtualRig, "--bench", "nucleo-h533"}, 0);
  auto ledger = json({"ledger", "list"}, 2);
  EXPECT_EQ(ledger["error"]["code"], "USAGE");
}

class Unprivileged : public ProgramTest {};

TEST_F(Unprivileged, NobodyCanRunTheLab) {
  if (::getuid() != 0) GTEST_SKIP() << "this is an ordinary user already";
  const passwd* nobody = ::getpwnam("nobody");
  if (nobody == nullptr) GTEST_SKIP() << "no user 'nobody' here";
  std::filesystem::permissions(directory(), std::filesystem::perms::all);
  setting.before = [user = nobody->pw_uid, group = nobody->pw_gid] {
    if (::setgroups(0, nullptr) != 0 || ::setgid(group) != 0 || ::setuid(user) != 0) _exit(126);
  };
  if (rigor({"--version"}).exit_code != 0) GTEST_SKIP() << "the program lies where nobody may not read it";
  auto run = json({"run", "--rig", kVirtualRig, "--out", "out"}, 1);
  EXPECT_EQ(count_verdicts(run, "pass"), 4) << run;
  EXPECT_EQ(count_verdicts(run, "refused"), 2);

  std::filesystem::permissions(directory(), std::filesystem::perms::owner_all);
  std::filesystem::create_directory(directory() / "locked");
  std::filesystem::permissions(directory(), std::filesystem::perms::all);
  std::filesystem::permissions(directory() / "locked", std::filesystem::perms::owner_all);
  auto refused = json({"run", "--rig", kVirtualRig, "--out", "locked/out"}, 3);
  EXPECT_EQ(refused["error"]["code"], "IO_FAILED");
}

}  // namespace
}  // namespace rigor::test
