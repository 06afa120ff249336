#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <proviso/recognise/gallery.h>

namespace proviso::recognise {

/// Where and when a face was seen.
struct Sighting {
    Timestamp at;
    int picture_width = 0;
};

enum class MatchState {
    Proposed,   ///< a machine's guess: nobody may act on it
    Confirmed,  ///< by as many people as were needed
    Rejected,   ///< by a person
    Expired,    ///< nobody decided in time
};

std::string_view to_string(MatchState state);

/// A face that looked like somebody enrolled. A proposal until people decide.
struct Match {
    std::string id;  ///< 32 hexadecimal digits
    GalleryId gallery;
    PersonId person;
    CameraId camera;
    std::uint64_t track = 0;
    Timestamp at;      ///< first
    Timestamp last;    ///< of the best score so far
    double score = 0;  ///< best cosine of this track
    double threshold = 0;
    std::uint64_t decision = 0;  ///< ledger index of the permit it rests on
    MatchState state = MatchState::Proposed;
    int needed = 1;  ///< people who must confirm: 2 where a duty or record says so
    std::optional<UserId> first_by;
    std::optional<Timestamp> first_at;
    std::optional<UserId> second_by;
    std::optional<Timestamp> second_at;
};

using MatchProposal = Match;

/// A claim "this is that person", compared with that person's templates only.
struct Verification {
    bool accepted = false;
    double score = 0;
    double threshold = 0;
};

struct MatchFilter {
    std::optional<GalleryId> gallery;
    std::optional<CameraId> camera;
    std::optional<MatchState> state;
    std::optional<Timestamp> before;
    std::size_t limit = 100;  ///< at most 1000
};

Json to_json(const Match& match);

}  // namespace proviso::recognise
