// Nothing that a run leaves or prints holds a password, what the chip stores of it, or a private key.
#include "framework/auth/crypto.hpp"
#include "tests/lab/program/program_test.hpp"
#include "tests/support/contains_secret.hpp"

namespace rigor::test {
namespace {

constexpr const char* kScalar = "d64f59e74dd2808bd468f1a6b4c8a2e46568d90987a05444dfb52735e6029ea1";  // leaf_key.pem

class Secrecy : public ProgramTest {
 protected:
  Secrecy() {
    const Bytes password(kPassword.begin(), kPassword.end());
    const Digest digest = Crypto::create().value().sha256(password);
    secrets_.emplace_back("the password", Secret(password));
    secrets_.emplace_back("its hash", Secret(Bytes(digest.begin(), digest.end())));
    secrets_.emplace_back("the private key", Secret(from_hex(kScalar).value()));
  }

  void expect_none(const std::string& artefact, const std::string& name) {
    for (const auto& [what, secret] : secrets_) {
      const auto found = contains_secret(artefact, secret);
      EXPECT_FALSE(found) << name << " holds " << what << ": " << *found;
    }
    ++searched_;
  }

  // Runs it, and searches everything that came of it.
  Finished run(const std::vector<std::string>& more) {
    std::vector<std::string> command = {"run", "--out", "out", "--seed", "1"};
    command.insert(command.end(), more.begin(), more.end());
    Finished finished = rigor(command);
    expect_none(finished.out, "standard output");
    expect_none(finished.err, "standard error");
    for (const std::string& file : files("out")) expect_none(read("out/" + file), file);
    for (const char* format : {"html", "junit", "json", "csv"})
      expect_none(rigor({"report", "latest", "--format", format, "--out", "out"}).out, format);
    return finished;
  }

  std::vector<std::pair<std::string, Secret>> secrets_;
  int searched_ = 0;
};

// The belt must hold: what is searched for is what the files hold.
TEST_F(Secrecy, TheSearchFindsTheSecretsWhereTheyAre) {
  EXPECT_TRUE(contains_secret(read(kDemo + "password.bin"), secrets_[0].second));
  EXPECT_TRUE(contains_secret(read(RIGOR_SOURCE_DIR "/rigs/bricking/s000b.yaml"), secrets_[1].second));
  std::string pem = read(kDemo + "leaf_key.pem");
  EXPECT_TRUE(contains_secret(pem.substr(pem.find('\n')), secrets_[2].second));
}

TEST_F(Secrecy, ARunByBothMethodsLeavesNone) {
  EXPECT_EQ(run({"--rig", kVirtualRig}).exit_code, 1);
  EXPECT_GE(searched_, 9);
  bool ledger = false;
  for (const std::string& file : files("out")) ledger = ledger || file.starts_with("ledger/");
  EXPECT_TRUE(ledger) << "the ledger was searched as well";
}

TEST_F(Secrecy, TheReportedBrickLeavesNone) {
  const Finished finished =
      run({RIGOR_SOURCE_DIR "/suites/bricking/s000b.yaml", "--rig", RIGOR_SOURCE_DIR "/rigs/bricking/s000b.yaml"});
  EXPECT_EQ(finished.exit_code, 0) << finished.err;
}

TEST_F(Secrecy, APasswordThatIsRefusedLeavesNone) {
  const std::string other(64, 'a');
  write("rig.yaml",
        small_rig(
            "{wires: [swd, nrst-line, power], chip: {uid: 1 2 3, state: provisioning, tzen: off, da-record: password, "
            "da-credential: " +
            other + "}}"));
  write("s.yaml",
        "suite: s\ntests:\n  - test: t\n    steps:\n      - power: cycle\n      - identify:\n      - regress: "
        "password\n");
  const Finished finished = run({"s.yaml", "--rig", "rig.yaml"});
  EXPECT_EQ(finished.exit_code, 1) << finished.err;
  EXPECT_THAT(finished.err, ::testing::HasSubstr("DA_REFUSED"));
}

TEST_F(Secrecy, AProvisioningThatIsRefusedLeavesNone) {
  write("rig.yaml", small_rig("{wires: [swd, nrst-line, power], chip: {good-word: 0xF5F5F5F5}}"));
  write("s.yaml",
        "suite: s\ntests:\n  - test: t\n    steps:\n      - power: cycle\n      - identify:\n"
        "      - self-test: [nrst, power]\n      - set-state: provisioning\n      - provision: password\n");
  const Finished finished = run({"s.yaml", "--rig", "rig.yaml"});
  EXPECT_EQ(finished.exit_code, 1) << finished.err;
  EXPECT_THAT(finished.err, ::testing::HasSubstr("PROVISIONING_REFUSED"));
}

// The cable comes off at many moments, some of them in the middle of a secret.
TEST_F(Secrecy, AProbeThatIsLostLeavesNone) {
  const std::string suite =
      "suite: s\ntests:\n  - test: t\n    steps:\n      - power: cycle\n      - identify:\n"
      "      - self-test: [nrst, power]\n      - set-state: provisioning\n      - provision: password\n"
      "      - discover:\n      - regress: password\n";
  write("s.yaml", suite);
  std::vector<int> moments = {200, 290, 400, 700};                  // around the record that provisioning stores
  for (int at = 1060; at <= 1220; at += 20) moments.push_back(at);  // around the password that the regression sends
  for (const int command : moments) {
    write(
        "rig.yaml",
        small_rig("{wires: [swd, nrst-line, power], faults: [{unplug-at-command: " + std::to_string(command) + "}]}"));
    const Finished finished = run({"s.yaml", "--rig", "rig.yaml"});
    EXPECT_TRUE(finished.exit_code == 3 || finished.exit_code == 0) << finished.err;
  }
}

TEST_F(Secrecy, OneVerbLeavesNone) {
  write("rig.yaml",
        small_rig(
            "{wires: [swd, nrst-line, power], chip: {uid: 1 2 3, state: provisioning, tzen: off, da-record: password, "
            "da-credential: " +
            std::string(64, 'a') + "}}"));
  for (const char* form : {"--json", "--quiet"}) {
    const Finished finished =
        rigor({"do", "regress", "method=password", "--rig", "rig.yaml", "--bench", "bench", form});
    EXPECT_NE(finished.exit_code, 0);
    expect_none(finished.out + finished.err, form);
  }
}

}  // namespace
}  // namespace rigor::test
