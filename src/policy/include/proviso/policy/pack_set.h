#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <proviso/base/document.h>
#include <proviso/base/time.h>
#include <proviso/policy/parameters.h>

namespace proviso::policy {

/// One file of a pack as read by the caller: `name` is its path inside the packs folder,
/// "<pack>/pack.yaml", "<pack>/params.csv" or "<pack>/rules/<any>.yaml".
struct PackFile {
    std::string name;
    std::string content;
};

/// The same, read (of params.csv, one document a row): for who compiles it again and again with
/// small changes.
struct PackDocuments {
    std::string name;
    std::vector<Json> documents;
};

Result<PackDocuments> read_pack_file(const PackFile& file);

/// What a pack says of itself.
struct PackInfo {
    std::string id;
    std::string title;
    std::string version;
    std::vector<std::string> jurisdictions;
    Day checked;    ///< when a person last compared it with the law
    Day review_by;  ///< after this day it is overdue and must not be shown as fresh
};

/// What a rule says of itself, for people.
struct RuleInfo {
    std::string_view id;
    std::string_view pack;
    std::string_view title;
    std::string_view cite;
    std::string_view status;
    std::string_view confidence;
    std::optional<Day> from;
    std::optional<Day> to;    ///< the last day it applies
    std::string_view digest;  ///< SHA-256 of its canonical form with the numbers it refers to:
                              ///< another one, another rule
};

/// Compiled packs. Immutable, so free to share between threads.
class PackSet {
public:
    /// All or nothing; an error names file, line or rule, and what is wrong.
    static Result<std::shared_ptr<const PackSet>> compile(const std::vector<PackFile>& files);
    static Result<std::shared_ptr<const PackSet>> compile_documents(
        const std::vector<PackDocuments>& files
    );
    ~PackSet();
    PackSet(const PackSet&) = delete;
    PackSet& operator=(const PackSet&) = delete;

    /// SHA-256 over the canonical form of everything loaded, hexadecimal.
    const std::string& digest() const;

    const std::vector<PackInfo>& packs() const;
    std::vector<RuleInfo> rules() const;

    /// The days from `first` to `last` on which something in the rules begins or ends, sorted:
    /// between two of them equal facts are answered equally.
    std::vector<Day> boundaries(Day first, Day last) const;

    /// What a duty of a Decision asks for ("answer:space.kind": a fact to be stated), as a
    /// sentence; empty if unknown.
    std::string_view duty_text(std::string_view duty) const;

    /// Kinds of records the rule asks for, for its exceptions too; none for an unknown id.
    std::vector<std::string_view> records_asked_by(std::string_view rule) const;

    /// The numbers of the law, by pack and name.
    std::vector<Parameter> parameters() const;

    /// What the law says under this name for a place on a day: of the packs that speak of it, the
    /// one of the smallest part (a city before its state before its country before the Union
    /// before the world), and among equals the least. None: nobody says.
    std::optional<Parameter> parameter(
        std::string_view name, const std::vector<std::string>& jurisdictions, Day on
    ) const;

    /// True if any of these jurisdictions ("FR", "US-IL") lies in the pack's on that day.
    bool speaks_of(std::string_view pack, const std::vector<std::string>& jurisdictions, Day on)
        const;

    /// True if `word` is the id of the rule `id` or one of its aliases.
    bool names_rule(std::string_view word, std::string_view id) const;

    struct Inside;

    const Inside& inside() const { return *inside_; }

private:
    explicit PackSet(std::unique_ptr<Inside> inside);
    std::unique_ptr<Inside> inside_;
};

}  // namespace proviso::policy
