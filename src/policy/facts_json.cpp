#include <algorithm>

#include <fmt/format.h>

#include "facts_inside.h"

namespace proviso::policy {

namespace {

Json set_json(std::uint64_t set, Vocabulary words) {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if ((set >> i & 1U) != 0) names.emplace_back(words[i]);
    }
    std::sort(names.begin(), names.end());
    return names;
}

Json place_json(const Place& place) {
    Json json = Json::object();
    if (place.role != kUnknownWord) json["role"] = registers::kPlaceRoles.at(place.role);
    if (!place.country.empty()) json["country"] = place.country.text();
    if (!place.entity_text.empty()) json["entity"] = place.entity_text;
    if (place.tool != kUnknownWord) json["tool"] = registers::kPlaceTools.at(place.tool);
    return json;
}

Json record_json(const RecordFact& record) {
    Json json = {{"kind", registers::kRecordKinds.at(record.kind)}};
    if (record.from) json["valid_from"] = to_iso8601(*record.from);
    if (record.until) json["valid_until"] = to_iso8601(*record.until);
    // No fraction has a canonical form, so a share is written in millionths.
    if (record.covers == kWhole) {
        json["covers"] = "all";
    } else if (record.covers != kUnknownNumber) {
        json["covers"] = fmt::format("0.{:06}", record.covers);
    }
    if (record.entrances != kUnknownNumber) json["entrances"] = record.entrances;
    if (record.age_days != kUnknownNumber) json["age_days"] = record.age_days;
    if (record.question) json["question"] = *record.question;
    if (!record.entity.empty()) json["entity"] = record.entity;
    return json;
}

Json field_json(const Facts::Inside& in, const Field& field) {
    switch (field.type) {
        case FieldType::Word: return field.words[in.words[field.slot]];
        case FieldType::Words: return set_json(in.sets[field.slot], field.words);
        case FieldType::Flag: return in.flags[field.slot] == Tri::True;
        case FieldType::Number: return in.numbers[field.slot];
        case FieldType::Codes: {
            if (field.slot == slot::kControllerCountry) return in.controller_country.text();
            Json codes = Json::array();
            for (const auto& code : *in.jurisdictions) codes.push_back(code.text());
            return codes;
        }
        case FieldType::List: break;
    }
    return nullptr;
}

}  // namespace

bool Facts::Inside::knows(const Field& field) const {
    if (field.of_place) return places != nullptr;
    switch (field.type) {
        case FieldType::Word: return words[field.slot] != kUnknownWord;
        case FieldType::Words: return set_known[field.slot];
        case FieldType::Flag: return flags[field.slot] != Tri::Unknown;
        case FieldType::Number: return numbers[field.slot] != kUnknownNumber;
        case FieldType::Codes:
            return field.slot == slot::kJurisdictions ? jurisdictions.has_value()
                                                      : !controller_country.empty();
        case FieldType::List:
            return field.path == "records" ? records != nullptr : places != nullptr;
    }
    return false;
}

Json Facts::to_json() const {
    const auto& in = *inside_;
    Json json = Json::object();
    for (const auto& field : fields()) {
        if (field.of_place || field.type == FieldType::List || !in.knows(field)) continue;
        auto dot = field.path.find('.');
        if (dot == std::string_view::npos) {
            json[std::string(field.path)] = field_json(in, field);
        } else {
            json[std::string(field.path.substr(0, dot))][std::string(field.path.substr(dot + 1))] =
                field_json(in, field);
        }
    }
    if (in.places) {
        json["places"] = Json::array();
        for (const auto& place : *in.places) json["places"].push_back(place_json(place));
    }
    if (in.records) {
        json["records"] = Json::array();
        for (const auto& record : *in.records) json["records"].push_back(record_json(record));
    }
    return json;
}

}  // namespace proviso::policy
