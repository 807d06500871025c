// A lab behind a keeper's server, in this process: workers reach it over socket pairs.
#pragma once

#include <memory>

#include "fixtures/remote/remote_lab.hpp"
#include "fixtures/remote/server.hpp"
#include "tests/lab/contracts/contract_lab.hpp"

namespace rigor::remote {

// What a worker in the same process connects through.
inline Connector connector_to(Server& server) {
  return [&server]() -> Result<Socket> {
    RIGOR_TRY(auto ends, make_socket_pair());
    server.adopt(std::move(ends.second));
    return std::move(ends.first);
  };
}

inline std::unique_ptr<RemoteLab> connect_worker(Server& server) {
  auto worker = RemoteLab::connect(connector_to(server), "the test's keeper");
  EXPECT_TRUE(worker) << worker.error().describe();
  return worker ? *std::move(worker) : nullptr;
}

inline ServedSeams seams_of(lab::Lab& lab) {
  return {.usb = lab.usb(), .lines = lab.lines(), .serial = lab.serial(), .clock = lab.clock(), .virtual_time = true};
}

// The lab of rigs/virtual.yaml, whose only actors are workers.
struct KeptContractLab : lab::ContractLab {
  KeptContractLab() { actor.reset(); }
};

struct ServedLab {
  KeptContractLab kept;
  Server server{seams_of(*kept.lab)};
  std::unique_ptr<RemoteLab> worker = connect_worker(server);
  std::unique_ptr<Actor> actor = worker->clock().enroll("test");
};

}  // namespace rigor::remote
