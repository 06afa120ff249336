#include <array>

#include "proviso/registers/vocabulary.h"

namespace proviso::registers {

namespace {

// Source: ISO 3166-1 and 3166-2 as in Debian's iso-codes. Sorted, for the binary search.
constexpr auto kCountries = std::to_array<std::string_view>(
    {"AD", "AE", "AF", "AG", "AI", "AL", "AM", "AO", "AQ", "AR", "AS", "AT", "AU", "AW", "AX", "AZ",
     "BA", "BB", "BD", "BE", "BF", "BG", "BH", "BI", "BJ", "BL", "BM", "BN", "BO", "BQ", "BR", "BS",
     "BT", "BV", "BW", "BY", "BZ", "CA", "CC", "CD", "CF", "CG", "CH", "CI", "CK", "CL", "CM", "CN",
     "CO", "CR", "CU", "CV", "CW", "CX", "CY", "CZ", "DE", "DJ", "DK", "DM", "DO", "DZ", "EC", "EE",
     "EG", "EH", "ER", "ES", "ET", "FI", "FJ", "FK", "FM", "FO", "FR", "GA", "GB", "GD", "GE", "GF",
     "GG", "GH", "GI", "GL", "GM", "GN", "GP", "GQ", "GR", "GS", "GT", "GU", "GW", "GY", "HK", "HM",
     "HN", "HR", "HT", "HU", "ID", "IE", "IL", "IM", "IN", "IO", "IQ", "IR", "IS", "IT", "JE", "JM",
     "JO", "JP", "KE", "KG", "KH", "KI", "KM", "KN", "KP", "KR", "KW", "KY", "KZ", "LA", "LB", "LC",
     "LI", "LK", "LR", "LS", "LT", "LU", "LV", "LY", "MA", "MC", "MD", "ME", "MF", "MG", "MH", "MK",
     "ML", "MM", "MN", "MO", "MP", "MQ", "MR", "MS", "MT", "MU", "MV", "MW", "MX", "MY", "MZ", "NA",
     "NC", "NE", "NF", "NG", "NI", "NL", "NO", "NP", "NR", "NU", "NZ", "OM", "PA", "PE", "PF", "PG",
     "PH", "PK", "PL", "PM", "PN", "PR", "PS", "PT", "PW", "PY", "QA", "RE", "RO", "RS", "RU", "RW",
     "SA", "SB", "SC", "SD", "SE", "SG", "SH", "SI", "SJ", "SK", "SL", "SM", "SN", "SO", "SR", "SS",
     "ST", "SV", "SX", "SY", "SZ", "TC", "TD", "TF", "TG", "TH", "TJ", "TK", "TL", "TM", "TN", "TO",
     "TR", "TT", "TV", "TW", "TZ", "UA", "UG", "UM", "US", "UY", "UZ", "VA", "VC", "VE", "VG", "VI",
     "VN", "VU", "WF", "WS", "YE", "YT", "ZA", "ZM", "ZW"}
);

// Where federal states make the law we know, a slip in the code must not pass unseen.
constexpr auto kSubdivisions = std::to_array<std::string_view>(
    {"AU-ACT", "AU-NSW", "AU-NT", "AU-QLD", "AU-SA", "AU-TAS", "AU-VIC", "AU-WA", "CA-AB", "CA-BC",
     "CA-MB",  "CA-NB",  "CA-NL", "CA-NS",  "CA-NT", "CA-NU",  "CA-ON",  "CA-PE", "CA-QC", "CA-SK",
     "CA-YT",  "DE-BB",  "DE-BE", "DE-BW",  "DE-BY", "DE-HB",  "DE-HE",  "DE-HH", "DE-MV", "DE-NI",
     "DE-NW",  "DE-RP",  "DE-SH", "DE-SL",  "DE-SN", "DE-ST",  "DE-TH",  "US-AK", "US-AL", "US-AR",
     "US-AS",  "US-AZ",  "US-CA", "US-CO",  "US-CT", "US-DC",  "US-DE",  "US-FL", "US-GA", "US-GU",
     "US-HI",  "US-IA",  "US-ID", "US-IL",  "US-IN", "US-KS",  "US-KY",  "US-LA", "US-MA", "US-MD",
     "US-ME",  "US-MI",  "US-MN", "US-MO",  "US-MP", "US-MS",  "US-MT",  "US-NC", "US-ND", "US-NE",
     "US-NH",  "US-NJ",  "US-NM", "US-NV",  "US-NY", "US-OH",  "US-OK",  "US-OR", "US-PA", "US-PR",
     "US-RI",  "US-SC",  "US-SD", "US-TN",  "US-TX", "US-UM",  "US-UT",  "US-VA", "US-VI", "US-VT",
     "US-WA",  "US-WI",  "US-WV", "US-WY"}
);

constexpr auto kMunicipal = std::to_array<std::string_view>({"US-NY-NYC", "US-OR-PDX"});

bool contains(Vocabulary sorted, std::string_view word) {
    return std::binary_search(sorted.begin(), sorted.end(), word);
}

}  // namespace

Vocabulary countries() { return kCountries; }

bool is_country(std::string_view code) { return contains(kCountries, code); }

bool is_jurisdiction(std::string_view code) {
    auto country = code.substr(0, 2);
    if (!is_country(country)) return false;
    if (code.size() == 2) return true;
    if (contains(kMunicipal, code)) return true;
    if (country == "AU" || country == "CA" || country == "DE" || country == "US") {
        return contains(kSubdivisions, code);
    }
    auto rest = code.substr(2);
    return rest.size() >= 2 && rest.size() <= 4 && rest.front() == '-' &&
           std::all_of(rest.begin() + 1, rest.end(), [](char c) {
               return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
           });
}

}  // namespace proviso::registers
