// The lab of rigs/virtual.yaml, ready for the contracts of the seams.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>

#include "fixtures/virtual/lab.hpp"
#include "framework/base/timeline.hpp"

namespace rigor::lab {

struct ContractLab {
  ContractLab() {
    Faults faults;
    rig =
        load_rig(std::filesystem::path(RIGOR_SOURCE_DIR) / "rigs/virtual.yaml", SearchPath{{RIGOR_SOURCE_DIR}}, faults);
    EXPECT_TRUE(rig) << faults.describe();
    auto built = Lab::build(*rig, 1);
    EXPECT_TRUE(built) << built.error().describe();
    lab = *std::move(built);
    actor = lab->clock().enroll("test");
    timeline = std::make_unique<Timeline>(lab->clock());
  }
  std::optional<RigDescription> rig;
  std::unique_ptr<Lab> lab;
  std::unique_ptr<Actor> actor;
  std::unique_ptr<Timeline> timeline;
};

}  // namespace rigor::lab
