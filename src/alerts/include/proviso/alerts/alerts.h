#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <variant>

#include <proviso/alerts/records.h>
#include <proviso/alerts/sighting_sink.h>
#include <proviso/keys/key_store.h>
#include <proviso/ledger/ledger.h>
#include <proviso/store/database.h>

namespace proviso::alerts {

enum class Stage { New, Update, End };

/// As Frigate's "new", "update", "end".
std::string_view to_string(Stage stage);

struct ReviewChange {
    Stage stage = Stage::New;
    ReviewItem before;  ///< as `after` for New
    ReviewItem after;
};

struct TrackChange {
    Stage stage = Stage::New;
    TrackRecord before;
    TrackRecord after;
};

/// What a camera shows now, told when it changes.
struct SceneChange {
    CameraId camera;
    bool motion = false;
    /// Objects in sight by kind, with those that went to zero since the last time.
    std::vector<std::pair<std::string, int>> objects;
    std::optional<Severity> review;  ///< of the item that is open
};

using Change = std::variant<ReviewChange, TrackChange, SceneChange>;

/// How long what belongs to a camera may live.
struct Keep {
    CameraId camera;
    std::int64_t days = 0;
    bool legal_hold = false;
};

/// The last observation of a camera, for whoever draws boxes.
class BoxFeed {
public:
    BoxFeed() = default;
    BoxFeed(const BoxFeed&) = delete;
    BoxFeed& operator=(const BoxFeed&) = delete;
    virtual ~BoxFeed() = default;

    /// The newest one not yet taken; null if there is none.
    virtual std::shared_ptr<const behaviour::Observation> next() = 0;
};

struct AlertsOptions {
    std::filesystem::path pictures;  ///< folder of the sealed pictures
    std::chrono::milliseconds flush{500};
    /// No rule is suspended on fewer judgements (true or false) than these.
    std::uint64_t least_judgements = 20;
};

/// Keeps what the eyes saw: review items, objects, activity, judgements and the precision of every
/// rule. Thread-safe. What observations say is in the database within `flush`; what people say is
/// there when the call returns.
class Alerts final : public SightingSink {
public:
    static Result<std::unique_ptr<Alerts>> open(
        AlertsOptions options,
        store::Database& database,
        keys::KeyStore& keys,
        ledger::Ledger& ledger,
        const Clock& clock
    );
    ~Alerts() override;

    void configured(const CameraId& camera, WatchedCamera watched) override;
    std::vector<behaviour::TrackId> observed(
        const CameraId& camera, const behaviour::Observation& observation
    ) override;
    bool found(const CameraId& camera, const behaviour::Finding& finding) override;
    void counted(const CameraId& camera, Timestamp at, std::span<const PassageCount> counts)
        override;
    void pictured(const CameraId& camera, MaskedPicture picture) override;
    void closed(const CameraId& camera, Timestamp at) override;
    bool suspended(const CameraId& camera, std::string_view rule) const override;

    Result<Page<ReviewItem>> reviews(const ReviewQuery& query) const;
    Result<std::optional<ReviewItem>> review(const std::string& id) const;
    Result<Page<TrackRecord>> tracks(const TrackQuery& query) const;
    Result<std::optional<TrackRecord>> track(const std::string& id) const;
    /// The JPEG of an item or object. NotFound if there is none, or its key is destroyed.
    Result<Bytes> picture(const std::string& id) const;

    /// How many changed. Ids outside of `scope` are passed over.
    Result<std::size_t> mark_viewed(
        const std::vector<std::string>& ids, bool viewed, const CameraScope& scope
    );
    /// What a person says of the findings of an item (of `rule`, if not empty). NotFound if there
    /// are none, Conflict for what no person can judge. A rule whose precision is surely below its
    /// floor is suspended before this returns, ledger entry "rule.suspended".
    Result<ReviewItem> judge(const std::string& id, Judgement judgement, const std::string& rule);
    Result<std::vector<Accuracy>> accuracy(const CameraScope& scope) const;
    /// Conflict if it is not suspended.
    Result<> resume(const CameraId& camera, const std::string& rule);

    /// One value per `step` (whole minutes): the largest share of the picture that moved at once;
    /// nothing where nobody looked.
    Result<std::vector<std::optional<double>>> activity(
        const CameraId& camera, Timestamp from, Timestamp to, std::chrono::minutes step
    ) const;
    /// Whole hours that [from, to) touches.
    Result<Heat> heat(const CameraId& camera, Timestamp from, Timestamp to) const;
    Result<std::vector<Passages>> passages(const CameraId& camera, Day day) const;
    Result<std::vector<CameraTally>> tally() const;

    std::shared_ptr<BoxFeed> boxes(const CameraId& camera, std::function<void()> wake);
    /// The model and rules a camera is looked at with; none: it is not looked at.
    std::optional<WatchedCamera> watched(const CameraId& camera) const;

    /// Called with every change after it is stored, from one thread.
    void on_change(std::function<void(const Change&)> listener);
    /// Writes what waits in memory, now.
    Result<> flush();

    /// Erases what is older than its camera's days, and whatever the key of its day is destroyed
    /// of. Of cameras without an entry in `keep`, what is older than `otherwise` days.
    Result<> expire(std::span<const Keep> keep, std::int64_t otherwise);

    /// Pictures that were thrown away because the disk was slower than the eyes.
    std::uint64_t pictures_dropped() const;

private:
    Alerts();
    struct Inside;
    std::unique_ptr<Inside> inside_;
};

}  // namespace proviso::alerts
