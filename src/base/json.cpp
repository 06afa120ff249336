#include <set>

#include <fmt/format.h>

#include <proviso/base/document.h>

namespace proviso {

namespace {

/// Builds a value while keeping the limits and refusing what JSON leaves open.
class StrictBuilder : public nlohmann::json_sax<Json> {
public:
    explicit StrictBuilder(const DocumentLimits& limits) : limits_(limits) {}

    bool null() override { return add(nullptr); }

    bool boolean(bool value) override { return add(value); }

    bool number_integer(number_integer_t value) override { return add(value); }

    bool number_unsigned(number_unsigned_t value) override { return add(value); }

    bool number_float(number_float_t value, const string_t& /*text*/) override {
        return add(value);
    }

    bool string(string_t& value) override { return add(std::move(value)); }

    bool binary(binary_t& /*value*/) override { return false; }

    bool start_object(std::size_t /*count*/) override { return open(Json::object()); }

    bool start_array(std::size_t /*count*/) override { return open(Json::array()); }

    bool end_object() override { return close(); }

    bool end_array() override { return close(); }

    bool key(string_t& value) override {
        if (open_.back()->contains(value)) {
            problem_ = invalid_input("a key stands twice in one object", "keep one of them");
            return false;
        }
        key_ = std::move(value);
        return true;
    }

    bool parse_error(
        std::size_t position, const std::string& /*token*/, const nlohmann::detail::exception& /*e*/
    ) override {
        problem_ = invalid_input(fmt::format("not valid JSON at byte {}", position));
        return false;
    }

    Result<Json> take(bool parsed) {
        if (problem_) return *std::move(problem_);
        if (!parsed) return invalid_input("not valid JSON");
        return std::move(root_);
    }

private:
    bool add(Json value) { return place(std::move(value)) != nullptr; }

    Json* place(Json value) {
        if (++nodes_ > limits_.nodes) {
            problem_ = Error(ErrorKind::TooLarge, "the document has too many values");
            return nullptr;
        }
        if (open_.empty()) {
            root_ = std::move(value);
            return &root_;
        }
        if (open_.back()->is_array()) {
            open_.back()->push_back(std::move(value));
            return &open_.back()->back();
        }
        auto& slot = (*open_.back())[key_];
        slot = std::move(value);
        return &slot;
    }

    bool open(Json empty) {
        if (static_cast<int>(open_.size()) >= limits_.depth) {
            problem_ = invalid_input(
                fmt::format("the document is nested deeper than {} levels", limits_.depth)
            );
            return false;
        }
        auto* placed = place(std::move(empty));
        if (placed == nullptr) return false;
        open_.push_back(placed);
        return true;
    }

    bool close() {
        open_.pop_back();
        return true;
    }

    const DocumentLimits& limits_;
    Json root_;
    // Pointers into `root_`: an array grows only while its own last element is closed.
    std::vector<Json*> open_;
    std::string key_;
    std::size_t nodes_ = 0;
    std::optional<Error> problem_;
};

void require_integers(const Json& value) {
    if (value.is_number_float()) {
        throw std::logic_error("canonical JSON holds no floating-point numbers");
    }
    if (value.is_structured()) {
        for (const auto& child : value) require_integers(child);
    }
}

}  // namespace

Result<Json> parse_json(std::string_view text, const DocumentLimits& limits) {
    if (text.size() > limits.bytes) {
        return Error(
            ErrorKind::TooLarge, fmt::format("the document is over {} bytes", limits.bytes)
        );
    }
    StrictBuilder builder(limits);
    auto parsed = Json::sax_parse(text, &builder);
    return builder.take(parsed);
}

std::string canonical_json(const Json& value) {
    require_integers(value);
    return value.dump();
}

}  // namespace proviso
