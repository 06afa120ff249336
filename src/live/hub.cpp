#include <map>
#include <shared_mutex>

#include <proviso/base/guarded.h>
#include <proviso/live/hub.h>

#include "stream.h"

namespace proviso::live {

namespace {

/// Keeps a viewer in its stream for as long as somebody holds this.
class Watching final : public Subscription {
public:
    Watching(std::shared_ptr<Stream> stream, std::shared_ptr<Viewer> viewer, const Clock& clock)
        : stream_(std::move(stream)), viewer_(std::move(viewer)), clock_(clock) {}

    ~Watching() override { stream_->remove(viewer_); }

    std::optional<Piece> next() override { return viewer_->next(clock_.monotonic()); }

    std::optional<std::string> ended() override { return viewer_->ended(clock_.monotonic()); }

    std::uint64_t dropped() const override { return viewer_->dropped(); }

private:
    std::shared_ptr<Stream> stream_;
    std::shared_ptr<Viewer> viewer_;
    const Clock& clock_;
};

}  // namespace

struct Hub::Inside {
    const Clock& clock;
    std::atomic<std::size_t> viewers{0};
    mutable std::shared_mutex mutex;
    std::map<media::StreamKey, std::shared_ptr<Stream>> streams;

    Guarded<std::function<void(const media::StreamKey&)>> watched;

    explicit Inside(const Clock& given) : clock(given) {}

    std::shared_ptr<Stream> find(const media::StreamKey& key) const {
        std::shared_lock lock(mutex);
        auto found = streams.find(key);
        return found == streams.end() ? nullptr : found->second;
    }

    std::shared_ptr<Stream> find_or_make(const media::StreamKey& key) {
        if (auto stream = find(key)) return stream;
        std::lock_guard lock(mutex);
        auto& stream = streams[key];
        if (!stream) stream = std::make_shared<Stream>(viewers);
        return stream;
    }
};

Hub::Hub(const Clock& clock) : inside_(std::make_unique<Inside>(clock)) {}

Hub::~Hub() = default;

void Hub::on_packet(const media::StreamKey& stream, const media::PacketPtr& packet) {
    inside_->find_or_make(stream)->on_packet(packet);
}

std::shared_ptr<Subscription> Hub::subscribe(
    const media::StreamKey& stream,
    std::shared_ptr<const law::Permit<law::View>> permit,
    std::function<void()> wake
) {
    bool shown = stream.kind == media::StreamKind::Masked || permit->act().clear;
    auto viewer = std::make_shared<Viewer>(std::move(permit), std::move(wake));
    auto found = inside_->find_or_make(stream);
    if (shown) {
        found->add(viewer);
        if (auto told = inside_->watched.copy()) told(stream);
    } else {
        viewer->end("People are shown masked here.");
    }
    return std::make_shared<Watching>(std::move(found), std::move(viewer), inside_->clock);
}

void Hub::remove(const media::StreamKey& stream, std::string_view words) {
    std::shared_ptr<Stream> gone;
    {
        std::lock_guard lock(inside_->mutex);
        auto found = inside_->streams.find(stream);
        if (found == inside_->streams.end()) return;
        gone = std::move(found->second);
        inside_->streams.erase(found);
    }
    gone->end(words);
}

std::shared_ptr<const media::CodecParameters> Hub::codec(const media::StreamKey& stream) const {
    auto found = inside_->find(stream);
    return found ? found->codec() : nullptr;
}

void Hub::on_watched(std::function<void(const media::StreamKey&)> listener) {
    inside_->watched.with([&](auto& kept) { kept = std::move(listener); });
}

std::vector<media::PacketPtr> Hub::last_group(const media::StreamKey& stream) const {
    auto found = inside_->find(stream);
    return found ? found->last_group() : std::vector<media::PacketPtr>();
}

std::size_t Hub::viewers(const media::StreamKey& stream) const {
    auto found = inside_->find(stream);
    return found ? found->viewers() : 0;
}

std::size_t Hub::viewers() const { return inside_->viewers; }

}  // namespace proviso::live
