#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <proviso/base/bytes.h>
#include <proviso/base/time.h>

namespace proviso::api {

struct Message {
    std::string text;                     ///< a text message, unless `binary` is set
    std::shared_ptr<const Bytes> binary;  ///< shared with other receivers, never copied
};

/// A conversation that goes on after the answer: live video, events. All calls but `wake` come
/// one at a time from the connection.
class Channel {
public:
    Channel() = default;
    Channel(const Channel&) = delete;
    Channel& operator=(const Channel&) = delete;
    virtual ~Channel() = default;

    /// `wake` may be called from any thread, also after the channel is gone.
    virtual void open(std::function<void()> wake) = 0;
    /// Called four times a second, so that what depends on time needs no thread of its own.
    virtual void tick(MonoTime now) = 0;
    /// The next message; nothing if there is none now.
    virtual std::optional<Message> next() = 0;
    /// Once next() has nothing more to give: the close code; nothing while it goes on.
    virtual std::optional<int> over() = 0;
};

}  // namespace proviso::api
