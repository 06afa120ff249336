#include <fmt/format.h>

#include <proviso/crypto/hash.h>

#include "proviso/law/outlook.h"

namespace proviso::law {

namespace {

/// RFC 5545 3.3.11: text values.
std::string escaped(std::string_view text) {
    std::string out;
    for (char c : text) {
        if (c == '\n') {
            out += "\\n";
            continue;
        }
        if (c == '\\' || c == ';' || c == ',') out += '\\';
        if (static_cast<unsigned char>(c) >= 0x20) out += c;
    }
    return out;
}

/// RFC 5545 3.1: lines of at most 75 octets, folded without cutting a character.
void add_line(std::string& out, std::string_view line) {
    constexpr std::size_t kMost = 74;
    std::size_t room = kMost + 1;
    while (line.size() > room) {
        auto cut = room;
        while ((static_cast<unsigned char>(line[cut]) & 0xC0U) == 0x80U) --cut;
        out.append(line.substr(0, cut)).append("\r\n ");
        line.remove_prefix(cut);
        room = kMost;
    }
    out.append(line).append("\r\n");
}

std::string compact(Day day) {
    std::chrono::year_month_day date(day);
    return fmt::format(
        "{:04}{:02}{:02}", int(date.year()), unsigned(date.month()), unsigned(date.day())
    );
}

std::string compact(Timestamp at) {
    auto text = to_iso8601(std::chrono::floor<std::chrono::seconds>(at));
    std::string out;
    for (char c : text.substr(0, 19)) {
        if (c != '-' && c != ':') out += c;
    }
    return out + "Z";
}

}  // namespace

std::string to_icalendar(const std::vector<Turn>& turns, Timestamp now) {
    std::string out;
    add_line(out, "BEGIN:VCALENDAR");
    add_line(out, "VERSION:2.0");
    add_line(out, "PRODID:-//Proviso//Law horizon//EN");
    add_line(out, "X-WR-CALNAME:Proviso: changes of the law");
    for (const auto& turn : turns) {
        auto words = words_of(turn);
        auto id = to_hex(crypto::sha256(as_bytes(to_iso8601(turn.on) + words))).substr(0, 32);
        auto summary = fmt::format(
            "{} {}: {}",
            turn.cameras.size(),
            turn.cameras.size() == 1 ? "camera" : "cameras",
            turn.after
        );
        add_line(out, "BEGIN:VEVENT");
        add_line(out, "UID:" + id + "@proviso");
        add_line(out, "DTSTAMP:" + compact(now));
        add_line(out, "DTSTART;VALUE=DATE:" + compact(turn.on));
        add_line(out, "DTEND;VALUE=DATE:" + compact(turn.on + std::chrono::days(1)));
        add_line(out, "SUMMARY:" + escaped(summary));
        add_line(out, "DESCRIPTION:" + escaped(words));
        add_line(out, "TRANSP:TRANSPARENT");
        add_line(out, "END:VEVENT");
    }
    add_line(out, "END:VCALENDAR");
    return out;
}

}  // namespace proviso::law
