#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <sstream>

#include <fmt/format.h>
#include <yaml-cpp/emitter.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <proviso/base/document.h>

namespace proviso {

namespace {

struct Stop {
    Error error;
};

Error at_mark(const YAML::Mark& mark, std::string_view problem, std::string next_step = {}) {
    return invalid_input(
        fmt::format("line {}, column {}: {}", mark.line + 1, mark.column + 1, problem),
        std::move(next_step)
    );
}

/// A plain scalar by the rules of YAML 1.2's core schema.
Json typed(const std::string& text) {
    if (text.empty() || text == "~" || text == "null") return nullptr;
    if (text == "true") return true;
    if (text == "false") return false;
    const auto* first = text.data();
    const auto* last = text.data() + text.size();
    const auto* number = *first == '+' ? first + 1 : first;
    std::int64_t integer = 0;
    auto read = std::from_chars(number, last, integer);
    if (read.ec == std::errc() && read.ptr == last) return integer;
    if (text.find_first_not_of("+-0123456789.eE") == std::string::npos) {
        double real = 0;
        auto fraction = std::from_chars(number, last, real);
        if (fraction.ec == std::errc() && fraction.ptr == last) return real;
    }
    return text;
}

class StrictHandler : public YAML::EventHandler {
public:
    explicit StrictHandler(const DocumentLimits& limits) : limits_(limits) {}

    void OnDocumentStart(const YAML::Mark& /*mark*/) override { root_ = nullptr; }

    void OnDocumentEnd() override { documents_.push_back(std::move(root_)); }

    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        check(mark, "", anchor);
        add(mark, nullptr);
    }

    void OnAlias(const YAML::Mark& mark, YAML::anchor_t /*anchor*/) override {
        throw Stop{at_mark(mark, "an alias (*name) is not allowed", "write the value out")};
    }

    void OnScalar(
        const YAML::Mark& mark,
        const std::string& tag,
        YAML::anchor_t anchor,
        const std::string& value
    ) override {
        // yaml-cpp marks a quoted scalar with the tag "!" and a plain one with "?".
        check(mark, tag == "!" || tag == "?" ? "" : tag, anchor);
        if (!open_.empty() && open_.back().value->is_object() && !open_.back().key) {
            if (open_.back().value->contains(value)) {
                throw Stop{at_mark(mark, fmt::format("'{}' stands twice", value), "keep one")};
            }
            open_.back().key = value;
            return;
        }
        add(mark, tag == "!" ? Json(value) : typed(value));
    }

    void OnSequenceStart(
        const YAML::Mark& mark,
        const std::string& tag,
        YAML::anchor_t anchor,
        YAML::EmitterStyle::value /*style*/
    ) override {
        check(mark, tag == "?" ? "" : tag, anchor);
        open(mark, Json::array());
    }

    void OnSequenceEnd() override { open_.pop_back(); }

    void OnMapStart(
        const YAML::Mark& mark,
        const std::string& tag,
        YAML::anchor_t anchor,
        YAML::EmitterStyle::value /*style*/
    ) override {
        check(mark, tag == "?" ? "" : tag, anchor);
        open(mark, Json::object());
    }

    void OnMapEnd() override { open_.pop_back(); }

    std::vector<Json> take() { return std::move(documents_); }

private:
    struct Open {
        Json* value;
        std::optional<std::string> key;
    };

    static void check(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
        if (anchor != 0) {
            throw Stop{at_mark(mark, "an anchor (&name) is not allowed", "write the value out")};
        }
        if (!tag.empty()) {
            throw Stop{at_mark(mark, "a tag (!name) is not allowed", "remove it")};
        }
    }

    Json* add(const YAML::Mark& mark, Json value) {
        if (++nodes_ > limits_.nodes) {
            throw Stop{Error(ErrorKind::TooLarge, "the document has too many values")};
        }
        if (open_.empty()) {
            root_ = std::move(value);
            return &root_;
        }
        auto& parent = open_.back();
        if (parent.value->is_array()) {
            parent.value->push_back(std::move(value));
            return &parent.value->back();
        }
        if (!parent.key) throw Stop{at_mark(mark, "a key must be plain text")};
        auto& slot = (*parent.value)[*parent.key];
        slot = std::move(value);
        parent.key.reset();
        return &slot;
    }

    void open(const YAML::Mark& mark, Json empty) {
        if (static_cast<int>(open_.size()) >= limits_.depth) {
            throw Stop{at_mark(mark, fmt::format("nested deeper than {} levels", limits_.depth))};
        }
        auto* placed = add(mark, std::move(empty));
        open_.push_back({placed, std::nullopt});
    }

    const DocumentLimits& limits_;
    Json root_;
    std::vector<Open> open_;
    std::vector<Json> documents_;
    std::size_t nodes_ = 0;
};

/// The code point at the front of `rest`, taken off; nothing if the bytes are not UTF-8.
std::optional<char32_t> take_code_point(std::string_view& rest) {
    auto byte = [&](std::size_t at) { return static_cast<unsigned char>(rest[at]); };
    auto lead = byte(0);
    std::size_t length = lead < 0x80   ? 1
                         : lead < 0xC2 ? 0
                         : lead < 0xE0 ? 2
                         : lead < 0xF0 ? 3
                         : lead < 0xF5 ? 4
                                       : 0;
    if (length == 0 || rest.size() < length) return std::nullopt;
    char32_t point = length == 1 ? lead : lead & (0xFFU >> (length + 1));
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xC0U) != 0x80U) return std::nullopt;
        point = point << 6U | (byte(i) & 0x3FU);
    }
    constexpr std::array<char32_t, 5> kLeast{0, 0, 0x80, 0x800, 0x10000};
    bool surrogate = point >= 0xD800 && point <= 0xDFFF;
    if (point < kLeast.at(length) || surrogate || point > 0x10FFFF) return std::nullopt;
    rest.remove_prefix(length);
    return point;
}

/// YAML 1.2, 5.1: printable characters only, as UTF-8. The library would let others through.
Result<> check_characters(std::string_view text) {
    int line = 1;
    for (auto rest = text; !rest.empty();) {
        auto point = take_code_point(rest);
        if (!point) {
            return invalid_input(
                fmt::format("line {}: the text is not UTF-8", line), "save the file as UTF-8"
            );
        }
        bool control = (*point < 0x20 && *point != '\t' && *point != '\n' && *point != '\r') ||
                       (*point >= 0x80 && *point < 0xA0 && *point != 0x85) || *point >= 0xFFFE;
        if (control && *point < 0x10000) {
            return invalid_input(
                fmt::format("line {}: a control character stands in the text", line),
                "write it as an escape in double quotes, or leave it out"
            );
        }
        if (*point == '\n') ++line;
    }
    return {};
}

/// True for a string that YAML's plain style could change on its way.
bool wants_quotes(std::string_view text) {
    return std::any_of(text.begin(), text.end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
    });
}

void emit(YAML::Emitter& out, const Json& value) {
    if (value.is_object()) {
        out << YAML::BeginMap;
        for (const auto& [key, child] : value.items()) {
            out << YAML::Key << key << YAML::Value;
            emit(out, child);
        }
        out << YAML::EndMap;
    } else if (value.is_array()) {
        bool simple = true;
        for (const auto& child : value) simple = simple && child.is_primitive();
        if (simple) out << YAML::Flow;
        out << YAML::BeginSeq;
        for (const auto& child : value) emit(out, child);
        out << YAML::EndSeq;
    } else if (value.is_string()) {
        const auto& text = value.get_ref<const std::string&>();
        if (typed(text).is_string() && !wants_quotes(text)) {
            out << text;
        } else {
            out << YAML::DoubleQuoted << text;
        }
    } else if (value.is_null()) {
        out << YAML::Null;
    } else if (value.is_boolean()) {
        out << value.get<bool>();
    } else if (value.is_number_integer()) {
        out << value.get<std::int64_t>();
    } else {
        out << value.dump();  // the shortest text that reads back the same
    }
}

}  // namespace

Result<std::vector<Json>> parse_yaml(std::string_view text, const DocumentLimits& limits) {
    if (text.size() > limits.bytes) {
        return Error(
            ErrorKind::TooLarge, fmt::format("the document is over {} bytes", limits.bytes)
        );
    }
    PROVISO_TRY(check_characters(text));
    StrictHandler handler(limits);
    try {
        std::istringstream stream{std::string(text)};
        YAML::Parser parser(stream);
        while (parser.HandleNextDocument(handler)) {
        }
    } catch (const Stop& stop) {
        return stop.error;
    } catch (const YAML::Exception& problem) {
        return at_mark(problem.mark, problem.msg);
    }
    return handler.take();
}

Result<Json> parse_yaml_document(std::string_view text, const DocumentLimits& limits) {
    auto documents = PROVISO_TRY(parse_yaml(text, limits));
    if (documents.size() != 1) {
        return invalid_input(
            fmt::format("expected one YAML document and found {}", documents.size())
        );
    }
    return std::move(documents.front());
}

std::string to_yaml(const Json& value) {
    YAML::Emitter out;
    emit(out, value);
    return std::string(out.c_str()) + "\n";
}

}  // namespace proviso
