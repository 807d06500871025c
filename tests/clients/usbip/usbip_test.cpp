// `rigor-lab serve --usbip`: the list as Debian's `usbip` reads it, and the transfers as the kernel's vhci-hcd makes
// them.
#include "tests/clients/usbip/usbip_client.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <cerrno>

#include "tests/clients/exec_rig.hpp"

namespace rigor::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr std::uint32_t kSubmitted = 3, kUnlinked = 4, kBusy = 2, kNoDevice = 4;
// 1-1 of the rig is a V2.
constexpr std::uint8_t kOut = 2, kIn = 1, kTrace = 3;

class UsbipTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const std::string why = missing_keeper(); !why.empty()) GTEST_SKIP() << why;
  }
  static Bytes command(Bytes bytes) {
    bytes.resize(16, 0);
    return bytes;
  }
};

TEST_F(UsbipTest, DebiansToolListsEveryProbe) {
  if (const std::string why = missing_program("usbip"); !why.empty()) GTEST_SKIP() << why;
  const KeptRig rig(kF407Rig, "usbip");
  ASSERT_TRUE(rig.ready());
  ProgramSetting setting;
  setting.environment = plain_environment();
  const Finished done = run_program(
      {program_path("usbip"), "--tcp-port", std::to_string(rig.port()), "list", "-r", "127.0.0.1"}, setting);
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_THAT(done.out, AllOf(HasSubstr("1-1:"), HasSubstr("(0483:3748)"), HasSubstr("1-2:"), HasSubstr("(0483:374b)"),
                              HasSubstr("1-3:"), HasSubstr("(0483:374e)")));
  EXPECT_THAT(done.out, HasSubstr("/sys/devices/pci0000:00/0000:00:14.0/usb1/1-3"));
  EXPECT_THAT(done.out, AllOf(HasSubstr(" 0 - "), HasSubstr(" 3 - "), Not(HasSubstr(" 4 - ")))) << "interfaces";
}

TEST_F(UsbipTest, ControlTransfersAreAnswered) {
  const KeptRig rig(kF407Rig, "usbip");
  ASSERT_TRUE(rig.ready());
  const UsbipSocket kernel(rig.port());
  ASSERT_EQ(kernel.import("1-1"), 0U);
  kernel.submit({.number = 1, .in = true, .length = 64, .setup = {0x80, 6, 0, 1, 0, 0, 64, 0}});
  const auto device = kernel.answer(true);
  EXPECT_EQ(device.command, kSubmitted);
  EXPECT_EQ(device.number, 1U);
  EXPECT_EQ(device.status, 0);
  EXPECT_EQ(to_hex(device.data),
            "12010002000000408304483700010102"
            "0301");
  kernel.submit({.number = 2, .in = true, .length = 255, .setup = {0x80, 6, 9, 3, 9, 4, 255, 0}});
  const auto missing = kernel.answer(true);
  EXPECT_EQ(missing.status, -EPIPE) << "there is no string 9";
  EXPECT_THAT(missing.data, IsEmpty());
  kernel.submit({.number = 3, .setup = {0x00, 9, 1, 0, 0, 0, 0, 0}});
  EXPECT_EQ(kernel.answer(false).status, 0) << "set configuration";
}

TEST_F(UsbipTest, CommandsAreAnsweredAlsoWhenTheReplyWasAskedForFirst) {
  const KeptRig rig(kF407Rig, "usbip");
  ASSERT_TRUE(rig.ready());
  const UsbipSocket kernel(rig.port());
  ASSERT_EQ(kernel.import("1-1"), 0U);
  kernel.submit({.number = 10, .in = true, .endpoint = kIn, .length = 64});
  kernel.submit({.number = 11, .endpoint = kOut, .length = 16, .data = command({0xF5})});
  const auto sent = kernel.answer(false), reply = kernel.answer(true);
  EXPECT_EQ(sent.number, 11U);
  EXPECT_EQ(sent.status, 0);
  EXPECT_EQ(reply.number, 10U);
  EXPECT_EQ(reply.status, 0);
  EXPECT_EQ(to_hex(reply.data), "0002") << "a V2 begins in its bootloader";
}

TEST_F(UsbipTest, WhatIsUnlinkedIsNotAnswered) {
  const KeptRig rig(kF407Rig, "usbip");
  ASSERT_TRUE(rig.ready());
  const UsbipSocket kernel(rig.port());
  ASSERT_EQ(kernel.import("1-1"), 0U);
  kernel.submit({.number = 20, .in = true, .endpoint = kIn, .length = 64});
  kernel.submit({.number = 21, .in = true, .endpoint = kTrace, .length = 64});
  kernel.unlink(22, 20);
  const auto unlinked = kernel.answer(false);
  EXPECT_EQ(unlinked.command, kUnlinked);
  EXPECT_EQ(unlinked.number, 22U);
  EXPECT_EQ(unlinked.status, -ECONNRESET);
  kernel.unlink(23, 20);
  EXPECT_EQ(kernel.answer(false).status, 0) << "it was over";
  kernel.submit({.number = 24, .endpoint = kOut, .length = 16, .data = command({0xF5})});
  EXPECT_EQ(kernel.answer(false).number, 24U);
  kernel.submit({.number = 25, .in = true, .endpoint = kIn, .length = 2});
  EXPECT_EQ(kernel.answer(true).number, 25U) << "the reply went to the transfer that is still wanted";
}

TEST_F(UsbipTest, AnUnpluggedProbeEndsTheConversation) {
  const Scratch scratch;
  const KeptRig rig(scratch.write("rig.yaml", rig_of({{"v2", {}, "{unplug-at-command: 2}"}})), "usbip");
  ASSERT_TRUE(rig.ready());
  const UsbipSocket kernel(rig.port());
  ASSERT_EQ(kernel.import("1-1"), 0U);
  kernel.submit({.number = 1, .endpoint = kOut, .length = 16, .data = command({0xF5})});
  EXPECT_EQ(kernel.answer(false).status, 0);
  kernel.submit({.number = 2, .endpoint = kOut, .length = 16, .data = command({0xF5})});
  EXPECT_EQ(kernel.answer(false).status, -ESHUTDOWN);
  EXPECT_THAT(kernel.hear(1), IsEmpty());
  EXPECT_EQ(UsbipSocket(rig.port()).import("1-1"), kNoDevice);
}

TEST_F(UsbipTest, APulledCableEndsWhatIsInFlightAndTheProbeCanBeImportedAgain) {
  const KeptRig rig(kF407Rig, "usbip");
  ASSERT_TRUE(rig.ready());
  {
    const UsbipSocket kernel(rig.port());
    ASSERT_EQ(kernel.import("1-1"), 0U);
    kernel.submit({.number = 1, .in = true, .endpoint = kIn, .length = 64});
    EXPECT_EQ(rig.tell({"unplug", "f407"}).exit_code, 0);
    const auto lost = kernel.answer(true);
    EXPECT_EQ(lost.number, 1U);
    EXPECT_EQ(lost.status, -ESHUTDOWN);
    EXPECT_THAT(kernel.hear(1), IsEmpty()) << "the kernel sees that as a disconnect";
  }
  EXPECT_EQ(UsbipSocket(rig.port()).import("1-1"), kNoDevice);
  EXPECT_EQ(rig.tell({"plug", "f407"}).exit_code, 0);
  const UsbipSocket kernel(rig.port());
  ASSERT_EQ(kernel.import("1-1"), 0U);
  kernel.submit({.number = 1, .endpoint = kOut, .length = 16, .data = command({0xF5})});
  EXPECT_EQ(kernel.answer(false).status, 0);
}

TEST_F(UsbipTest, AProbeHasOneImporterAtATime) {
  const KeptRig rig(kF407Rig, "usbip");
  ASSERT_TRUE(rig.ready());
  {
    const UsbipSocket first(rig.port());
    ASSERT_EQ(first.import("1-2"), 0U);
    EXPECT_EQ(UsbipSocket(rig.port()).import("1-2"), kBusy);
    const UsbipSocket asking(rig.port());
    asking.say({0x01, 0x11, 0x80, 0x05, 0, 0, 0, 0});
    EXPECT_EQ(to_hex(asking.hear(12)), "011100050000000000000002") << "two are free";
  }
  // The server sees the end of the first connection when it gets to it.
  std::uint32_t status = kBusy;
  for (int i = 0; i < 1000 && status == kBusy; ++i) status = UsbipSocket(rig.port()).import("1-2");
  EXPECT_EQ(status, 0U);
}

TEST_F(UsbipTest, HangsUpOnWhatIsNoMessage) {
  const KeptRig rig(kF407Rig, "usbip");
  ASSERT_TRUE(rig.ready());
  for (const Bytes& request : {Bytes{0x01, 0x06, 0x80, 0x05, 0, 0, 0, 0}, Bytes{0x01, 0x11, 0x12, 0x34, 0, 0, 0, 0},
                               Bytes{'G', 'E', 'T', ' ', '/', ' ', 'H', 'T'}}) {
    const UsbipSocket stranger(rig.port());
    stranger.say(request);
    EXPECT_THAT(stranger.hear(1), IsEmpty());
  }
  EXPECT_EQ(UsbipSocket(rig.port()).import("9-9"), kNoDevice);
  const UsbipSocket greedy(rig.port());
  ASSERT_EQ(greedy.import("1-1"), 0U);
  greedy.submit({.number = 1, .in = true, .endpoint = kIn, .length = 0x7FFFFFFF});
  EXPECT_THAT(greedy.hear(1), IsEmpty());
}

}  // namespace
}  // namespace rigor::test
