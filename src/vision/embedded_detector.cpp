#include "embedded_detector.h"

#include <algorithm>
#include <cmath>

#include <opencv2/imgproc.hpp>

namespace proviso::vision {
namespace {

using behaviour::Box;
using behaviour::Detection;
using behaviour::ObjectClass;

constexpr float kAspect = 0.36F;  // width of a person over height
constexpr float kCore = 0.6F;     // of the width: where a body leaves no gaps
constexpr int kLeastHeight = 12;  // background pixels
constexpr std::size_t kMostBlobs = 24;
constexpr int kMostPerBlob = 10;
constexpr float kAlone = 2.2F;   // a blob this much wider than a person holds more than one
constexpr float kWider = 0.35F;  // how far a box follows its blob, in its own sizes
constexpr float kNarrower = 0.1F;
constexpr float kTaller = 0.12F;
constexpr float kLeastSeen = 0.35F;  // of a person at the edge of the picture
constexpr float kWide = 1.25F;       // width over height of what does not stand
constexpr float kBlobScore = 0.6F;   // of a blob that is known only by its shape
constexpr float kSure = 0.7F;
constexpr double kRecentSeconds = 2.5;
constexpr float kBelowWeight = 1.0F;
constexpr float kBelieved = 0.5F;
constexpr float kLeastFill = 0.38F;
constexpr float kPixelBudget = 160'000;  // of enlarged picture given to the classifier per look

float sum_of(const cv::Mat& integral, cv::Rect rect) {
    rect &= cv::Rect(0, 0, integral.cols - 1, integral.rows - 1);
    if (rect.empty()) return 0;
    return static_cast<float>(
        integral.at<int>(rect.y, rect.x) + integral.at<int>(rect.br().y, rect.br().x) -
        integral.at<int>(rect.y, rect.br().x) - integral.at<int>(rect.br().y, rect.x)
    );
}

float logistic(float x) { return 1 / (1 + std::exp(-x)); }

class EmbeddedDetector final : public Detector {
public:
    Result<std::vector<Detection>> detect(
        Canvas& canvas, std::span<const Box> regions, double seconds
    ) override;

    void rest(Canvas& canvas, double seconds) override {
        background_.take(
            canvas.planes(), seconds, keep_.size() == background_.size() ? keep_ : cv::Mat()
        );
    }

    float score() const override { return kBelieved; }

    void forget() override {
        background_.forget();
        height_.forget();
        before_.clear();
        recent_.clear();
        keep_.release();
    }

private:
    struct Person {
        cv::Rect2f box;    // background pixels
        float fill = 0;    // share of foreground in the middle
        float beside = 0;  // and around, 0..2
        float above = 0;
        float below = 0;
        float hog = -3;
        float own = 0;         // what this picture says
        float score = 0;       // with what those before said
        cv::Point2f velocity;  // background pixels per second
        ObjectClass kind = ObjectClass::Person;
    };

    struct Recent {
        cv::Rect2f box;
        double left = 0;  // seconds that it is remembered
    };

    void find_blobs(std::span<const Box> regions);
    void search(const Planes& picture, const cv::Rect& blob);
    void search_known(const Planes& picture, const cv::Rect& blob);
    void search_unknown(const Planes& picture, const cv::Rect& blob);
    void pick(std::vector<Person>& candidates, const cv::Rect& blob);
    void measure(Person& person) const;
    void refine(Person& person, const cv::Rect& blob) const;
    float memory_of(const cv::Rect2f& box) const;
    void judge_rest(const cv::Rect& blob, std::size_t first);
    void remember(double seconds);

    Background background_;
    PersonHeight height_;
    PeopleHog hog_;
    cv::Mat keep_;
    cv::Mat closed_, labels_, stats_, centres_;
    cv::Mat left_;  // foreground nobody has claimed yet, 0 or 1
    cv::Mat integral_;
    cv::Point integral_at_;
    std::vector<cv::Rect> blobs_;
    std::vector<Person> found_, before_, candidates_;
    std::vector<Recent> recent_;
    float budget_ = 0;
    double seconds_ = 0;
};

/// Connected foreground, where regions say that something moves, largest first.
void EmbeddedDetector::find_blobs(std::span<const Box> regions) {
    blobs_.clear();
    static const auto kUpright = cv::getStructuringElement(cv::MORPH_RECT, {3, 7});
    cv::morphologyEx(background_.foreground(), closed_, cv::MORPH_CLOSE, kUpright);
    auto count = cv::connectedComponentsWithStats(closed_, labels_, stats_, centres_, 8, CV_32S);
    auto size = background_.size();
    for (int i = 1; i < count; ++i) {
        const auto* stat = stats_.ptr<int>(i);
        cv::Rect rect(
            stat[cv::CC_STAT_LEFT],
            stat[cv::CC_STAT_TOP],
            stat[cv::CC_STAT_WIDTH],
            stat[cv::CC_STAT_HEIGHT]
        );
        if (rect.height < kLeastHeight || stat[cv::CC_STAT_AREA] < kLeastHeight * 3) continue;
        Box box{
            float(rect.x) / float(size.width),
            float(rect.y) / float(size.height),
            float(rect.width) / float(size.width),
            float(rect.height) / float(size.height)};
        auto moves = std::any_of(regions.begin(), regions.end(), [&](const Box& region) {
            return box.x < region.x + region.w && region.x < box.x + box.w &&
                   box.y < region.y + region.h && region.y < box.y + box.h;
        });
        if (moves) blobs_.push_back(rect);
    }
    std::sort(blobs_.begin(), blobs_.end(), [](const auto& a, const auto& b) {
        return a.area() > b.area();
    });
    if (blobs_.size() > kMostBlobs) blobs_.resize(kMostBlobs);
}

/// How much of the middle of a box is foreground, and how much spills over its edges.
void EmbeddedDetector::measure(Person& person) const {
    const auto& box = person.box;
    auto x = box.x - float(integral_at_.x);
    auto y = box.y - float(integral_at_.y);
    auto wide = std::max(1, int(box.width * kCore));
    auto tall = int(box.height);
    auto left = int(x + box.width * (1 - kCore) / 2);
    auto side = std::max(1, int(box.width * 0.3F));
    auto strip = std::max(1, int(box.height * 0.12F));
    // What is outside of the picture is not held against anybody.
    const auto picture = cv::Rect(-integral_at_, background_.size());
    auto share = [&](const cv::Rect& rect) {
        auto seen = (rect & picture).area();
        return seen > 0 ? sum_of(integral_, rect) / float(seen) : 0.0F;
    };
    person.fill = share({left, int(y), wide, tall});
    person.beside = share({int(x) - side, int(y), side, tall}) +
                    share({int(x + box.width), int(y), side, tall});
    person.above = share({left, int(y) - strip, wide, strip});
    person.below = share({left, int(y) + tall, wide, strip});
}

/// Somebody who stands alone is as wide as what stands in front there.
void EmbeddedDetector::refine(Person& person, const cv::Rect& blob) const {
    auto& box = person.box;
    if (float(blob.width) > kAlone * box.width) return;
    auto left =
        std::clamp(float(blob.x), box.x - box.width * kWider, box.x + box.width * kNarrower);
    auto right = std::clamp(
        float(blob.br().x), box.br().x - box.width * kNarrower, box.br().x + box.width * kWider
    );
    auto top =
        std::clamp(float(blob.y), box.y - box.height * kTaller, box.y + box.height * kTaller);
    auto bottom = box.br().y;
    if (blob.br().y < background_.size().height - 2) {
        bottom = std::clamp(
            float(blob.br().y), bottom - box.height * kTaller, bottom + box.height * kTaller
        );
    }
    box = {left, top, right - left, bottom - top};
}

float EmbeddedDetector::memory_of(const cv::Rect2f& box) const {
    float best = 0;
    for (const auto& person : before_) {
        auto both = (box & person.box).area();
        auto share = both / (box.area() + person.box.area() - both);
        if (share > 0.4F) best = std::max(best, share * person.own);
    }
    return best;
}

void EmbeddedDetector::pick(std::vector<Person>& candidates, const cv::Rect& blob) {
    auto weigh = [this](Person& person) {
        measure(person);
        auto evidence = 1.6F * std::clamp(person.hog, -2.0F, 2.0F) + 5.0F * (person.fill - 0.55F) -
                        0.75F * person.beside - 1.25F * person.above - kBelowWeight * person.below +
                        0.2F;
        person.own = person.fill < kLeastFill ? 0 : logistic(evidence);
        person.score =
            person.fill < kLeastFill ? 0 : logistic(evidence + 2.0F * memory_of(person.box));
    };
    for (auto& candidate : candidates) weigh(candidate);
    const auto first = found_.size();
    for (int i = 0; i < kMostPerBlob; ++i) {
        auto best = std::max_element(
            candidates.begin(),
            candidates.end(),
            [](const auto& a, const auto& b) { return a.score < b.score; }
        );
        if (best == candidates.end() || best->score < 0.05F) break;
        found_.push_back(*best);
        auto taken = found_.back().box;
        left_(cv::Rect(taken) & cv::Rect({}, left_.size())).setTo(0);
        auto area =
            cv::Rect(integral_at_.x, integral_at_.y, integral_.cols - 1, integral_.rows - 1);
        cv::integral(left_(area), integral_, CV_32S);
        std::erase_if(candidates, [&](const Person& other) {
            auto both = (other.box & taken).area();
            return both > 0.45F * std::min(other.box.area(), taken.area());
        });
        for (auto& candidate : candidates) {
            if ((candidate.box & taken).area() > 0) weigh(candidate);
        }
    }
    auto believed =
        std::count_if(found_.begin() + std::ptrdiff_t(first), found_.end(), [](const auto& one) {
            return one.own > 0.3F;
        });
    if (believed > 1 || found_.size() == first) return;
    refine(found_[first], blob);
}

/// The size of people is known for each row: every place is asked at one size.
void EmbeddedDetector::search_known(const Planes& picture, const cv::Rect& blob) {
    auto rows = float(background_.size().height);
    auto factor = float(background_.factor());
    auto height_at = [&](float foot) { return *height_.at(foot / rows) * rows; };
    auto top_height = height_at(float(blob.y) + height_at(float(blob.y)) * 0.8F);
    auto bottom_height = height_at(float(blob.br().y));
    if (float(blob.height) < 0.4F * std::min(top_height, bottom_height)) return;
    auto band_low = float(blob.y) + 0.6F * top_height;
    auto cut_off = float(blob.br().y) > rows - 3;
    auto band_high = float(blob.br().y) + (cut_off ? 0.5F : 0.12F) * bottom_height;
    if (band_high <= band_low) band_low = band_high - 1;
    candidates_.clear();
    for (auto from = band_low; from <= band_high;) {
        auto height = height_at(from);
        auto until = from;
        while (until <= band_high && height_at(until) < height * 1.25F &&
               height_at(until) * 1.25F > height)
            until += 2;
        auto middle = height_at((from + until) / 2);
        // One look of the classifier per band.
        cv::Rect2f area(
            float(blob.x) - 0.1F * middle,
            from - middle,
            float(blob.width) + 0.2F * middle,
            until - from + middle
        );
        auto pixels =
            area.width * area.height * factor * factor * std::pow(96 / (middle * factor), 2.0F);
        auto asked = pixels < budget_;
        if (asked) {
            budget_ -= pixels;
            hog_.look(
                picture,
                {int(area.x * factor),
                 int(area.y * factor),
                 int(area.width * factor),
                 int(area.height * factor)},
                middle * factor
            );
        }
        for (auto foot = from; foot < until; foot += 2) {
            auto tall = height_at(foot);
            auto wide = tall * kAspect;
            for (auto x = float(blob.x) - wide * 0.2F; x <= float(blob.br().x) + wide * 0.2F;
                 x += 2) {
                Person person;
                person.box = {x - wide / 2, foot - tall, wide, tall};
                measure(person);
                if (person.fill < kLeastFill) continue;
                person.hog = asked ? hog_.answer(x * factor, foot * factor) : -0.5F;
                candidates_.push_back(person);
            }
        }
        from = until;
    }
    pick(candidates_, blob);
}

/// The size is not known yet: the blob itself says how tall its people may be.
void EmbeddedDetector::search_unknown(const Planes& picture, const cv::Rect& blob) {
    auto factor = float(background_.factor());
    candidates_.clear();
    for (float part : {1.0F, 0.84F, 0.7F}) {
        auto tall = float(blob.height) * part;
        auto wide = tall * kAspect;
        if (tall < kLeastHeight || tall * factor < 30) continue;
        cv::Rect2f area(
            float(blob.x) - 0.1F * tall,
            float(blob.y),
            float(blob.width) + 0.2F * tall,
            float(blob.height)
        );
        auto pixels =
            area.width * area.height * factor * factor * std::pow(96 / (tall * factor), 2.0F);
        auto asked = pixels < budget_;
        if (asked) {
            budget_ -= pixels;
            hog_.look(
                picture,
                {int(area.x * factor),
                 int(area.y * factor),
                 int(area.width * factor),
                 int(area.height * factor)},
                tall * factor
            );
        }
        for (auto foot = float(blob.y) + tall; foot <= float(blob.br().y) + 1; foot += 3) {
            for (auto x = float(blob.x) + wide * 0.2F; x <= float(blob.br().x) - wide * 0.2F + 1;
                 x += 2) {
                Person person;
                person.box = {x - wide / 2, foot - tall, wide, tall};
                person.hog = asked ? hog_.answer(x * factor, foot * factor) : -0.5F;
                candidates_.push_back(person);
            }
        }
    }
    pick(candidates_, blob);
}

void EmbeddedDetector::search(const Planes& picture, const cv::Rect& blob) {
    auto grow = blob.height / 4 + 4;
    cv::Rect area(blob.x - grow, blob.y - grow, blob.width + 2 * grow, blob.height + 2 * grow);
    area &= cv::Rect({}, left_.size());
    cv::integral(left_(area), integral_, CV_32S);
    integral_at_ = area.tl();
    const auto first = found_.size();
    if (height_.at(0.5F)) {
        search_known(picture, blob);
    } else {
        search_unknown(picture, blob);
    }
    judge_rest(blob, first);
}

/// A wide blob in which nobody stands, and nobody stood a moment ago, is taken for a vehicle.
void EmbeddedDetector::judge_rest(const cv::Rect& blob, std::size_t first) {
    auto stands =
        std::any_of(found_.begin() + std::ptrdiff_t(first), found_.end(), [](const Person& one) {
            return one.own > 0.4F;
        });
    if (stands || float(blob.width) < kWide * float(blob.height)) return;
    auto around = cv::Rect2f(blob);
    for (const auto& recent : recent_) {
        if ((recent.box & around).area() > 0.25F * std::min(recent.box.area(), around.area()))
            return;
    }
    auto rows = float(background_.size().height);
    auto tall = height_.at(float(blob.br().y) / rows);
    auto least = tall ? 1.1F * *tall * rows : 0.12F * float(background_.size().width);
    if (around.width < least) return;
    found_.resize(first);
    Person vehicle;
    vehicle.kind = ObjectClass::Vehicle;
    vehicle.box = around;
    vehicle.own = vehicle.score = kBlobScore;
    found_.push_back(vehicle);
}

void EmbeddedDetector::remember(double seconds) {
    std::erase_if(recent_, [seconds](Recent& one) { return (one.left -= seconds) <= 0; });
    for (const auto& person : found_) {
        if (person.kind != ObjectClass::Person || person.own < kSure) continue;
        std::erase_if(recent_, [&](const Recent& one) {
            return (one.box & person.box).area() > 0.5F * person.box.area();
        });
        if (recent_.size() < kMostBlobs) recent_.push_back({person.box, kRecentSeconds});
    }
    auto rows = float(background_.size().height);
    auto bottom = float(background_.size().height - 2);
    for (auto& person : found_) {
        for (const auto& other : before_) {
            auto both = (person.box & other.box).area();
            if (both < 0.3F * person.box.area() || seconds <= 0) continue;
            auto moved = (person.box.tl() - other.box.tl()) * (1 / float(seconds)) + other.velocity;
            person.velocity = other.velocity * 0.6F + moved * 0.4F;
            break;
        }
        // Beyond doubt: the classifier is sure, the foreground fits, the feet are in the picture.
        if (person.hog > 0.6F && person.fill > 0.5F && person.above < 0.25F &&
            person.below < 0.25F && person.box.br().y < bottom) {
            height_.learn(person.box.br().y / rows, person.box.height / rows);
        }
    }
    before_ = found_;
    for (auto& person : before_) {
        person.velocity *= 0.9F;
    }
    keep_.create(background_.size(), CV_8UC1);
    keep_.setTo(0);
    for (const auto& person : found_) {
        if (person.own > 0.5F) keep_(cv::Rect(person.box) & cv::Rect({}, keep_.size())).setTo(1);
    }
}

Result<std::vector<Detection>> EmbeddedDetector::detect(
    Canvas& canvas, std::span<const Box> regions, double seconds
) {
    const auto& picture = canvas.planes();
    background_.take(picture, seconds, keep_.size() == background_.size() ? keep_ : cv::Mat());
    std::vector<Detection> detections;
    if (!background_.settled()) return detections;
    seconds_ = seconds;
    for (auto& person : before_) {
        person.box.x += person.velocity.x * float(seconds);
        person.box.y += person.velocity.y * float(seconds);
    }
    find_blobs(regions);
    cv::threshold(background_.foreground(), left_, 127, 1, cv::THRESH_BINARY);
    found_.clear();
    budget_ = kPixelBudget;
    for (const auto& blob : blobs_) search(picture, blob);
    remember(seconds);
    auto size = background_.size();
    for (const auto& person : found_) {
        Detection detection;
        detection.kind = person.kind;

        auto seen = person.box & cv::Rect2f(0, 0, float(size.width), float(size.height));
        if (seen.area() < kLeastSeen * person.box.area()) continue;
        detection.box = {
            seen.x / float(size.width),
            seen.y / float(size.height),
            seen.width / float(size.width),
            seen.height / float(size.height)};
        detection.score = person.score;
        detections.push_back(detection);
    }
    return detections;
}

}  // namespace

std::unique_ptr<Detector> make_embedded_detector() { return std::make_unique<EmbeddedDetector>(); }

}  // namespace proviso::vision
