#include "resolver.h"

#include <cerrno>
#include <cstring>

#include <netdb.h>
#include <sys/eventfd.h>

namespace proviso::ingest {

Result<std::unique_ptr<Resolver>> Resolver::create() {
    UniqueFd fd(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (!fd.valid()) return errno_error("make an event descriptor", errno);
    return std::unique_ptr<Resolver>(new Resolver(std::move(fd)));
}

Resolver::Resolver(UniqueFd answered)
    : answered_(std::move(answered)),
      worker_("resolver", [this](const std::stop_token& stop) { run(stop); }) {}

Resolver::~Resolver() {
    questions_.close();
    worker_.stop();
}

void Resolver::ask(
    std::uint32_t stream, std::uint64_t question, std::string host, std::uint16_t port
) {
    questions_.push({stream, question, std::move(host), port});
}

std::optional<Resolver::Answer> Resolver::next() {
    std::uint64_t count = 0;
    (void)!::read(answered_.get(), &count, sizeof(count));
    return answers_.try_pop();
}

void Resolver::run(const std::stop_token& stop) {
    while (auto question = questions_.pop(stop)) {
        addrinfo hints{};
        hints.ai_flags = AI_NUMERICSERV | AI_ADDRCONFIG;
        hints.ai_socktype = SOCK_STREAM;
        addrinfo* found = nullptr;
        auto port = std::to_string(question->port);
        Answer answer{question->stream, question->question, std::nullopt};
        if (::getaddrinfo(question->host.c_str(), port.c_str(), &hints, &found) == 0) {
            Endpoint endpoint;
            std::memcpy(&endpoint.address, found->ai_addr, found->ai_addrlen);
            endpoint.size = found->ai_addrlen;
            ::freeaddrinfo(found);
            answer.endpoint = endpoint;
        }
        answers_.push(std::move(answer));
        std::uint64_t one = 1;
        (void)!::write(answered_.get(), &one, sizeof(one));
    }
}

}  // namespace proviso::ingest
