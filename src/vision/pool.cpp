#include <algorithm>
#include <atomic>
#include <cerrno>
#include <map>
#include <thread>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <proviso/base/file.h>
#include <proviso/base/log.h>
#include <proviso/vision/pool.h>

#include "eye_slot.h"
#include "observation_message.h"

namespace proviso::vision {
namespace {

/// A JPEG from outside is no larger.
constexpr std::size_t kMostUpload = 32U << 20U;

Error refused(std::string_view what) {
    return {
        ErrorKind::Refused,
        "there is no valid permit for " + std::string(what) + " at this camera",
        "ask the gate again"};
}

/// VIS-10
Result<> check_permits(
    const LookPermits& permits, const CameraId& camera, const EyeConfig& config
) {
    for (const auto& permit : permits.analyse) {
        if (permit->act().camera != camera) return refused("looking");
    }
    if (permits.identify && permits.identify->act().camera != camera) return refused("looking");
    auto need = [&](bool wanted, std::string_view kind) -> Result<> {
        if (wanted && !permits.permits(kind)) return refused(kind);
        return {};
    };
    PROVISO_TRY(need(true, "motion"));
    PROVISO_TRY(need(config.detect, "object_detection"));
    PROVISO_TRY(need(config.detect && !permits.permits("counting"), "tracking"));
    PROVISO_TRY(need(config.static_objects, "abandoned_object"));
    PROVISO_TRY(need(config.health, "tamper"));
    PROVISO_TRY(need(config.faces && !permits.identify, "face_detection"));
    if (config.embed && !permits.identify) return refused("making templates of faces");
    return {};
}

Result<UniqueFd> in_memory(ByteView bytes) {
    UniqueFd fd(::memfd_create("proviso-picture", MFD_CLOEXEC));
    if (!fd.valid()) return errno_error("make room for a picture", errno);
    PROVISO_TRY(write_all(fd.get(), bytes));
    return fd;
}

}  // namespace

bool LookPermits::valid(MonoTime now) const {
    if (identify && !identify->valid(now)) return false;
    return std::ranges::all_of(analyse, [now](const auto& permit) { return permit->valid(now); });
}

bool LookPermits::permits(std::string_view kind) const {
    return std::ranges::any_of(analyse, [kind](const auto& permit) {
        return permit->act().kind == kind;
    });
}

std::string_view to_string(LookState state) {
    switch (state) {
        case LookState::Waiting: return "waiting";
        case LookState::Looking: return "looking";
        case LookState::Ended: return "ended";
        case LookState::Broken: return "broken";
    }
    return "waiting";
}

struct Pool::Inside {
    struct Running {
        LookPtr look;
        EyeSlot* slot = nullptr;
    };

    Inside(PoolOptions given, LookSink& told, const Clock& by)
        : options(std::move(given)), sink(told), clock(by) {}

    /// Where suspects and pictures from outside go: started when first needed.
    Result<EyeSlot*> oddities() {
        return isolation.with([this](auto& slot) -> Result<EyeSlot*> {
            if (!slot) {
                slot = PROVISO_TRY(EyeSlot::open(options, "vision-odd", clock, nullptr));
            }
            return slot.get();
        });
    }

    void isolate(const LookPtr& look) {
        auto slot = oddities();
        if (!slot) {
            look->end(LookState::Broken, slot.error().story());
            return;
        }
        bool still_wanted = running.with([&](auto& all) {
            auto found = all.find(look->camera());
            if (found == all.end() || found->second.look != look) return false;
            found->second.slot = *slot;
            return true;
        });
        if (!still_wanted) return;
        log_warning(
            "camera {}: looked at by a worker of its own from now on", look->camera().text()
        );
        (*slot)->add(look);
    }

    const PoolOptions options;
    LookSink& sink;
    const Clock& clock;
    std::atomic<std::uint32_t> next_look{1};
    std::atomic<std::uint64_t> next_request{1};
    Guarded<std::map<CameraId, Running>> running;
    // Slots end before what their pumps use: declared last. The isolation goes after those that
    // may hand over to it.
    Guarded<std::unique_ptr<EyeSlot>> isolation;
    std::vector<std::unique_ptr<EyeSlot>> slots;
};

Pool::Pool(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}

Pool::~Pool() = default;

Result<std::unique_ptr<Pool>> Pool::open(PoolOptions options, LookSink& sink, const Clock& clock) {
    if (options.workers < 0 || options.workers > 64) {
        return invalid_input("a machine has 0 to 64 vision workers", "0 means one a processor");
    }
    if (options.workers == 0) {
        options.workers = std::clamp(static_cast<int>(std::thread::hardware_concurrency()), 1, 64);
    }
    auto inside = std::make_unique<Inside>(std::move(options), sink, clock);
    auto& self = *inside;
    for (int i = 0; i < self.options.workers; ++i) {
        self.slots.push_back(PROVISO_TRY(EyeSlot::open(
            self.options,
            "vision-" + std::to_string(i),
            clock,
            [&self](const LookPtr& look) { self.isolate(look); }
        )));
    }
    return std::unique_ptr<Pool>(new Pool(std::move(inside)));
}

Result<> Pool::look(
    std::shared_ptr<const LookPermits> permits,
    const media::StreamKey& stream,
    const EyeConfig& config
) {
    auto& self = *inside_;
    PROVISO_TRY(check_permits(*permits, stream.camera, config));
    if (!permits->valid(self.clock.monotonic())) return refused("looking");
    auto look = std::make_shared<LookRecord>(
        self.next_look++, stream, std::move(permits), config, self.sink, self.clock
    );
    auto before = self.running.with([&](auto& all) {
        auto& entry = all[stream.camera];
        auto old = entry;
        entry.look = look;
        auto least =
            std::ranges::min_element(self.slots, {}, [](auto& slot) { return slot->size(); });
        if (entry.slot == nullptr) entry.slot = least->get();
        return old;
    });
    if (before.look) {
        before.look->end(LookState::Ended, "looked at in another way now");
        before.slot->remove(before.look->id());
    }
    auto slot = self.running.with([&](auto& all) { return all[stream.camera].slot; });
    slot->add(std::move(look));
    return {};
}

void Pool::stop(const CameraId& camera) {
    auto was = inside_->running.with([&](auto& all) {
        auto node = all.extract(camera);
        return node.empty() ? Inside::Running() : node.mapped();
    });
    if (!was.look) return;
    was.look->end(LookState::Ended, "stopped");
    was.slot->remove(was.look->id());
}

void Pool::on_packet(const media::StreamKey& stream, const media::PacketPtr& packet) {
    auto now = inside_->running.with([&](const auto& all) {
        auto found = all.find(stream.camera);
        return found == all.end() ? Inside::Running() : found->second;
    });
    if (!now.look || now.look->stream() != stream || !now.look->permitted()) return;
    now.slot->push(*now.look, *packet);
}

Result<std::uint64_t> Pool::request_picture(
    const CameraId& camera, std::span<const behaviour::TrackId> highlight, int width
) {
    auto now = inside_->running.with([&](const auto& all) {
        auto found = all.find(camera);
        return found == all.end() ? Inside::Running() : found->second;
    });
    if (!now.look || !now.look->permitted()) {
        return Error(ErrorKind::NotFound, "nobody looks at this camera");
    }
    auto request = inside_->next_request++;
    now.look->expect_picture(request);
    now.slot->ask(
        {now.look->id(),
         request,
         static_cast<std::uint32_t>(std::clamp(width, 64, 8192)),
         {highlight.begin(), highlight.end()}}
    );
    return request;
}

Result<FacesRead> Pool::read_faces(
    const law::Permit<law::Enrol>& permit,
    ByteView jpeg,
    const FaceReaderConfig& config,
    milliseconds patience
) {
    if (!permit.valid(inside_->clock.monotonic())) return refused("enrolling");
    if (jpeg.size() > kMostUpload) {
        return Error(ErrorKind::TooLarge, "the picture is larger than 32 MiB", "make it smaller");
    }
    ReadFaces message{inside_->next_request++, config, {}};
    message.config.card_folder.clear();
    message.config.model_folder.clear();
    message.config.files.clear();
    std::vector<UniqueFd> fds;
    auto pass = [&](std::string name, UniqueFd fd) -> Result<> {
        struct stat facts {};
        if (::fstat(fd.get(), &facts) != 0) return errno_error("look at a file", errno);
        message.files.push_back({std::move(name), static_cast<std::uint64_t>(facts.st_size)});
        fds.push_back(std::move(fd));
        return {};
    };
    const auto paths = PROVISO_TRY(files_of(config));
    for (const auto& path : paths) {
        auto file = PROVISO_TRY(open_file(path, O_RDONLY));
        PROVISO_TRY(pass(path.filename().string(), std::move(file)));
    }
    auto picture = PROVISO_TRY(in_memory(jpeg));
    PROVISO_TRY(pass("picture", std::move(picture)));
    auto* slot = PROVISO_TRY(inside_->oddities());
    auto answer = slot->ask(std::move(message), std::move(fds));
    if (answer.wait_for(patience) != std::future_status::ready) {
        return Error(ErrorKind::Timeout, "the picture was not read in time", "try again");
    }
    Bytes bytes;
    try {
        bytes = answer.get();
    } catch (const std::future_error&) {
        return Error(ErrorKind::Unavailable, "the worker ended over this picture");
    }
    if (bytes.empty()) {
        return invalid_input("the picture could not be read", "give an undamaged JPEG");
    }
    auto faces = decode_faces(bytes);
    std::fill(bytes.begin(), bytes.end(), std::uint8_t{0});
    return faces;
}

std::vector<LookStatus> Pool::status() const {
    return inside_->running.with([](const auto& all) {
        std::vector<LookStatus> list;
        for (const auto& [camera, running] : all) list.push_back(running.look->status());
        return list;
    });
}

std::vector<pid_t> Pool::pids() const {
    std::vector<pid_t> pids;
    for (const auto& slot : inside_->slots) pids.push_back(slot->pid());
    inside_->isolation.with([&](const auto& slot) {
        if (slot) pids.push_back(slot->pid());
    });
    return pids;
}

}  // namespace proviso::vision
