#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>

#include <asio/connect.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/read_until.hpp>
#include <asio/write.hpp>
#include <boost/test/unit_test.hpp>
#include <fmt/format.h>
#include <sys/wait.h>

// The programs of experiments/embedding, as docs/embedding.md shows them.
namespace echelon {
namespace {

using asio::ip::tcp;
using std::chrono::steady_clock;

/// One of them, started; what it prints is read line by line.
class program {
public:
  explicit program(const std::string& call) {
    const char* build = std::getenv("ECHELON_BINARY");
    BOOST_REQUIRE_MESSAGE(build != nullptr, "ECHELON_BINARY must name the build folder");
    pipe_ = popen(fmt::format("exec '{}/experiments/embedding/'{}", build, call).c_str(), "r");
    BOOST_REQUIRE(pipe_ != nullptr);
  }
  ~program() {
    if (pipe_ != nullptr)
      pclose(pipe_);
  }

  std::string line() {
    std::string read;
    for (int letter = std::fgetc(pipe_); letter != EOF && letter != '\n';
         letter = std::fgetc(pipe_))
      read += static_cast<char>(letter);
    return read;
  }
  int status() { return WEXITSTATUS(pclose(std::exchange(pipe_, nullptr))); }

private:
  FILE* pipe_;
};

class client {
public:
  explicit client(const std::string& port) {
    socket_.connect(
        {asio::ip::address_v4::loopback(), static_cast<asio::ip::port_type>(std::stoi(port))});
  }
  std::string ask(const std::string& request) {
    asio::write(socket_, asio::buffer(request + "\n"));
    const std::size_t length = asio::read_until(socket_, asio::dynamic_buffer(text_), '\n');
    const std::string reply = text_.substr(0, length - 1);
    text_.erase(0, length);
    return reply;
  }

private:
  asio::io_context io_;
  tcp::socket socket_{io_};
  std::string text_;
};

int round_of(const std::string& status) {
  return status.starts_with("round ") ? std::atoi(status.c_str() + 6) : 0;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(embedding_programs)

BOOST_AUTO_TEST_CASE(a_code_from_outside_trains_exactly) {
  program own{"own_code"};
  BOOST_TEST(own.line().ends_with("the last of them strong-backup"));
  BOOST_TEST(own.line().starts_with("20 of 20 rounds exact"));
  BOOST_TEST(own.status() == 0);
}

BOOST_AUTO_TEST_CASE(a_model_from_outside_learns) {
  program own{"own_model"};
  BOOST_TEST(own.line().ends_with("after 150 rounds"));
  BOOST_TEST(own.status() == 0);
}

BOOST_AUTO_TEST_CASE(a_service_answers_while_it_trains_and_stops_when_told) {
  program service{"train_and_serve 0 1000000"};
  const std::string greeting = service.line();
  client user{greeting.substr(greeting.rfind(':') + 1)};
  while (round_of(user.ask("status")) < 1) {
  }

  std::vector<double> milliseconds;
  const int first = round_of(user.ask("status"));
  for (int question = 0; question < 100 || round_of(user.ask("status")) < first + 5; ++question) {
    const auto asked = steady_clock::now();
    const std::string reply = user.ask("predict " + std::to_string(question % 50));
    milliseconds.push_back(
        std::chrono::duration<double, std::milli>{steady_clock::now() - asked}.count());
    BOOST_TEST(reply.find(" is ") != std::string::npos);
  }
  std::ranges::sort(milliseconds);
  BOOST_TEST_MESSAGE(
      fmt::format("{} answers while {} rounds passed: median {:.2f} ms, worst {:.2f}",
                  milliseconds.size(), round_of(user.ask("status")) - first,
                  milliseconds[milliseconds.size() / 2], milliseconds.back()));
  // A fraction of a millisecond on a machine that is free; other people's load is forgiven.
  BOOST_TEST(milliseconds[milliseconds.size() / 2] < 100);

  BOOST_TEST(user.ask("nonsense") == "status, predict N, or stop");
  BOOST_TEST(user.ask("predict -1").starts_with("there are samples"));
  BOOST_TEST(user.ask("stop") == "stopping");
  BOOST_TEST(service.line().find("the session was closed after round") != std::string::npos);
  BOOST_TEST(service.status() == 0);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace echelon
