#include <algorithm>

#include "handlers.h"
#include "route.h"

namespace proviso::api {

namespace {

using identity::Role;

constexpr Roles kPublic{};
constexpr Roles kEverybody{Role::Viewer, Role::Operator, Role::Officer, Role::Auditor, Role::Admin};
constexpr Roles kAllButViewers{Role::Operator, Role::Officer, Role::Auditor, Role::Admin};
/// Officers and auditors judge without watching: they have no video at all.
constexpr Roles kWatchLive{Role::Viewer, Role::Operator, Role::Admin};
constexpr Roles kWatchRecorded{Role::Operator, Role::Admin};
constexpr Roles kReadRegisters{Role::Officer, Role::Auditor, Role::Admin};
constexpr Roles kWriteRegisters{Role::Officer, Role::Admin};
/// Officers agree without watching; auditors only read what was agreed to.
constexpr Roles kAgree{Role::Operator, Role::Officer, Role::Admin};
constexpr Roles kDecideMatches{Role::Operator, Role::Officer, Role::Admin};
constexpr Roles kMetrics{Role::Operator, Role::Auditor, Role::Admin};
constexpr Roles kAdmins{Role::Admin};

constexpr std::size_t kSmallBody = 16U << 10U;
constexpr std::size_t kIdsBody = 64U << 10U;
constexpr std::size_t kLargeBody = 1U << 20U;
constexpr std::size_t kPicturesBody = 16U << 20U;
constexpr std::size_t kPackBody = 4U << 20U;

/// Writes one line of the table.
class Line {
public:
    explicit Line(Route& route) : route_(route) {}

    Line& success(int status) { return put(route_.success, status); }

    Line& query(std::vector<std::string> names) { return put(route_.query, std::move(names)); }

    Line& json(std::size_t limit = kSmallBody) { return body(BodyType::Json, limit); }

    Line& yaml(std::size_t limit) { return body(BodyType::Yaml, limit); }

    Line& leaves(std::string_view entry) { return put(route_.ledger, entry); }

    Line& also(std::vector<int> statuses) { return put(route_.also, std::move(statuses)); }

    Line& lane(Lane lane) { return put(route_.lane, lane); }

    Line& websocket() { return put(route_.websocket, true); }

    Line& bearer() { return put(route_.bearer, true); }

    Line& secret_link() { return put(route_.secret_link, true); }

    Line& before_password_change() { return put(route_.before_password_change, true); }

private:
    Line& body(BodyType type, std::size_t limit) {
        route_.body_limit = limit;
        return put(route_.body, type);
    }

    template <class T>
    Line& put(T& field, T value) {
        field = std::move(value);
        return *this;
    }

    Route& route_;
};

std::vector<std::string_view> pieces_of(std::string_view pattern) {
    std::vector<std::string_view> pieces;
    pattern.remove_prefix(1);
    while (true) {
        auto end = pattern.find('/');
        pieces.push_back(pattern.substr(0, end));
        if (end == std::string_view::npos) return pieces;
        pattern.remove_prefix(end + 1);
    }
}

std::vector<Route> make_routes() {
    using enum Method;
    using enum Scope;
    std::vector<Route> table;
    table.reserve(128);
    auto add = [&table](
                   Method method,
                   std::string_view pattern,
                   std::string_view operation,
                   Roles roles,
                   Scope scope,
                   Handler handler
               ) {
        Route route;
        route.method = method;
        route.pattern = pattern;
        route.pieces = pieces_of(pattern);
        route.operation = operation;
        route.roles = roles;
        route.scope = scope;
        route.handler = handler;
        return Line(table.emplace_back(std::move(route)));
    };
    add(Post, "/api/session", "signIn", kPublic, None, sign_in)
        .json()
        .also({401, 403, 429})
        .lane(Lane::Password)
        .before_password_change();
    add(Get, "/api/session", "getSession", kEverybody, None, get_session).before_password_change();
    add(Delete, "/api/session", "signOut", kEverybody, None, sign_out)
        .success(204)
        .before_password_change();
    add(Post, "/api/session/password", "changePassword", kEverybody, None, change_password)
        .json()
        .also({429})
        .lane(Lane::Password)
        .before_password_change();

    add(Get, "/api/users", "listUsers", kAdmins, House, list_users);
    add(Post, "/api/users", "createUser", kAdmins, House, create_user)
        .success(201)
        .json(kLargeBody)
        .leaves("user.created")
        .also({409})
        .lane(Lane::Password);
    add(Patch, "/api/users/{id}", "updateUser", kAdmins, House, update_user)
        .json(kLargeBody)
        .leaves("user.changed")
        .also({409});
    add(Post, "/api/users/{id}/reset-password", "resetPassword", kAdmins, House, reset_password)
        .leaves("user.changed")
        .also({409})
        .lane(Lane::Password);

    add(Get, "/api/status", "getStatus", kEverybody, Filtered, get_status);
    add(Get, "/api/events", "watchEvents", kEverybody, None, watch_events).also({429});
    add(Get, "/metrics", "getMetrics", kMetrics, Filtered, get_metrics).bearer();
    add(Get, "/api/metrics", "scrapeMetrics", kMetrics, Filtered, get_metrics).bearer();

    add(Get, "/api/sites", "listSites", kEverybody, Filtered, list_sites);
    add(Get, "/api/cameras", "listCameras", kEverybody, Filtered, list_cameras);
    add(Get, "/api/cameras/{camera}", "getCamera", kEverybody, Camera, get_camera);
    add(Get, "/api/cameras/{camera}/timeline", "getTimeline", kAllButViewers, Camera, get_timeline)
        .query({"stream", "from", "to"});
    add(Get, "/api/cameras/{camera}/days", "getDays", kAllButViewers, Camera, get_days)
        .query({"stream", "from", "to"});
    add(Get, "/api/cameras/{camera}/playback", "getPlayback", kWatchRecorded, Camera, get_playback)
        .query({"stream", "from", "to", "origin", "track", "clear"})
        .leaves("view")
        .also({409})
        .lane(Lane::Media);
    add(Get, "/api/cameras/{camera}/live", "watchLive", kWatchLive, Camera, watch_live)
        .success(101)
        .query({"stream", "clear"})
        .leaves("view")
        .also({426, 429})
        .websocket();

    add(Get, "/api/review", "listReview", kAllButViewers, Filtered, list_review)
        .query({"camera", "severity", "kind", "zone", "from", "to", "viewed", "limit", "before"});
    add(Post, "/api/review/viewed", "markViewed", kWatchRecorded, Filtered, mark_viewed)
        .json(kIdsBody);
    add(Post, "/api/review/{id}/judgement", "judgeReview", kWatchRecorded, Filtered, judge_review)
        .json()
        .leaves("alert.judged")
        .also({409});
    add(Get,
        "/api/review/{id}/picture.jpg",
        "getReviewPicture",
        kWatchRecorded,
        Filtered,
        get_review_picture)
        .leaves("view")
        .lane(Lane::Media);
    add(Get, "/api/tracks", "listTracks", kAllButViewers, Filtered, list_tracks)
        .query(
            {"camera",
             "kind",
             "zone",
             "colour",
             "direction",
             "min_seconds",
             "from",
             "to",
             "limit",
             "before"}
        );
    add(Get,
        "/api/tracks/{id}/picture.jpg",
        "getTrackPicture",
        kWatchRecorded,
        Filtered,
        get_track_picture)
        .leaves("view")
        .lane(Lane::Media);
    add(Get, "/api/cameras/{camera}/activity", "getActivity", kAllButViewers, Camera, get_activity)
        .query({"from", "to", "step"});
    add(Get, "/api/cameras/{camera}/heat", "getHeat", kAllButViewers, Camera, get_heat)
        .query({"from", "to"});
    add(Get, "/api/cameras/{camera}/analytics", "getAnalytics", kEverybody, Camera, get_analytics);
    add(Get, "/api/cameras/{camera}/boxes", "watchBoxes", kWatchLive, Camera, watch_boxes)
        .success(101)
        .leaves("view")
        .also({426, 429})
        .websocket();
    add(Get, "/api/accuracy", "getAccuracy", kAllButViewers, Filtered, get_accuracy);
    add(Post, "/api/accuracy/resume", "resumeRule", kWriteRegisters, Filtered, resume_rule)
        .success(204)
        .json()
        .leaves("rule.resumed")
        .also({404, 409});

    add(Get, "/api/galleries", "listGalleries", kReadRegisters, House, list_galleries);
    add(Put, "/api/galleries/{id}", "putGallery", kWriteRegisters, House, put_gallery)
        .json(kIdsBody)
        .leaves("gallery.changed")
        .also({409});
    add(Delete, "/api/galleries/{id}", "removeGallery", kWriteRegisters, House, remove_gallery)
        .success(204)
        .leaves("gallery.removed")
        .also({409});
    add(Post,
        "/api/galleries/{id}/approval",
        "approveGallery",
        kWriteRegisters,
        House,
        approve_gallery)
        .leaves("gallery.approved")
        .also({409});
    add(Get,
        "/api/galleries/{id}/people",
        "listGalleryPeople",
        kWriteRegisters,
        House,
        list_gallery_people)
        .leaves("gallery.read");
    add(Post, "/api/galleries/{id}/people", "enrolPerson", kWriteRegisters, House, enrol_person)
        .success(201)
        .json(kPicturesBody)
        .leaves("person.enrolled")
        .also({409})
        .lane(Lane::Media);
    add(Delete,
        "/api/galleries/{id}/people/{person}",
        "removePerson",
        kWriteRegisters,
        House,
        remove_person)
        .success(204)
        .leaves("person.removed")
        .also({409});
    add(Post,
        "/api/galleries/{id}/people/{person}/approval",
        "approvePerson",
        kWriteRegisters,
        House,
        approve_person)
        .leaves("person.approved")
        .also({409});
    add(Post,
        "/api/galleries/{id}/people/{person}/review",
        "reviewPerson",
        kWriteRegisters,
        House,
        review_person)
        .json()
        .leaves("person.reviewed")
        .also({409});
    add(Get,
        "/api/galleries/{id}/threshold_figures",
        "getThresholdFigures",
        kReadRegisters,
        House,
        get_threshold_figures);
    add(Get, "/api/matches", "listMatches", kDecideMatches, Filtered, list_matches)
        .query({"camera", "gallery", "state", "limit", "before"})
        .leaves("matches.read");
    add(Post, "/api/matches/{id}/decision", "decideMatch", kDecideMatches, Filtered, decide_match)
        .json()
        .leaves("match.decided")
        .also({409});

    add(Get, "/api/lifts", "listLifts", kAllButViewers, Filtered, list_lifts);
    add(Post, "/api/lifts", "beginLift", kWatchRecorded, Filtered, begin_lift)
        .success(201)
        .json()
        .leaves("lift.begun")
        .also({202, 404, 409});
    add(Post, "/api/lifts/{id}/end", "endLift", kAgree, Filtered, end_lift)
        .leaves("lift.ended")
        .also({409});
    add(Post, "/api/lifts/{id}/review", "reviewLift", kAgree, Filtered, review_lift)
        .json()
        .leaves("lift.reviewed")
        .also({409});
    add(Get, "/api/approvals", "listApprovals", kAllButViewers, Filtered, list_approvals);
    add(Post, "/api/approvals/{id}/decision", "decideApproval", kAgree, Filtered, decide_approval)
        .json()
        .leaves("approval.given")
        .also({409});
    add(Delete,
        "/api/approvals/{id}",
        "withdrawApproval",
        kWatchRecorded,
        Filtered,
        withdraw_approval)
        .success(204)
        .leaves("approval.withdrawn")
        .also({409});

    add(Get, "/api/exports", "listExports", kAllButViewers, Filtered, list_exports);
    add(Post, "/api/exports", "startExport", kWatchRecorded, Filtered, start_export)
        .success(202)
        .json()
        .leaves("export.requested")
        .also({404, 409});
    add(Get, "/api/exports/{id}", "getExport", kAllButViewers, Filtered, get_export);
    add(Delete, "/api/exports/{id}", "removeExport", kWatchRecorded, Filtered, remove_export)
        .success(204)
        .leaves("export.removed")
        .also({409});
    add(Get, "/api/exports/{id}/bundle", "downloadExport", kWatchRecorded, Filtered, download_export
    )
        .leaves("export.downloaded")
        .also({206, 409, 416})
        .lane(Lane::Media);

    add(Get, "/api/compliance/matrix", "getMatrix", kAllButViewers, Filtered, get_matrix)
        .query({"on"});
    add(Get,
        "/api/compliance/cameras/{camera}",
        "getCameraCompliance",
        kEverybody,
        Camera,
        get_camera_compliance)
        .query({"on"});

    add(Get, "/api/law/packs", "getPacks", kReadRegisters, House, get_packs);
    add(Post, "/api/law/packs", "importPack", kWriteRegisters, House, import_pack)
        .json(kPackBody)
        .leaves("pack.announced")
        .also({409});
    add(Post, "/api/law/packs/approve", "approvePacks", kWriteRegisters, House, approve_packs)
        .leaves("pack.approved")
        .also({409});
    add(Post, "/api/law/packs/withdraw", "withdrawPacks", kWriteRegisters, House, withdraw_packs)
        .leaves("pack.withdrawn")
        .also({409});
    add(Get,
        "/api/law/packs/difference",
        "getPackDifference",
        kReadRegisters,
        House,
        get_pack_difference)
        .query({"on", "months"})
        .also({404});
    add(Post, "/api/law/packs/difference", "previewPack", kWriteRegisters, House, preview_pack)
        .query({"on", "months"})
        .json(kPackBody);
    add(Get, "/api/law/horizon", "getHorizon", kReadRegisters, House, get_horizon)
        .query({"on", "months"});
    add(Get,
        "/api/law/horizon.ics",
        "getHorizonCalendar",
        kReadRegisters,
        House,
        get_horizon_calendar)
        .query({"on", "months"});
    add(Get, "/api/law/calendar-link", "getCalendarLink", kReadRegisters, House, get_calendar_link);
    add(Post,
        "/api/law/calendar-link",
        "makeCalendarLink",
        kWriteRegisters,
        House,
        make_calendar_link)
        .success(201)
        .leaves("calendar.made");
    add(Delete,
        "/api/law/calendar-link",
        "revokeCalendarLink",
        kWriteRegisters,
        House,
        revoke_calendar_link)
        .success(204)
        .leaves("calendar.revoked")
        .also({404});
    add(Get, "/api/law/calendar.ics", "getCalendar", kPublic, None, get_calendar)
        .query({"token"})
        .also({404})
        .secret_link()
        .before_password_change();
    add(Get, "/api/law/questions", "listQuestions", kReadRegisters, House, list_questions);
    add(Patch, "/api/law/questions/{id}", "changeQuestion", kWriteRegisters, House, change_question)
        .json()
        .leaves("question.changed");
    add(Post,
        "/api/law/questions/{id}/answer",
        "answerQuestion",
        kWriteRegisters,
        House,
        answer_question)
        .json()
        .leaves("config")
        .also({409});

    add(Get, "/api/documents", "getDocuments", kReadRegisters, House, get_documents)
        .query({"kind", "name"})
        .also({404});
    add(Post, "/api/documents/apply", "applyDocuments", kWriteRegisters, House, apply_documents)
        .query({"dry_run", "reason"})
        .yaml(kLargeBody)
        .leaves("config")
        .also({409});
    add(Post,
        "/api/records/{name}/withdraw",
        "withdrawRecord",
        kWriteRegisters,
        House,
        withdraw_record)
        .json()
        .leaves("config")
        .also({409});
    add(Delete,
        "/api/documents/{kind}/{name}",
        "removeDocument",
        kWriteRegisters,
        House,
        remove_document)
        .query({"reason"})
        .leaves("config")
        .also({409});
    add(Get,
        "/api/documents/{kind}/{name}/history",
        "getDocumentHistory",
        kReadRegisters,
        House,
        get_document_history);

    add(Get, "/api/ledger", "getLedger", kReadRegisters, House, get_ledger);
    add(Get, "/api/ledger/entries", "listEntries", kReadRegisters, House, list_entries)
        .query({"before", "limit", "type", "camera"});
    add(Get, "/api/ledger/entries/{index}", "getEntry", kReadRegisters, House, get_entry);
    add(Get, "/api/ledger/entries/{index}/proof", "proveEntry", kReadRegisters, House, prove_entry)
        .lane(Lane::Patient);
    add(Get,
        "/api/ledger/entries/{index}/personal",
        "readPersonal",
        kReadRegisters,
        House,
        read_personal)
        .leaves("personal.read");
    add(Get, "/api/ledger/consistency", "proveConsistency", kReadRegisters, House, prove_consistency
    )
        .query({"from", "to"});
    return table;
}

bool fits(
    const std::vector<std::string_view>& pattern,
    const std::vector<std::string>& path,
    std::vector<std::string>& parameters
) {
    if (pattern.size() != path.size()) return false;
    for (std::size_t i = 0; i < path.size(); ++i) {
        if (pattern[i].front() != '{' && pattern[i] != path[i]) return false;
    }
    for (std::size_t i = 0; i < path.size(); ++i) {
        if (pattern[i].front() == '{') parameters.push_back(path[i]);
    }
    return true;
}

}  // namespace

std::string_view to_string(Scope scope) {
    switch (scope) {
        case Scope::None: return "none";
        case Scope::Camera: return "camera";
        case Scope::Filtered: return "filtered";
        case Scope::House: return "house";
    }
    return "none";
}

std::vector<int> Route::statuses() const {
    std::vector<int> all{success, 400, 500, 503};
    if (!roles.is_public()) all.insert(all.end(), {401, 403});
    if (pattern.find('{') != std::string_view::npos) all.push_back(404);
    if (body != BodyType::None) all.insert(all.end(), {413, 415});
    all.insert(all.end(), also.begin(), also.end());
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    return all;
}

std::span<const Route> routes() {
    static const auto kTable = make_routes();
    return kTable;
}

Match find_route(Method method, std::string_view path) {
    Match match;
    auto segments = split_path(path);
    if (!segments || segments->empty()) return match;
    for (const auto& route : routes()) {
        std::vector<std::string> parameters;
        if (!fits(route.pieces, *segments, parameters)) continue;
        if (route.method == method) {
            match.route = &route;
            match.parameters = std::move(parameters);
            return match;
        }
        match.allowed.push_back(route.method);
    }
    return match;
}

}  // namespace proviso::api
