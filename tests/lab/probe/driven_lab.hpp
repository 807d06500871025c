// A lab of one rig file and the driver on one of its probes, attached.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>

#include "fixtures/virtual/lab.hpp"
#include "framework/bench/rig_description.hpp"
#include "framework/probe/st_link.hpp"

namespace rigor::lab {

struct DrivenLab {
  DrivenLab(const std::filesystem::path& file, const std::string& bench) {
    Faults faults;
    const auto rig = load_rig(file, SearchPath{{RIGOR_SOURCE_DIR}}, faults);
    EXPECT_TRUE(rig) << faults.describe();
    lab = Lab::build(*rig, 1).value();
    actor = lab->clock().enroll("test");
    EXPECT_TRUE(lab->clock().sleep_for(std::chrono::milliseconds(500)));
    probe = open_st_link(lab->usb(), "lab:" + bench, lab->clock()).value();
    EXPECT_TRUE(probe->set_speed_khz(1800));
    EXPECT_TRUE(probe->attach());
    port = &lab->bench(bench)->usb();
  }

  std::unique_ptr<Lab> lab;
  std::unique_ptr<Actor> actor;
  std::unique_ptr<Probe> probe;
  UsbPort* port = nullptr;
};

}  // namespace rigor::lab
