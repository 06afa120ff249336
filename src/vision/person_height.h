#pragma once

#include <optional>

namespace proviso::vision {

/// How tall people look at each row of a camera's picture: a line learned of people that were seen
/// beyond doubt, because people walk on the ground and the ground is mostly flat. Fractions of the
/// height of the picture.
class PersonHeight {
public:
    /// Somebody with the feet at `foot` is `height` tall.
    void learn(float foot, float height);

    /// Nothing before enough people were seen.
    std::optional<float> at(float foot) const;

    void forget() { *this = PersonHeight(); }

private:
    void fit();

    double count_ = 0;
    double foot_ = 0;  // sums
    double foot_foot_ = 0;
    double height_ = 0;
    double foot_height_ = 0;
    double slope_ = 0;
    double base_ = 0;
};

}  // namespace proviso::vision
