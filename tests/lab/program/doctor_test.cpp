// `rigor doctor` on machines made of files.
#include "framework/cli/doctor_checks.hpp"

#include <unistd.h>

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
