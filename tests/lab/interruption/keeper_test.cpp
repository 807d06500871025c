// Whether a board that hides its unique id is still known depends on whether somebody has kept it since.
#include <gtest/gtest.h>

#include "tests/lab/interruption/process.hpp"

namespace rigor::test {
namespace {

const std::string kClosed =
    "- power: cycle\n- identify:\n- self-test: [nrst, power]\n- options: {set: {TZEN: off}}\n"
    "- set-state: provisioning\n- provision: password\n- discover:\n";

// What the next process thinks of the board that one process left in PROVISIONING.
BoardIdentity identity_after(const std::string& first, const std::string& second) {
  LabRig rig(LabRigSpec{});
  {
    Process process(rig, first);
    process.cut().at(1, [&] { process.kill(); });
    (void)process.run(kClosed, "- regress: password\n");
  }
  Process process(rig, second);
  (void)process.run("", "- attach:\n- identify:\n");
  return (*process.ledger().on_bench("bench"))->binding.identity;
}

TEST(Kept, ABoardIsKnownAsLongAsItsKeeperLives) {
  EXPECT_EQ(identity_after("keeper a", "keeper a"), BoardIdentity::presumed);
  EXPECT_EQ(identity_after("keeper a", "keeper b"), BoardIdentity::unknown);
  EXPECT_EQ(identity_after("keeper a", ""), BoardIdentity::unknown);
  EXPECT_EQ(identity_after("", ""), BoardIdentity::unknown);
}

}  // namespace
}  // namespace rigor::test
