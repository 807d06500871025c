// `rigor doctor` on machines made of files.
#include "framework/cli/doctor_checks.hpp"

#include <unistd.h>

#include "framework/switches/switch_name.hpp"
#include "tests/lab/program/program_test.hpp"

namespace rigor::test {
namespace {

using cli::Doctor;
using cli::Health;
using cli::MachineFinding;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class DoctorTest : public ProgramTest {
 protected:
  void device(const std::string& name, const std::string& product, const std::string& number,
              const std::string& power) {
    const std::string folder = "sys/bus/usb/devices/" + name;
    std::filesystem::create_directories(directory() / folder / "power");
    write(folder + "/idVendor", "0483\n");
    write(folder + "/idProduct", product + "\n");
    write(folder + "/busnum", "1\n");
    write(folder + "/devnum", number + "\n");
    write(folder + "/power/control", power + "\n");
  }
  void node(const std::string& path) {
    std::filesystem::create_directories((directory() / path).parent_path());
    write(path, "");
  }
};

TEST_F(DoctorTest, AProbeThatCanBeOpenedIsWell) {
  device("1-2", "374e", "7", "on");
  node("dev/bus/usb/001/007");
  Doctor doctor(directory());
  doctor.usb();
  ASSERT_EQ(doctor.findings().size(), 1U);
  EXPECT_EQ(doctor.findings()[0].check, "usb 1-2");
  EXPECT_EQ(doctor.findings()[0].health, Health::good);
}

TEST_F(DoctorTest, AProbeThatSleepsOrIsGoneHasItsCure) {
  device("1-3", "3748", "9", "auto");
  Doctor doctor(directory());
  doctor.usb();
  ASSERT_EQ(doctor.findings().size(), 2U);
  EXPECT_EQ(doctor.findings()[0].health, Health::bad);
  EXPECT_EQ(doctor.findings()[1].health, Health::poor);
  EXPECT_THAT(doctor.findings()[1].cure, HasSubstr("1-3/power/control"));
}

TEST_F(DoctorTest, OtherDevicesOfTheVendorAreNoProbes) {
  device("1-4", "5740", "3", "auto");
  Doctor doctor(directory());
  doctor.usb();
  ASSERT_EQ(doctor.findings().size(), 1U);
  EXPECT_THAT(doctor.findings()[0].found, HasSubstr("no ST-LINK"));
}

TEST_F(DoctorTest, WithoutUsbOrGpioThatIsSaid) {
  Doctor doctor(directory());
  doctor.usb();
  doctor.gpio();
  ASSERT_EQ(doctor.findings().size(), 2U);
  EXPECT_THAT(doctor.findings()[0].found, HasSubstr("no USB"));
  EXPECT_THAT(doctor.findings()[1].found, HasSubstr("no GPIO chip"));
}

TEST_F(DoctorTest, ARelayBoardIsKnownByItsNumbers) {
  for (const auto& [name, id] :
       {std::pair{"hidraw0", "0003:0000046D:0000C077"}, std::pair{"hidraw1", "0003:000016C0:000005DF"}}) {
    const std::string folder = std::string("sys/class/hidraw/") + name + "/device";
    std::filesystem::create_directories(directory() / folder);
    write(folder + "/uevent", std::string("DRIVER=hid-generic\nHID_ID=") + id + "\nHID_NAME=x\n");
  }
  Doctor doctor(directory());
  doctor.relay_boards();
  ASSERT_EQ(doctor.findings().size(), 1U);
  EXPECT_EQ(doctor.findings()[0].check, "relay board hidraw1");
  EXPECT_EQ(doctor.findings()[0].health, Health::bad) << "it has no node";
  node("dev/hidraw1");
  Doctor again(directory());
  again.relay_boards();
  EXPECT_EQ(again.findings()[0].health, Health::good);
}

TEST_F(DoctorTest, HubsAndProgramsOfARigAreLookedFor) {
  const auto hub = [&](const std::string& name, const std::string& number, const std::string& device_class) {
    device(name, "0610", number, "on");
    write("sys/bus/usb/devices/" + name + "/bDeviceClass", device_class + "\n");
  };
  hub("1-2", "3", "09");
  hub("usb1", "1", "09");
  hub("1-3", "4", "00");
  node("dev/bus/usb/001/003");
  BenchDescription bench;
  bench.name = "b";
  const auto line = [&](const char* job, const LineName& name) {
    LineDescription described;
    described.job = job;
    described.name = name;
    bench.lines.push_back(described);
  };
  line("power", {"hub:1-2", "1"});
  line("aux-root", {"hub:1-0", "1"});
  line("aux-mouse", {"hub:1-3", "1"});
  line("aux-none", {"hub:1-7", "1"});
  using std::chrono_literals::operator""s;
  line("aux-program", line_name(CommandName{{"sh"}, {"/no/such/program"}, {}, 1s}));
  RigDescription rig;
  rig.benches.push_back(bench);
  Doctor doctor(directory());
  doctor.rig(rig);
  std::vector<std::pair<std::string, Health>> found;
  for (const MachineFinding& each : doctor.findings())
    if (each.check != "bench b nrst") found.emplace_back(each.check, each.health);
  EXPECT_THAT(found,
              ::testing::ElementsAre(
                  std::pair("bench b power", Health::good), std::pair("bench b aux-root", Health::bad),
                  std::pair("bench b aux-mouse", Health::bad), std::pair("bench b aux-none", Health::bad),
                  std::pair("bench b aux-program", Health::good), std::pair("bench b aux-program", Health::bad)));
  EXPECT_THAT(doctor.findings()[1].found, HasSubstr("001/001"));
  EXPECT_THAT(doctor.findings()[2].found, HasSubstr("is no hub"));
}

TEST_F(DoctorTest, TheProgramTellsEverythingAsADocumentToo) {
  const Finished finished = rigor({"doctor", "--json"});
  const auto document = nlohmann::json::parse(finished.out);
  EXPECT_TRUE(finished.exit_code == 0 || finished.exit_code == 3) << finished.err;
  bool timer = false;
  for (const auto& check : document["checks"]) {
    timer |= check["check"] == "timer";
    if (check["health"] != "ok") {
      EXPECT_NE(check["cure"], "") << check;
    }
  }
  EXPECT_TRUE(timer);
}

}  // namespace
}  // namespace rigor::test
