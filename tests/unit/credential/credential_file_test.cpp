// Files that are written once, whole, and for the right eyes only.
#include "framework/credential/credential_file.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "framework/base/durable_file.hpp"

namespace rigor {
namespace {

class CredentialFile : public ::testing::Test {
 protected:
  CredentialFile() {
    std::string name = ::testing::TempDir() + "rigor-credential-file-XXXXXX";
    EXPECT_NE(::mkdtemp(name.data()), nullptr);
    directory_ = name;
    before_ = ::umask(022);
  }
  ~CredentialFile() override {
    ::umask(before_);
    std::filesystem::remove_all(directory_);
  }

  static Result<void> write(const std::filesystem::path& path, std::string_view text, Visibility visibility,
                            bool overwrite = false) {
    return write_credential_file(path, Bytes(text.begin(), text.end()), visibility, overwrite);
  }
  static unsigned mode_of(const std::filesystem::path& path) {
    struct stat status{};
    EXPECT_EQ(::stat(path.c_str(), &status), 0) << path;
    return status.st_mode & 07777U;
  }
  // Nothing else is left behind.
  void expect_alone(const std::filesystem::path& name) const {
    std::vector<std::filesystem::path> names;
    for (const auto& entry : std::filesystem::directory_iterator(directory_)) names.push_back(entry.path().filename());
    EXPECT_THAT(names, ::testing::ElementsAre(name));
  }

  std::filesystem::path directory_;
  mode_t before_ = 0;
};

TEST_F(CredentialFile, HasItsContentAndItsMode) {
  const auto path = directory_ / "key.pem";
  ASSERT_TRUE(write(path, "secret", Visibility::secret).has_value());
  EXPECT_EQ(read_text_file(path).value(), "secret");
  EXPECT_EQ(mode_of(path), 0600U);
  expect_alone("key.pem");
  ASSERT_TRUE(write(path, "open", Visibility::open, true).has_value());
  EXPECT_EQ(mode_of(path), 0644U);
  expect_alone("key.pem");
}

TEST_F(CredentialFile, ASecretIsOneUnderAnyUmask) {
  ::umask(0);
  const auto path = directory_ / "key.pem";
  ASSERT_TRUE(write(path, "secret", Visibility::secret).has_value());
  EXPECT_EQ(mode_of(path), 0600U);
}

TEST_F(CredentialFile, IsNotOverwrittenUnlessAsked) {
  const auto path = directory_ / "key.pem";
  std::ofstream(path) << "old";
  const auto refused = write(path, "new", Visibility::secret);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code(), Code::usage);
  EXPECT_THAT(refused.error().hint_text(), ::testing::HasSubstr("--force"));
  EXPECT_EQ(read_text_file(path).value(), "old");
  EXPECT_FALSE(check_free(path, false).has_value());
  EXPECT_TRUE(check_free(path, true).has_value());
  ::chmod(path.c_str(), 0666);
  ASSERT_TRUE(write(path, "new", Visibility::secret, true).has_value());
  EXPECT_EQ(read_text_file(path).value(), "new");
  EXPECT_EQ(mode_of(path), 0600U) << "the mode of what was there is not inherited";
}

TEST_F(CredentialFile, OnlyARegularFileIsOverwritten) {
  const auto other = directory_ / "other";
  std::ofstream(other) << "other";
  const auto link = directory_ / "link";
  std::filesystem::create_symlink(other, link);
  const auto dangling = directory_ / "dangling";
  std::filesystem::create_symlink(directory_ / "nowhere", dangling);
  for (const auto& path : {link, dangling, directory_, std::filesystem::path("/dev/null")})
    EXPECT_FALSE(write(path, "new", Visibility::secret, true).has_value()) << path;
  EXPECT_EQ(read_text_file(other).value(), "other");
}

// Whoever may write into a directory need not be allowed to open it, which flushing takes.
TEST_F(CredentialFile, NothingIsWrittenWhereTheDirectoryCannotBeFlushed) {
  const bool root = ::geteuid() == 0;
  if (root) {
    ASSERT_EQ(::chown(directory_.c_str(), 65534, 65534), 0);
  }
  ASSERT_EQ(::chmod(directory_.c_str(), 0300), 0);
  if (root) {
    ASSERT_EQ(::seteuid(65534), 0);
  }
  const auto refused = write(directory_ / "key.pem", "x", Visibility::secret);
  if (root) {
    ASSERT_EQ(::seteuid(0), 0);
  }
  ASSERT_EQ(::chmod(directory_.c_str(), 0700), 0);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code(), Code::usage);
  EXPECT_TRUE(std::filesystem::is_empty(directory_));
}

TEST_F(CredentialFile, AStagedFileAppearsWhenItIsPutInPlace) {
  const auto path = directory_ / "key.pem";
  {
    const auto staged = StagedFile::write(path, Bytes{'x'}, Visibility::secret, false);
    ASSERT_TRUE(staged.has_value());
    EXPECT_FALSE(std::filesystem::exists(path));
  }
  EXPECT_TRUE(std::filesystem::is_empty(directory_));
  auto staged = StagedFile::write(path, Bytes{'x'}, Visibility::secret, false);
  ASSERT_TRUE(staged.has_value());
  EXPECT_TRUE(staged->put_in_place().has_value());
  EXPECT_EQ(read_text_file(path).value(), "x");
}

TEST_F(CredentialFile, TheSamePlaceIsSeenThroughLinks) {
  std::filesystem::create_directory(directory_ / "d");
  std::filesystem::create_directory(directory_ / "e");
  std::filesystem::create_directory_symlink(directory_ / "d", directory_ / "link");
  EXPECT_TRUE(same_place(directory_ / "d/k", directory_ / "link/k"));
  EXPECT_TRUE(same_place(directory_ / "d/k", directory_ / "e/../d/./k"));
  EXPECT_TRUE(same_place("k", "./k"));
  EXPECT_FALSE(same_place(directory_ / "d/k", directory_ / "e/k"));
  EXPECT_FALSE(same_place(directory_ / "d/k", directory_ / "d/l"));
  EXPECT_FALSE(same_place(directory_ / "none/k", directory_ / "d/k"));
}

TEST_F(CredentialFile, SaysWhyItCannotBeWritten) {
  const auto refused = write(directory_ / "no/such/key.pem", "x", Visibility::secret);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code(), Code::usage);
  EXPECT_THAT(refused.error().message(), ::testing::HasSubstr("No such file or directory"));
}

}  // namespace
}  // namespace rigor
