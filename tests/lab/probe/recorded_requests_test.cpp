// The requests of real clients (shared/vectors/stlink), played in order. Their replies in the files are synthetic and
// are compared in length only.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "tests/lab/probe/probe_rig.hpp"

namespace rigor::lab {
namespace {

namespace fs = std::filesystem;

fs::path vectors() {
  const char* given = std::getenv("RIGOR_VECTORS");
  return (given != nullptr ? fs::path(given) : fs::path(RIGOR_SOURCE_DIR) / "../shared/vectors") / "stlink";
}

Bytes bytes_of(std::istream& words) {
  Bytes bytes;
  for (std::string word; words >> word;) {
    if (word.size() != 2 || !from_hex(word)) break;
    bytes.push_back(from_hex(word)->front());
  }
  return bytes;
}

// The number in "CMD[16]" or "got=6:".
std::size_t number_in(const std::string& text, char before) {
  return static_cast<std::size_t>(std::stoul(text.substr(text.find(before) + 1)));
}

class Player {
 public:
  explicit Player(const fs::path& file)
      : rig_(file.filename().string().find("_v3_") != std::string::npos ? make_profile("v3set", "V3J15M7B5S1")
                                                                        : make_profile("v2", "V2J45S7")) {}

  int commands = 0;

  void play(const std::string& line) {
    std::istringstream words(line);
    double milliseconds = 0;
    std::string kind;
    if (!(words >> milliseconds >> kind)) return;
    if (kind.starts_with("CMD[") || kind.starts_with("OUT-DATA[")) return out(kind, words);
    if (kind == "IN") return in(words);
    if (kind.starts_with("C>S[")) return server_request(words);
    if (kind.starts_with("S>C[") && server_) return expect(number_in(kind, '[') - 4);
  }

  void finish() {
    EXPECT_FALSE(rig_.probe.awaits_data());
    EXPECT_TRUE(rig_.probe.replies().empty()) << "something was answered that no client reads";
  }

 private:
  void out(const std::string& kind, std::istream& words) {
    const Bytes bytes = bytes_of(words);
    ASSERT_EQ(bytes.size(), number_in(kind, '['));
    command(bytes);
  }

  void command(const Bytes& bytes) {
    if (!rig_.probe.awaits_data()) {
      ++commands;
      opcode_ = to_hex(ByteView(bytes).first(4));
    }
    ASSERT_TRUE(rig_.probe.receive(bytes)) << opcode_;
    EXPECT_FALSE(rig_.probe.stalled()) << opcode_;
  }

  void in(std::istream& words) {
    std::string want;
    std::string got;
    words >> want >> got;
    if (got == "->") {  // a drain that finds nothing
      EXPECT_TRUE(rig_.probe.replies().empty());
      return;
    }
    expect(number_in(got, '='));
  }

  void expect(std::size_t size) {
    server_ = false;
    if (size == 0) return;
    const Bytes reply = rig_.receive(size);
    EXPECT_EQ(reply.size(), size) << opcode_;
    EXPECT_FALSE(size == 2 && reply == (Bytes{0x42, 0})) << opcode_;
  }

  // stlink-server: the command stands at 8..23 of a message that begins with 05, data of a write behind 32.
  void server_request(std::istream& words) {
    const Bytes message = bytes_of(words);
    if (message.size() < 32 || message[0] != 0x05) return;
    server_ = true;
    command(Bytes(message.begin() + 8, message.begin() + 24));
    if (message.size() > 32) command(Bytes(message.begin() + 32, message.end()));
  }

  ProbeRig rig_;
  std::string opcode_;
  bool server_ = false;
};

TEST(RecordedRequests, OfEveryClientAreAnsweredInTheRecordedLengths) {
  const fs::path folder = vectors() / "client-traces";
  if (!fs::is_directory(folder)) GTEST_SKIP() << "no recordings at " << folder << "; set RIGOR_VECTORS";
  int files = 0;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() != ".trace") continue;
    SCOPED_TRACE(entry.path().filename().string());
    Player player(entry.path());
    std::ifstream file(entry.path());
    for (std::string line; std::getline(file, line);) player.play(line);
    player.finish();
    EXPECT_GT(player.commands, 5);
    ++files;
  }
  EXPECT_GE(files, 13);
}

TEST(RecordedRequests, OfPyswdAreAnsweredInTheRecordedLengths) {
  const fs::path path = vectors() / "pyswd-byte-vectors.json";
  if (!fs::exists(path)) GTEST_SKIP() << "no vectors at " << path << "; set RIGOR_VECTORS";
  std::ifstream file(path);
  ProbeRig rig("v2", "V2J35S7");
  rig.attach();
  const nlohmann::json document = nlohmann::json::parse(file);
  ASSERT_GE(document["vectors"].size(), 20U);
  for (const auto& vector : document["vectors"]) {
    const std::string name = vector["name"];
    SCOPED_TRACE(name);
    std::istringstream words(vector["command"].get<std::string>());
    Bytes command = bytes_of(words);
    command.resize(16);
    ASSERT_TRUE(rig.probe.receive(command));
    EXPECT_FALSE(rig.probe.stalled());
    std::size_t expected = 0;
    if (vector.contains("data_out_len")) {
      ASSERT_TRUE(rig.probe.receive(Bytes(vector["data_out_len"].get<std::size_t>())));
    } else if (name.starts_with("read8") || name.starts_with("read16") || name.starts_with("read32")) {
      expected = std::max<std::size_t>(2, vector["decode"]["length"].get<std::size_t>());
    } else if (name != "leave_debug") {  // the file says itself that real clients read no answer there
      std::istringstream response(vector["response"].get<std::string>());
      expected = bytes_of(response).size();
    }
    const Bytes reply = rig.receive();
    EXPECT_EQ(reply.size(), expected);
    EXPECT_FALSE(!reply.empty() && reply[0] == 0x42);
    if (name == "leave_debug") rig.attach();
  }
}

}  // namespace
}  // namespace rigor::lab
