#pragma once

#include <proviso/behaviour/tracker.h>

namespace proviso::behaviour {

/// Place and pace along one axis: a Kalman filter for things that keep their pace about.
struct Axis {
    float place = 0;
    float pace = 0;
    float place_variance = 0;
    float covariance = 0;
    float pace_variance = 0;

    /// `acceleration` squared is the power of the noise on the pace.
    void predict(float seconds, float acceleration);
    void correct(float measured, float noise);
    /// Things that are not seen are not believed to go on for ever.
    void tire(float seconds);
};

/// A size that wanders.
struct Extent {
    float size = 0;
    float variance = 0;

    void predict(float seconds, float wander);
    void correct(float measured, float noise);
};

/// One thing over time. Lengths are in heights of the picture on both axes.
class Track {
public:
    Track(TrackId id, const Detection& first, Timestamp wall, float aspect);

    void predict(float seconds, const TrackerConfig& config);
    void correct(const Detection& seen, Timestamp wall, float aspect, const TrackerConfig& config);
    /// Not looked for, and nothing moved there: it stands where it was.
    void hold(Timestamp wall);
    void miss();
    /// `clear`: nothing else stands in its box, so the colours are its own.
    void learn_colours(const Detection& seen, bool clear);

    Box box(float aspect) const;
    /// Distance of a box from where it should be, in variances (two degrees of freedom).
    float surprise(const Box& box, float aspect, const TrackerConfig& config) const;
    /// How differently large, as a natural logarithm.
    float size_change(const Box& box, float aspect) const;
    float colours_differ(const Detection& seen) const;  ///< 0..1; 0.2 if one has no colours
    TrackView view(float aspect) const;

    bool stationary() const { return stationary_; }

    bool confirmed() const { return confirmed_; }

    bool lost() const { return lost_; }

    bool left_picture(float aspect) const;

    TrackId id() const { return id_; }

    ObjectClass kind() const { return kind_; }

    Timestamp seen() const { return seen_; }

    Timestamp seen_well() const { return seen_well_; }

    void shift_clock(microseconds by);

private:
    float own_size() const;
    void note_standing(Timestamp wall, microseconds after);

    TrackId id_;
    ObjectClass kind_;
    Axis x_;  // centre
    Axis y_;
    Extent w_;
    Extent h_;
    float score_;
    int looks_ = 1;
    bool confirmed_ = false;
    bool lost_ = false;
    bool stationary_ = false;
    bool lying_ = false;
    Timestamp first_seen_;
    Timestamp seen_;
    Timestamp seen_well_;
    Point anchor_;  // where it stands, while it does
    Timestamp anchored_;
    std::optional<Appearance> colours_;
};

}  // namespace proviso::behaviour
