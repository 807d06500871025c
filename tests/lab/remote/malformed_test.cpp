// What is no conversation ends itself and disturbs nobody.
#include <gmock/gmock.h>
#include <sys/socket.h>

#include "tests/lab/remote/served_lab.hpp"

namespace rigor::remote {
namespace {

using testing::HasSubstr;
using namespace std::chrono_literals;

template <typename Request>
Bytes frame(std::uint32_t number, const Request& request, std::uint8_t kind = Request::kNumber) {
  Encoder body;
  body.add(request);
  const Bytes bytes = std::move(body).take();
  Encoder encoder;
  encoder.add(static_cast<std::uint32_t>(bytes.size() + kFrameHeader - 4));
  encoder.add(number);
  encoder.add(kind);
  encoder.add(TimePoint{});
  Bytes all = std::move(encoder).take();
  all.insert(all.end(), bytes.begin(), bytes.end());
  return all;
}

Bytes operator+(Bytes left, const Bytes& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

Bytes cut(Bytes bytes, std::size_t from_end) {
  bytes.resize(bytes.size() - from_end);
  return bytes;
}

// A stranger's end of a connection.
struct Stranger {
  explicit Stranger(Server& server) {
    auto ends = make_socket_pair();
    EXPECT_TRUE(ends);
    server.adopt(std::move(ends->second));
    socket = std::move(ends->first);
  }
  void send(const Bytes& bytes) const {
    EXPECT_EQ(::send(socket.descriptor(), bytes.data(), bytes.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(bytes.size()));
  }
  Socket socket;
};

struct Malformed {
  std::string name;
  Bytes bytes;
  std::string last_words;  // of the keeper; empty: it just leaves
};

const std::string kOtherVersion = "speaks version " + std::to_string(kVersion) + ", the worker version 99";
const Bytes kGreeting = frame(1, Hello{});

const Malformed kCases[] = {
    {"nothing", {}, ""},
    {"half a size", {1, 0}, ""},
    {"a size below the header's", {12, 0, 0, 0, 1, 2, 3}, ""},
    {"a size above all", {0xFF, 0xFF, 0xFF, 0x7F}, ""},
    {"a greeting cut off", cut(kGreeting, 1), ""},
    {"http", Bytes{'G', 'E', 'T', ' ', '/', '\r', '\n'}, ""},
    {"a request before the greeting", frame(1, Now{}), "no greeting of a rigor worker"},
    {"another magic word", frame(1, Hello{.magic = 0x12345678}), "no greeting of a rigor worker"},
    {"a greeting with a wrong number", frame(7, Hello{}), "no greeting of a rigor worker"},
    {"a version of the future", frame(1, Hello{.version = 99}), kOtherVersion},
    {"a version of the future with more fields", frame(1, UsbControl{.device = kMagic, .setup = {99, 0, 0, 0}}, 0),
     kOtherVersion},
    {"a greeting that is too long", frame(1, UsbControl{.device = kMagic, .setup = {kVersion, 0, 0, 0}}, 0), "damaged"},
    {"a worker that nobody knows", frame(1, Hello{.worker = 42}), "knows no such worker"},
    {"a size above all after the greeting", kGreeting + Bytes{0xFF, 0xFF, 0xFF, 0xFF}, "damaged"},
    {"a second greeting", kGreeting + frame(2, Hello{}), "message 2 of kind 0 is damaged"},
    {"a kind that nobody knows", kGreeting + frame(2, Now{}, 200), "message 2 of kind 200 is damaged"},
    {"a number out of turn", kGreeting + frame(3, Now{}), "damaged"},
    {"a number again", kGreeting + frame(1, Now{}), "damaged"},
    {"a body for what has none", kGreeting + frame(2, UsbReset{}, Now::kNumber), "kind 10 is damaged"},
    {"no body for what has one", kGreeting + frame(2, Now{}, UsbWrite::kNumber), "kind 24 is damaged"},
    {"a thing of no kind", kGreeting + frame(2, Enroll{}, Drop::kNumber), "kind 1 is damaged"},
};

TEST(Malformed, ends_its_own_conversation_with_an_error_and_nothing_else) {
  ServedLab served;
  for (const Malformed& malformed : kCases) {
    SCOPED_TRACE(malformed.name);
    const Stranger stranger(served.server);
    stranger.send(malformed.bytes);
    ::shutdown(stranger.socket.descriptor(), SHUT_WR);
    FrameStream replies(Socket(::dup(stranger.socket.descriptor())));
    Frame reply;
    std::string last_words;
    Arrival arrival = Arrival::whole;
    while ((arrival = replies.receive(reply, 5s)) == Arrival::whole) {
      const auto error = reply.kind == kFailed ? decode_error(reply.body) : std::nullopt;
      last_words = error ? error->message() : "";
    }
    EXPECT_EQ(arrival, Arrival::closed) << "the keeper did not hang up";
    EXPECT_THAT(last_words, HasSubstr(malformed.last_words));
    EXPECT_EQ(last_words.empty(), malformed.last_words.empty()) << last_words;
    EXPECT_TRUE(served.worker->clock().sleep_for(1ms)) << "another worker suffered";
  }
  EXPECT_EQ(served.server.workers(), 1U);
}

TEST(Malformed, things_that_are_not_there_are_errors_and_the_conversation_goes_on) {
  ServedLab served;
  const Stranger stranger(served.server);
  stranger.send(kGreeting);
  stranger.send(frame(2, UsbWrite{.device = 77}));
  stranger.send(frame(3, SetLine{.output = 77}));
  stranger.send(frame(4, SerialRead{.port = 77}));
  stranger.send(frame(5, SetEvent{.event = kChangedEvent}));
  stranger.send(frame(6, Wait{.events = std::vector<Handle>(kMostEvents + 1, 1)}));
  stranger.send(frame(7, UsbRead{.device = 77, .size = 0xFFFFFFFF}));
  stranger.send(frame(8, Drop{Kind::actor, 77}));
  FrameStream replies(Socket(::dup(stranger.socket.descriptor())));
  for (std::uint32_t number = 1; number <= 8; ++number) {
    Frame reply;
    ASSERT_EQ(replies.receive(reply, 5s), Arrival::whole);
    EXPECT_EQ(reply.number, number);
    EXPECT_EQ(reply.kind, number == 1 || number == 8 ? kDone : kFailed) << number;
  }
}

TEST(Malformed, more_connections_than_there_may_be_are_closed_at_once) {
  ServedLab served;
  std::vector<Stranger> strangers;
  for (std::size_t i = 0; i < kMostConnections + 5; ++i) strangers.emplace_back(served.server);
  EXPECT_TRUE(strangers.back().socket.hung_up());
  EXPECT_FALSE(strangers.front().socket.hung_up());
  EXPECT_TRUE(served.worker->clock().sleep_for(1ms));
}

// What a keeper of another build, or something else at that path, answers.
struct OddKeeper {
  std::string name;
  Bytes answer;
  std::string message;
};

TEST(Malformed, a_keeper_that_talks_nonsense_is_an_error) {
  const Error refusal = Error(Code::io_failed, "this keeper speaks version 2, the worker version 1").hint("rebuild");
  const OddKeeper cases[] = {{"gone", {}, "it is gone"},
                             {"refuses", frame(1, std::string(), kFailed), "no answer"},
                             {"another version", frame(1, refusal, kFailed), "speaks version 2"},
                             {"a wrong number", frame(2, Welcome{.worker = 1}, kDone), "no answer"},
                             {"nobody", frame(1, Welcome{}, kDone), "no keeper"},
                             {"a short welcome", frame(1, Nothing{}, kDone), "no keeper"},
                             {"noise", Bytes(64, 0xFF), "no answer"}};
  for (const OddKeeper& odd : cases) {
    SCOPED_TRACE(odd.name);
    const auto worker = RemoteLab::connect(
        [&]() -> Result<Socket> {
          RIGOR_TRY(auto ends, make_socket_pair());
          std::ignore = ::send(ends.second.descriptor(), odd.answer.data(), odd.answer.size(), MSG_NOSIGNAL);
          ::shutdown(ends.second.descriptor(), SHUT_WR);
          static std::vector<Socket> kept;  // so that the worker can send
          kept.push_back(std::move(ends.second));
          return std::move(ends.first);
        },
        "an odd keeper");
    ASSERT_FALSE(worker);
    EXPECT_EQ(worker.error().code(), Code::io_failed);
    EXPECT_THAT(worker.error().message(), HasSubstr(odd.message));
  }
}

TEST(Socket, paths_that_cannot_be_are_refused) {
  const ServedLab served;
  const auto seams = seams_of(*served.kept.lab);
  const auto directory = std::filesystem::temp_directory_path();
  const auto too_long = Server::listen(directory / std::string(200, 'x'), seams);
  ASSERT_FALSE(too_long);
  EXPECT_EQ(too_long.error().code(), Code::usage);
  const auto a_directory = Server::listen(directory, seams);
  ASSERT_FALSE(a_directory);
  EXPECT_THAT(a_directory.error().message(), HasSubstr("is no socket"));
  const auto nobody = RemoteLab::connect(directory / "rigor-nobody-listens");
  ASSERT_FALSE(nobody);
  EXPECT_EQ(nobody.error().code(), Code::io_failed);
  EXPECT_THAT(nobody.error().hint_text(), HasSubstr("rigor-lab keep"));
}

}  // namespace
}  // namespace rigor::remote
