// A USB/IP client of a few lines, for what the kernel's own would do. Nothing it waits for takes longer than ten
// seconds.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <string>

#include "framework/base/bytes.hpp"

namespace rigor::test {

class UsbipSocket {
 public:
  explicit UsbipSocket(int port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    const timeval limit{.tv_sec = 10, .tv_usec = 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  }
  UsbipSocket(const UsbipSocket&) = delete;
  UsbipSocket& operator=(const UsbipSocket&) = delete;
  ~UsbipSocket() { ::close(socket_); }

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

  // Status of the reply; 0: it is imported and its transfers may follow.
  [[nodiscard]] std::uint32_t import(const std::string& busid) const {
    Bytes request = {0x01, 0x11, 0x80, 0x03, 0, 0, 0, 0};
    request.insert(request.end(), busid.begin(), busid.end());
    request.resize(40, 0);
    say(request);
    const Bytes reply = hear(8);
    EXPECT_EQ(to_hex(ByteView(reply).first(4)), "01110003");
    if (word(reply, 4) == 0) {
      EXPECT_EQ(hear(312).size(), 312U);
    }
    return word(reply, 4);
  }

  struct Transfer {
    std::uint32_t number = 0;  // of the request
    bool in = false;
    std::uint8_t endpoint = 0;
    std::uint32_t length = 0;
    Bytes setup = Bytes(8, 0);
    Bytes data = {};
  };
  void submit(const Transfer& transfer) const {
    Bytes message;
    for (const std::uint32_t each :
         {1U, transfer.number, 0x10002U, transfer.in ? 1U : 0U, static_cast<std::uint32_t>(transfer.endpoint), 0U,
          transfer.length, 0U, 0xFFFFFFFFU, 0U})
      append(message, each);
    message.insert(message.end(), transfer.setup.begin(), transfer.setup.end());
    message.insert(message.end(), transfer.data.begin(), transfer.data.end());
    say(message);
  }
  void unlink(std::uint32_t number, std::uint32_t which) const {
    Bytes message;
    for (const std::uint32_t each : {2U, number, 0x10002U, 0U, 0U, which}) append(message, each);
    message.resize(48, 0);
    say(message);
  }

  struct Answer {
    std::uint32_t command = 0, number = 0;
    int status = 1;
    Bytes data = {};
  };
  // The next answer; `in` when the transfer that it is about brings data.
  [[nodiscard]] Answer answer(bool in) const {
    const Bytes header = hear(48);
    if (header.size() < 48) return {};
    Answer answer{word(header, 0), word(header, 4), static_cast<int>(word(header, 20)), {}};
    if (in) answer.data = hear(word(header, 24));
    return answer;
  }

  [[nodiscard]] static std::uint32_t word(const Bytes& bytes, std::size_t at) {
    return bytes.size() < at + 4
               ? 0xFFFFFFFF
               : static_cast<std::uint32_t>(bytes[at]) << 24 | bytes[at + 1] << 16 | bytes[at + 2] << 8 | bytes[at + 3];
  }

 private:
  static void append(Bytes& message, std::uint32_t value) {
    for (const int shift : {24, 16, 8, 0}) message.push_back(static_cast<std::uint8_t>(value >> shift));
  }
  int socket_;
};

}  // namespace rigor::test
