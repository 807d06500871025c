// Asking for a secret at a terminal: typed unseen, compared, bounded, and the terminal put back whatever happens.
#include "framework/cli/secret_prompt.hpp"

#include <gmock/gmock.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <csignal>
#include <iostream>

#include "tests/support/terminal_session.hpp"

namespace rigor::test {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

// Asks, says what came of it without the secret, and ends with 0 when it was the expected one.
int ask(const cli::SecretPrompt& prompt, const std::string& expected = "hunter22") {
  const auto typed = cli::ask_secret(prompt);
  if (!typed) {
    std::cout << "error " << code_name(typed.error().code()) << ": " << typed.error().message() << std::endl;
    return 1;
  }
  return std::string(typed->view().begin(), typed->view().end()) == expected ? 0 : 2;
}

cli::SecretPrompt prompt(bool twice = false) {
  return {.what = "passphrase", .twice = twice, .instead = "--from FILE", .limit = 1min};
}

TEST(SecretPrompt, IsTypedUnseen) {
  TerminalSession session([] { return ask(prompt()); });
  ASSERT_TRUE(session.shows("passphrase: "));
  EXPECT_FALSE(session.echoes());
  session.type("hunter22\n");
  EXPECT_EQ(session.end().exit_code, 0);
  EXPECT_THAT(session.screen(), Not(HasSubstr("hunter22")));
  EXPECT_TRUE(session.echoes());
}

TEST(SecretPrompt, MistakesAreRubbedOut) {
  TerminalSession session([] { return ask(prompt()); });
  ASSERT_TRUE(session.shows("passphrase: "));
  session.type(
      "hunter23\x7f"
      "2\n");
  EXPECT_EQ(session.end().exit_code, 0);
}

TEST(SecretPrompt, TwiceTheSame) {
  TerminalSession session([] { return ask(prompt(true)); });
  ASSERT_TRUE(session.shows("passphrase: "));
  session.type("hunter22\n");
  ASSERT_TRUE(session.shows("passphrase, again: "));
  EXPECT_FALSE(session.echoes());
  session.type("hunter22\n");
  EXPECT_EQ(session.end().exit_code, 0);
  EXPECT_THAT(session.screen(), Not(HasSubstr("hunter22")));
}

TEST(SecretPrompt, TwoLinesAtOnceAreBothTaken) {
  TerminalSession session([] { return ask(prompt(true)); });
  ASSERT_TRUE(session.shows("passphrase: "));
  session.type("hunter22\nhunter22\n");
  EXPECT_EQ(session.end().exit_code, 0);
}

TEST(SecretPrompt, TwoThatDifferAreRefused) {
  TerminalSession session([] { return ask(prompt(true)); });
  ASSERT_TRUE(session.shows("passphrase: "));
  session.type("hunter22\n");
  ASSERT_TRUE(session.shows("again: "));
  session.type("hunter23\n");
  EXPECT_EQ(session.end().exit_code, 1);
  EXPECT_THAT(session.screen(), HasSubstr("error USAGE: the passphrase was not typed the same twice"));
  EXPECT_THAT(session.screen(), Not(HasSubstr("hunter")));
}

TEST(SecretPrompt, AnEmptyLineIsRefused) {
  for (const char* typed : {"\n", "\x04"}) {  // Ctrl-D: the end of the input
    TerminalSession session([] { return ask(prompt()); });
    ASSERT_TRUE(session.shows("passphrase: "));
    session.type(typed);
    EXPECT_EQ(session.end().exit_code, 1);
    EXPECT_THAT(session.screen(), HasSubstr("nothing was typed"));
  }
}

TEST(SecretPrompt, ALineHasItsLimit) {
  for (const std::size_t length : {1024U, 1025U, 3000U}) {
    const std::string line(length, 'x');
    TerminalSession session([&] { return ask(prompt(), line); });
    ASSERT_TRUE(session.shows("passphrase: "));
    session.type(line + "\n");
    EXPECT_EQ(session.end().exit_code, length <= 1024 ? 0 : 1) << length;
  }
}

TEST(SecretPrompt, NobodyTypes) {
  TerminalSession session([] {
    cli::SecretPrompt hurried = prompt();
    hurried.limit = 50ms;
    return ask(hurried);
  });
  EXPECT_EQ(session.end().exit_code, 1);
  EXPECT_THAT(session.screen(), HasSubstr("error TIME_LIMIT: nobody typed the passphrase in time"));
  EXPECT_TRUE(session.echoes());
}

// What the keys of the terminal send.
TEST(SecretPrompt, AnInterruptionEndsItWithTheTerminalAsItWas) {
  for (const auto& [key, signal] : {std::pair("\x03", SIGINT), std::pair("\x1c", SIGQUIT)}) {
    TerminalSession session([] { return ask(prompt(true)); });
    ASSERT_TRUE(session.shows("passphrase: "));
    session.type("hunter22\n");
    ASSERT_TRUE(session.shows("again: "));
    session.type(key);
    EXPECT_EQ(session.end().signal, signal);
    EXPECT_TRUE(session.echoes());
  }
}

TEST(SecretPrompt, AnIgnoredSignalIsAnError) {
  TerminalSession session([] {
    std::ignore = std::signal(SIGINT, SIG_IGN);
    return ask(prompt());
  });
  ASSERT_TRUE(session.shows("passphrase: "));
  session.type("\x03");
  EXPECT_EQ(session.end().exit_code, 1);
  EXPECT_THAT(session.screen(), HasSubstr("error ABORTED: interrupted while asking for the passphrase"));
  EXPECT_TRUE(session.echoes());
}

// The session's leader is never stopped by its own terminal, so the program goes on at once: the question comes again.
TEST(SecretPrompt, AfterAStopItAsksAgain) {
  TerminalSession session([] { return ask(prompt()); });
  ASSERT_TRUE(session.shows("passphrase: "));
  session.type("hun\x1a");
  ASSERT_TRUE(session.shows("passphrase: "));
  EXPECT_FALSE(session.echoes());
  session.type("hunter22\n");
  EXPECT_EQ(session.end().exit_code, 0);
}

TEST(SecretPrompt, WithoutATerminalItSaysWhatElseToDo) {
  TerminalSession session([] {
    std::ignore = std::signal(SIGHUP, SIG_IGN);  // what a session's leader gets when it gives up its terminal
    ::ioctl(STDIN_FILENO, TIOCNOTTY);
    const auto typed = cli::ask_secret(prompt());
    return !typed && typed.error().hint_text() == "give it with --from FILE" ? 0 : 1;
  });
  EXPECT_EQ(session.end().exit_code, 0);
}

}  // namespace
}  // namespace rigor::test
