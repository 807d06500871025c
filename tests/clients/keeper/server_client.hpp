// A client of the stlink-server door.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <vector>

#include "framework/base/bytes.hpp"

namespace rigor::test {

// A client of a few lines. Nothing it waits for takes longer than ten seconds.
class Client {
 public:
  explicit Client(int port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    const timeval limit{.tv_sec = 10, .tv_usec = 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  ~Client() { ::close(socket_); }

  void say(const Bytes& bytes) const {
    EXPECT_EQ(::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL), static_cast<ssize_t>(bytes.size()));
  }
  // Up to `size` bytes; fewer when the server hangs up.
  [[nodiscard]] Bytes hear(std::size_t size) const {
    Bytes bytes(size);
    std::size_t at = 0;
    while (at < size) {
      const ssize_t got = ::recv(socket_, bytes.data() + at, size - at, 0);
      if (got <= 0) break;
      at += static_cast<std::size_t>(got);
    }
    bytes.resize(at);
    return bytes;
  }
  [[nodiscard]] std::vector<std::uint32_t> words(const Bytes& message, std::size_t count) const {
    say(message);
    const Bytes bytes = hear(4 * count);
    std::vector<std::uint32_t> found;
    for (std::size_t at = 0; at + 4 <= bytes.size(); at += 4) found.push_back(load_le32(bytes, at));
    return found;
  }
  [[nodiscard]] std::uint32_t open(std::uint8_t device) const {
    const auto answer = words({3, 0, 0, 0, device, 0, 0, 0}, 2);
    EXPECT_EQ(answer.size(), 2U);
    EXPECT_EQ(answer.at(0), 1U);
    return answer.at(1);
  }
  // Status, then the data.
  [[nodiscard]] Bytes command(std::uint32_t connection, const Bytes& bytes, std::uint32_t size,
                              std::uint8_t direction = 1) const {
    Bytes message(32, 0);
    message[0] = 5;
    store_le32(message, 4, connection);
    std::ranges::copy(bytes, message.begin() + 8);
    message[24] = direction;
    store_le32(message, 28, size);
    say(message);
    return hear(4 + size);
  }

 private:
  int socket_;
};

}  // namespace rigor::test
