#include <fmt/format.h>

#include <proviso/crypto/hash.h>

#include "proviso/law/outlook.h"

namespace proviso::law {

namespace {

std::string reads(const Cell& cell) {
    std::string words = cell.permits()               ? "permitted"
                        : cell.verdict == "conflict" ? "conflict of a least and a most"
                        : cell.pending               ? "refused until something is on record"
                                                     : "refused";
    if (cell.permits() && !cell.duties.empty()) {
        words += fmt::format(
            " with {} {}", cell.duties.size(), cell.duties.size() == 1 ? "duty" : "duties"
        );
    }
    if (cell.footage_days_cap)
        words += fmt::format(", kept for {} days at most", *cell.footage_days_cap);
    return words;
}

std::string spaced(std::string text) {
    for (auto& c : text) {
        if (c == '_') c = ' ';
    }
    return text;
}

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

std::string words_of(const Flip& flip) {
    std::string rules;
    for (const auto& reason : flip.after.reasons) {
        if (!rules.empty()) rules += "; ";
        rules += reason.cite;
    }
    return fmt::format(
        "{}: {}, {}: {} -> {}{}",
        to_iso8601(flip.on),
        flip.after.camera.text(),
        spaced(flip.after.capability),
        reads(flip.before),
        reads(flip.after),
        rules.empty() ? "" : " (" + rules + ")"
    );
}

std::string to_icalendar(const std::vector<Flip>& flips, Timestamp now) {
    std::string out;
    add_line(out, "BEGIN:VCALENDAR");
    add_line(out, "VERSION:2.0");
    add_line(out, "PRODID:-//Proviso//Law horizon//EN");
    add_line(out, "X-WR-CALNAME:Proviso: changes of the law");
    for (const auto& flip : flips) {
        auto name = fmt::format(
            "{}/{}/{}", to_iso8601(flip.on), flip.after.camera.text(), flip.after.capability
        );
        add_line(out, "BEGIN:VEVENT");
        add_line(
            out, fmt::format("UID:{}@proviso", to_hex(crypto::sha256(as_bytes(name))).substr(0, 32))
        );
        add_line(out, "DTSTAMP:" + compact(now));
        add_line(out, "DTSTART;VALUE=DATE:" + compact(flip.on));
        add_line(out, "DTEND;VALUE=DATE:" + compact(flip.on + std::chrono::days(1)));
        add_line(
            out,
            "SUMMARY:" + escaped(fmt::format(
                             "{}: {} {}",
                             flip.after.camera.text(),
                             spaced(flip.after.capability),
                             reads(flip.after)
                         ))
        );
        add_line(out, "DESCRIPTION:" + escaped(words_of(flip)));
        add_line(out, "TRANSP:TRANSPARENT");
        add_line(out, "END:VEVENT");
    }
    add_line(out, "END:VCALENDAR");
    return out;
}

}  // namespace proviso::law
