#pragma once

#include <optional>

#include <proviso/base/bounded_queue.h>
#include <proviso/base/unique_fd.h>
#include <proviso/base/worker.h>

#include "connection.h"

namespace proviso::ingest {

/// Looks host names up on a thread of its own, because the system's resolver blocks.
class Resolver {
public:
    struct Answer {
        std::uint32_t stream = 0;
        std::uint64_t question = 0;
        std::optional<Endpoint> endpoint;  ///< nothing: the name is not known
    };

    static Result<std::unique_ptr<Resolver>> create();
    Resolver(const Resolver&) = delete;
    Resolver& operator=(const Resolver&) = delete;
    ~Resolver();

    void ask(std::uint32_t stream, std::uint64_t question, std::string host, std::uint16_t port);

    /// Readable when there are answers.
    int fd() const { return answered_.get(); }

    std::optional<Answer> next();

private:
    explicit Resolver(UniqueFd answered);

    struct Question {
        std::uint32_t stream = 0;
        std::uint64_t question = 0;
        std::string host;
        std::uint16_t port = 0;
    };

    void run(const std::stop_token& stop);

    UniqueFd answered_;
    BoundedQueue<Question> questions_{4096, WhenFull::DropOldest};
    BoundedQueue<Answer> answers_{4096, WhenFull::DropOldest};
    Worker worker_;
};

}  // namespace proviso::ingest
